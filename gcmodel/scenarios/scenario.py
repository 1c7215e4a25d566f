"""What a story is: its options, its steps, its facts, and what they should be."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from gcmodel.cluster.arguments import check_type, check_whole
from gcmodel.cluster.settings import VERBOSITY_MAX
from gcmodel.errors import UsageError, shown
from gcmodel.kernel.choices import SEED_MAX
from gcmodel.kernel.durations import MINUTE, format_duration
from gcmodel.scenarios.expectations import Expectation, Judgement, Phase, judge
from gcmodel.scenarios.stage import Stage
from gcmodel.versions.profile import Profile

Facts: TypeAlias = dict[str, Any]
"""What a run came to, by name: JSON values. None: it cannot be said of this run."""


@attrs.frozen
class Remedy:
    """Something that is done about the failure.

    Attributes:
        title: What is done, as the end of "the way out: …".
        modes: The ways in which its effect can show; the first is the default.
        cures: Whether collection works again afterwards.
        avoids: It is in place from the start, so that nothing ever fails.
        in_place: Whether a version needs no such remedy, since it has it.
    """

    name: str
    title: str
    modes: tuple[str, ...] = ()
    cures: bool = True
    avoids: bool = False
    in_place: Callable[[Profile], bool] = attrs.field(
        default=lambda _: False, eq=False, repr=False
    )


NONE = Remedy("none", "nothing is done", cures=False)


@attrs.frozen(kw_only=True)
class Options:
    """What can be chosen for a run.

    Attributes:
        profile: The Kubernetes version, or a version with some rules flipped.
        remedy: One of the scenario's own.
        mode: One of the remedy's own, or empty.
        until_ns: When the run ends, virtual time.
        verbosity: ``--v`` of the controller manager.
    """

    profile: Profile
    remedy: Remedy
    mode: str = ""
    seed: int = 0
    until_ns: int = 30 * MINUTE
    verbosity: int = 2

    def __attrs_post_init__(self) -> None:
        """Refuse what no run can have."""
        check_type("profile", self.profile, Profile, "write Profile.for_version(…)")
        check_type("remedy", self.remedy, Remedy, "write find_remedy(…)")
        check_whole("seed", self.seed, 0, SEED_MAX)
        check_whole("until_ns", self.until_ns, 1)
        check_whole("verbosity", self.verbosity, 0, VERBOSITY_MAX)
        if self.mode not in ("", *self.remedy.modes):
            known = ", ".join(self.remedy.modes) or "none"
            raise UsageError(
                f"mode={shown(self.mode)}: not a mode of {self.remedy.name}; "
                f"its modes are {known}"
            )

    @property
    def remedy_text(self) -> str:
        """The remedy as it is asked for: ``scale-to-zero:FailedDiscoveryCheck``."""
        default = self.remedy.modes[0] if self.remedy.modes else ""
        mode = "" if self.mode == default else f":{self.mode}"
        return f"{self.remedy.name}{mode}"


@attrs.frozen(kw_only=True)
class Telling:
    """What is said about a story, before it and in its verdict.

    Attributes:
        title: The whole point in one line.
        summary: What happens, for a reader who knows the title only.
        cause: Why it happens.
    """

    title: str
    summary: str
    cause: str


@attrs.frozen
class Blame:
    """Whom a run blames.

    Attributes:
        resource: The culprit; empty if there is none.
        identity: As whom it was asked.
        told: What it answered.
        asked: How it was asked, before the identity.
    """

    resource: str
    identity: str
    told: str
    asked: str = "listed as"


def what_blocks(facts: Facts) -> Blame:
    """Blame the resource that could not be listed, if there is one."""
    names = ("blocked_by", "blocked_identity", "list_error")
    return Blame(*(facts.get(name) or "" for name in names))


@attrs.frozen(kw_only=True)
class Scenario:
    """A named story with facts that a run must bring out.

    Attributes:
        title: See :class:`Telling`; this and the next two.
        tolerated: What is said where a list that fails stops no worker; None if that
            makes no difference to the story.
        remedies: What can be done about it; the first is the default.
        play: Sets the stage and acts. Each yield is an instant, in virtual
            nanoseconds, up to which time is to pass before the next step.
        measure: Reads the facts off the stage after the run.
        expect: What the facts must be, for a version and a remedy.
        effect: What the facts mean for the cluster, beyond a stall; for the verdict.
        blame: Who did it, by the facts; for the verdict.
        namespaces: What pictures of the cluster show.
        compared: The facts that a table of outcomes shows.
    """

    name: str
    title: str
    summary: str
    cause: str
    remedies: tuple[Remedy, ...]
    play: Callable[[Stage, Options], Iterator[int]]
    measure: Callable[[Stage], Facts]
    expect: Callable[[Options], tuple[Expectation, ...]]
    namespaces: tuple[str, ...]
    tolerated: Telling | None = None
    effect: Callable[[Facts], str] = lambda _: ""
    blame: Callable[[Facts], Blame] = what_blocks
    compared: tuple[str, ...] = (
        "stalled_s",
        "attempts_before_remedy",
        "recovery_s",
        "leaked_after",
    )
    kubernetes: str = "1.31"
    duration_ns: int = 30 * MINUTE

    def telling(self, profile: Profile) -> Telling:
        """Return what is true of a run with *profile*."""
        if self.tolerated is not None and not profile.sync_pauses_workers:
            return self.tolerated
        return Telling(title=self.title, summary=self.summary, cause=self.cause)


@attrs.frozen
class Outcome:
    """A run that has ended."""

    scenario: Scenario
    options: Options
    stage: Stage
    facts: Mapping[str, Any]
    judgements: tuple[Judgement, ...]

    @property
    def holds(self) -> bool:
        """Whether every fact is what it must be, as far as the run can tell.

        A run that ends early is not judged by what comes later; one of which nothing
        can be judged holds nothing.
        """
        return bool(self.judged) and all(one.held for one in self.judged)

    @property
    def judged(self) -> list[Judgement]:
        """What the run got far enough for."""
        return [one for one in self.judgements if one.held is not None]

    @property
    def not_judged(self) -> list[str]:
        """The facts that must be something, and that the run was too short for."""
        return [one.expectation.fact for one in self.judgements if one.held is None]

    @property
    def was_cut(self) -> bool:
        """Whether the run ended before the story does."""
        return self.stage.cluster.now_ns < self.scenario.duration_ns

    @property
    def has_begun(self) -> bool:
        """Whether the run got as far as the trouble."""
        return not self.was_cut or "trouble" in self.stage.marks

    @property
    def was_treated(self) -> bool:
        """Whether the run got as far as the remedy."""
        return self.options.remedy.avoids or "remedy" in self.stage.marks

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as one JSON object."""
        return {
            "scenario": self.scenario.name,
            "kubernetes": self.options.profile.version,
            "remedy": self.options.remedy_text,
            "seed": self.options.seed,
            "holds": self.holds,
            "not_judged": self.not_judged,
            "facts": dict(self.facts),
            "virtual_seconds": self.stage.cluster.now_ns / 1e9,
        }


Progress: TypeAlias = Callable[[int, int], None]
"""Told of virtual time, now and at the end of the run."""


def perform(
    scenario: Scenario, options: Options, progress: Progress | None = None
) -> Outcome:
    """Play *scenario* up to the end that *options* set, and judge its facts.

    Raises:
        UsageError: It is no scenario, or the remedy is not one of its own.
    """
    check_type("scenario", scenario, Scenario, "write find_scenario(…)")
    check_type("options", options, Options, "write Options(profile=…, remedy=…)")
    if options.remedy not in scenario.remedies:
        known = ", ".join(one.name for one in scenario.remedies)
        raise UsageError(
            f"remedy={options.remedy.name!r}: not a remedy of {scenario.name}; "
            f"use one of {known}"
        )
    stage = Stage.build(options.profile, options.seed, options.verbosity)
    stage.cluster.replay = replay_command(scenario, options)
    for instant in scenario.play(stage, options):
        if instant > options.until_ns:
            break
        _let_pass(stage, instant, options, progress)
    _let_pass(stage, options.until_ns, options, progress)
    stage.keep("after")
    facts = scenario.measure(stage)
    judgements = judge(scenario.expect(options), facts, _reached(scenario, stage))
    return Outcome(scenario, options, stage, facts, judgements)


def _reached(scenario: Scenario, stage: Stage) -> frozenset[Phase]:
    reached: set[Phase] = set()
    if "during" in stage.moments:
        reached.add("during")
    if stage.cluster.now_ns >= scenario.duration_ns:
        reached.add("after")
    return frozenset(reached)


def replay_command(scenario: Scenario, options: Options) -> str:
    """Return the command that runs *scenario* again with *options*."""
    until = ""
    if options.until_ns != scenario.duration_ns:
        until = f" --until {format_duration(options.until_ns)}"
    return (
        f"gcmodel run {scenario.name} --kubernetes {options.profile.version} "
        f"--remedy {options.remedy_text} --seed {options.seed}{until}"
    )


def _let_pass(
    stage: Stage, until_ns: int, options: Options, progress: Progress | None
) -> None:
    while (now := stage.cluster.now_ns) < until_ns:
        if progress is not None:
            progress(now, options.until_ns)
        stage.run_to(min(until_ns, now + MINUTE))
