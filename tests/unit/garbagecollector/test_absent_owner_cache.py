"""Which of the absent owners are forgotten."""

import pytest

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.objects.identity import ObjectReference

OWNERS = {
    name: ObjectReference("v1", "ConfigMap", "ns1", name, f"uid-{name}")
    for name in "abc"
}


@pytest.mark.parametrize("by_uid", [False, True])
@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ("+a +b +c", "bc"),
        ("+a +b +a +c", "ac"),
        ("+a +b ?a +c", "ac"),
        ("+a +b ?c +c", "bc"),
        ("+a +a", "a"),
    ],
)
def test_least_recently_used_goes(steps, left, by_uid):
    """Of three owners in a cache of two, the one used longest ago is forgotten."""
    cache = AbsentOwnerCache(capacity=2, by_uid=by_uid)
    for sign, name in steps.split():
        use = cache.add if sign == "+" else cache.has
        use(OWNERS[name])

    assert list(cache) == [
        OWNERS[name].uid if by_uid else OWNERS[name] for name in left
    ]
