"""Reads a dump: ``loading.py ours|json|msgspec FILE``; prints the seconds.

``ours`` is the standard library alone, ``msgspec`` the same with that accelerator, and
``json`` is ``json.load``, without a graph.
"""

import json
import sys
import time
from pathlib import Path


def main(who: str, path: Path) -> float:
    """Return the seconds that *who* takes, imports aside."""
    if who == "ours":
        sys.modules["msgspec"] = None  # as if it were not installed
    read = _json() if who == "json" else _ours()
    begun = time.perf_counter()
    found = read(path)
    took = time.perf_counter() - begun
    assert found
    return took


def _ours():
    from gcmodel.audit import load

    return lambda path: load(path).graph


def _json():
    def read(path: Path) -> object:
        with path.open("rb") as file:
            return json.load(file)

    return read


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2])))
