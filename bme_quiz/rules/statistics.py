"""Figures of a group: shares, changes between two forms, and the gain between them.

Nothing here knows of people or of pages. What may be shown of a small group is decided in
``room_report``; here it is only said where a figure cannot be had.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from statistics import NormalDist

CONFIDENCE = 0.95

# Below either of these an interval from resampling held the true gain too seldom when tried on
# simulated groups; docs/statistics.md has the figures.
FEWEST_PEOPLE = 5
FEWEST_MISSING = 10

_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf((1 + CONFIDENCE) / 2)

# Enough that the ends of the interval of a small group do not shake, and in a hall no more than
# can be had within a second: its interval is narrow whatever the number.
_MOST_RESAMPLES, _FEWEST_RESAMPLES, _PICKS = 10_000, 1_000, 1_000_000

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
    NO_SPREAD: everybody gained the same, so resampling cannot say how far it might vary.
    OFTEN_UNDEFINED: in too many resamples everything was right before.
    """

    NOTHING_MISSING = "nothing-missing"
    FEW_PEOPLE = "few-people"
    FEW_MISSING = "few-missing"
    NO_SPREAD = "no-spread"
    OFTEN_UNDEFINED = "often-undefined"


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
    for before, after in pairs:
        counts[before >= 1.0, after >= 1.0] += 1
    return Changes(
        learned=counts[False, True],
        kept=counts[True, True],
        lost=counts[True, False],
        never=counts[False, False],
    )


def class_gain(people: Iterable[Collection[Pair]], random: Random) -> Gain | None:
    """The class gain ⟨g⟩ = (post − pre) / (1 − pre), with its interval.

    Of all that was missing before, the share that is no longer missing. ``pre`` and ``post`` are
    mean marks over the same answers, so ⟨g⟩ = 1 − (what is missing after) / (what was missing
    before). Below 0 more is missing after than before.

    The interval is a percentile bootstrap over people: groups of the same size are drawn from
    the people with replacement, each with all their answers, since one person's answers go
    together. Its ends are the quantiles α' = Φ(−√(n/(n − 1)) t) with Student's t for n − 1
    degrees of freedom, which makes up for the percentile interval's being too narrow in a small
    group. Where all was right before in a resample, its gain is undefined: it counts as lying
    beyond either end, so it can widen the interval and never narrow it.

    The estimate's own bias is small beside the interval (below 0.02 in simulated groups) and is
    not corrected. Nor is the interval's (BCa): what it corrects by comes from leaving out one
    person at a time, and in groups of five it held hardly better than the plain percentile.

    Source: Hake, Am J Phys 1998;66:64. Efron & Tibshirani, An Introduction to the Bootstrap,
    1993, chapters 13 and 14. The widening: Hesterberg, Am Stat 2015;69:371.

    Args:
        people: for each person the pairs of questions answered both times, in any order; people
            without one are left out.
        random: picks the resamples. The order of people does not matter.

    Returns:
        The gain; None where there is no pair at all.
    """
    # Sorted, so that the same group gives the same interval however its people are listed.
    missing = sorted(
        (math.fsum(1 - a for a, _ in pairs), math.fsum(1 - b for _, b in pairs), len(pairs))
        for pairs in people
        if pairs
    )
    if not missing:
        return None
    count = sum(n for _, _, n in missing)
    before = math.fsum(a for a, _, _ in missing)
    after = math.fsum(b for _, b, _ in missing)
    value = 1 - after / before if before > 0 else None
    found: Interval | NoInterval
    if value is None:
        found = NoInterval.NOTHING_MISSING
    elif len(missing) < FEWEST_PEOPLE:
        found = NoInterval.FEW_PEOPLE
    elif before < FEWEST_MISSING:
        found = NoInterval.FEW_MISSING
    else:
        found = _bootstrap([complex(a, b) for a, b, _ in missing], random)
    return Gain(
        people=len(missing),
        pairs=count,
        pre=1 - before / count,
        post=1 - after / count,
        value=value,
        interval=found if isinstance(found, Interval) else None,
        why_none=found if isinstance(found, NoInterval) else None,
    )


def _bootstrap(missing: list[complex], random: Random) -> Interval | NoInterval:
    """The interval of a gain.

    Args:
        missing: for each person what is missing before (real) and after (imaginary): one sum
            adds up both, which halves the time.
    """
    size = len(missing)
    resamples = max(_FEWEST_RESAMPLES, min(_MOST_RESAMPLES, _PICKS // size))
    gains = []
    for _ in range(resamples):
        total = sum(random.choices(missing, k=size))
        if total.real > 0:
            gains.append(1 - total.imag / total.real)
    gains.sort()
    undefined = resamples - len(gains)
    tail = _NORMAL.cdf(-math.sqrt(size / (size - 1)) * student_t(size - 1))
    # The k-th from either end, as Efron & Tibshirani count (chapter 12.5).
    place = int((resamples + 1) * tail) - undefined
    if place < 1:
        return NoInterval.OFTEN_UNDEFINED
    low, high = gains[place - 1], gains[-place]
    return Interval(low, high) if low < high else NoInterval.NO_SPREAD


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
