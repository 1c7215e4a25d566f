"""A list that worked once: nothing happens, until the controller manager restarts.

A monitor that has synced stays synced in that process, whatever becomes of its list.
The next process starts from nothing, and waits for every first list.
"""

from collections.abc import Iterator

from gcmodel.apiserver.token_extension import SECRETS
from gcmodel.apiserver.tokens import CONTROLLER_MANAGER
from gcmodel.kernel.durations import SECOND
from gcmodel.scenarios.expectations import (
    Expectation,
    at_the_end,
    contains,
    equal,
)
from gcmodel.scenarios.library.health_check import (
    AT_LAST,
    WHERE,
    check_health,
    health_expectations,
    health_facts,
)
from gcmodel.scenarios.library.rancher import API_SERVICE, Rancher, why_unavailable
from gcmodel.scenarios.library.remedies import (
    DELETE_API_SERVICE,
    FIXED_AUTHORIZER,
    SCALE_TO_ZERO,
    apply_remedy,
    unavailable_reason,
)
from gcmodel.scenarios.library.replaced_manager import NEWER_KUBERNETES, restart
from gcmodel.scenarios.scenario import NONE, Facts, Options, Scenario, Telling
from gcmodel.scenarios.stage import LEAD_S, Stage

BREAK_S, RESTART_S, REMEDY_S, LAST_CHECK_S = 360, 600, 900, 1200


def play(stage: Stage, options: Options) -> Iterator[int]:
    """Act it out."""
    stage.namespaces.append(WHERE)
    yield 60 * SECOND
    rancher = Rancher.on(stage, "fixed-authorizer")
    rancher.start()
    rancher.register()
    stage.tell("Rancher", f"registers APIService {API_SERVICE}, and lists its tokens")
    yield LEAD_S * SECOND
    rancher.create_token("token-abc12", "user-x7k2p")
    stage.keep("before")
    yield BREAK_S * SECOND
    stage.mark("trouble")
    stage.tell(
        "Rancher",
        "is replaced by a build that cannot list tokens for the controller manager",
        "the monitor has synced long ago: the collector does not ask again",
    )
    rancher.extension.rule = "original"
    stage.cluster.server.drop_watches(SECRETS.group_resource)
    yield (BREAK_S + 60) * SECOND
    yield from check_health(stage, "broken")
    yield RESTART_S * SECOND
    restart(stage)
    yield (RESTART_S + 60) * SECOND
    yield from check_health(stage, "restarted")
    yield REMEDY_S * SECOND - 1
    stage.keep("during")
    yield REMEDY_S * SECOND
    yield from apply_remedy(stage, options, rancher)
    yield LAST_CHECK_S * SECOND
    yield from check_health(stage, AT_LAST)


def measure(stage: Stage) -> Facts:
    """Read the facts."""
    reason = why_unavailable(stage) if "during" in stage.moments else None
    return health_facts(stage) | {"unavailable_reason": reason}


def expect(options: Options) -> tuple[Expectation, ...]:
    """Return what the facts must be."""
    stalls = options.profile.sync_pauses_workers
    left = {"broken": 0, "restarted": 2 if stalls else 0}
    return (
        contains("list_error", f'"{CONTROLLER_MANAGER}"'),
        equal("blocked_by", "tokens.ext.cattle.io"),
        equal("blocked_identity", CONTROLLER_MANAGER),
        *health_expectations(options, left, recovery_s=70),
        at_the_end(equal("unavailable_reason", unavailable_reason(options))),
    )


TOKENS_SYNCED_ONCE = Scenario(
    name="tokens-synced-once",
    title="A list that breaks later stalls nothing, until the next restart",
    summary=(
        "Rancher's tokens can be listed at first, then no longer. The running "
        "collector does not mind; the one that starts next waits for ever."
    ),
    cause=(
        "Whether a monitor has synced is asked of its first list only. A running "
        "collector never asks again; a new one, up to Kubernetes 1.31, starts no "
        "worker before every monitor has synced."
    ),
    tolerated=Telling(
        title="A list that breaks later stalls nothing, and delays the next restart",
        summary=(
            "Rancher's tokens can be listed at first, then no longer. The running "
            "collector does not mind; the one that starts next waits 30 s, then goes "
            "on without them."
        ),
        cause=(
            "Whether a monitor has synced is asked of its first list only. A running "
            "collector never asks again; a new one waits for its first lists, 30 s at "
            "most. Up to Kubernetes 1.31 it would have waited for ever."
        ),
    ),
    remedies=(
        FIXED_AUTHORIZER,
        SCALE_TO_ZERO,
        DELETE_API_SERVICE,
        NEWER_KUBERNETES,
        NONE,
    ),
    play=play,
    measure=measure,
    expect=expect,
    namespaces=(WHERE,),
)
