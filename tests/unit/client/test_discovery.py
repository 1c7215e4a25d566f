"""Discovery as a client reads it."""

import pytest

from gcmodel.apiserver.requests import (
    AggregatedDiscovery,
    Response,
    ServedGroup,
    ServedResource,
)
from gcmodel.client.client import Client
from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.transport import NO_LATENCY, Transport
from gcmodel.errors import api_error
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersion

TOKENS = ServedResource("tokens", "Token", namespaced=False, verbs=("list",))
EXT = GroupVersion("ext.cattle.io", "v1")


class OneStaleGroup:
    """A server whose only group is marked stale, with what it served last."""

    def handle(self, request):
        """Answer with the one document."""
        groups = (
            ()
            if request.path.startswith("/api?")
            else (ServedGroup(EXT.group, ("v1",)),)
        )
        served = {EXT: (TOKENS,)} if groups else {}
        return Response(200, AggregatedDiscovery(groups, served, frozenset(served)))


def discovered(server, **parts):
    """Return what a client discovers of *server*."""
    scheduler = Scheduler()
    client = Client(Transport(scheduler, server, NO_LATENCY), "admin", None)
    found = []

    async def discover():
        found.append(await DiscoveryClient(client, **parts).discover())

    scheduler.spawn("discovery", discover())
    scheduler.run()
    return found[0]


def test_stale_group_version_serves_nothing():
    """What a stale group version served last does not count as discovered."""
    found = discovered(OneStaleGroup(), aggregated=True)

    assert (found.resources, found.failed) == (
        {},
        {EXT: "stale GroupVersion discovery: ext.cattle.io/v1"},
    )


class OneFailingGroup:
    """A server whose only group does not answer, in two documents or one by one."""

    def handle(self, request):
        """Answer with groups, and with nothing else."""
        if request.path in ("/api", "/apis"):
            groups = (ServedGroup(EXT.group, ("v1",)),)
            return Response(200, groups if request.path == "/apis" else ())
        raise api_error(503, "ServiceUnavailable", "no endpoints")


@pytest.mark.parametrize(
    ("server", "aggregated", "rounds"),
    [(OneStaleGroup(), True, 1), (OneFailingGroup(), False, 2)],
    ids=["one document", "one by one"],
)
def test_how_often_is_asked(server, aggregated, rounds):
    """A failing group has everything asked again once, but not the one document."""
    asked = []
    found = discovered(server, aggregated=aggregated, asked=lambda: asked.append(1))

    assert list(found.failed) == [EXT]
    assert len(asked) == rounds
