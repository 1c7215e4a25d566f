"""``python -m benchmarks [--quick] [--times N] [--json FILE] [WORD…]``.

Measures every contest, or those whose name holds one of the words, and prints the
table of what gcmodel costs, row by row, as soon as a row is known.
"""

import argparse
import json
import platform
import sys
import time
from pathlib import Path

from benchmarks.contests import Outcome, quiet_machine
from benchmarks.rows import FULL, QUICK, contests, curve

TIMES = 5


def main() -> None:
    """Measure, print, and write what was found."""
    asked = _arguments()
    begun = time.perf_counter()
    print(f"Python {platform.python_version()}, {quiet_machine()}, best of the runs\n")
    outcomes = []
    for contest in contests(QUICK if asked.quick else FULL):
        if asked.words and not any(word in contest.what for word in asked.words):
            continue
        outcome = contest.run(1 if asked.quick else asked.times)
        outcomes.append(outcome)
        _print(outcome)
    verdicts = [one for outcome in outcomes for one in outcome.verdicts()]
    met = sum(one.met is True for one in verdicts)
    missed = sum(one.met is False for one in verdicts)
    print(
        f"\n{met} targets met, {missed} missed, {len(verdicts) - met - missed} not "
        f"measured; {time.perf_counter() - begun:.0f} s"
    )
    if asked.json:
        _write(asked.json, outcomes, quick=asked.quick)
        print(f"written to {asked.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="small, once, in a minute")
    parser.add_argument("--times", type=int, default=TIMES, help="runs of each")
    parser.add_argument("--json", type=Path, help="where to write all that was found")
    parser.add_argument("words", nargs="*", help="only contests with such a name")
    return parser.parse_args()


def _print(outcome: Outcome) -> None:
    unit = outcome.contest.unit
    best = outcome.best()
    print(outcome.contest.what)
    for name, found in outcome.values.items():
        if not found:
            print(f"    {name:<12} not installed")
            continue
        middle = sorted(found)[len(found) // 2]
        line = f"    {name:<12} {best[name]:>12,.4g} {unit:<12}"
        print(f"{line} median {middle:,.4g}" if len(found) > 1 else line.rstrip())
    for verdict in outcome.verdicts():
        if verdict.reached is None:
            reached = "-"
        else:
            reached = f"{verdict.reached:,.3g}" + ("×" if verdict.target.to else "")
        print(f"  {verdict.word:>12}  {reached:>10}  target {verdict.target}")
    sys.stdout.flush()


def _write(path: Path, outcomes: list[Outcome], *, quick: bool) -> None:
    found = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "quick": quick,
        "curve": curve(QUICK if quick else FULL),
        "contests": [outcome.to_dict() for outcome in outcomes],
    }
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
