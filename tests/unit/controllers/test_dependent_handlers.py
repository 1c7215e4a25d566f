"""Which controllers an event of a dependent wakes."""

import attrs
import pytest

from gcmodel.client.indexer import Indexer
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.objects.metadata import KubeObject
from tests.unit.controllers.fakes import a_pod, a_replica_set, made_by


@attrs.define
class Heard:
    """Keeps what handlers were called with, as words."""

    words: list[str] = attrs.field(factory=list)

    def handlers(self, *controllers, deletion_is_gone=True):
        """Return handlers for ReplicaSets that a cache shows."""
        indexer = Indexer()
        for controller in controllers:
            indexer.store(controller)
        return DependentHandlers(
            indexer,
            "ReplicaSet",
            lambda one: self.words.append(f"wake {one.name}"),
            created=lambda one: self.words.append(f"created {one.name}"),
            deleted=lambda one, pod: self.words.append(
                f"deleted {one.name}/{pod.name}"
            ),
            changed=lambda one, *_: self.words.append(f"changed {one.name}"),
            deletion_is_gone=deletion_is_gone,
        )


WEB = a_replica_set("web")
OTHER = a_replica_set("other")
POD = a_pod("p", WEB)
ORPHAN = a_pod("o")


def newer(pod, **metadata):
    """Return a later state of *pod*."""
    return pod.with_metadata(resource_version="2", **metadata)


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        pytest.param(POD, ["created web", "wake web"], id="managed"),
        pytest.param(ORPHAN, ["wake web", "wake other"], id="orphan"),
        pytest.param(a_pod("o", labels={}), [], id="orphan without labels"),
        pytest.param(a_pod("o", labels={"app": "x"}), [], id="orphan of nobody"),
        pytest.param(
            a_pod("p", WEB, deletion_timestamp=1),
            ["deleted web/p", "wake web"],
            id="going already",
        ),
        pytest.param(
            a_pod("p", owner_references=(made_by("ReplicaSet", "web", "dead"),)),
            [],
            id="of a dead namesake",
        ),
        pytest.param(
            a_pod("p", owner_references=(made_by("Job", "web", "uid-web"),)),
            [],
            id="of another kind",
        ),
    ],
)
def test_added(pod, words):
    """A dependent that appears wakes its controller, or those that select it."""
    heard = Heard()

    heard.handlers(WEB, OTHER).on_add(pod)

    assert heard.words == words


@pytest.mark.parametrize(
    ("before", "seen", "words"),
    [
        pytest.param(POD, POD, [], id="resync"),
        pytest.param(POD, newer(POD), ["wake web", "changed web"], id="change"),
        pytest.param(
            POD,
            newer(POD, owner_references=()),
            ["wake web", "wake web", "wake other"],
            id="released",
        ),
        pytest.param(
            ORPHAN,
            newer(ORPHAN, owner_references=POD.metadata.owner_references),
            ["wake web", "changed web"],
            id="adopted",
        ),
        pytest.param(ORPHAN, newer(ORPHAN), [], id="orphan, nothing of interest"),
        pytest.param(
            a_pod("o", labels={"app": "x"}),
            newer(ORPHAN),
            ["wake web", "wake other"],
            id="orphan, other labels",
        ),
        pytest.param(
            POD,
            newer(POD, deletion_timestamp=1),
            ["deleted web/p", "wake web"],
            id="begins to go",
        ),
        pytest.param(
            POD,
            newer(POD, deletion_timestamp=1, labels={}),
            ["deleted web/p", "wake web"] * 2,
            id="begins to go with other labels",
        ),
        pytest.param(
            POD,
            newer(POD, owner_references=(made_by("ReplicaSet", "other", "uid-other"),)),
            ["wake web", "wake other", "changed other"],
            id="changes hands",
        ),
        pytest.param(
            POD,
            newer(POD, owner_references=(made_by("ReplicaSet", "gone", "uid-gone"),)),
            ["wake web"],
            id="changes to one unknown",
        ),
    ],
)
def test_updated(before, seen, words):
    """A dependent that changes wakes the old controller and the new."""
    heard = Heard()

    heard.handlers(WEB, OTHER).on_update(before, seen)

    assert heard.words == words


def test_deletion_as_a_change():
    """Where a dependent that goes still counts, its going is a change like others."""
    heard = Heard()
    handlers = heard.handlers(WEB, deletion_is_gone=False)

    handlers.on_add(a_pod("p", WEB, deletion_timestamp=1))
    handlers.on_update(POD, newer(POD, deletion_timestamp=1))

    assert heard.words == ["created web", "wake web", "wake web", "changed web"]


def test_deleted():
    """A dependent that is gone wakes its controller; an orphan nobody."""
    heard = Heard()
    handlers = heard.handlers(WEB)

    handlers.on_delete(POD)
    handlers.on_delete(ORPHAN)

    assert heard.words == ["deleted web/p", "wake web"]


@pytest.mark.parametrize(
    ("kind", "selector", "matches"),
    [
        ("ReplicaSet", {"matchLabels": {"app": "web"}}, True),
        ("ReplicaSet", {"app": "else"}, True),
        ("ReplicationController", {"app": "web"}, True),
        ("ReplicationController", {"app": "else"}, False),
        ("ReplicaSet", {}, True),
        ("ReplicaSet", None, False),
        ("ReplicaSet", {"matchLabels": {"app": "not a value"}}, False),
    ],
)
def test_selectors(kind, selector, matches):
    """Only a ReplicationController's is a plain map; a bad one selects nothing."""
    controller = KubeObject("v1", kind, WEB.metadata, {"spec": {"selector": selector}})

    assert selector_of(controller).matches({"app": "web"}) == matches
