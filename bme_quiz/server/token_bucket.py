"""Token buckets: so much at once, and then so much a second, of one thing or for each key.

The rule stands here once, for phones' pages, browsers' websockets, frames and lines of the log.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]

_MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a second."""

    at_once: float
    a_second: float


class TokenBucket:
    """A bucket of tokens, full at first.

    Args:
        rate: what it holds, and how fast it fills again.
        clock: seconds; where it goes back all the same, nothing is filled until it has caught up.
    """

    __slots__ = ("_at", "_clock", "_rate", "_tokens")

    def __init__(self, rate: Rate, clock: Clock = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = float(rate.at_once)
        self._at = clock()

    def tokens(self) -> float:
        """Tokens in it now; below zero as long as some that were spent are not there yet."""
        now = self._clock()
        if now > self._at:
            filled = self._tokens + (now - self._at) * self._rate.a_second
            self._tokens, self._at = min(float(self._rate.at_once), filled), now
        return self._tokens

    def taken(self) -> float:
        """Tokens that were taken and are not yet there again."""
        return self._rate.at_once - self.tokens()

    def has(self, cost: float = 1) -> bool:
        """Whether there are so many."""
        return self.tokens() >= cost

    def take(self, cost: float = 1) -> bool:
        """Take so many; False, and none is taken, where there are not."""
        if not self.has(cost):
            return False
        self._tokens -= cost
        return True

    def spend(self, cost: float = 1) -> float:
        """Take so many whether they are there or not.

        Returns:
            Seconds to wait until they are, before what was asked for may be done.
        """
        self._tokens = self.tokens() - cost
        return self.wait(0)

    def wait(self, cost: float = 1) -> float:
        """Seconds until there are so many."""
        lacking = cost - self.tokens()
        if lacking <= 0:
            return 0.0
        return lacking / self._rate.a_second if self._rate.a_second else float("inf")

    def give_back(self, cost: float = 1) -> None:
        """Put back what was taken and not used."""
        self._tokens = min(float(self._rate.at_once), self.tokens() + cost)


class Buckets:
    """A token bucket for each key.

    Args:
        rate: of each.
        clock: seconds that only go forward.
        most: keys to remember, the one that was seen longest ago is forgotten first; the memory
            that a flood of keys can take is bounded by it.
    """

    def __init__(self, rate: Rate, clock: Clock = time.monotonic, most: int = _MOST_KEYS) -> None:
        self._rate = rate
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def of(self, key: str) -> TokenBucket:
        """The bucket of a key, which counts as seen."""
        found = self._buckets.get(key)
        if found is None:
            found = self._buckets[key] = TokenBucket(self._rate, self._clock)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return found

    def has(self, key: str) -> bool:
        """Whether there is a token for this key."""
        found = self._buckets.get(key)
        return self._rate.at_once >= 1 if found is None else found.has()

    def take(self, key: str) -> bool:
        """Take one token; False where there is none."""
        return self.of(key).take()

    def taken(self, key: str) -> float:
        """Tokens that were taken for this key, and are not yet there again."""
        found = self._buckets.get(key)
        return 0.0 if found is None else found.taken()

    def give_back(self, key: str) -> None:
        """Put a token back that was taken."""
        found = self._buckets.get(key)
        if found is not None:
            found.give_back()
