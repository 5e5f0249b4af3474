"""``python -m benchmarks [NAME…]``: measure, print one table, compare with an earlier run."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import arrive, earlier, first_visit, hall, memory, open_front, rerun, room
from benchmarks.figures import Figure, surroundings, table

BENCHMARKS: dict[str, Callable[[bool], list[Figure]]] = {
    "rerun": rerun.measure,
    "room": room.measure,
    "arrive": arrive.measure,
    "first_visit": first_visit.measure,
    "memory": memory.measure,
    "hall": hall.measure,
    "open_front": open_front.measure,
}
_OTHERS = "Beside these, benchmarks/ holds programs of their own: python benchmarks/NAME.py --help."


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", epilog=_OTHERS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--quick", action="store_true", help="small, to see that they run; the figures say little"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="FILE",
        help="say of each ratio whether its spread overlaps that of a run that was saved",
    )
    args = parser.parse_args()
    if unknown := set(args.names) - set(BENCHMARKS):
        parser.error(
            f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
    # Before minutes are spent on what it is to be compared with.
    try:
        before = earlier.read(args.compare) if args.compare else None
    except (OSError, ValueError) as error:
        parser.error(str(error))
    # Told to end from outside, it ends its servers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    # Before: afterwards the load would be our own.
    where = surroundings()
    figures: list[Figure] = []
    try:
        for name in args.names or BENCHMARKS:
            print(f"{name} …", flush=True)
            figures += BENCHMARKS[name](args.quick)
    finally:
        # Also after a fault: what was measured until then took minutes.
        print(f"\n{table(figures)}\n\n{where}; {time.monotonic() - began:.0f} s")
        if args.save:
            earlier.save(args.save, figures, where)
    if before is not None:
        known, where_before = before
        print(f"\n{earlier.comparison(known, figures)}\n\nearlier: {where_before}")


if __name__ == "__main__":
    main()
