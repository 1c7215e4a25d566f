"""What the controllers log, per style of the version.

Upstream: the klog calls in pkg/controller/deployment, pkg/controller/replicaset and
pkg/controller/namespace
"""

from gcmodel.kernel.log import Message, Wording

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
