"""The contests: what is measured, against what, and what it should come to.

Targets: those of the issue. ``ours`` is gcmodel, ``floor`` what any Python program
pays at least, ``upstream`` the figure of Kubernetes' own graph builder.
"""

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import attrs

from benchmarks.contests import Contest, Target
from benchmarks.measure import ROOT, peak_megabytes, printed, seconds

INCIDENT = [sys.executable, "-m", "gcmodel", "run", "rancher-fleet"]

OTHERS = {name: name for name in ("networkx", "rustworkx", "msgspec")}
"""What an entrant needs to be installed."""

UPSTREAM_NS = {"list": 1153, "churn": 2241}
UPSTREAM_FLOOR_NS = 452
"""Nanoseconds per event of the GraphBuilder of Kubernetes 1.20.2, built with Go 1.24,
and of the bare dict of a list on the same machine in the same rounds: the one is
brought to this machine by the other."""


@attrs.frozen
class Sizes:
    """How many objects."""

    many: int
    most: int
    dump: int
    large_dump: int
    cascade: int
    chain: int


FULL = Sizes(100_000, 1_000_000, 100_000, 1_000_000, 100_000, 100_000)
CURVE = (1_000, 10_000, 100_000, 1_000_000)
QUICK = Sizes(10_000, 50_000, 5_000, 20_000, 2_000, 2_000)


def contests(sizes: Sizes) -> Iterator[Contest]:
    """Walk the contests."""
    yield from _graph(sizes)
    yield from _memory(sizes)
    yield from _dumps(sizes)
    yield from _kernel()
    yield from _model(sizes)
    yield from _start()


def _graph(sizes: Sizes) -> Iterator[Contest]:
    many, most = sizes.many, sizes.most
    yield Contest(
        f"initial list, {many:,} objects, cold",
        "ns/object",
        _core("list", many) | {"upstream": partial(_upstream, "list", many)},
        (
            Target(2.2, "floor"),
            Target(0.36, "networkx"),
            Target(1.0, "upstream"),
        ),
    )
    yield Contest(
        f"initial list, {most:,} objects, as they are decoded",
        "ns/object",
        _core("stream", most, "ours", "typed", "floor", "networkx"),
        (Target(2.2, "floor"), Target(0.36, "networkx")),
        once=True,
    )
    yield Contest(
        f"churn, {3 * many:,} events on {many:,} objects",
        "ns/event",
        _core("churn", many, "ours", "typed", "floor", "networkx")
        | {"upstream": partial(_upstream, "churn", many)},
        (
            Target(3.5, "floor"),
            Target(0.45, "networkx"),
            Target(0.75, "upstream"),
        ),
    )
    yield Contest(
        "warm, 1,000 objects in cache",
        "ns/object",
        _core("warm", 1000),
        (Target(5.5, "floor"),),
    )
    yield Contest(
        f"growth: the ratio to the floor, {many // 10:,} to {most:,} objects",
        "× floor",
        {
            "ours": partial(_ratio, most),
            "smaller": partial(_ratio, many // 10),
        },
        (Target(1, "smaller"),),
        once=True,
    )
    yield Contest(
        f"initial list, {many:,} objects, Python's collector as in loading",
        "ns/object",
        {
            "ours": partial(printed, "core", "ours", "list", many, "gc"),
            "without": partial(printed, "core", "ours", "list", many),
        },
        (Target(1.1, "without"),),
    )


def curve(sizes: Sizes) -> dict[str, dict[int, float]]:
    """Return what an object costs, in nanoseconds, by entrant and size."""
    counts = [size for size in CURVE if size <= sizes.most]
    return {
        who: {
            count: min(_always("core", who, "stream", count) for _ in range(2))
            for count in counts
        }
        for who in ("ours", "floor", "networkx")
    }


def _ratio(count: int) -> float:
    ours = _always("core", "ours", "stream", count)
    return ours / _always("core", "floor", "stream", count)


def _always(*arguments: str | int) -> float:
    found = printed(*arguments)
    assert found is not None
    return found


def _core(work: str, count: int, *who: str) -> dict:
    chosen = who or ("ours", "typed", "floor", "networkx", "rustworkx")
    return {
        name: partial(printed, "core", name, work, count, needs=OTHERS.get(name, ""))
        for name in chosen
    }


def _upstream(work: str, count: int) -> float:
    floor = _always("core", "floor", "list", count)
    return UPSTREAM_NS[work] * floor / UPSTREAM_FLOOR_NS


def _memory(sizes: Sizes) -> Iterator[Contest]:
    yield Contest(
        f"memory retained, {sizes.many:,} objects, traced",
        "bytes/object",
        {"ours": partial(printed, "retained", "traced", sizes.many)},
        (Target(400),),
        once=True,
    )
    yield Contest(
        f"memory retained, {sizes.most:,} objects, resident",
        "bytes/object",
        {"ours": partial(printed, "retained", "resident", sizes.most)},
        (Target(450),),
        once=True,
    )


def _dumps(sizes: Sizes) -> Iterator[Contest]:
    count = sizes.dump
    yield Contest(
        f"kubectl's dump of {count:,} objects, to a graph",
        "s",
        {
            "ours": partial(_loading, "ours", count),
            "with msgspec": partial(_loading, "msgspec", count),
            "json.load": partial(_loading, "json", count),
        },
        (Target(1 / 9, "json.load"),),
    )
    yield Contest(
        "the memory that it takes at most",
        "MB",
        {
            "ours": partial(_peak, "ours", count),
            "json.load": partial(_peak, "json", count),
        },
        (Target(1 / 12, "json.load"),),
        once=True,
    )
    large = sizes.large_dump
    yield Contest(
        f"kubectl's dump of {large:,} objects, to a graph",
        "s",
        {"ours": partial(_loading, "ours", large)},
        (Target(15),),
        once=True,
    )
    yield Contest(
        "the memory that it takes at most",
        "MB",
        {"ours": partial(_peak, "ours", large)},
        (Target(500),),
        once=True,
    )


@cache
def _folder() -> Path:
    """Return where dumps are kept while the benchmarks run: up to 10 GB of them."""
    folder = Path(tempfile.mkdtemp(prefix="gcmodel-benchmarks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _dump(count: int) -> Path:
    path = _folder() / f"{count}.json"
    # In a process of its own: what this one holds, its children seem to hold as well.
    program = [sys.executable, "-m", "benchmarks.dumps", str(count), str(path)]
    subprocess.run(program, check=True, cwd=ROOT)
    return path


def _loading(who: str, count: int) -> float | None:
    needs = OTHERS.get(who, "")
    return printed("loading", who, str(_dump(count)), needs=needs)


def _peak(who: str, count: int) -> float:
    program = [sys.executable, "-m", "benchmarks.programs.loading"]
    return peak_megabytes([*program, who, str(_dump(count))])


def _kernel() -> Iterator[Contest]:
    yield Contest(
        "kernel, 100 tasks",
        "wake-ups/s",
        {
            "ours": partial(printed, "kernel_wakeups"),
            "floor": partial(printed, "heap_wakeups"),
            "simpy": partial(printed, "simpy_wakeups", needs="simpy"),
        },
        (Target(1_200_000, at_least=True), Target(2, "simpy", at_least=True)),
        more_is_better=True,
    )


def _model(sizes: Sizes) -> Iterator[Contest]:
    count = sizes.cascade
    for policy in ("Background", "Foreground", "Orphan"):
        yield Contest(
            f"whole model, an owner of {count:,}, {policy}",
            "objects/s",
            {
                "ours": partial(printed, "cascade", "star", policy, count),
                "a thousand": partial(printed, "cascade", "star", policy, 1000),
            },
            (
                Target(30_000, at_least=True),
                Target(1 / 1.3, "a thousand", at_least=True),
            ),
            more_is_better=True,
            once=True,
        )
    yield Contest(
        f"whole model, a chain {sizes.chain:,} deep, Background",
        "objects/s",
        {
            "ours": partial(printed, "cascade", "chain", "Background", sizes.chain),
            "a thousand": partial(printed, "cascade", "chain", "Background", 1000),
        },
        (Target(1 / 1.3, "a thousand", at_least=True),),
        more_is_better=True,
        once=True,
    )
    yield Contest(
        f"whole model, a namespace of {count:,}",
        "objects/s",
        {"ours": partial(printed, "cascade", "namespace", "-", count)},
        more_is_better=True,
        once=True,
    )
    traced = min(count, 5000)
    yield Contest(
        f"an owner of {traced:,}, traced",
        "objects/s",
        {
            "ours": partial(printed, "cascade", "star", "Background", traced, "trace"),
            "untraced": partial(printed, "cascade", "star", "Background", traced),
        },
        (Target(1 / 1.5, "untraced", at_least=True),),
        more_is_better=True,
    )


def _start() -> Iterator[Contest]:
    yield Contest(
        "the incident, process start to verdict",
        "s",
        {"ours": partial(seconds, INCIDENT)},
        (Target(0.5),),
    )
    yield Contest(
        "its memory",
        "MB",
        {"ours": partial(peak_megabytes, INCIDENT)},
        (Target(120),),
        once=True,
    )
    yield Contest(
        "import gcmodel",
        "ms",
        {"ours": partial(printed, "import_gcmodel")},
        (Target(100),),
    )
    yield Contest(
        "a cluster in a unit test",
        "ms",
        {"ours": partial(printed, "test_cluster")},
        (Target(5),),
    )
