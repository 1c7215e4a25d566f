"""Shared informers: what handlers are told, and what the cache shows meanwhile."""

import pytest

from gcmodel.client.informer import SharedInformerFactory
from gcmodel.kernel.choices import Choices, RandomSchedule
from gcmodel.kernel.durations import HOUR, MINUTE
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.versions.profile import Profile
from tests.unit.client.scripted_server import (
    CONFIG_MAPS,
    FAILED,
    ScriptedServer,
    changed,
    config_map,
    deleted,
    listed,
)


class Told:
    """A handler that writes down what it is told, and who tells it."""

    def __init__(self):
        """Know nothing."""
        self.said = []

    def on_add(self, seen):
        """An object appeared."""
        self.said.append(f"add {_text(seen)}")

    def on_update(self, before, seen):
        """An object changed."""
        self.said.append(f"update {_text(before)} to {_text(seen)}")

    def on_delete(self, last):
        """An object went."""
        self.said.append(f"delete {_text(last)}")


class Looking(Told):
    """A handler that looks into the cache when it is told of something."""

    def __init__(self, cache, shown):
        """Write down in *shown* how much is in *cache*."""
        super().__init__()
        self.cache = cache
        self.shown = shown

    def on_add(self, seen):
        """An object appeared."""
        super().on_add(seen)
        self.shown.add(len(self.cache.list()))


def _text(seen):
    return f"{seen.name}@{seen.metadata.resource_version}"


def informers_over(*script, kubernetes="1.28"):
    """Return a factory over a scripted server."""
    scheduler = Scheduler(Choices(1))
    server = ScriptedServer(scheduler, *script)
    profile = Profile.for_version(kubernetes)
    return SharedInformerFactory(scheduler, server, server, profile)


def told(*script, kubernetes="1.28", until_ns=MINUTE):
    """Return what a handler is told when an informer runs over a script."""
    factory = informers_over(*script, kubernetes=kubernetes)
    handler = Told()
    factory.informer(CONFIG_MAPS).add_event_handler(handler)
    factory.start()
    factory.scheduler.run(until_ns)
    return handler.said


def test_every_change_is_told():
    """What the list brings is added; the watch then adds, updates and deletes."""
    events = [changed("11", "b"), changed("12", "a"), deleted("13", "b")]

    assert told(listed("10", "a"), events) == [
        "add a@10",
        "update a@10 to a@12",
        "add b@11",
        "delete b@13",
    ]


def test_every_change_is_told_in_order():
    """Since 1.33 changes of different objects are told in the order they came."""
    events = [changed("11", "b"), changed("12", "a"), deleted("13", "b")]

    in_order = Profile.for_version("1.28").flipped(in_order_informers=True)

    assert told(listed("10", "a"), events, kubernetes=in_order) == [
        "add a@10",
        "add b@11",
        "update a@10 to a@12",
        "delete b@13",
    ]


def test_relist_finds_what_was_missed():
    """A relist tells of what changed, and of what went, in its last known state."""
    script = [listed("10", "a", "b"), [FAILED], listed("20", "a"), []]

    assert told(*script) == [
        "add a@10",
        "add b@10",
        "update a@10 to a@20",
        "delete b@10",
    ]


def test_another_incarnation_is_an_update():
    """X-10: deleted and created anew between two lists, an object is updated."""
    old, new = config_map("a", "10", "u1"), config_map("a", "20", "u2")
    factory = informers_over(
        ObjectList((old,), "10"), [FAILED], ObjectList((new,), "20"), []
    )
    uids = []

    class Handler(Told):
        def on_update(self, before, seen):
            uids.append((before.uid, seen.uid))

    handler = Handler()
    factory.informer(CONFIG_MAPS).add_event_handler(handler)
    factory.start()
    factory.scheduler.run(MINUTE)

    assert (uids, handler.said) == ([("u1", "u2")], ["add a@10"])


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(1, ["add a@10", "update a@10 to a@10"], id="early"),
        pytest.param(11, ["add a@10", "update a@10 to a@10"], id="not so early"),
        pytest.param(25, ["add a@10"], id="after the first resync"),
    ],
)
def test_unchanged_objects_of_a_relist(hours, expected):
    """Unchanged objects of a relist are told of until the first resync is due."""
    scheduler = Scheduler(Choices(1))
    same = listed("10", "a")
    server = ScriptedServer(scheduler, same)
    profile = Profile.for_version("1.28")
    factory = SharedInformerFactory(scheduler, server, server, profile)
    informer, handler = factory.informer(CONFIG_MAPS), Told()
    informer.add_event_handler(handler)
    factory.start()
    scheduler.run(hours * HOUR)

    informer._fifo.replace(same.items)
    scheduler.run(hours * HOUR + MINUTE)

    assert handler.said == expected


def test_synced_is_not_told():
    """Sticky: synced means taken in, not told; and it does not end with the watch."""
    factory = informers_over(listed("10", "a"), [FAILED])
    informer, handler = factory.informer(CONFIG_MAPS), Told()
    informer.add_event_handler(handler)
    factory.start()
    factory.scheduler.run(MINUTE, stop=lambda: informer.has_synced and not handler.said)
    before = (informer.has_synced, len(informer.indexer), handler.said[:])
    factory.scheduler.run(10 * MINUTE)

    assert before == (True, 1, [])
    assert (informer.has_synced, handler.said) == (True, ["add a@10"])


def test_never_synced():
    """An informer whose list fails never syncs, and tells nothing."""
    factory = informers_over()
    informer = factory.informer(CONFIG_MAPS)
    factory.start()
    factory.scheduler.run(10 * MINUTE)

    assert (informer.has_synced, informer.indexer.list()) == (False, [])


def test_a_late_handler_is_told_of_what_is_cached():
    """A handler that comes late is told of all that is cached; the others are not."""
    factory = informers_over(listed("10", "a"), [changed("11")])
    informer, early, late = factory.informer(CONFIG_MAPS), Told(), Told()
    informer.add_event_handler(early)
    factory.start()
    factory.scheduler.run(MINUTE)
    informer.add_event_handler(late)
    factory.scheduler.run(2 * MINUTE)

    assert late.said == ["add a@11"]
    assert early.said == ["add a@10", "update a@10 to a@11"]


def test_removed_handler():
    """A handler that was removed is told of nothing new."""
    events = [changed("11")]
    factory = informers_over(listed("10", "a"), events)
    informer, handler = factory.informer(CONFIG_MAPS), Told()
    informer.add_event_handler(handler)
    informer.remove_event_handler(handler)
    factory.start()
    factory.scheduler.run(MINUTE)

    assert handler.said == []


def test_one_informer_for_each_resource():
    """Whoever asks for a resource gets the same informer, started once."""
    secrets = GroupVersionResource("", "v1", "secrets")
    factory = informers_over(listed("10"))

    first = factory.informer(CONFIG_MAPS)
    factory.start()
    factory.start()
    factory.scheduler.run(MINUTE)

    assert factory.informer(CONFIG_MAPS) is first
    assert factory.informer(secrets) is not first
    assert [one.started for one in factory] == [True, False]
    assert len(first.client.asked) == 2


@pytest.mark.parametrize(
    ("kubernetes", "sizes"), [("1.35", {1, 2, 3}), ("1.36", {3})], ids=str
)
def test_what_the_cache_shows_while_a_list_is_told(kubernetes, sizes):
    """Up to 1.35 a handler may see part of a list in the cache; then all of it."""
    shown = set()
    for seed in range(20):
        scheduler = Scheduler(Choices(seed, RandomSchedule(seed)))
        server = ScriptedServer(scheduler, listed("10", "a", "b", "c"), [])
        profile = Profile.for_version(kubernetes).flipped(watch_list_client=False)
        informer = SharedInformerFactory(scheduler, server, server, profile).informer(
            CONFIG_MAPS
        )

        informer.add_event_handler(Looking(informer.indexer, shown))
        informer.start()
        scheduler.run(MINUTE)

    assert shown == sizes
