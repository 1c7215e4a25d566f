"""A new version of a custom resource whose stored objects nobody can convert.

The collector follows the preferred version. When an upgrade makes that one which
needs a conversion webhook, and the webhook is not there, no list succeeds any more.
"""

from collections.abc import Iterator

from gcmodel.apiserver.tokens import CONTROLLER_MANAGER
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.scenarios.expectations import (
    Expectation,
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
from gcmodel.scenarios.library.props import owned
from gcmodel.scenarios.library.replaced_manager import NEWER_KUBERNETES, replace
from gcmodel.scenarios.scenario import NONE, Options, Remedy, Scenario, Telling
from gcmodel.scenarios.stage import LEAD_S, Stage

GROUP = "example.com"
SYSTEM, SERVICE = "widgets-system", "widgets-webhook"
REMEDY_S, LAST_CHECK_S = 600, 900

REPAIR = Remedy("repair-webhook", "bring the conversion webhook back")
STOP_SERVING = Remedy("stop-serving-v2", "take v2 out of service again")


def definition(*, upgraded: bool, serves_v2: bool = True) -> Json:
    """Return the definition of Widgets, before or after the upgrade."""
    versions = [_version("v1", storage=True)]
    spec: Json = {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget", "singular": "widget"},
        "versions": versions,
    }
    if upgraded:
        versions.append(_version("v2", storage=False) | {"served": serves_v2})
        service = {"namespace": SYSTEM, "name": SERVICE, "path": "/convert"}
        spec["conversion"] = {
            "strategy": "Webhook",
            "webhook": {
                "clientConfig": {"service": service},
                "conversionReviewVersions": ["v1"],
            },
        }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{GROUP}"},
        "spec": spec,
    }


def _version(name: str, *, storage: bool) -> Json:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "name": name,
        "served": True,
        "storage": storage,
        "schema": {"openAPIV3Schema": schema},
    }


def play(stage: Stage, options: Options) -> Iterator[int]:
    """Act it out."""
    stage.namespaces.append(WHERE)
    stage.apply("admin", definition(upgraded=False))
    stage.tell("widgets operator", "defines widgets.example.com, version v1")
    yield 5 * SECOND
    _make_widget(stage)
    yield 60 * SECOND
    yield from check_health(stage, "healthy")
    yield LEAD_S * SECOND - 1
    stage.keep("before")
    yield LEAD_S * SECOND
    stage.mark("trouble")
    stage.apply("admin", definition(upgraded=True))
    stage.tell(
        "widgets operator",
        "serves v2 as well, by a conversion webhook that does not run",
        "v2 is preferred from now on; what is stored is v1",
    )
    yield (LEAD_S + 90) * SECOND
    yield from check_health(stage, "broken")
    yield REMEDY_S * SECOND - 1
    stage.keep("during")
    yield REMEDY_S * SECOND
    _remedy(stage, options)
    yield LAST_CHECK_S * SECOND
    yield from check_health(stage, AT_LAST)


def _make_widget(stage: Stage) -> None:
    meta = {"name": "cogwheel", "namespace": WHERE}
    widget = {"apiVersion": f"{GROUP}/v1", "kind": "Widget", "metadata": meta}
    made = stage.apply("admin", widget)[0]
    stage.apply("admin", owned("ConfigMap", WHERE, "cogwheel-teeth", made))


def _remedy(stage: Stage, options: Options) -> None:
    if options.remedy == NONE:
        return
    stage.mark("remedy")
    if options.remedy == REPAIR:
        stage.tell("widgets operator", "starts its webhook", "v1 becomes v2 again")
        stage.cluster.server.definitions.webhooks[SYSTEM, SERVICE] = _convert
    elif options.remedy == STOP_SERVING:
        stage.tell("you", "set served: false on v2", "v1 is preferred again")
        stage.apply("admin", definition(upgraded=True, serves_v2=False))
    else:
        replace(stage)


def _convert(stored: KubeObject, api_version: str) -> list[KubeObject]:
    return [KubeObject(api_version, stored.kind, stored.metadata, stored.body)]


def expect(options: Options) -> tuple[Expectation, ...]:
    """Return what the facts must be."""
    stalls = options.profile.sync_pauses_workers
    left = {"healthy": 0, "broken": 2 if stalls else 0}
    return (
        contains("list_error", f"conversion webhook for {GROUP}/v1, Kind=Widget"),
        equal("blocked_by", f"widgets.{GROUP}"),
        equal("blocked_identity", CONTROLLER_MANAGER),
        *health_expectations(options, left, recovery_s=65),
    )


CONVERSION_CAUSE = (
    "The collector lists each resource in the version that the server prefers. A list "
    "must convert every stored object; one that cannot be converted fails the whole "
    "list."
)

BROKEN_CONVERSION_WEBHOOK = Scenario(
    name="broken-conversion-webhook",
    title="One custom resource that cannot be converted stops all garbage collection",
    summary=(
        "An operator serves a new version of its resource, but the webhook that "
        "converts stored objects does not run."
    ),
    cause=(
        f"{CONVERSION_CAUSE} Up to Kubernetes 1.31 the collector stops all its workers "
        "until every new resource has been listed once; a new version of a resource "
        "counts as new."
    ),
    tolerated=Telling(
        title=(
            "One custom resource cannot be converted, and garbage collection goes on "
            "without it"
        ),
        summary=(
            "An operator serves a new version of its resource, but the webhook that "
            "converts stored objects does not run. The collector waits 30 s for the "
            "list, while its workers work, and gives up."
        ),
        cause=(
            f"{CONVERSION_CAUSE} This collector waits for a new resource once, and its "
            "workers do not wait at all; up to Kubernetes 1.31 they would have "
            "stopped until it was listed."
        ),
    ),
    remedies=(REPAIR, STOP_SERVING, NEWER_KUBERNETES, NONE),
    play=play,
    measure=health_facts,
    expect=expect,
    namespaces=(WHERE,),
)
