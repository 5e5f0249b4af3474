"""How often does an interval of the class gain hold the true gain?

    python benchmarks/gain_interval.py [--groups N] [--questions N]

Groups of people are made up, with a true gain that is known. For each the interval of
``rules.statistics.class_gain`` is taken, and beside it two from resampling people: the plain
percentile interval and BCa (Efron & Tibshirani, chapters 13 and 14). An interval of 95 % should
hold the true gain in 95 of 100 groups. docs/statistics.md has the figures.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import NormalDist

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bme_quiz.rules.rooms.statistics import Pair, class_gain
from bme_quiz.rules.rounding import percent

SIZES = (5, 8, 12, 20, 40)
# How easy the questions are before, and which share of what is missing a person gains.
CLASSES = (("half known, half gained", 0.0, 0.5), ("much known, most gained", 1.5, 0.85))
RESAMPLES = 1_000
TAIL = 0.025
NORMAL = NormalDist()
Missing = tuple[int, int]


def person(random: Random, ease: float, gained: float, questions: int) -> list[Pair]:
    """Answers before and after of somebody who knows more or less than others."""
    ability = random.gauss(0, 1)
    pairs = []
    for place in range(questions):
        hard = 2 * place / max(1, questions - 1) - 1
        before = random.random() < 1 / (1 + math.exp(hard - ability - ease))
        # Gained whatever the person lacked, so the true gain is the share itself.
        pairs.append((float(before), float(before or random.random() < gained)))
    return pairs


def missing_of(pairs: Sequence[Pair]) -> Missing:
    """How much a person lacks before and after."""
    return sum(b < 1 for b, _ in pairs), sum(a < 1 for _, a in pairs)


def gain_of(missing: Sequence[Missing]) -> float | None:
    """A group's gain; None where nothing was missing before."""
    before = sum(b for b, _ in missing)
    return 1 - sum(a for _, a in missing) / before if before else None


def plain_and_bca(missing: Sequence[Missing], random: Random) -> dict[str, tuple[float, float]]:
    """The two intervals that are not used; a resample without a gain is left out."""
    value = gain_of(missing)
    if value is None:
        return {}
    drawn = (gain_of(random.choices(missing, k=len(missing))) for _ in range(RESAMPLES))
    gains = sorted(g for g in drawn if g is not None)

    def quantile(share: float) -> float:
        return gains[min(len(gains) - 1, max(0, round(share * (len(gains) + 1)) - 1))]

    found = {"plain": (quantile(TAIL), quantile(1 - TAIL))}
    below = sum(g < value for g in gains) + 0.5 * sum(g == value for g in gains)
    without = [gain_of([*missing[:i], *missing[i + 1 :]]) for i in range(len(missing))]
    if not 0 < below < len(gains) or None in without:
        return found
    left = [g for g in without if g is not None]
    mean = sum(left) / len(left)
    spread = sum((mean - g) ** 2 for g in left)
    lean = sum((mean - g) ** 3 for g in left) / (6 * spread**1.5) if spread else 0.0
    shift = NORMAL.inv_cdf(below / len(gains))

    def corrected(share: float) -> float:
        z = shift + NORMAL.inv_cdf(share)
        return NORMAL.cdf(shift + z / (1 - lean * z))

    found["bca"] = (quantile(corrected(TAIL)), quantile(corrected(1 - TAIL)))
    return found


def main() -> None:
    """Print one row for each kind of class and each number of people."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--groups", type=int, default=400, help="groups a row (default: 400)")
    parser.add_argument("--questions", type=int, default=10)
    args = parser.parse_args()
    random = Random(1)
    print(
        "| class | people | has an interval | used | plain percentile | BCa |\n" + "|---" * 6 + "|"
    )
    for name, ease, gained in CLASSES:
        for size in SIZES:
            held = {"used": 0, "plain": 0, "bca": 0}
            made = 0
            for _ in range(args.groups):
                group = [person(random, ease, gained, args.questions) for _ in range(size)]
                found = class_gain(group)
                if found is None or found.interval is None:
                    continue
                made += 1
                intervals = plain_and_bca([missing_of(p) for p in group], random)
                intervals["used"] = (found.interval.low, found.interval.high)
                for method, (low, high) in intervals.items():
                    held[method] += low <= gained <= high
            cells = [f"{percent(made, args.groups)} %"]
            cells += [f"{percent(n, made)} %" if made else "–" for n in held.values()]
            print(f"| {name} | {size} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
