"""Discovery as a client reads it."""

from gcmodel.apiserver.requests import (
    AggregatedDiscovery,
    Response,
    ServedGroup,
    ServedResource,
)
from gcmodel.client.client import Client
from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.transport import NO_LATENCY, Transport
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


def test_stale_group_version_serves_nothing():
    """What a stale group version served last does not count as discovered."""
    scheduler = Scheduler()
    client = Client(Transport(scheduler, OneStaleGroup(), NO_LATENCY), "admin", None)
    found = []

    async def discover():
        found.append(await DiscoveryClient(client, aggregated=True).discover())

    scheduler.spawn("discovery", discover())
    scheduler.run()

    assert (found[0].resources, found[0].failed) == (
        {},
        {EXT: "stale GroupVersion discovery: ext.cattle.io/v1"},
    )
