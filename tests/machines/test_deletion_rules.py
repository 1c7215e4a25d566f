"""The decision of a delete about finalizers, against a plain restatement of its rules.

The restatement follows the table of upstream's tests, not the code: it asks first
what is wanted, and then what that leaves.
"""

from hypothesis import given, strategies as st

from gcmodel.apiserver.deletion import collector_finalizers, namespace_finalizers
from gcmodel.objects.metadata import ObjectMeta
from gcmodel.objects.options import DeleteOptions

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
COLLECTORS = (ORPHAN, FOREGROUND)

finalizers = st.lists(
    st.sampled_from([*COLLECTORS, "x/a", "y/b", "kubernetes"]), unique=True
)
policies = st.sampled_from([None, "Orphan", "Foreground", "Background"])
answers = st.sampled_from([None, True, False])
defaults = st.sampled_from(["Orphan", "Background", "Unsupported"])


def options_of(policy, orphan_dependents):
    """Return DeleteOptions."""
    return DeleteOptions(propagation_policy=policy, orphan_dependents=orphan_dependents)


def wanted(existing, policy, orphan_dependents, default):
    """Return what a delete wants: one of the two finalizers, or None."""
    if default == "Unsupported":
        return None
    if orphan_dependents is not None:
        return ORPHAN if orphan_dependents else None
    if policy is not None:
        return {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(policy)
    there = [one for one in existing if one in COLLECTORS]
    if there:
        return there[0]
    return ORPHAN if default == "Orphan" else None


def wanted_of_namespace(existing, policy, orphan_dependents):
    """Return what the first delete of a Namespace wants: a set of the two."""
    if policy is None and orphan_dependents is None:
        return {one for one in existing if one in COLLECTORS}
    found = {"Orphan": {ORPHAN}, "Foreground": {FOREGROUND}}.get(policy, set())
    if orphan_dependents is not None:
        found = found | {ORPHAN if orphan_dependents else FOREGROUND}
    return found


def left(existing, chosen):
    """Return the finalizers that *chosen* leaves: same set, same order."""
    others = [one for one in existing if one not in COLLECTORS]
    after = others + [one for one in COLLECTORS if one in chosen]
    return list(existing) if set(after) == set(existing) else after


@given(finalizers, policies, answers, defaults)
def test_collector_finalizers(existing, policy, orphan_dependents, default):
    """For every kind, a delete leaves what its options, its past or its kind want."""
    chosen = wanted(existing, policy, orphan_dependents, default)

    found = collector_finalizers(
        ObjectMeta(finalizers=tuple(existing)),
        options_of(policy, orphan_dependents),
        default,
    )

    assert list(found) == left(existing, {chosen} if chosen else set())


@given(finalizers, policies, answers, defaults)
def test_deciding_twice(existing, policy, orphan_dependents, default):
    """The same delete again changes nothing."""
    options = options_of(policy, orphan_dependents)
    once = collector_finalizers(
        ObjectMeta(finalizers=tuple(existing)), options, default
    )

    assert collector_finalizers(ObjectMeta(finalizers=once), options, default) is once


@given(finalizers, policies, answers)
def test_namespace_finalizers(existing, policy, orphan_dependents):
    """A Namespace is different: not to orphan its dependents means the foreground."""
    found = namespace_finalizers(
        ObjectMeta(finalizers=tuple(existing)), options_of(policy, orphan_dependents)
    )

    chosen = wanted_of_namespace(existing, policy, orphan_dependents)
    assert list(found) == left(existing, chosen)
