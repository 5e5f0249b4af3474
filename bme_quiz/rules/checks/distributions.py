"""Tail probabilities of the binomial and chi-square distributions, for rules on the whole bank."""

from __future__ import annotations

import math


def binomial_tail(least: int, trials: int, chance: float) -> float:
    """The probability of ``least`` successes or more in ``trials``."""
    if least <= 0:
        return 1.0
    if not 0 < chance < 1:
        return float(chance >= 1 and least <= trials)
    whole = math.lgamma(trials + 1)
    return min(
        1.0,
        math.fsum(
            math.exp(
                whole
                - math.lgamma(k + 1)
                - math.lgamma(trials - k + 1)
                + k * math.log(chance)
                + (trials - k) * math.log1p(-chance)
            )
            for k in range(least, trials + 1)
        ),
    )


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The probability of a chi-square value this large or larger.

    By the recursion Q(x; n+2) = Q(x; n) + (x/2)^(n/2) e^(-x/2) / Γ(n/2 + 1), from Q(x; 2) =
    e^(-x/2) and Q(x; 1) = erfc(√(x/2)) (Abramowitz & Stegun 26.4).
    """
    half = statistic / 2
    if freedom % 2:
        tail, done = math.erfc(math.sqrt(half)), 1
    else:
        tail, done = math.exp(-half), 2
    while done < freedom:
        if half > 0:
            tail += math.exp(done / 2 * math.log(half) - half - math.lgamma(done / 2 + 1))
        done += 2
    return min(1.0, tail)
