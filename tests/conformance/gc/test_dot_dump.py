"""Rows GC-U-49 to GC-U-61, and recorded dumps: the graph at the debug endpoint.

Upstream: ``TestToDOTGraph`` and its like in
pkg/controller/garbagecollector/dump_test.go
"""

import pytest

from gcmodel.errors import UsageError
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from gcmodel.report.dot import connected, dot, vertices_and_edges

OWNERS = {
    "alpha": ["bravo", "charlie"],
    "bravo": [],
    "charlie": [],
    "delta": ["foxtrot"],
    "echo": [],
    "foxtrot": ["golf"],
    "golf": [],
}
TRIO = ["alpha->bravo", "alpha->charlie"]
CHAIN = ["delta->foxtrot", "foxtrot->golf"]


def nodes_called(*uids, owners=OWNERS):
    """Return the nodes *uids*; each knows its dependents, whether chosen or not."""
    nodes = {
        uid: Node.of(
            ObjectReference("", "", "", "", uid),
            tuple(OwnerReference("", "", "", owner) for owner in named),
        )
        for uid, named in owners.items()
    }
    for node in nodes.values():
        for owner in node.owners:
            if owner.uid in nodes:
                nodes[owner.uid].add_dependent(node)
    return [nodes[uid] for uid in uids]


ALL_BUT_ECHO = ("alpha", "bravo", "charlie", "delta", "foxtrot", "golf")

ROWS = {
    "GC-U-49 three": (("alpha", "bravo", "charlie"), (), "alpha bravo charlie", TRIO),
    "GC-U-50 an owner is missing": (
        ("alpha", "charlie"),
        (),
        "alpha bravo charlie",
        TRIO,
    ),
    "GC-U-51 without relations": (
        ("alpha", "bravo", "charlie", "echo"),
        (),
        "alpha bravo charlie",
        TRIO,
    ),
    "GC-U-52 two groups": (ALL_BUT_ECHO, (), " ".join(ALL_BUT_ECHO), TRIO + CHAIN),
    "GC-U-53 restricted": (
        ("alpha", "bravo", "charlie"),
        ("bravo",),
        "alpha bravo charlie",
        TRIO,
    ),
    "GC-U-54 restricted to one that is missing": (
        ("alpha", "charlie"),
        ("bravo",),
        "",
        [],
    ),
    "GC-U-55 restricted to one without relations": (tuple(OWNERS), ("echo",), "", []),
    "GC-U-56 restricted to a far end": (
        tuple(OWNERS),
        ("golf",),
        "delta foxtrot golf",
        CHAIN,
    ),
    "GC-U-57 restricted to the other end": (
        tuple(OWNERS),
        ("delta",),
        "delta foxtrot golf",
        CHAIN,
    ),
    "GC-U-58 restricted to both groups": (
        tuple(OWNERS),
        ("delta", "charlie"),
        " ".join(ALL_BUT_ECHO),
        TRIO + CHAIN,
    ),
}


@pytest.mark.parametrize(
    ("chosen", "uids", "vertices", "edges"), ROWS.values(), ids=ROWS
)
def test_what_is_drawn(chosen, uids, vertices, edges):
    """Objects with relatives are drawn, and so are owners that are missing."""
    drawn, arrows = vertices_and_edges(connected(nodes_called(*chosen), uids))

    assert sorted(vertex.uid for vertex in drawn) == vertices.split()
    assert sorted(f"{start.uid}->{end.uid}" for start, end in arrows) == edges


def test_missing_owner_is_marked():
    """GC-U-50: of three vertices only the one without a node is missing."""
    drawn, _ = vertices_and_edges(nodes_called("alpha", "charlie"))

    missing = {vertex.uid: vertex.missing for vertex in drawn}
    assert missing == {"alpha": False, "bravo": True, "charlie": False}


def test_two_dependents_of_one_missing_owner():
    """GC-M-202: a missing owner is drawn once for each of its dependents."""
    owners = {"a": ["gone"], "b": ["gone"]}
    drawn, arrows = vertices_and_edges(nodes_called("a", "b", owners=owners))

    assert [vertex.uid for vertex in drawn] == ["a", "b", "gone", "gone"]
    assert [(start.uid, end.uid) for start, end in arrows] == [
        ("a", "gone"),
        ("b", "gone"),
    ]


def test_empty_graph():
    """GC-U-59: an empty graph prints as a header and a closing brace."""
    assert dot([]) == "strict digraph full {\n}\n"


def definition(uid, condition=""):
    """Return the printed vertex of a node that has a UID only."""
    fields = ["group", "version", "kind", "namespace", "name"]
    return "\n".join(
        [
            f'  "{uid}" [',
            f'    label="uid={uid}\\nnamespace=\\n/\\n{condition}"',
            *(f'    {field}=""' for field in fields),
            f'    uid="{uid}"',
            *(
                f'    {field}="false"'
                for field in (
                    "missing",
                    "beingDeleted",
                    "deletingDependents",
                    "virtual",
                )
            ),
            "  ];",
        ]
    )


def test_printed_graph():
    """GC-U-60: vertices and edges are printed in the order of their UIDs."""
    expected = [
        "strict digraph full {",
        "  // Node definitions.",
        *(definition(uid) for uid in ALL_BUT_ECHO),
        "  // Edge definitions.",
        '  "alpha" -> "bravo";',
        '  "alpha" -> "charlie";',
        '  "delta" -> "foxtrot";',
        '  "foxtrot" -> "golf";',
        "}",
        "",
    ]
    assert dot(reversed(nodes_called(*ALL_BUT_ECHO))).split("\n") == "\n".join(
        expected
    ).split("\n")


def test_conditions_are_part_of_the_label():
    """GC-U-60: what holds of a node is printed as one line of its label."""
    node = Node.of(
        ObjectReference("apps/v1", "Deployment", "ns1", "web", "u1"),
        (OwnerReference("v1", "ConfigMap", "gone", "u2"),),
        virtual=True,
        being_deleted=True,
        deleting_dependents=True,
    )
    labels = [line for line in dot([node]).splitlines() if "label" in line]

    assert labels == [
        '    label="uid=u1\\nnamespace=ns1\\nDeployment.v1.apps/web\\n'
        'beingDeleted,deletingDependents,virtual\\n"',
        '    label="uid=u2\\nnamespace=\\nConfigMap.v1/gone\\nmissingFromGraph\\n"',
    ]


def test_escaping():
    """GC-U-61: letters of any language stay, quotes and backslashes are escaped."""
    uid = 'ref1-[]"\\Iñtërnâtiônàlizætiøn,🐹'
    printed = '"ref1-[]\\"\\\\Iñtërnâtiônàlizætiøn,🐹"'
    lines = dot(nodes_called("a", owners={"a": [uid]})).splitlines()

    assert f"  {printed} [" in lines
    assert f"    uid={printed}" in lines
    assert f'  "a" -> {printed};' in lines


def test_control_characters():
    """Characters that cannot be printed are escaped as Go does."""
    assert '\\x01\\u200b\\U000e0001\\t"' in dot(
        nodes_called("a", owners={"a": ["\x01\u200b\U000e0001\t"]})
    )


RECORDED = """strict digraph full {
  // Node definitions.
  0 [
    label="\\"uid=@d#1\\nnamespace=n1\\nConfigMap.v1/d\\n\\""
    group=""
    version="v1"
    kind="ConfigMap"
    namespace="n1"
    name="d"
    uid="@d#1"
    missing="false"
    beingDeleted="false"
    deletingDependents="false"
    virtual="false"
  ];
  1 [
    label="\\"uid=%(uid)s\\nnamespace=n1\\n%(typed)s/%(name)s\\n%(condition)s\\""
    group="%(group)s"
    version="v1"
    kind="%(kind)s"
    namespace="n1"
    name="%(name)s"
    uid="%(uid)s"
    missing="false"
    beingDeleted="false"
    deletingDependents="false"
    virtual="%(virtual)s"
  ];

  // Edge definitions.
  0 -> 1;
}"""
"""What a 1.20.2 control plane returned; only the owner differs."""

VIRTUAL = {
    "uid": "!u1",
    "typed": "Widget.v1.example.test",
    "name": "w",
    "condition": "virtual\\n",
    "group": "example.test",
    "kind": "Widget",
    "virtual": "true",
}
OBSERVED = {
    "uid": "@a#1",
    "typed": "ConfigMap.v1",
    "name": "a",
    "condition": "",
    "group": "",
    "kind": "ConfigMap",
    "virtual": "false",
}


@pytest.mark.parametrize(
    ("api_version", "facts"),
    [
        pytest.param("example.test/v1", VIRTUAL, id="virtual owner"),
        pytest.param("v1", OBSERVED, id="observed owner"),
    ],
)
def test_recorded_dump(api_version, facts):
    """A dump of 1.20.2 numbers its vertices and quotes the label twice."""
    reference = OwnerReference(api_version, facts["kind"], facts["name"], facts["uid"])
    dependent = Node.of(
        ObjectReference("v1", "ConfigMap", "n1", "d", "@d#1"), (reference,)
    )
    owner = Node.of(reference.in_namespace("n1"), virtual=facts["virtual"] == "true")
    owner.add_dependent(dependent)

    dumped = dot([dependent, owner], uids=[facts["uid"]], numbered=True)

    assert dumped == RECORDED % facts


def test_owner_of_itself():
    """An object that owns itself panics up to 1.27, and is drawn with a loop since."""
    nodes = nodes_called("a", owners={"a": ["a"]})

    assert '  "a" -> "a";' in dot(nodes).splitlines()
    with pytest.raises(UsageError, match="simple: adding self edge"):
        dot(nodes, numbered=True)
