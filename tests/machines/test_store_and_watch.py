"""The store and its watches, driven by arbitrary writes and held against lists."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gcmodel.errors import ApiError
from gcmodel.objects.options import DeleteOptions
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import CONFIG_MAPS, PODS, BareServer

kinds = st.sampled_from([CONFIG_MAPS, PODS])
names = st.sampled_from("abc")
labels = st.dictionaries(st.just("x"), st.sampled_from("12"))
finalizers = st.lists(st.sampled_from(["x/a", "x/b", "orphan"]), unique=True)
policies = st.sampled_from([None, "Foreground", "Background", "Orphan"])
selectors = st.sampled_from(["", "x=1", "!x"])
raw = st.floats(min_value=0, max_value=1)


def selected(selector, one):
    """Whether one of the selectors above selects an object; they are read by hand."""
    value = one.metadata.labels.get("x")
    return {"": True, "x=1": value == "1", "!x": value is None}[selector]


class Watcher:
    """What a client knows that lists once and then believes its watch."""

    def __init__(self, stream, kind, selector, known, revision):
        """Begin with what was *known* at *revision*."""
        self.stream, self.kind, self.selector = stream, kind, selector
        self.known, self.revision = dict(known), revision

    def catch_up(self):
        """Take in every event that waits; each must be later than the one before."""
        for event in self.stream.drain():
            name, version = (
                event.object.name,
                int(event.object.metadata.resource_version),
            )
            assert version > self.revision
            assert (name in self.known) == (event.type != "ADDED")
            self.revision = version
            if event.type == "DELETED":
                del self.known[name]
            else:
                self.known[name] = event.object


class StoreAndWatchMachine(RuleBasedStateMachine):
    """Applies each write to a server; clients watch from any moment.

    The model is what was listed after each write, by the revision of that moment.
    """

    def __init__(self):
        """Start with an empty server."""
        super().__init__()
        self.server = BareServer()
        self.watchers = []
        self.compacted = 0
        self.revision = self.server.revision
        self.lists = {}
        self._note()

    def _listed(self, kind, selector=""):
        found = self.server.list(kind, label_selector=selector)
        return {one.name: one for one in found.items}

    def _note(self):
        lists = {kind: self._listed(kind) for kind in (CONFIG_MAPS, PODS)}
        self.lists[self.server.revision] = lists

    def _write(self, verb, kind, name="", **parts):
        """Send a write; whatever it does, it is noted. Return the answer, or None."""
        before, known = self.server.revision, self._listed(kind)
        try:
            answer = self.server.send(verb, kind, name, **parts)
        except ApiError:
            answer = None
        after = self.server.revision
        # A revision is taken if, and only if, something changes.
        assert after >= before
        assert (after > before) == (self._listed(kind) != known)
        self._note()
        return answer

    @rule(kind=kinds, name=names, labels=labels, finalizers=finalizers)
    def create(self, kind, name, labels, finalizers):
        """Create an object, unless its name is taken."""
        body = self.server.wanted(
            kind, name, labels=labels, finalizers=tuple(finalizers)
        )
        self._write("create", kind, body=body)

    @rule(kind=kinds, name=names, labels=labels)
    def relabel(self, kind, name, labels):
        """Patch the labels of an object, often to what they are."""
        patch = Patch(PatchType.MERGE, {"metadata": {"labels": labels or None}})
        self._write("patch", kind, name, body=patch)

    @rule(kind=kinds, name=names, finalizers=finalizers)
    def hold(self, kind, name, finalizers):
        """Give an object other finalizers, if it may have them."""
        patch = Patch(PatchType.MERGE, {"metadata": {"finalizers": finalizers}})
        self._write("patch", kind, name, body=patch)

    @rule(kind=kinds, name=names)
    def repeat(self, kind, name):
        """Write an object as it is: silent, unless it only waits to be deleted."""
        stored = self.server.get(kind, name)
        if stored is None:
            return
        waits = stored.metadata.being_deleted and not stored.metadata.finalizers
        before = self.server.revision

        self._write("update", kind, name, body=stored)

        assert (self.server.revision == before) != waits

    @rule(kind=kinds, name=names, policy=policies)
    def delete(self, kind, name, policy):
        """Delete an object, or mark it."""
        options = DeleteOptions(propagation_policy=policy)
        self._write("delete", kind, name, options=options)

    @rule(kind=kinds, policy=policies)
    def delete_all(self, kind, policy):
        """Delete all objects of a kind."""
        options = DeleteOptions(propagation_policy=policy)
        self._write("deletecollection", kind, options=options)

    @rule(kind=kinds, selector=selectors, moment=raw)
    def watch(self, kind, selector, moment):
        """Watch from any moment that was noted and is not forgotten."""
        kept = sorted(one for one in self.lists if one >= self.compacted)
        revision = kept[round(moment * (len(kept) - 1))]
        stream = self.server.watch(
            kind, resource_version=str(revision), label_selector=selector
        )
        known = {
            name: one
            for name, one in self.lists[revision][kind].items()
            if selected(selector, one)
        }
        self.watchers.append(Watcher(stream, kind, selector, known, revision))

    @rule(kind=kinds, moment=raw)
    def look_back(self, kind, moment):
        """List exactly what was there at any moment that is not forgotten."""
        kept = sorted(one for one in self.lists if one >= self.compacted)
        revision = kept[round(moment * (len(kept) - 1))]

        found = self.server.list(
            kind, resource_version=str(revision), resource_version_match="Exact"
        )

        assert {one.name: one for one in found.items} == self.lists[revision][kind]
        assert found.resource_version == str(revision)

    @rule(kind=kinds, limit=st.integers(min_value=1, max_value=3))
    def leaf_through(self, kind, limit):
        """Read page by page: the pages together are the list."""
        page = self.server.list(kind, limit=limit)
        found = list(page.items)
        while page.continue_token:
            token = page.continue_token
            page = self.server.list(kind, limit=limit, continue_token=token)
            found += page.items

        assert found == list(self.server.list(kind).items)

    @rule()
    def compact(self):
        """Forget the history; open watches do not mind."""
        self.server.server.compact()
        self.compacted = self.server.revision

    @precondition(lambda self: min(self.lists) < self.compacted)
    @rule(kind=kinds)
    def watch_too_late(self, kind):
        """A watch from a forgotten moment ends at once, and says why."""
        (event,) = self.server.watch(
            kind, resource_version=str(min(self.lists))
        ).drain()

        assert (event.type, event.status.code) == ("ERROR", 410)

    @invariant()
    def revision_never_falls(self):
        """The revision of the store only grows."""
        assert self.server.revision >= self.revision
        self.revision = self.server.revision

    @invariant()
    def watchers_know_what_is_there(self):
        """Whoever replays the events of a watch has what a list would show."""
        for watcher in self.watchers:
            watcher.catch_up()
            assert watcher.known == self._listed(watcher.kind, watcher.selector)


TestStoreAndWatch = StoreAndWatchMachine.TestCase
