"""Limits on what one network adds to what is kept, so that nobody fills the disk.

A quiz of ten questions takes about 1.5 KB and each answer or rating 0.3 KB. With 200 people to an
address that comes to 40 MB at once and 20 MB a day; a whole class that does nothing else all day
stays below it. Four times as much may come from a neighbourhood of addresses.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bme_quiz.server.token_bucket import Buckets, Rate
from bme_quiz.services.addresses import client_neighbourhood
from bme_quiz.services.quota import Added

_A_DAY = 24 * 3600.0
# For each of the people who may share an address: at once, and a day.
OF_PERSON = {Added.QUIZ: (40, 20), Added.ENTRY: (400, 200)}
_NETWORKS = 4
# Newcomers may use so much of it. The rest is for those who were here an hour ago: whoever uses it
# up by new learners without end keeps none of them out.
_OF_NEWCOMERS = 0.5


class NetworkAdditions:
    """Counts in this process's memory, by network and by neighbourhood of networks.

    Args:
        people: how many may share one address.
        clock: seconds that only go forward.
    """

    def __init__(self, people: int, clock: Callable[[], float] = time.monotonic) -> None:
        # Pages run in threads.
        self._lock = threading.Lock()
        self._limits = {what: _Limits(what, people, clock) for what in Added}

    def take(self, what: Added, count: int, network: str, is_known: Callable[[], bool]) -> bool:
        """Count so many more; False, and nothing is counted, where that is too much.

        Args:
            is_known: whether whoever adds was here before; asked only where it matters.
        """
        limits = self._limits[what]
        with self._lock:
            if limits.take(network, count, _OF_NEWCOMERS):
                return True
            may_be = limits.has(network, count, 1.0)
        if not (may_be and is_known()):
            return False
        with self._lock:
            return limits.take(network, count, 1.0)


class _Limits:
    """The limits of one kind."""

    def __init__(self, what: Added, people: int, clock: Callable[[], float]) -> None:
        at_once, a_day = (amount * people for amount in OF_PERSON[what])
        self._rates = [Rate(n * at_once, n * a_day / _A_DAY) for n in (1, _NETWORKS)]
        self._buckets = [Buckets(rate, clock) for rate in self._rates]

    def has(self, network: str, count: int, share: float) -> bool:
        """Whether so many more fit into this share of what there is."""
        keys = self._keys(network)
        return all(
            bucket.taken(key) + count <= share * rate.at_once
            for bucket, rate, key in zip(self._buckets, self._rates, keys, strict=True)
        )

    def take(self, network: str, count: int, share: float) -> bool:
        """Count so many more, where they fit."""
        if not self.has(network, count, share):
            return False
        for bucket, key in zip(self._buckets, self._keys(network), strict=True):
            bucket.of(key).take(count)
        return True

    @staticmethod
    def _keys(network: str) -> tuple[str, str]:
        return network, client_neighbourhood(network)
