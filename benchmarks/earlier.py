"""A run's figures in a file, and a later run compared with them.

Only ratios are compared. Each was measured side by side within its own run, so a slower machine
or a busier day moves both sides of it; milliseconds say more about the day than about the code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from benchmarks.figures import Figure, markdown, short, spread

RATIO = "×"


def save(path: Path, figures: Iterable[Figure], where: str) -> None:
    """Write a run to a file: where it ran, and what each round of each figure measured."""
    rows = [{"name": f.name, "unit": f.unit, "rounds": list(f.rounds)} for f in figures]
    text = json.dumps({"where": where, "figures": rows}, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")


def read(path: Path) -> tuple[list[Figure], str]:
    """A run that was saved: its figures, without aims, and where it ran.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not one that was saved by this program.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        figures = [
            Figure(str(row["name"]), [float(one) for one in row["rounds"]], str(row["unit"]))
            for row in saved["figures"]
        ]
        return figures, str(saved["where"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no figures that were saved by --save") from error


def agrees(one: Figure, other: Figure) -> bool:
    """Whether the spreads of two figures, lowest to highest round, have a value in common."""
    return min(one.rounds) <= max(other.rounds) and min(other.rounds) <= max(one.rounds)


def comparison(earlier: Iterable[Figure], now: Iterable[Figure]) -> str:
    """The ratios that both runs have, as a Markdown table."""
    known = {figure.name: figure for figure in earlier}
    rows = [
        (
            figure.name,
            f"{short(before.value)} ({spread(before)})",
            f"{short(figure.value)} ({spread(figure)})",
            "yes" if agrees(before, figure) else "NO",
        )
        for figure in now
        if figure.unit == RATIO and (before := known.get(figure.name)) is not None
    ]
    return markdown([("ratio", "earlier", "now", "spreads overlap"), *rows])
