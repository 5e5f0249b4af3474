"""Figures and the table they are printed in.

A figure is the median of its rounds with the lowest and the highest of them. Where two servers
are compared, each round measures both, one right after the other, and gives one ratio: a machine
that is busy with something else slows both.
"""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

VERSIONS = ("streamlit", "uvicorn", "websockets", "sqlalchemy")


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should reach: at most, or at least, ``limit``."""

    limit: float
    at_most: bool = True

    def is_met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        rounds: what each round measured; the median counts.
        unit: ``×`` for a ratio.
    """

    name: str
    rounds: Sequence[float]
    unit: str
    aim: Aim | None = None

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, value, spread, aim and whether it is met."""
        aim = f"{self.aim} {self.unit}" if self.aim else ""
        met = ("met" if self.aim.is_met(self.value) else "NOT MET") if self.aim else ""
        between = spread(self) if len(self.rounds) > 1 else ""
        return self.name, f"{short(self.value)} {self.unit}", between, aim, met


def ratio(
    name: str, over: Iterable[float], under: Iterable[float], aim: Aim | None = None
) -> Figure:
    """The figure of ``over`` ÷ ``under``, round by round."""
    return Figure(name, [a / b for a, b in zip(over, under, strict=True)], "×", aim)


def percentile(values: Iterable[float], per_cent: int) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * per_cent // 100)]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    head = ("figure", "median", "lowest to highest", "aim", "")
    return markdown([head, *(figure.cells() for figure in figures)])


def spread(figure: Figure) -> str:
    """From the lowest of a figure's rounds to the highest, in words."""
    return f"{short(min(figure.rounds))} to {short(max(figure.rounds))}"


def markdown(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of cells, the head first, as a Markdown table."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def surroundings() -> str:
    """Where and when: machine, versions, date, and how busy the machine was."""
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {_processor()}{load}; "
        f"Python {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def short(value: float) -> str:
    """A number with three digits, or more where it is larger."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
