"""Formatting of percentages and decimals for people: the one way to make either."""

from __future__ import annotations

import math


def percent(part: float, of: float) -> int:
    """``part`` of ``of`` in whole percent, halves rounded up.

    Raises:
        ZeroDivisionError: ``of`` is 0.
    """
    return int(rounded(exact_percent(part, of), 0))


def exact_percent(part: float, of: float) -> float:
    """``part`` of ``of`` in percent, unrounded: to compare, and for files that programs read.

    Raises:
        ZeroDivisionError: ``of`` is 0.
    """
    return 100 * part / of


def rounded(value: float, places: int) -> float:
    """A figure as it is shown, with so many decimals, halves rounded up as in percentages.

    What is said of a figure goes by this, so that no sentence contradicts the number beside it.
    """
    scale = 10.0**places
    # Sums of marks miss a half by less than nine decimals can tell.
    return math.floor(round(value * scale, 9) + 0.5) / scale


def decimals(value: float, places: int) -> str:
    """:func:`rounded` in figures, with so many decimals whatever they are."""
    return f"{rounded(value, places):.{places}f}"


def short_decimals(value: float, places: int) -> str:
    """:func:`rounded` in figures, without zeros at the end: ``2``, ``0.5``, ``0.33``."""
    text = decimals(value, places)
    return text.rstrip("0").rstrip(".") if places else text
