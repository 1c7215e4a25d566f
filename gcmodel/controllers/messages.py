"""What the controllers log, per style of the version.

Upstream: the klog calls in pkg/controller/deployment, pkg/controller/replicaset and
pkg/controller/namespace; client-go tools/cache/shared_informer.go
"""

from gcmodel.kernel.log import Message, Wording

_INFORMERS = "shared_informer.go"

WAITING_FOR_CACHES = Message(
    "I",
    0,
    Wording(f"{_INFORMERS}:240", "Waiting for caches to sync for {name}"),
    Wording(f"{_INFORMERS}:313", "Waiting for caches to sync for {name}"),
)

CACHES_POPULATED = Message("I", 4, Wording(f"{_INFORMERS}:270", "caches populated"))

CACHES_SYNCED = Message(
    "I",
    0,
    Wording(f"{_INFORMERS}:247", "Caches are synced for {name} "),
    Wording(f"{_INFORMERS}:320", "Caches are synced for {name}"),
)

HASH_COLLISION = Message(
    "I",
    2,
    Wording(
        "sync.go:257",
        'Found a hash collision for deployment "{name}" - bumping collisionCount '
        "({before}->{after}) to resolve it",
    ),
    Wording(
        "sync.go:250",
        '"Found a hash collision for deployment - bumping collisionCount to resolve '
        'it" deployment="{namespace}/{name}" oldCollisionCount={before} '
        "newCollisionCount={after}",
    ),
)

DEPLOYMENT_FAILED = Message(
    "I",
    2,
    Wording("deployment_controller.go:490", "Error syncing deployment {key}: {error}"),
    Wording(
        "deployment_controller.go:497",
        '"Error syncing deployment" deployment="{key}" err="{error}"',
    ),
)

TOO_FEW_REPLICAS = Message(
    "I",
    2,
    Wording(
        "replica_set.go:559",
        '"Too few replicas" replicaSet="{key}" need={want} creating={count}',
    ),
)

TOO_MANY_REPLICAS = Message(
    "I",
    2,
    Wording(
        "replica_set.go:595",
        '"Too many replicas" replicaSet="{key}" need={want} deleting={count}',
    ),
)

SYNC_FAILED = Message(
    "E",
    0,
    Wording("replica_set.go:532", 'sync "{key}" failed with {error}'),
    handled=True,
)

_NAMESPACES = "namespace_controller.go"
_DELETER = "namespaced_resources_deleter.go"

NAMESPACE_CONTROLLER_STARTS = Message(
    "I",
    0,
    Wording(f"{_NAMESPACES}:200", "Starting namespace controller"),
    Wording(f"{_NAMESPACES}:197", '"Starting namespace controller"'),
)

NAMESPACE_GONE = Message(
    "I",
    0,
    Wording(f"{_NAMESPACES}:185", "Namespace has been deleted {key}"),
    Wording(f"{_NAMESPACES}:182", '"Namespace has been deleted" namespace="{key}"'),
)

NAMESPACE_SYNCED = Message(
    "I",
    4,
    Wording(f"{_NAMESPACES}:180", 'Finished syncing namespace "{key}" ({took})'),
    Wording(
        f"{_NAMESPACES}:177",
        '"Finished syncing namespace" namespace="{key}" duration="{took}"',
    ),
)

NAMESPACE_FAILED = Message(
    "E",
    0,
    Wording(f"{_NAMESPACES}:162", "deletion of namespace {key} failed: {error}"),
    handled=True,
)

CONTENT_REMAINS = Message(
    "I",
    4,
    Wording(
        f"{_NAMESPACES}:158",
        "Content remaining in namespace {key}, waiting {seconds} seconds",
    ),
    Wording(
        f"{_NAMESPACES}:155",
        '"Content remaining in namespace" namespace="{key}" waitSeconds={seconds}',
    ),
)

CONTENT_DELETION = Message(
    "I",
    4,
    Wording(
        f"{_DELETER}:500",
        "namespace controller - deleteAllContent - namespace: {namespace}",
    ),
    Wording(
        f"{_DELETER}:509",
        '"Namespace controller - deleteAllContent" namespace="{namespace}"',
    ),
)

CONTENT_DELETED = Message(
    "I",
    4,
    Wording(
        f"{_DELETER}:554",
        "namespace controller - deleteAllContent - namespace: {namespace}, "
        "estimate: {estimate}, errors: {errors}",
    ),
    Wording(
        f"{_DELETER}:563",
        '"namespace controller - deleteAllContent" namespace="{namespace}" '
        'estimate={estimate} err="{errors}"',
    ),
)

CONDITION_NOT_WRITTEN = Message(
    "E",
    0,
    Wording(
        f"{_DELETER}:549",
        'couldn\'t update status condition for namespace "{namespace}": {error}',
    ),
    handled=True,
)
