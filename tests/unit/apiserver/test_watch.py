"""How a stream ends: what it cannot show, what was forgotten, and time."""

from collections import deque

import pytest

from gcmodel.apiserver.watch import ADDED, StoreEvent, WatchStream
from gcmodel.errors import api_error
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.patch_types import PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEFINITIONS,
    PODS,
    WIDGETS,
    BareServer,
    types,
)


def added(name, revision):
    """Return the change that an object has come."""
    made = KubeObject("v1", "ConfigMap", ObjectMeta(name=name))
    return StoreEvent(revision, ADDED, made, None, 0)


def test_what_cannot_be_shown_ends_the_stream():
    """A change that cannot be converted ends the stream without a word, for good."""
    ended = []

    def project(one):
        if one.name == "broken":
            raise api_error(500, "", "conversion webhook failed")
        return one

    stream = WatchStream(Scheduler(), lambda _: True, project)
    stream.on_close = lambda: ended.append(stream.closed)
    for revision, name in enumerate(("a", "broken", "b", "broken")):
        stream.deliver(added(name, revision))

    assert [event.object.name for event in stream.drain()] == ["a"]
    assert (stream.closed, stream.broken, ended) == (True, False, [True])


BROKEN = {
    "versions": [
        {"name": "v1", "served": True, "storage": False},
        {"name": "v2", "served": True, "storage": True},
    ],
    "conversion": {
        "strategy": "Webhook",
        "webhook": {
            "conversionReviewVersions": ["v1"],
            "clientConfig": {
                "service": {"namespace": "default", "name": "nobody", "path": "/"}
            },
        },
    },
}


@pytest.mark.parametrize("version", ["1.20", "1.28", "1.36"])
def test_watch_of_a_definition_whose_conversion_breaks(version):
    """A watch in the old version ends when an object is written in the new one."""
    server = BareServer(version)
    server.define_widgets()
    stream = server.watch(WIDGETS)
    server.create(WIDGETS, "a")
    server.patch(DEFINITIONS, "widgets.example.com", {"spec": BROKEN}, PatchType.MERGE)
    server.pass_time(1)

    newer = WIDGETS._replace(version="v2")
    server.create(newer, "b", spec={"size": 2})

    assert (types(stream), stream.closed) == (["ADDED"], True)


def test_history_that_is_full():
    """A history that is full forgets its first changes, and says so."""
    server = BareServer()
    history = server.server.store.collection(CONFIG_MAPS.group_resource)
    history.history = deque(maxlen=3)
    versions = [
        int(server.create(CONFIG_MAPS, name).metadata.resource_version)
        for name in "abcde"
    ]

    found = [
        types(server.watch(CONFIG_MAPS, resource_version=str(version)))
        for version in (versions[0] - 1, *versions)
    ]

    forgotten, known = ["ERROR"], "ADDED"
    assert found == [forgotten, forgotten, [known] * 3, [known] * 2, [known], []]


@pytest.mark.parametrize("seed", range(5))
def test_watch_that_names_no_end(seed):
    """Unless told, the server ends a watch after 30 to 60 minutes."""
    server = BareServer(seed=seed)
    stream = server.watch(PODS)
    server.pass_time(1799)
    open_before = not stream.closed

    server.pass_time(1801)

    assert (open_before, stream.closed) == (True, True)
