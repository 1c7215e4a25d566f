"""A whole cluster under random programs, and the oracle once it is at rest.

The programs create, claim, release, delete in every policy and restart the controller
manager, while requests fail and steps at one instant run in any order.
"""

from hypothesis import event, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
)

from gcmodel import Cluster, NotFoundError
from gcmodel.checks.oracle import Ownership, Standing, doomed, violations
from gcmodel.kernel.choices import DrawnSchedule

KINDS = {
    ("v1", "ConfigMap"): True,
    ("v1", "Secret"): True,
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): False,
}
SERVED = {**KINDS, ("v1", "ServiceAccount"): True, ("v1", "Namespace"): False}
NAMESPACES = ("default", "kube-public")
FINALIZERS = ("example.com/held",)
POLICIES = ("Background", "Foreground", "Orphan", None)
VERSIONS = ("1.20", "1.27", "1.31", "1.32", "1.36")
FAULTS = (
    "GET configmaps -> 500 times 2",
    "PATCH secrets -> 500 times 2",
    "DELETE configmaps -> 500 times 2",
    "LIST,WATCH secrets -> 500 times 3",
    "DELETE secrets -> 429 times 2",
    'PATCH configmaps -> 409 Conflict "it was changed" times 1',
)

decisions = st.lists(st.integers(0, 9), max_size=60)
kinds = st.sampled_from(list(KINDS))
policies = st.sampled_from(POLICIES)
flags = st.booleans()


def claim_to(owner, *, blocks):
    """Return a reference to *owner*, which is a stored object."""
    return {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
        "blockOwnerDeletion": blocks,
    }


def claims_itself(one):
    """Whether *one* is its own owner, and so can wait for itself for ever."""
    return one.uid in [claim.uid for claim in one.metadata.owner_references]


def sure_to_stay(before, touched):
    """Return the UIDs of those of *before* that no collector may delete.

    They are what nobody owns, and what is owned by one that is sure to stay.

    Args:
        before: Objects as they once were, with the claims that they still have.
        touched: The UIDs of those that were deleted since, or changed their claims.
    """
    ownership = Ownership.of(before, SERVED)
    living = [
        one
        for one in ownership.objects.values()
        if one.uid not in touched and not one.metadata.being_deleted
    ]
    staying = {one.uid for one in living if not one.metadata.owner_references}
    for _ in living:  # no chain of owners is longer
        staying |= {
            one.uid
            for one in living
            for claim in one.metadata.owner_references
            if claim.uid in staying and ownership.standing(one, claim) is Standing.SOLID
        }
    return staying


class ClusterAtRest(RuleBasedStateMachine):
    """Does to a cluster what users do, and asks the oracle after every rest."""

    objects = Bundle("objects")

    @initialize(target=objects, version=st.sampled_from(VERSIONS), picks=decisions)
    def build(self, version, picks):
        """Start a cluster whose simultaneous steps run as *picks* say."""
        self.cluster = Cluster(
            version, controllers=(), kubelet=False, schedule=DrawnSchedule(picks)
        )
        self.made = 0
        self.late = set()
        self.before = []
        self.touched = set()
        self.cluster.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first"}}
        )
        return ("v1", "ConfigMap", "default/first")

    def now(self, key):
        """Return the stored object of *key*, or None."""
        return self.cluster.find(*key)

    @rule(
        target=objects,
        kind=kinds,
        namespace=st.sampled_from(NAMESPACES),
        owners=st.one_of(
            st.lists(st.tuples(objects, flags), max_size=3),
            st.lists(st.tuples(objects, flags), min_size=2, max_size=2),
        ),
        held=flags,
    )
    def create(self, kind, namespace, owners, held):
        """Create an object that claims some of those that are there.

        Where its owners are, if they are in a namespace.
        """
        api_version, name = kind
        places = [key[2].partition("/")[0] for key, _ in owners if "/" in key[2]]
        namespace = places[0] if places else namespace
        self.made += 1
        in_namespace = namespace if KINDS[kind] else ""
        claims = []
        for key, blocks in owners:
            owner = self.now(key)
            if owner is None or owner.namespace not in ("", in_namespace):
                continue
            if owner.uid not in [claim["uid"] for claim in claims]:
                claims.append(claim_to(owner, blocks=blocks))
        metadata = {
            "name": f"o{self.made}",
            "ownerReferences": claims,
            "finalizers": list(FINALIZERS) if held else [],
        }
        if in_namespace:
            metadata["namespace"] = in_namespace
        stored = self.cluster.apply(
            {"apiVersion": api_version, "kind": name, "metadata": metadata}
        )
        self.late.add(stored.uid)
        self.before.append(stored)
        key = f"{in_namespace}/{stored.name}" if in_namespace else stored.name
        return (api_version, name, key)

    @rule(target=objects, owner=st.one_of(objects), kind=kinds)
    def create_garbage(self, owner, kind):
        """Create an object whose only owner never was."""
        api_version, name = kind
        self.made += 1
        claim = {
            "apiVersion": owner[0],
            "kind": owner[1],
            "name": "never-there",
            "uid": f"never-{self.made}",
        }
        metadata = {"name": f"o{self.made}", "ownerReferences": [claim]}
        stored = self.cluster.apply(
            {"apiVersion": api_version, "kind": name, "metadata": metadata}
        )
        return (api_version, name, stored.key)

    @rule(key=objects, owner=objects, blocks=flags)
    def claim(self, key, owner, blocks):
        """Let one object claim another, beside its owners."""
        dependent, found = self.now(key), self.now(owner)
        if dependent is None or found is None:
            return
        if found.namespace not in ("", dependent.namespace):
            return
        claims = {ref.uid: ref.to_dict() for ref in dependent.metadata.owner_references}
        claims[found.uid] = claim_to(found, blocks=blocks)
        patch = {"metadata": {"ownerReferences": list(claims.values())}}
        self.cluster.patch(dependent, patch=patch)
        self.late.add(dependent.uid)
        self.touched.add(dependent.uid)

    @rule(key=objects)
    def disown(self, key):
        """Let an object claim nobody."""
        self.patch(key, {"metadata": {"ownerReferences": None}})

    @rule(key=objects)
    def let_go(self, key):
        """Take away what holds an object."""
        found = self.now(key)
        if found is not None:
            kept = [one for one in found.metadata.finalizers if one not in FINALIZERS]
            self.patch(key, {"metadata": {"finalizers": kept}})

    def patch(self, key, patch):
        """Patch what may be gone."""
        found = self.now(key)
        if found is not None:
            self.cluster.patch(found, patch=patch)
            self.touched.add(found.uid)

    @rule(key=objects, policy=policies)
    def delete(self, key, policy):
        """Delete an object, if it is there; whatever else has an owner stays."""
        found = self.now(key)
        try:
            self.cluster.delete(*key, propagation=policy)
        except NotFoundError:
            event("deleted twice")
        else:
            self.touched.add(found.uid)

    @rule(target=objects, kind=kinds, owners=st.tuples(kinds, kinds), policy=policies)
    def lose_an_owner(self, kind, owners, policy):
        """Delete one of the two owners of an object; the other one keeps it."""
        first, second = (self.create(one, "default", [], held=False) for one in owners)
        claims = [(first, True), (second, False)]
        dependent = self.create(kind, "default", claims, held=False)
        self.delete(first, policy)
        return dependent

    @rule(seconds=st.sampled_from([0.001, 0.01, 0.2, 3]))
    def wait(self, seconds):
        """Let a little time pass, mostly too little to be done."""
        self.cluster.run(seconds)

    @rule()
    def restart(self):
        """Start the controller manager anew, with nothing known.

        It may meet an owner that waits before it meets the dependents.
        """
        self.cluster.start()
        self.cluster.restart_controller_manager()
        self.late.update(one.uid for one in self.stored())

    @rule(key=objects, policy=st.sampled_from(["Background", "Foreground"]))
    def cascade(self, key, policy):
        """From rest, where nothing is held, exactly what is doomed goes."""
        self.rest()
        before = self.stored()
        target = self.now(key)
        held = any(one.metadata.finalizers for one in before)
        if target is None or held or any(claims_itself(one) for one in before):
            return
        gone = doomed(before, SERVED, target.uid)
        event(f"a cascade of {len(gone)}")

        self.cluster.delete(target, propagation=policy)
        self.touched.add(target.uid)
        self.rest()

        left = {one.uid: one for one in self.stored()}
        assert set(left) == {one.uid for one in before} - gone
        for one in left.values():
            claims = {claim.uid for claim in one.metadata.owner_references}
            assert not claims & gone

    @rule(fault=st.sampled_from(FAULTS))
    def break_something(self, fault):
        """Let some of the next requests fail."""
        self.cluster.faults.add(fault)

    @rule()
    def rest(self):
        """Let the cluster come to rest, retries included, and ask the oracle."""
        self.cluster.run("10m")
        self.cluster.settle()
        stored = self.stored()
        left = {one.uid for one in stored if not one.metadata.being_deleted}
        assert sure_to_stay(self.before, self.touched) <= left
        self.before, self.touched = list(stored), set()
        found = violations(stored, SERVED, self.late)
        assert [str(one) for one in found] == []
        ownership = Ownership.of(stored, SERVED)
        waiting = [
            one.uid for one in stored if Standing.WAITING in ownership.standings(one)
        ]
        self.late.intersection_update(waiting)

    def stored(self):
        """Return all objects of the kinds that take part."""
        return [one for kind in KINDS for one in self.cluster.list(*kind)]

    def teardown(self):
        """Every program ends at rest."""
        if hasattr(self, "cluster"):
            self.rest()


TestClusterAtRest = ClusterAtRest.TestCase
