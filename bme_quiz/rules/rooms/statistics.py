"""Figures of a group: shares, changes between two forms, and the gain between them.

Nothing here knows of people or of pages. What may be shown of a small group is decided in
``rules/rooms/groups.py``; here it is only said where a figure cannot be had.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

CONFIDENCE = 0.95

# Below either of these an interval says next to nothing; docs/statistics.md has the figures.
FEWEST_PEOPLE = 5
FEWEST_MISSING = 10

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
# Marks are thirds, quarters and the like; sums of them that differ by less than this are equal.
_EQUAL = 1e-9

Pair = tuple[float, float]
"""The marks, 0 to 1 each, of one person for one question: before, after."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Changes:
    """How many answers changed between two forms; right means a full mark.

    Attributes:
        learned: wrong before, right after.
        kept: right both times.
        lost: right before, wrong after.
        never: wrong both times.
    """

    learned: int
    kept: int
    lost: int
    never: int

    @property
    def total(self) -> int:
        """How many answers were compared."""
        return self.learned + self.kept + self.lost + self.never


class NoInterval(StrEnum):
    """Why a gain has no interval; a closed set.

    NOTHING_MISSING: everything was right before, so the gain itself is undefined.
    FEW_PEOPLE, FEW_MISSING: too few people, or too few marks that were missing before.
    NO_SPREAD: everybody gained the same share, so it cannot be said how far it might vary.
    FEW_LACKING: so few people lacked anything before that the interval would have no end.
    """

    NOTHING_MISSING = "nothing-missing"
    FEW_PEOPLE = "few-people"
    FEW_MISSING = "few-missing"
    NO_SPREAD = "no-spread"
    FEW_LACKING = "few-lacking"


@dataclass(frozen=True, slots=True)
class Gain:
    """The class gain of a group.

    Attributes:
        people: how many answered at least one question both times.
        pairs: answers that were compared.
        pre: mean mark before, 0 to 1.
        post: mean mark after, of the same people and questions.
        value: the gain, at most 1; None where ``pre`` is 1.
        interval: of the gain; None for the reason in ``why_none``.
    """

    people: int
    pairs: int
    pre: float
    post: float
    value: float | None
    interval: Interval | None
    why_none: NoInterval | None


def facility(marks: Collection[float]) -> float:
    """The mean mark of a question, 0 to 1: the higher, the easier it was.

    Source: classical test theory's item difficulty; for marks in steps, mean over the most that
    could be had (Crocker & Algina, Introduction to Classical and Modern Test Theory, 1986).

    Raises:
        ValueError: there is no mark.
    """
    if not marks:
        raise ValueError("nobody answered, so there is no mean mark")
    return math.fsum(marks) / len(marks)


def wilson(hits: int, n: int) -> Interval:
    """The interval of a share ``hits / n`` by Wilson's score method.

    centre = (p + z²/2n) / (1 + z²/n), half = z √(p(1 − p)/n + z²/4n²) / (1 + z²/n), z = 1.96.
    Unlike p ± z √(p(1 − p)/n) it stays within 0 and 1 and holds what it promises in small groups.

    Source: Wilson, J Am Stat Assoc 1927;22:209; compared by Brown, Cai & DasGupta, Stat Sci
    2001;16:101.

    Raises:
        ValueError: ``n`` is not positive, or ``hits`` not within 0 and ``n``.
    """
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    p, z2 = hits / n, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends the two are equal but for rounding.
    return Interval(
        0.0 if hits == 0 else max(0.0, centre - half),
        1.0 if hits == n else min(1.0, centre + half),
    )


def changes(pairs: Iterable[Pair]) -> Changes:
    """Count what became of answers that were given both times."""
    counts = {(False, True): 0, (True, True): 0, (True, False): 0, (False, False): 0}
    for (before, after), count in Counter(pairs).items():
        counts[before >= 1.0, after >= 1.0] += count
    return Changes(
        learned=counts[False, True],
        kept=counts[True, True],
        lost=counts[True, False],
        never=counts[False, False],
    )


def class_gain(people: Iterable[Collection[Pair]]) -> Gain | None:
    """The class gain ⟨g⟩ = (post − pre) / (1 − pre), with its interval.

    Of all that was missing before, the share that is no longer missing. ``pre`` and ``post`` are
    mean marks over the same answers, so ⟨g⟩ = 1 − (what is missing after) / (what was missing
    before). Below 0 more is missing after than before.

    Source: Hake, Am J Phys 1998;66:64. The interval: see :func:`_fieller`.

    Args:
        people: for each person the pairs of questions answered both times, in any order; people
            without one are left out. The order of people does not matter.

    Returns:
        The gain; None where there is no pair at all.
    """
    return _gain(
        Counter(
            (math.fsum(1 - a for a, _ in pairs), math.fsum(1 - b for _, b in pairs), len(pairs))
            for pairs in people
            if pairs
        )
    )


def question_gain(pairs: Iterable[Pair]) -> Gain | None:
    """The class gain of a single question, from one pair of each person; see :func:`class_gain`."""
    return _gain({(1 - a, 1 - b, 1): count for (a, b), count in Counter(pairs).items()})


def _gain(alike: Mapping[tuple[float, float, int], int]) -> Gain | None:
    """A gain from how many people are alike.

    In a hall thousands of people share a few dozen sums of marks.

    Args:
        alike: by marks missing before, marks missing after and number of pairs: how many people.
    """
    people, count = sum(alike.values()), sum(n * pairs for (_, _, pairs), n in alike.items())
    if not people:
        return None
    before = math.fsum(n * a for (a, _, _), n in alike.items())
    after = math.fsum(n * b for (_, b, _), n in alike.items())
    value = 1 - after / before if before > _EQUAL else None
    found: Interval | NoInterval
    if value is None:
        found = NoInterval.NOTHING_MISSING
    elif people < FEWEST_PEOPLE:
        found = NoInterval.FEW_PEOPLE
    elif before < FEWEST_MISSING - _EQUAL:
        found = NoInterval.FEW_MISSING
    else:
        found = _fieller([(a, b, n) for (a, b, _), n in alike.items()], people, before, after)
    return Gain(
        people=people,
        pairs=count,
        pre=1 - before / count,
        post=1 - after / count,
        value=value,
        interval=found if isinstance(found, Interval) else None,
        why_none=found if isinstance(found, NoInterval) else None,
    )


def _fieller(
    missing: Collection[tuple[float, float, int]], people: int, before: float, after: float
) -> Interval | NoInterval:
    """The interval of a gain, by Fieller's theorem over people.

    1 − ⟨g⟩ is a ratio r of two means over people, what is missing after (b) by what was missing
    before (a). For the true ratio, d = b − r a has the mean 0, so the interval is of all r at
    which Student's t test of that, n − 1 degrees of freedom, keeps its peace: |mean d| ≤ t s(d)/√n.
    Squared, that is a quadratic in r. It has two roots with the interval between them only where
    the mean of a is surely above 0; else the interval would have no end.

    A person's answers go together, hence people and not answers are what varies. No gain can be
    above 1, so the interval ends there.

    Source: Fieller, J R Stat Soc B 1954;16:175.

    Args:
        missing: a, b and how many people are so.
        people: how many people there are, two or more.
        before, after: the sums of a and b over people.
    """
    mean_a, mean_b = before / people, after / people

    def covariance(x: int, y: int, mean_x: float, mean_y: float) -> float:
        parts = (one[2] * (one[x] - mean_x) * (one[y] - mean_y) for one in missing)
        return math.fsum(parts) / (people - 1)

    ratio = after / before
    if all(abs(b - ratio * a) < _EQUAL for a, b, _ in missing):
        return NoInterval.NO_SPREAD
    weight = student_t(people - 1) ** 2 / people
    # square r² − 2 cross r + rest ≤ 0
    square = mean_a**2 - weight * covariance(0, 0, mean_a, mean_a)
    cross = mean_a * mean_b - weight * covariance(0, 1, mean_a, mean_b)
    rest = mean_b**2 - weight * covariance(1, 1, mean_b, mean_b)
    if square < _EQUAL * mean_a**2:
        return NoInterval.FEW_LACKING
    # The observed ratio is always within, so there are two roots but for rounding.
    half = math.sqrt(max(0.0, cross**2 - square * rest))
    return Interval(1 - (cross + half) / square, min(1.0, 1 - (cross - half) / square))


def student_t(degrees: int) -> float:
    """The 97.5 % quantile of Student's t, to a thousandth from 4 degrees of freedom on.

    Source: the expansion 26.7.5 in Abramowitz & Stegun, Handbook of Mathematical Functions, 1964.
    """
    z = _Z
    terms = (
        z * (z**2 + 1) / 4,
        z * (5 * z**4 + 16 * z**2 + 3) / 96,
        z * (3 * z**6 + 19 * z**4 + 17 * z**2 - 15) / 384,
        z * (79 * z**8 + 776 * z**6 + 1482 * z**4 - 1920 * z**2 - 945) / 92_160,
    )
    value = z
    for power, term in enumerate(terms, start=1):
        value += term / float(degrees) ** power
    return value
