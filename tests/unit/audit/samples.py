"""Objects and dumps for tests of the audit."""

import gzip
import io
import json

from gcmodel.audit import load


class Sips(io.BytesIO):
    """A stream that gives a few bytes at a time, whatever is asked for."""

    def __init__(self, octets, size=37):
        """Hold *octets*, to be given *size* at a time."""
        super().__init__(octets)
        self.sip = size

    def read1(self, _size=-1):
        """Return the next few bytes."""
        return self.read(self.sip)


def an_object(name, *, kind="Pod", owners=(), **metadata):
    """Return an object called *name*, with the UID ``uid-NAME``."""
    meta = {"name": name, "namespace": "ns", "uid": f"uid-{name}", **metadata}
    if owners:
        meta["ownerReferences"] = [a_reference(owner) for owner in owners]
    wire = {"apiVersion": "v1", "kind": kind, "metadata": meta}
    # Nested metadata, as templates have, must not be taken for the object's own.
    template = {"metadata": {"labels": {"app": name}, "name": "of-the-template"}}
    return {**wire, "spec": {"template": template}, "status": {}}


def a_reference(name, kind="Pod"):
    """Return a reference to the owner called *name*."""
    named = {"apiVersion": "v1", "kind": kind, "name": name, "uid": f"uid-{name}"}
    return {**named, "controller": True}


def a_list(*items, kind="List"):
    """Return a list of *items*."""
    metadata = {"resourceVersion": ""}
    return {
        "apiVersion": "v1",
        "items": list(items),
        "kind": kind,
        "metadata": metadata,
    }


FAMILY = (
    an_object("web"),
    an_object("old", owners=["web"]),
    an_object("new", owners=["web"], finalizers=["foregroundDeletion"]),
    an_object("leaf", owners=["new", "web"], deletionTimestamp="2026-01-31T12:00:00Z"),
)


def as_kubectl_prints(wire):
    """Return *wire* as ``kubectl get -o json`` prints it."""
    return json.dumps(wire, indent=4, sort_keys=True, ensure_ascii=False) + "\n"


def compact(wire):
    """Return *wire* on one line, as a server sends it."""
    return json.dumps(wire, separators=(",", ":"), ensure_ascii=False)


def read(content, *, sip=None, name="dump", **options):
    """Return the dump that *content* is, read from a stream called *name*."""
    octets = content.encode() if isinstance(content, str) else content
    stream = Sips(octets, sip) if sip else io.BytesIO(octets)
    stream.name = name
    return load(stream, **options)


def told(dump):
    """Return what the graph of *dump* says: who is there, and whom each names."""
    return {
        node.uid: (
            *node.identity,
            [owner.uid for owner in node.owners],
            node.virtual,
            node.being_deleted,
            node.deleting_dependents,
        )
        for node in dump.graph
    }


def gzipped(text):
    """Return *text*, compressed."""
    return gzip.compress(text.encode())
