"""The arithmetic of scaling in the middle of a rollout: everybody gets a fair share.

Upstream: ``scale`` in pkg/controller/deployment/sync.go; ``GetProportion`` and
``getReplicaSetFraction`` in pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Sequence

import attrs

from gcmodel.controllers.deployment_spec import DeploymentSpec


@attrs.frozen
class Share:
    """An active ReplicaSet as the arithmetic sees it.

    Attributes:
        replicas: Wanted at present.
        replicas_max: What its annotation says the Deployment allowed in all when it
            was last sized.
    """

    replicas: int
    replicas_max: int


def proportional_sizes(spec: DeploymentSpec, shares: Sequence[Share]) -> list[int]:
    """Return the new size of each of *shares*, which come in scaling order.

    * **Within bounds**: together they come to what is wanted and the surge, or stay
      closer to what they were.
    * **Complete**: what rounding leaves over goes to the first share.
    """
    allowed = spec.replicas_max if spec.replicas > 0 else 0
    to_add = allowed - sum(share.replicas for share in shares)
    sizes, added = [], 0
    for share in shares:
        grown = _proportion(spec, share, to_add, added)
        sizes.append(share.replicas + grown)
        added += grown
    if sizes and to_add:
        sizes[0] = max(0, sizes[0] + to_add - added)
    return sizes


def to_add_in_all(spec: DeploymentSpec, shares: Sequence[Share]) -> int:
    """Return how many replicas are to be added; negative if removed."""
    allowed = spec.replicas_max if spec.replicas > 0 else 0
    return allowed - sum(share.replicas for share in shares)


def _proportion(spec: DeploymentSpec, share: Share, to_add: int, added: int) -> int:
    if share.replicas == 0 or to_add in (0, added):
        return 0
    fraction = _fraction(spec, share)
    left = to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def _fraction(spec: DeploymentSpec, share: Share) -> int:
    if spec.replicas == 0:
        return -share.replicas
    ideal = share.replicas * spec.replicas_max / share.replicas_max
    return int(ideal + 0.5) - share.replicas
