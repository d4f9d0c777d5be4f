"""Quality on the project's own fixtures, and the floors it may not fall below.

    python -m benchmarks.fixtures [--worst N]            print the table; exit 1 when a floor is missed
    python -m benchmarks.fixtures --pin [--allow-lower]  raise the floors to what is reached now

What is counted, and over which strata, is said in ``tests/score.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from cleaner.maintain import cases
from tests.score import FIXTURES, FLOORS, Figures, Runner, figures, missed, pinned, read_floors, written


def show(reached: Mapping[str, Figures], floors: Mapping[str, Figures]) -> None:
    """Print the table, floors in brackets."""
    print(f"{'stratum':16} {'documents':>9} {'body kept':>20} {'clutter left':>20} {'perfect':>18}")
    for stratum, now in reached.items():
        floor = floors.get(stratum)
        cells = []
        for name, digits in (("body_kept", 3), ("clutter_left", 3), ("perfect", 1)):
            bound = f"({floor[name]:.{digits}%})" if floor else "(-)"
            cells.append(f"{now[name]:9.{digits}%} {bound:>10}")
        print(f"{stratum:16} {now['documents']:9.0f} {' '.join(cells)}")


def main() -> int:
    """Print the table, compare with the floors or pin them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pin", action="store_true", help="write the figures reached now as floors, where better")
    parser.add_argument("--allow-lower", action="store_true", help="with --pin: also where they are worse")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst documents of each stratum")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of floors")
    args = parser.parse_args()
    strata = Runner().strata(cases.load_all(FIXTURES))
    reached = {name: figures(rows) for name, rows in strata.items()}
    floors = read_floors(args.floors)
    show(reached, floors)
    for name, rows in strata.items() if args.worst else ():
        bad = sorted((row for row in rows if not row.is_perfect), key=lambda r: (r.body_kept - r.body, -r.clutter_left))
        for row in bad[: args.worst]:
            print(f"  {name}: {row.name}: body lost {row.body - row.body_kept}, clutter left {row.clutter_left} words")
    if args.pin:
        floors = pinned(reached, floors, allow_lower=args.allow_lower)
        args.floors.write_text(written(floors), "utf-8")
    problems = missed(reached, floors)
    for problem in problems:
        print(f"missed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
