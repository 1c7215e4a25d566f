"""An informer, whose watch breaks at will, held against what the store went through."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gcmodel.apiserver.watch import ERROR, WatchEvent
from gcmodel.client.client import Client
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.cluster.cluster import Cluster
from gcmodel.errors import AlreadyExistsError, NotFoundError, Status
from gcmodel.faults.kinds import Fault, Match, Refuse
from gcmodel.objects.identity import GroupVersionResource

SECRETS = GroupVersionResource("", "v1", "secrets")
BROKEN = Fault(Match(verb="list", resource="secrets"), Refuse(500))
GONE = None
ENDS = {
    "expired": Status(410, "Expired", "too old resource version"),
    "throttled": Status(429, "TooManyRequests", "slow down"),
    "failed": Status(500, "InternalError", "etcdserver: no leader"),
}

names = st.sampled_from(["a", "b", "c"])


class InformerMachine(RuleBasedStateMachine):
    """Changes objects, breaks watches and lists, and lets time pass.

    The model knows the states that each object went through, as resource versions,
    and those that the handler was told of; a state without the object is one too.
    """

    @initialize(
        version=st.sampled_from(["1.20", "1.31", "1.36"]),
        seed=st.integers(min_value=0, max_value=3),
    )
    def start(self, version, seed):
        """Start a server and an informer; nothing else runs."""
        self.cluster = Cluster(
            version, seed, controllers=(), kubelet=False, garbage_collector=False
        )
        client = Client(self.cluster.transport, "informers")
        factory = SharedInformerFactory(
            self.cluster.scheduler, client, client, self.cluster.profile
        )
        self.informer = factory.informer(SECRETS)
        self.informer.add_event_handler(self)
        factory.start()
        self.states = {name: [GONE] for name in "abc"}
        self.told = {name: [GONE] for name in "abc"}
        self.has_synced = False

    # The handler

    def on_add(self, seen):
        """An object appeared."""
        self._tell(seen.name, seen.metadata.resource_version)

    def on_update(self, before, seen):
        """An object changed."""
        assert self.told[seen.name][-1] == before.metadata.resource_version
        self._tell(seen.name, seen.metadata.resource_version)

    def on_delete(self, last):
        """An object went."""
        self._tell(last.name, GONE)

    def _tell(self, name, state):
        if name in self.told and self.told[name][-1] != state:
            self.told[name].append(state)

    # What happens

    @rule(name=names)
    def create(self, name):
        """Somebody creates an object, unless it is there."""
        meta = {"name": name, "namespace": "default"}
        try:
            made = self.cluster.create(
                {"apiVersion": "v1", "kind": "Secret", "metadata": meta}
            )
        except AlreadyExistsError:
            return
        self.states[name].append(made.metadata.resource_version)

    @rule(name=names)
    def change(self, name):
        """Somebody changes an object, if it is there."""
        label = {"changed": str(self.cluster.server.store.revision)}
        try:
            changed = self.cluster.patch(
                "v1", "Secret", f"default/{name}", patch={"metadata": {"labels": label}}
            )
        except NotFoundError:
            return
        self.states[name].append(changed.metadata.resource_version)

    @rule(name=names)
    def delete(self, name):
        """Somebody deletes an object, if it is there."""
        try:
            self.cluster.delete("v1", "Secret", f"default/{name}")
        except NotFoundError:
            return
        self.states[name].append(GONE)

    @rule(how=st.sampled_from([*ENDS, "closed"]))
    def break_watch(self, how):
        """The watch ends, with an error or without."""
        stream = self.informer.reflector.stream
        if stream is None:
            return
        if how in ENDS:
            stream.push(WatchEvent(ERROR, None, ENDS[how]))
        stream.close()

    @rule()
    def break_list(self):
        """Lists fail from now on."""
        if BROKEN not in list(self.cluster.faults):
            self.cluster.faults.add(BROKEN)

    @rule()
    def mend_list(self):
        """Lists work again."""
        self.cluster.faults.clear()

    @rule(milliseconds=st.sampled_from([1, 3, 1000, 40_000]))
    def wait(self, milliseconds):
        """Time passes."""
        self.cluster.run(f"{milliseconds}ms")

    # What holds

    @invariant()
    def lagging(self):
        """Each object goes through a subsequence of its states, in order."""
        for name, told in self.told.items():
            states = iter(self.states[name])
            assert all(state in states for state in told)

    @invariant()
    def caching(self):
        """What is cached is a state that the object was in."""
        for cached in self.informer.indexer.list("default"):
            if cached.name in self.states:
                version = cached.metadata.resource_version
                assert version in self.states[cached.name]

    @invariant()
    def sticky(self):
        """Once synced, an informer stays so."""
        assert self.informer.has_synced or not self.has_synced
        self.has_synced = self.informer.has_synced

    def teardown(self):
        """When nothing breaks any more, the handler was told of the present state."""
        if not hasattr(self, "cluster"):
            return
        self.cluster.faults.clear()
        self.cluster.run("3m")
        assert self.informer.has_synced
        assert {name: told[-1] for name, told in self.told.items()} == {
            name: states[-1] for name, states in self.states.items()
        }


TestInformer = pytest.mark.slow(InformerMachine.TestCase)
