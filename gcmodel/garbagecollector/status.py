"""How the collector stands, as a value.

Upstream: none; it gathers what upstream spreads over metrics and log lines
"""

import attrs

from gcmodel.garbagecollector.sync import Attempt
from gcmodel.objects.identity import GroupVersionResource


@attrs.frozen
class BlockingMonitor:
    """A monitor that keeps the collector from syncing.

    Attributes:
        identity: The user as whom it lists.
        error: What its list was last told; empty if no answer came.
        failures: How many lists have failed.
    """

    resource: GroupVersionResource
    identity: str
    error: str
    failures: int

    def __str__(self) -> str:
        """Render as ``tokens.ext.cattle.io``."""
        return str(self.resource.group_resource)


@attrs.frozen
class CollectorStatus:
    """One moment of the collector.

    Attributes:
        synced: All monitors have synced.
        working: Workers were started.
        paused_since_ns: Since when a resync holds the workers; None if none does.
        blocked_by: The monitors that have not synced.
        attempt: The current or last attempt to sync.
        sync_errors: How many attempts have failed, counted as upstream's metric.
        queued: How many objects wait to be examined, those in the hands of paused
            workers not counted.
    """

    synced: bool
    working: bool
    paused_since_ns: int | None
    blocked_by: tuple[BlockingMonitor, ...]
    attempt: Attempt | None
    sync_errors: int
    queued: int
    in_hand: int
    graph_size: int

    @property
    def stalled(self) -> bool:
        """Whether nothing is collected at present."""
        return not self.working or self.paused_since_ns is not None
