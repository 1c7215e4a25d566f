"""The notation in which the rows about conflicting data are written.

A script is a series of steps, one a line, each followed by indented lines that state
everything that can be seen afterwards; what is left out is empty:

    G{P1<-N, v:N~}   nodes: P1, which names the owner N; N~, which is only claimed
    ATD[v:N~, P1]    what is queued to be looked at, in order; likewise ATO[]
    GC[VD(P1)]       graph changes that wait; VD is a worker's virtual delete event
    ACT[get pods ns1 podname1]   requests since the step before
    EV[Node: P1-]    Events since the step before: the kind of the dependent, and
                     the owner that is not in its namespace
    CACHE{P2a}       owners known to be absent

Steps: ``server: …`` (objects that exist), ``lose: …`` (that exist no more),
``add X``, ``delete X``, ``insert add X`` (before all other changes), and ``GC 1``,
``ATD 1``, ``ATO 1`` (process so many).
"""

import re

from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from tests.conformance.gc.harness import Harness, kube_object

RBAC = "rbac.authorization.k8s.io"
KNOWN = {
    "P1": ObjectReference("v1", "Pod", "ns1", "podname1", "poduid1"),
    "P1-": ObjectReference("v1", "Pod", "", "podname1", "poduid1"),
    "P2a": ObjectReference("v1", "Pod", "ns1", "podname2", "poduid2"),
    "P2b": ObjectReference("v1", "Pod", "ns2", "podname2", "poduid2"),
    "N": ObjectReference("v1", "Node", "", "nodename", "nodeuid1"),
    "N~": ObjectReference("v1", "Node", "ns1", "nodename", "nodeuid1"),
    "Rb": ObjectReference(f"{RBAC}/v1beta1", "Role", "ns1", "role1", "roleuid1"),
    "Rv": ObjectReference(f"{RBAC}/v1", "Role", "ns1", "role1", "roleuid1"),
    "Da": ObjectReference(
        "apps/v1", "Deployment", "ns1", "deployment1", "deploymentuid1"
    ),
    "De": ObjectReference(
        "extensions/v1beta1", "Deployment", "ns1", "deployment1", "deploymentuid1"
    ),
    "Sx": ObjectReference("v1", "Secret", "ns1", "secretname", "deploymentuid1"),
    "Bad": ObjectReference("v1", "Pod", "ns1", "badpod", "badpoduid"),
    "Good": ObjectReference("v1", "Pod", "ns1", "goodpod", "goodpoduid"),
}
"""Names of the identities; ``De`` is of a kind that is not served."""

NAMES = {identity: name for name, identity in KNOWN.items()}
OWNER_NAMES = {
    (one.api_version, one.kind, one.name, one.uid): name
    for name, one in reversed(KNOWN.items())
}
"""A reference carries no namespace: the first name that fits stands for all."""

FIELD = re.compile(r"([A-Z]+)[\[{](.*?)[\]}]", re.DOTALL)
FIELDS = ("G", "ATD", "ATO", "GC", "ACT", "EV", "CACHE")


def play(script, kubernetes="1.28"):
    """Take the steps of *script* and hold each to what it says comes of it."""
    harness = Harness(kubernetes)
    seen = {"actions": 0, "events": 0}
    for step, expected in read(script):
        take(harness, step)
        actual = state(harness, seen)
        assert (step, actual) == (step, {name: expected[name] for name in FIELDS})


def read(script):
    """Return the steps of *script*, each with what can be seen after it."""
    steps = []
    for line in script.strip("\n").splitlines():
        if line.startswith(" "):
            steps[-1][1] += line
        else:
            steps.append([line, ""])
    return [(step, expectation(text)) for step, text in steps]


def expectation(text):
    """Return the fields of an expectation in comparable form."""
    found = {name: [] for name in FIELDS}
    for name, body in FIELD.findall(text):
        separator = ";" if name in ("ACT", "EV") else ","
        found[name] = [part.strip() for part in body.split(separator)]
    found["G"] = sorted(uniform(node) for node in found["G"])
    found["CACHE"] = sorted(found["CACHE"])
    found["EV"] = [event_text(*event.split(": ")) for event in found["EV"]]
    return found


def uniform(node):
    """Rename the owner in ``X<-Y`` to the name that stands for all its like."""
    name, arrow, owner = node.partition("<-")
    return name + arrow + owner_name(KNOWN[owner]) if arrow else name


def owner_name(owner):
    """Return the name of an owner, whatever its namespace."""
    return OWNER_NAMES[owner.api_version, owner.kind, owner.name, owner.uid]


def event_text(kind, owner):
    """Return the Event about a dependent of *kind* that names *owner*."""
    claimed = KNOWN[owner]
    return (
        f"Warning OwnerRefInvalidNamespace ownerRef {claimed} does not exist in "
        f'namespace "{claimed.namespace}" v1/{kind}'
    )


def take(harness, step):
    """Take one step."""
    word, _, rest = step.partition(" ")
    match word:
        case "server:":
            for name in rest.split(", "):
                harness.server.put(object_of(name))
        case "lose:":
            for name in rest.split(", "):
                harness.server.lose(KNOWN[name])
        case "add" | "delete":
            harness.say(word, object_of(rest))
            if len(harness.collector.graph_changes) == 1:
                harness.process_graph_changes(1)
        case "insert":
            kind, _, name = rest.partition(" ")
            harness.say(kind, object_of(name), first=True)
        case _:
            process = {
                "GC": harness.process_graph_changes,
                "ATD": harness.process_attempt_to_delete,
                "ATO": harness.process_attempt_to_orphan,
            }
            process[word](int(rest))


def object_of(text):
    """Return the object written ``X`` or ``X<-Y``."""
    name, arrow, owner = text.partition("<-")
    owners = [reference_to(KNOWN[owner])] if arrow else []
    return kube_object(KNOWN[name], owners)


def reference_to(owner, **flags):
    """Return an owner reference to the identity *owner*."""
    return OwnerReference(owner.api_version, owner.kind, owner.name, owner.uid, **flags)


def state(harness, seen):
    """Return everything that can be seen, in the form of an expectation."""
    collector, server = harness.collector, harness.server
    actions = server.actions[seen["actions"] :]
    events = harness.recorder.events[seen["events"] :]
    seen["actions"], seen["events"] = len(server.actions), len(harness.recorder.events)
    return {
        "G": sorted(node_text(node, owners=True) for node in harness.graph),
        "ATD": [node_text(node) for node in collector.attempt_to_delete.items()],
        "ATO": [node_text(node) for node in collector.attempt_to_orphan.items()],
        "GC": [change_text(change) for change in collector.graph_changes.items()],
        "ACT": actions,
        "EV": [
            f"{kind} {reason} {message} {involved.api_version}/{involved.kind}"
            for kind, reason, message, involved in events
        ],
        "CACHE": sorted(NAMES[absent] for absent in harness.cache),
    }


def node_text(node, *, owners=False):
    """Return a node as expectations write it."""
    text = ("v:" if node.virtual else "") + NAMES[node.identity]
    if owners and node.owners:
        text += "<-" + ",".join(owner_name(owner) for owner in node.owners)
    return text


def change_text(change):
    """Return a graph change as expectations write it."""
    name = NAMES[change.identity]
    return f"VD({name})" if change.virtual else f"{change.type} {name}"
