"""What takes the stream in: ours, and what it is compared with."""

from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks import streams
from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder
from gcmodel.versions.profile import Profile

Take = Callable[[list], None]


class Subject(NamedTuple):
    """How a list and a watch are prepared, outside the measurement, and taken in."""

    listed: Callable[[list], list]
    told: Callable[[list, list], list]
    make: Callable[[], Take]


class Queue(dict):
    """An ordered set of nodes."""

    def add(self, node: Any) -> None:
        """Queue *node*."""
        self[node] = None

    add_rate_limited = add


def graph_builder() -> GraphBuilder:
    """Return a graph builder of the default version that says nothing."""
    return GraphBuilder(
        DependencyGraph(),
        AbsentOwnerCache(),
        Queue(),
        Queue(),
        Profile.for_version("1.31"),
        say=lambda *_, **__: None,
        report_invalid_namespace=lambda *_: None,
    )


def _typed() -> Take:
    known: dict = {}

    def take(told: list) -> None:
        for change, _, _, seen, _ in told:
            if change == "delete":
                known.pop(seen.uid, None)
            else:
                known[seen.uid] = seen

    return take


def _floor() -> Take:
    known: dict = {}

    def take(told: list) -> None:
        for change, wire in told:
            if change == "delete":
                known.pop(wire["metadata"]["uid"], None)
            else:
                known[wire["metadata"]["uid"]] = wire

    return take


def _networkx() -> Take:
    import networkx as nx

    graph = nx.DiGraph()

    def take(told: list) -> None:
        for change, wire in told:
            metadata = wire["metadata"]
            uid = metadata["uid"]
            if change == "delete":
                graph.remove_node(uid)
                continue
            if change == "update":
                graph.remove_edges_from(list(graph.out_edges(uid)))
            graph.add_node(
                uid,
                api_version=wire["apiVersion"],
                kind=wire["kind"],
                namespace=metadata["namespace"],
                name=metadata["name"],
            )
            for owner in metadata.get("ownerReferences", ()):
                graph.add_edge(uid, owner["uid"])

    return take


def _rustworkx() -> Take:
    import rustworkx

    graph, places = rustworkx.PyDiGraph(), {}

    def take(told: list) -> None:
        for change, wire in told:
            uid = wire["metadata"]["uid"]
            if change == "delete":
                graph.remove_node(places.pop(uid))
                continue
            if uid not in places:
                places[uid] = graph.add_node(wire)
            for owner in wire["metadata"].get("ownerReferences", ()):
                if owner["uid"] not in places:
                    places[owner["uid"]] = graph.add_node(None)
                graph.add_edge(places[uid], places[owner["uid"]], None)

    return take


def _added(objects: list) -> list:
    return [("add", wire) for wire in objects]


def _as_is(events: list, _: list) -> list:
    return [tuple(event) for event in events]


SUBJECTS = {
    "ours": Subject(
        streams.observations, streams.changes, lambda: graph_builder().feed
    ),
    "typed": Subject(streams.observations, streams.changes, _typed),
    "floor": Subject(_added, _as_is, _floor),
    "networkx": Subject(_added, _as_is, _networkx),
    "rustworkx": Subject(_added, _as_is, _rustworkx),
}
