"""One object in etcd that cannot be read, and what it does to everybody else's.

A list returns all objects or fails. The running collector has its list; the next one
does not get it.
"""

from collections.abc import Iterator

from gcmodel.apiserver.tokens import CONTROLLER_MANAGER
from gcmodel.faults.kinds import Undecodable
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import GroupResource
from gcmodel.scenarios.expectations import (
    Expectation,
    equal,
)
from gcmodel.scenarios.library.health_check import (
    AT_LAST,
    WHERE,
    check_health,
    health_expectations,
    health_facts,
)
from gcmodel.scenarios.library.props import owned
from gcmodel.scenarios.library.replaced_manager import (
    NEWER_KUBERNETES,
    replace,
    restart,
)
from gcmodel.scenarios.scenario import NONE, Options, Remedy, Scenario, Telling
from gcmodel.scenarios.stage import LEAD_S, Stage

KEY = f"{WHERE}/ledger"
STORED_AT = f"/registry/configmaps/{KEY}"
CONFIG_MAPS = GroupResource("", "configmaps")
RESTART_S, REMEDY_S, LAST_CHECK_S = 420, 750, 1000

REMOVE = Remedy("remove-object", "delete the broken value from etcd directly")


def play(stage: Stage, options: Options) -> Iterator[int]:
    """Act it out."""
    stage.namespaces.append(WHERE)
    stage.apply("admin", owned("ConfigMap", WHERE, "ledger"))
    yield 60 * SECOND
    yield from check_health(stage, "healthy")
    yield LEAD_S * SECOND - 1
    stage.keep("before")
    yield LEAD_S * SECOND
    stage.mark("trouble")
    broken = Undecodable(STORED_AT)
    stage.cluster.server.break_stored(broken)
    stage.tell(
        "etcd",
        f"the value of ConfigMap {KEY} is damaged",
        "nobody can list ConfigMaps any more; the collector has listed them already",
    )
    yield (LEAD_S + 60) * SECOND
    yield from check_health(stage, "broken")
    yield RESTART_S * SECOND
    restart(stage)
    yield (RESTART_S + 60) * SECOND
    yield from check_health(stage, "restarted")
    yield REMEDY_S * SECOND - 1
    stage.keep("during")
    yield REMEDY_S * SECOND
    _remedy(stage, options, broken)
    yield LAST_CHECK_S * SECOND
    yield from check_health(stage, AT_LAST)


def _remedy(stage: Stage, options: Options, broken: Undecodable) -> None:
    if options.remedy == NONE:
        return
    stage.mark("remedy")
    if options.remedy == REMOVE:
        _remove(stage, broken)
    else:
        replace(stage)


def _remove(stage: Stage, broken: Undecodable) -> None:
    stage.tell("you", f"etcdctl del {STORED_AT}", "the others can be listed again")
    server = stage.cluster.server
    server.store.remove(CONFIG_MAPS, KEY)
    server.mend_stored(broken)


def expect(options: Options) -> tuple[Expectation, ...]:
    """Return what the facts must be."""
    stalls = options.profile.sync_pauses_workers
    left = {"healthy": 0, "broken": 0, "restarted": 2 if stalls else 0}
    return (
        equal("blocked_by", "configmaps"),
        equal("blocked_identity", CONTROLLER_MANAGER),
        *health_expectations(options, left, recovery_s=65),
    )


UNDECODABLE_OBJECT = Scenario(
    name="undecodable-object",
    title="One damaged object in etcd, and no collector starts any more",
    summary=(
        "A single ConfigMap cannot be decoded. Every list of ConfigMaps fails; the "
        "collector that runs has had its list, the next one waits for it for ever."
    ),
    cause=(
        "A list decodes every stored object and fails if one cannot be. Up to "
        "Kubernetes 1.31 the collector starts no worker before every monitor has "
        "listed once."
    ),
    tolerated=Telling(
        title="One damaged object in etcd, and collectors start without ConfigMaps",
        summary=(
            "A single ConfigMap cannot be decoded. Every list of ConfigMaps fails; the "
            "collector that runs has had its list, the next one waits 30 s for it, "
            "then goes on without any ConfigMap."
        ),
        cause=(
            "A list decodes every stored object and fails if one cannot be. A "
            "collector waits for its first lists, 30 s at most; up to Kubernetes 1.31 "
            "it would have started no worker before every monitor had listed once."
        ),
    ),
    remedies=(REMOVE, NEWER_KUBERNETES, NONE),
    play=play,
    measure=health_facts,
    expect=expect,
    namespaces=(WHERE,),
)
