"""Prints bytes retained per object: ``retained.py traced|resident COUNT``.

The objects are decoded sixty-four at a time, read as those of a dump, and dropped;
what is left is the graph with all its texts.
"""

import gc
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

from benchmarks import streams
from benchmarks.programs.subjects import graph_builder
from gcmodel.audit.metadata_reader import MetadataReader


def main(measure: str, count: int) -> float:
    """Return the bytes for each object."""
    builder = graph_builder()
    reader = MetadataReader()
    if measure == "traced":
        tracemalloc.start()
    before = _held(measure)
    walked = streams.cluster(count, seed=3)
    while chunk := list(islice(walked, streams.CHUNK)):
        builder.feed(_observations(reader, streams.decoded(chunk)))
    del chunk, reader
    gc.collect()
    return (_held(measure) - before) / count


def _observations(reader: MetadataReader, objects: list) -> list[tuple]:
    return [
        (
            "add",
            *reader.type_of(wire["apiVersion"], wire["kind"]),
            reader.read(wire["metadata"]),
            None,
        )
        for wire in objects
    ]


def _held(measure: str) -> float:
    if measure == "traced":
        return tracemalloc.get_traced_memory()[0]
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) * 1024
    raise AssertionError("a process has a size")


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
