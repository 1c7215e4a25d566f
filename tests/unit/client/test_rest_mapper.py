"""The mapper: what it makes of discovery, and when it asks again."""

import pytest

from gcmodel.apiserver.requests import Response, ServedGroup, ServedResource
from gcmodel.client.client import Client
from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.rest_mapper import NoMatchError, RestMapper, RestMapping
from gcmodel.client.transport import Latency, Transport
from gcmodel.errors import api_error
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import Scheduler, sleep
from gcmodel.objects.identity import GroupVersionKind, GroupVersionResource as Resource

MS = (MILLISECOND, MILLISECOND)
APPS = ("deployments", "Deployment"), ("deployments/scale", "Scale")
WIDGETS = ("oldwidgets", "Widget"), ("widgets", "Widget")
WIDGET = GroupVersionKind("example.com", "v1", "Widget")
ABSENT = api_error(503, "ServiceUnavailable", "no endpoints")


class Groups:
    """Serves apps and example.com; the latter fails the first *failures* times."""

    def __init__(self, failures=0):
        """Serve what there is."""
        self.failures = failures
        self.served = {"apps/v1": APPS, "example.com/v1": WIDGETS}
        self.asked = []

    def handle(self, request):
        """Answer for a path of discovery."""
        self.asked.append(request.path)
        if request.path == "/api":
            return Response(200, ())
        if request.path == "/apis":
            names = [version.partition("/")[0] for version in self.served]
            return Response(200, tuple(ServedGroup(name, ("v1",)) for name in names))
        version = request.path.removeprefix("/apis/")
        if version == "example.com/v1" and self.failures:
            self.failures -= 1
            raise ABSENT
        return Response(
            200,
            tuple(
                ServedResource(name, kind, namespaced=True, verbs=("list",))
                for name, kind in self.served[version]
            ),
        )


class Mapping:
    """A mapper over groups, each request of which takes two milliseconds."""

    def __init__(self, groups):
        """Know nothing."""
        self.groups = groups
        self.scheduler = Scheduler()
        transport = Transport(self.scheduler, groups, Latency(MS, MS, MS))
        self.mapper = RestMapper(DiscoveryClient(Client(transport, "admin")))

    def run(self, steps):
        """Run a coroutine; return its result, or the error that it ended with."""
        outcome = []

        async def keep():
            try:
                outcome.append(await steps)
            except NoMatchError as error:
                outcome.append(str(error))

        self.scheduler.spawn("test", keep())
        self.scheduler.run()
        return outcome[0]

    def resource_of(self, group, kind):
        """Return where a kind of v1 is served, or why it is not."""
        found = self.run(self.mapper.mapping_for(GroupVersionKind(group, "v1", kind)))
        return found.resource.resource if isinstance(found, RestMapping) else found

    def errors(self):
        """Return the lines that were logged."""
        return [
            (one.fields["src"], one.fields["text"])
            for one in self.scheduler.trace
            if one.what == "log"
        ]


@pytest.mark.parametrize(
    ("group", "kind", "resource"),
    [
        ("apps", "Deployment", "deployments"),
        (
            "apps",
            "Scale",
            'no matches for kind "Scale" in version "apps/v1"',
        ),
        ("example.com", "Widget", "widgets"),
    ],
)
def test_where_kinds_are_served(group, kind, resource):
    """Subresources serve no kind, and the last of two resources serves theirs."""
    assert Mapping(Groups()).resource_of(group, kind) == resource


@pytest.mark.parametrize(
    ("group", "kind", "resource"),
    [
        ("apps", "deployment", "deployments"),
        ("example.com", "widget", "widgets"),
        ("apps", "DeploymentList", "deploymentlists"),
        ("example.com", "WidgetList", "widgetlists"),
        ("apps", "List", "lists"),
        ("example.com", "List", "lists"),
    ],
)
def test_kinds_that_nobody_serves_are_mapped_nonetheless(group, kind, resource):
    """Kinds in lower case are served where the kind is; those of lists are guessed."""
    assert Mapping(Groups()).resource_of(group, kind) == resource


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("apps", "DEPLOYMENT"),
        ("apps", "deploymentlist"),
        ("apps", "DeploymentListList"),
        ("apps", "list"),
        ("apps", "Scale"),
        ("apps", "scale"),
        ("apps", "ScaleList"),
        ("apps", "Widget"),
        ("", "List"),
    ],
)
def test_other_spellings_are_not_mapped(group, kind):
    """Neither other cases, nor subresources, nor groups that serve nothing."""
    found = Mapping(Groups()).resource_of(group, kind)
    assert found.startswith(f'no matches for kind "{kind}" in version ')


@pytest.mark.parametrize(
    ("kind", "namespaced"),
    [("deployment", True), ("DeploymentList", True), ("List", False)],
)
def test_scope_of_a_kind_that_is_mapped_nonetheless(kind, namespaced):
    """A kind's spellings are where the kind is; a plain list is in no namespace."""
    mapping = Mapping(Groups())
    found = mapping.run(
        mapping.mapper.mapping_for(GroupVersionKind("apps", "v1", kind))
    )
    assert (found.kind.kind, found.namespaced) == (kind, namespaced)


@pytest.mark.parametrize(
    ("group", "resource", "kind"),
    [
        ("apps", "deployments", GroupVersionKind("apps", "v1", "Deployment")),
        (
            "apps",
            "deployments/scale",
            "no matches for apps/v1, Resource=deployments/scale",
        ),
        ("example.com", "widgets", WIDGET),
        ("example.com", "oldwidgets", WIDGET),
    ],
)
def test_what_resources_serve(group, resource, kind):
    """Each resource but a subresource serves its kind."""
    mapping = Mapping(Groups())

    assert mapping.run(mapping.mapper.kind_for(Resource(group, "v1", resource))) == kind


NOT_CACHED = "couldn't get resource list for example.com/v1: no endpoints"


@pytest.mark.parametrize(
    ("failures", "found", "lines"),
    [
        (0, "widgets", []),
        (1, "widgets", ["memcache.go:196"]),
        (
            2,
            'no matches for kind "Widget" in version "example.com/v1"',
            ["memcache.go:196", "memcache.go:101"],
        ),
    ],
)
def test_group_that_fails_is_asked_once_more(failures, found, lines):
    """What a group says the second time counts; each failure is logged."""
    mapping = Mapping(Groups(failures))

    assert mapping.resource_of("example.com", "Widget") == found
    assert mapping.resource_of("apps", "Deployment") == "deployments"
    assert mapping.errors() == [(line, NOT_CACHED) for line in lines]


def test_missing_stays_missing_until_the_next_reset():
    """Nothing is asked again before a reset, and after it everything, once."""
    mapping = Mapping(Groups(failures=2))
    mapping.resource_of("example.com", "Widget")
    asked = len(mapping.groups.asked)

    missing = mapping.resource_of("example.com", "Widget")
    in_between = len(mapping.groups.asked)
    mapping.mapper.reset()
    found = [mapping.resource_of("example.com", "Widget") for _ in range(2)]

    assert missing.startswith("no matches")
    assert (asked, in_between, len(mapping.groups.asked)) == (5, 5, 9)
    assert found == ["widgets"] * 2


def test_everybody_waits_for_one_discovery():
    """Lookups at the same time share what one of them asks for."""
    mapping, found = Mapping(Groups()), []

    async def look():
        found.append((await mapping.mapper.mapping_for(WIDGET)).resource.resource)

    for _ in range(3):
        mapping.scheduler.spawn("look", look())
    mapping.scheduler.run()

    assert found == ["widgets"] * 3
    assert len(mapping.groups.asked) == 4


def test_reset_while_it_asks():
    """A reset in the middle of discovery has the next lookup discover anew."""
    mapping = Mapping(Groups())

    async def change():
        await sleep(5 * MILLISECOND + 1)
        mapping.groups.served["example.com/v1"] = (("newwidgets", "Widget"),)
        mapping.mapper.reset()

    mapping.scheduler.spawn("change", change())
    first = mapping.resource_of("example.com", "Widget")
    second = mapping.resource_of("example.com", "Widget")
    third = mapping.resource_of("example.com", "Widget")

    assert (first, second, third) == ("widgets", "newwidgets", "newwidgets")
    assert len(mapping.groups.asked) == 8
