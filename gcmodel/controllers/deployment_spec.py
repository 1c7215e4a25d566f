"""What a Deployment asks for, with the defaults filled in.

Upstream: ``ResolveFenceposts``, ``MaxSurge``, ``MaxUnavailable`` and
``HasProgressDeadline`` in pkg/controller/deployment/util/deployment_util.go; the
defaults in pkg/apis/apps/v1/defaults.go
"""

import attrs

from gcmodel.objects.metadata import Json, KubeObject

UNLIMITED = 2**31 - 1
"""The largest number that the field can hold: upstream takes it for *no limit*."""

_QUARTER = "25%"


@attrs.frozen(kw_only=True)
class DeploymentSpec:
    """A Deployment's wishes as numbers.

    Attributes:
        surge: How many replicas above *replicas* a rolling update may make.
        unavailable: How many replicas may be missing during a rolling update.
        history_limit: How many old ReplicaSets to keep; None keeps all.
        progress_deadline_s: When a rollout counts as stuck; None never.
    """

    replicas: int
    surge: int
    unavailable: int
    rolling: bool = True
    paused: bool = False
    min_ready_seconds: int = 0
    history_limit: int | None = 10
    progress_deadline_s: int | None = 600

    @classmethod
    def of(cls, deployment: KubeObject) -> "DeploymentSpec":
        """Read the spec of *deployment*."""
        spec = deployment.spec
        replicas = _number(spec, "replicas", 1)
        strategy = spec.get("strategy") or {}
        rolling = strategy.get("type", "RollingUpdate") == "RollingUpdate"
        surge, unavailable = _fenceposts_of(strategy, replicas) if rolling else (0, 0)
        return cls(
            replicas=replicas,
            surge=surge,
            unavailable=min(unavailable, replicas),
            rolling=rolling,
            paused=bool(spec.get("paused")),
            min_ready_seconds=_number(spec, "minReadySeconds", 0),
            history_limit=_limit(_number(spec, "revisionHistoryLimit", 10)),
            progress_deadline_s=_limit(_number(spec, "progressDeadlineSeconds", 600)),
        )

    @property
    def available_min(self) -> int:
        """How many replicas have to stay available."""
        return self.replicas - self.unavailable

    @property
    def replicas_max(self) -> int:
        """How many replicas there may be."""
        return self.replicas + self.surge


def resolve_fenceposts(
    surge: int | str, unavailable: int | str, replicas: int
) -> tuple[int, int]:
    """Return both bounds of a rolling update as numbers.

    The surge is rounded up, the unavailable down; if both came to nothing, one
    replica may be unavailable, since else the update could never move.
    """
    up = scaled_value(surge, replicas, round_up=True)
    down = scaled_value(unavailable, replicas, round_up=False)
    return (0, 1) if up == 0 and down == 0 else (up, down)


def scaled_value(value: int | str, total: int, *, round_up: bool) -> int:
    """Return *value*, or the share of *total* that a percentage means.

    Upstream: ``GetScaledValueFromIntOrPercent`` in apimachinery pkg/util/intstr
    """
    if isinstance(value, int):
        return value
    share = int(value.removesuffix("%")) * total
    return -(-share // 100) if round_up else share // 100


def _fenceposts_of(strategy: Json, replicas: int) -> tuple[int, int]:
    rolling = strategy.get("rollingUpdate") or {}
    surge = rolling.get("maxSurge", _QUARTER)
    unavailable = rolling.get("maxUnavailable", _QUARTER)
    return resolve_fenceposts(surge, unavailable, replicas)


def _number(spec: Json, field: str, default: int) -> int:
    value = spec.get(field)
    return default if value is None else int(value)


def _limit(value: int) -> int | None:
    return None if value == UNLIMITED else value
