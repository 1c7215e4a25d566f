"""Events: counted, aggregated, thinned out, and written again if they are gone."""

import attrs
import pytest

from gcmodel.client.recorder import EventRecorder
from gcmodel.errors import api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import ObjectReference

POD = ObjectReference("v1", "Pod", "ns1", "p", "uid-p")
OTHER = ObjectReference("v1", "Pod", "ns1", "q", "uid-q")
NODE = ObjectReference("v1", "Node", "", "n", "uid-n")
REFUSED = api_error(403, "Forbidden", "no")


@attrs.define
class Sink:
    """A client that keeps Events by name, and notes what is done to them."""

    kept: dict = attrs.field(factory=dict)
    done: list = attrs.field(factory=list)
    refusals: list = attrs.field(factory=list)

    async def create(self, resource, wanted):
        """Keep a new Event."""
        assert resource.resource == "events"
        self.done.append(("create", wanted.body["message"], wanted.body["count"]))
        if self.refusals:
            raise self.refusals.pop(0)
        assert wanted.name not in self.kept
        self.kept[wanted.name] = (wanted.namespace, wanted.body)

    async def patch(self, resource, namespace, name, patch):
        """Change an Event that is kept."""
        assert resource.resource == "events"
        self.done.append(("patch", patch.body["message"], patch.body["count"]))
        if name not in self.kept:
            raise api_error(404, "NotFound", "gone")
        assert namespace == self.kept[name][0]
        self.kept[name] = (namespace, self.kept[name][1] | patch.body)


class Telling:
    """A recorder over a sink, whose Events are told at given seconds."""

    def __init__(self):
        """Have told nothing."""
        self.sink = Sink()
        self.scheduler = Scheduler()
        self.recorder = EventRecorder(self.sink, self.scheduler, "tests")

    def tell(self, *messages, at_s=0, about=POD, reason="Why"):
        """Tell of *messages* at one second, and let them be written."""
        self.scheduler.run(at_s * SECOND)
        for message in messages:
            self.recorder.event(about, "Normal", reason, message)
        self.scheduler.run(at_s * SECOND)

    def counts(self):
        """Return the message and the count of each Event that is kept."""
        return [(body["message"], body["count"]) for _, body in self.sink.kept.values()]


def test_the_same_again_is_counted():
    """The same Event again changes the first one: its count and its last time."""
    telling = Telling()
    telling.tell("a", at_s=5)
    telling.tell("a", "a", at_s=65)
    telling.tell("b", at_s=65)

    (namespace, first), (_, second) = telling.sink.kept.values()
    assert namespace == "ns1"
    assert first == {
        "involvedObject": {
            "kind": "Pod",
            "namespace": "ns1",
            "name": "p",
            "uid": "uid-p",
            "apiVersion": "v1",
        },
        "reason": "Why",
        "message": "a",
        "source": {"component": "tests"},
        "firstTimestamp": "1970-01-01T00:00:05Z",
        "lastTimestamp": "1970-01-01T00:01:05Z",
        "count": 3,
        "type": "Normal",
    }
    assert (second["message"], second["count"]) == ("b", 1)


def test_events_about_nodes_are_in_the_default_namespace():
    """An Event about what has no namespace is written to default, and counted there."""
    telling = Telling()
    telling.tell("a", "a", about=NODE)

    ((namespace, body),) = telling.sink.kept.values()
    assert (namespace, body["count"]) == ("default", 2)
    assert "namespace" not in body["involvedObject"]


NUMBERS = [str(number) for number in range(1, 13)]
COMBINED = "(combined from similar events): "


def test_ten_similar_events_are_combined():
    """Nine similar ones are written each for itself; one stands for all the others."""
    telling = Telling()
    telling.tell(*NUMBERS)

    each = [(message, 1) for message in NUMBERS[:9]]
    assert telling.counts() == [*each, (f"{COMBINED}12", 3)]


@pytest.mark.parametrize(
    "different", [{"about": OTHER}, {"reason": "Because"}], ids=["object", "reason"]
)
def test_what_is_similar(different):
    """Events about another object, or for another reason, are not similar."""
    telling = Telling()
    telling.tell(*NUMBERS[:9])
    telling.tell("10", **different)

    assert telling.counts() == [(message, 1) for message in NUMBERS[:10]]


@pytest.mark.parametrize(
    ("pause_s", "last"), [(600, f"{COMBINED}10"), (601, "10")], ids=str
)
def test_when_similar_events_are_forgotten(pause_s, last):
    """Only ten minutes without a similar one make an end of the series."""
    telling = Telling()
    telling.tell(*NUMBERS[:8])
    telling.tell("9", at_s=500)
    telling.tell("10", at_s=500 + pause_s)

    each = [(message, 1) for message in NUMBERS[:9]]
    assert telling.counts() == [*each, (last, 1)]


def test_a_flood_is_thinned_out():
    """Of one object 25 are written at once, then one in five minutes; all count."""
    telling = Telling()
    telling.tell(*["a"] * 30)
    at_once = telling.counts()
    telling.tell("a", at_s=299)
    before = telling.counts()
    telling.tell("a", "a", at_s=300)

    assert (at_once, before, telling.counts()) == (
        [("a", 25)],
        [("a", 25)],
        [("a", 32)],
    )
    assert len(telling.sink.done) == 26


def test_a_flood_drowns_nobody_else():
    """Each object has a budget of its own, whatever the reasons."""
    telling = Telling()
    telling.tell(*["a"] * 30)
    telling.tell("b", reason="Because")
    telling.tell("a", about=OTHER)

    assert telling.counts() == [("a", 25), ("a", 1)]


def test_budget_is_saved_up_to_its_limit():
    """Whoever was silent for a day may tell 25 at once again, and no more."""
    telling = Telling()
    telling.tell(*["a"] * 25)
    telling.tell(*["a"] * 30, at_s=86_400)

    assert telling.counts() == [("a", 50)]


def test_an_event_that_is_gone_is_written_again():
    """An Event that was deleted comes back under its name, with its first time."""
    telling = Telling()
    telling.tell("a", "a", at_s=5)
    (name,) = telling.sink.kept
    telling.sink.kept.clear()

    telling.tell("a", at_s=10)
    telling.tell("a", at_s=15)

    ((again, (_, body)),) = telling.sink.kept.items()
    assert again == name
    assert (body["count"], body["firstTimestamp"]) == (4, "1970-01-01T00:00:05Z")
    assert telling.sink.done == [
        ("create", "a", 1),
        ("patch", "a", 2),
        ("patch", "a", 3),
        ("create", "a", 3),
        ("patch", "a", 4),
    ]


def test_an_event_that_is_refused_is_dropped():
    """A refusal stops nobody; the next of its kind is written with what was missed."""
    telling = Telling()
    telling.sink.refusals.append(REFUSED)
    telling.tell("a", "b", "a")

    assert telling.counts() == [("b", 1), ("a", 2)]
    assert telling.sink.done == [
        ("create", "a", 1),
        ("create", "b", 1),
        ("patch", "a", 2),
        ("create", "a", 2),
    ]


def test_what_waits_at_the_end_is_lost():
    """A recorder that is stopped writes nothing more."""
    telling = Telling()
    telling.recorder.event(POD, "Normal", "Why", "a")
    telling.recorder.stop()
    telling.scheduler.run()

    assert telling.sink.done == []
