"""The history of templates: collisions, limits, adoption."""

from gcmodel.controllers.controller_revisions import (
    RevisionHistory,
    revision_data,
    revision_hash,
)
from gcmodel.controllers.resource_names import (
    CONTROLLER_REVISIONS,
    STATEFUL_SET,
    STATEFUL_SETS,
)
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from tests.unit.controllers.fakes import TEMPLATE, Workshop, an_object, made_by

SET = an_object(
    "StatefulSet",
    "db",
    {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
)
OURS = (made_by("StatefulSet", "db", "uid-db"),)
DATA = revision_data(SET)


def revision(name, number, data=None, owners=OURS):
    """Return a revision."""
    meta = ObjectMeta(
        name=name,
        namespace="default",
        uid=f"uid-{name}",
        resource_version="1",
        labels={"app": "web"},
        owner_references=owners,
    )
    body = {"revision": number, "data": data or {"n": name}}
    return KubeObject("apps/v1", "ControllerRevision", meta, body)


def history(workshop):
    """Return the history of StatefulSets."""
    return RevisionHistory(workshop.surroundings, STATEFUL_SET, STATEFUL_SETS)


def test_a_first_revision():
    """The first revision is named after the template and remembers it as a patch."""
    workshop = Workshop()

    found, collisions = workshop.run(history(workshop).current(SET, []))

    assert collisions == 0
    assert found.name == f"db-{revision_hash(DATA, 0)}"
    assert (found.body["revision"], found.body["data"]) == (1, DATA)
    assert found.metadata.owner_references == OURS
    assert DATA["spec"]["template"] == {**TEMPLATE, "$patch": "replace"}


def test_a_stranger_of_that_name():
    """A name that a stranger has taken raises the collision count at once."""
    workshop = Workshop()
    taken = revision(f"db-{revision_hash(DATA, 0)}", 1, {"other": 1})
    workshop.client.put(CONTROLLER_REVISIONS, taken)

    found, collisions = workshop.run(history(workshop).current(SET, []))

    assert (found.name, collisions) == (f"db-{revision_hash(DATA, 1)}", 1)


def test_a_late_cache_is_no_collision():
    """A revision of ours that the cache does not show yet is used."""
    workshop = Workshop()
    ours = revision(f"db-{revision_hash(DATA, 0)}", 1, DATA)
    workshop.client.put(CONTROLLER_REVISIONS, ours)

    assert workshop.run(history(workshop).current(SET, [])) == (ours, 0)


def test_returning_renews():
    """Returning to an earlier template makes its revision the newest."""
    workshop = Workshop()
    revisions = [revision("first", 1, DATA), revision("second", 2)]
    workshop.put(CONTROLLER_REVISIONS, *revisions)

    found, _ = workshop.run(history(workshop).current(SET, revisions))

    assert (found.name, found.body["revision"]) == ("first", 3)


def test_claiming_sorts_and_adopts():
    """Revisions are claimed by selector, oldest first."""
    workshop = Workshop()
    revisions = [revision("b", 2), revision("a", 1, owners=())]
    workshop.put(STATEFUL_SETS, SET)
    workshop.put(CONTROLLER_REVISIONS, *revisions)

    found = workshop.run(history(workshop).claim(SET))

    assert [one.name for one in found] == ["a", "b"]
    assert workshop.client.calls[-1] == ("patch", "controllerrevisions", "a")


def test_truncating():
    """The oldest idle revisions beyond the limit go; one that is gone is no error."""
    workshop = Workshop()
    revisions = [revision(name, n) for n, name in enumerate("abcde")]
    workshop.put(CONTROLLER_REVISIONS, *revisions[1:])
    limited = SET.with_body(spec=SET.spec | {"revisionHistoryLimit": 1})

    workshop.run(history(workshop).truncate(limited, revisions, ["b", "e"]))

    deleted = [name for verb, _, name in workshop.client.calls if verb == "delete"]
    assert deleted == ["a", "c"]


def test_the_count_is_part_of_the_hash():
    """Each collision count gives another name."""
    assert len({revision_hash(DATA, count) for count in (None, 0, 1, 2)}) == 4
