"""Not yours, therefore not there: a 404 that costs a dependent its life.

The collector asks about owners under a name of its own, not under the one that it
lists as. Rancher answers *not found* for tokens of other users. To the collector that
means: this owner is gone.
"""

from collections.abc import Iterator

import attrs

from gcmodel.apiserver.tokens import TOKENS
from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject
from gcmodel.scenarios.expectations import Expectation, equal
from gcmodel.scenarios.library.props import namespace, owned
from gcmodel.scenarios.library.rancher import API_SERVICE, Rancher
from gcmodel.scenarios.library.remedies import FIXED_AUTHORIZER
from gcmodel.scenarios.library.stall_facts import Facts, stall_facts
from gcmodel.scenarios.scenario import NONE, Blame, Options, Scenario, what_blocks
from gcmodel.scenarios.stage import LEAD_S, Stage

FIXED = attrs.evolve(FIXED_AUTHORIZER, avoids=True)
WHERE = "users"
NOT_FOUND = 404
OWNER = "token-abc12"
SESSION = ("v1", "ConfigMap", f"{WHERE}/session")
KUBECONFIG = ("v1", "Secret", f"{WHERE}/kubeconfig-x7k2p")


def play(stage: Stage, options: Options) -> Iterator[int]:
    """Act it out."""
    stage.namespaces.append(WHERE)
    fixed = options.remedy == FIXED
    rancher = Rancher.on(stage, "fixed-authorizer" if fixed else "fixed-user-name")
    stage.apply("admin", namespace(WHERE))
    yield 60 * SECOND
    rancher.start()
    rancher.register()
    stage.tell(
        "Rancher",
        f"registers APIService {API_SERVICE}",
        "the controller manager may list tokens; may the collector read one?",
    )
    yield 90 * SECOND
    token = rancher.create_token(OWNER, "user-x7k2p")
    yield 95 * SECOND
    _log_in(stage, token)
    yield (LEAD_S - 1) * SECOND
    stage.keep("before")
    yield LEAD_S * SECOND
    stage.mark("trouble")
    stage.tell(
        "you",
        "kubectl delete ConfigMap session: one of two owners of the kubeconfig",
        "the token, the other owner, lives: the kubeconfig must stay",
    )
    stage.cluster.delete(*SESSION)
    yield (LEAD_S + 1) * SECOND
    stage.keep("during")
    yield (LEAD_S + 30) * SECOND
    _look(stage, rancher)


def _log_in(stage: Stage, token: KubeObject) -> None:
    stage.shown.add(token.uid)
    session = stage.apply("admin", owned("ConfigMap", WHERE, "session"))[0]
    kubeconfig = owned("Secret", WHERE, "kubeconfig-x7k2p", session, token)
    stage.apply("admin", kubeconfig)
    stage.tell("you", "log in: a Secret, owned by a ConfigMap and by a token")


def _look(stage: Stage, rancher: Rancher) -> None:
    there = stage.cluster.exists(*KUBECONFIG)
    stage.notes["kept"] = there
    stage.notes["owner_lives"] = bool(rancher.tokens())
    verdict = "is still there" if there else "is gone, and its owner is alive"
    meaning = "" if there else "an owner that is hidden counts as an owner that is gone"
    stage.tell_seen(f"look: the kubeconfig {verdict}", meaning)


def measure(stage: Stage) -> Facts:
    """Read the facts."""
    looked = "kept" in stage.notes
    hidden = {
        (one.fields["user"], one.fields["name"])
        for one in stage.cluster.trace
        if one.what == "api.request"
        and (one.fields["verb"], one.fields["code"]) == ("get", NOT_FOUND)
        and one.fields["resource"] == str(TOKENS.group_resource)
    }
    return stall_facts(stage) | {
        "owner_lives": stage.notes.get("owner_lives"),
        "dependent_kept": stage.notes.get("kept"),
        "told_not_found": sorted({user for user, _ in hidden}) if looked else None,
        "hidden_owners": sorted({name for _, name in hidden}) if looked else None,
    }


def blame(facts: Facts) -> Blame:
    """Blame the resource that hides an owner; whatever blocks comes first."""
    blocking = what_blocks(facts)
    if blocking.resource or not facts["told_not_found"]:
        return blocking
    return Blame(
        str(TOKENS.group_resource),
        ", ".join(facts["told_not_found"]),
        f"404 to GET {', '.join(facts['hidden_owners'])}, which lives",
        asked="read as",
    )


def effect(facts: Facts) -> str:
    """Say what became of the dependent."""
    if facts["dependent_kept"] is None:
        return ""
    if facts["dependent_kept"]:
        return "The Secret was kept: one of its owners lives, and can be seen."
    return "A Secret was deleted although one of its owners lives."


def expect(options: Options) -> tuple[Expectation, ...]:
    """Return what the facts must be."""
    kept = options.remedy == FIXED
    return (
        equal("list_error", ""),
        equal("blocked_by", ""),
        equal("owner_lives", value=True),
        equal("dependent_kept", kept),
        equal("told_not_found", [] if kept else [COLLECTOR_USER]),
        equal("hidden_owners", [] if kept else [OWNER]),
        equal("stalled_s", 0),
    )


HIDDEN_BY_404 = Scenario(
    name="hidden-by-404",
    title="An owner that is hidden from the collector counts as gone",
    summary=(
        "Rancher lets the controller manager list tokens, but tells the collector, "
        "which reads them under another name, that there are none. A Secret whose "
        "owner is alive is deleted."
    ),
    cause=(
        "The collector asks for owners as its own service account. Rancher hides "
        "tokens of other users behind 404, and 404 means to the collector that the "
        "owner does not exist; 403 or 503 would have made it wait."
    ),
    remedies=(NONE, FIXED),
    play=play,
    measure=measure,
    expect=expect,
    effect=effect,
    blame=blame,
    namespaces=(WHERE,),
    compared=("owner_lives", "dependent_kept", "told_not_found"),
)
