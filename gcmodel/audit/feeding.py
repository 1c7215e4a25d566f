"""The graph core, as dumps are fed to it.

Issue: dumps, the live model and benchmarks share ``DependencyGraph`` and
``GraphBuilder``.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder
from gcmodel.garbagecollector.node import Node
from gcmodel.versions.profile import Profile

_YOUNG_MAX, _MIDDLE_MAX, _OLD_MAX = 50_000, 20, 1000


class _Nowhere:
    """A queue for nodes that nobody will work on."""

    def add(self, item: Node) -> None:
        """Forget *item*."""

    def add_rate_limited(self, item: Node) -> None:
        """Forget *item*."""


def builder_for(profile: Profile) -> GraphBuilder:
    """Return a graph builder whose queues lead nowhere."""
    nowhere = _Nowhere()
    return GraphBuilder(
        DependencyGraph(),
        AbsentOwnerCache(),
        nowhere,
        nowhere,
        profile,
        say=lambda *_, **__: None,
        report_invalid_namespace=lambda *_: None,
    )


@contextmanager
def collecting_rarely(*, rarely: bool = True) -> Iterator[None]:
    """Spare Python the search for cycles among objects that are all still in use."""
    usual = gc.get_threshold()
    if rarely and gc.isenabled():
        gc.set_threshold(_YOUNG_MAX, _MIDDLE_MAX, _OLD_MAX)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
