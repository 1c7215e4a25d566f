"""From entries, as they stand in a source, to events that the graph is built of.

Issue: duplicate UIDs, wrong types and missing fields each get one line; watches are
played in order.
"""

from collections.abc import Iterator

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.entries import Entry, Reader
from gcmodel.audit.metadata_reader import DumpedMetadata, MetadataReader
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_changes import ChangeType, Observation
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.manifest_shape import Flaw
from gcmodel.objects.places import shown


@attrs.define
class Intake:
    """Judges entries, and makes events of those that are objects.

    Attributes:
        several: There is more than one source, and an object may be in several.
        read: How many objects were good.
        repeated: How many of them had been read before.
    """

    graph: DependencyGraph
    bad: BadObjects
    several: bool = False
    read: int = 0
    repeated: int = 0
    _metadata: MetadataReader = attrs.field(factory=MetadataReader, init=False)

    def events(self, reader: Reader) -> Iterator[Observation]:
        """Walk the events that the entries of *reader* make.

        The graph must be up to date with one before the next is asked for.
        """
        nodes = self.graph.nodes
        for entry in reader.entries():
            kind = self._metadata.type_of(entry.api_version, entry.kind)
            metadata = self._metadata.read(entry.metadata)
            if kind is None or metadata is None:
                looked = self._looked_closely(entry, reader)
                if looked is None:
                    continue
                kind, metadata = looked
            node = nodes.get(metadata.uid)
            if node is None or node.virtual:
                self.read += 1
                if entry.type != "DELETED":
                    yield ("add", *kind, metadata, None)
            elif entry.type:
                self.read += 1
                yield (_CHANGES[entry.type], *kind, metadata, None)
            elif self._is_same(kind, metadata, node):
                self.read += 1
                self.repeated += 1
            else:
                self._complain_of_duplicate(entry, reader, node)

    def _looked_closely(
        self, entry: Entry, reader: Reader
    ) -> tuple[tuple[str, str], DumpedMetadata] | None:
        found = self._metadata.look_closely(
            entry.api_version, entry.kind, entry.metadata
        )
        if isinstance(found, Flaw):
            place = reader.place(entry.at, entry.item)
            if answer := _ANSWERS.get((entry.api_version, entry.kind)):
                self.bad.add(place.error(answer))
                return None
            place = place.at(*found.path)
            self.bad.add(place.error(found.problem))
            return None
        return (entry.api_version, entry.kind), found

    def _is_same(
        self, kind: tuple[str, str], metadata: DumpedMetadata, node: Node
    ) -> bool:
        """Whether an object was met again where that is to be expected.

        A folder may hold it twice, and a server may serve it under two groups.
        """
        known = node.identity
        same = (kind[1], metadata.namespace, metadata.name) == (
            known.kind,
            known.namespace,
            known.name,
        )
        return same and (self.several or kind[0] != known.api_version)

    def _complain_of_duplicate(self, entry: Entry, reader: Reader, node: Node) -> None:
        place = reader.place(entry.at, entry.item).at("metadata", "uid")
        known = node.identity
        owner = "/".join(filter(None, (known.kind, known.namespace, known.name)))
        self.bad.add(
            place.error(
                f"is {shown(known.uid)}: {shown(owner)} has it already, and no two "
                "objects share one; take one out, or record changes with "
                "--output-watch-events"
            )
        )


_ANSWERS = {
    ("v1", "Status"): "is a Status, in which a server says that it did not answer with "
    "objects: read its message, and dump again",
    ("meta.k8s.io/v1", "Table"): "is a Table, which a server makes for a terminal: it "
    "has no owners; dump with kubectl get -o json",
}
"""What servers answer with that is no object, and how to get what is."""

_CHANGES: dict[str, ChangeType] = {
    "ADDED": "update",
    "MODIFIED": "update",
    "DELETED": "delete",
}
