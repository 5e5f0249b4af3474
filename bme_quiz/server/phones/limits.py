"""Rate limits of the phones' front: for one phone, one address, and everybody together.

One hostile phone must not spoil a session for the others, and a hall whose phones share one
address (behind one router, one provider) must get in. Each limit is a bucket of tokens that fills
up again with time, so that whoever is refused need only wait a little, which phones do by
themselves.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field

from bme_quiz.server.token_bucket import Buckets, Clock, Rate
from bme_quiz.services.addresses import client_neighbourhood

_LOG = logging.getLogger("bme_quiz")


# A person taps once in some seconds; a phone that heard nothing sends the same three times over.
ANSWERS_OF_SEAT = Rate(12, 2)
# Pages and streams. Without script the page comes every five seconds, a frame in it as well.
PAGES_OF_SEAT = Rate(30, 3)
# A hall of a thousand behind one router, or behind a proxy that does not say for whom it asks,
# comes in within a minute. Whoever pretends to be many people gets no further than that with one
# address.
SEATS_OF_ADDRESS = Rate(1500, 50)
# However long that goes on: a hall of the largest size aimed at still fits behind one router, and
# half of a session and of a process's streams are left for everybody else. It fills up again, since
# one phone with made-up cookies uses it up for all behind its router and they cannot be told apart;
# and so slowly that in all of a session's hours one address does not fill it. Whoever brings the
# session's key is counted too: everybody in the hall has it, the one who spoils it as well.
SEATS_OF_ADDRESS_IN_SESSION = Rate(5_000, 0.1)
# A few addresses together must not fill a session either. So its last places are kept for those
# from whose address few have come: the first 6,000 of 10,000 are anybody's, which is enough for a
# hall of the largest size aimed at behind one router, beside a thousand others; the next 2,000 are
# for addresses that have brought at most 300 people, the last 2,000 for those with at most 30.
# Seven addresses that take what they can leave 2,500 places; to fill a session it takes more than
# seventy. People who never answer take nothing from those who do (storage/rooms/batches.py).
SHARES = ((30, 1.0), (300, 0.8))
SHARE_OF_CROWDS = 0.6
MOST_STREAMS = 12_000  # in one process; each holds a connection, an open file
STREAMS_OF_ADDRESS = 5_000
# Codes that are typed; whoever comes by the QR picture or is in already is not counted. A whole
# hall behind one address mistypes here and there, and somebody among them who guesses on purpose
# must not keep out the rest, so there is plenty.
#
# Three addresses use up what all have. So each neighbourhood (256 addresses of IPv4, a /48 of IPv6)
# has a share of its own besides, for which it need not matter what others do: a hall of a thousand
# may mistype every twentieth code within a minute. What guessing comes to, with 20^6 codes
# (services/rooms/rooms.py): 40 a second by all and one by each of ten neighbourhoods meet one given
# session with a chance of 0.3 percent an hour, a hundred neighbourhoods with 0.8 percent. What is
# found is what is on the wall, and a session ends after half a day at most.
WRONG_CODES_OF_ADDRESS = Rate(600, 20)
WRONG_CODES_OF_ALL = Rate(1200, 40)
WRONG_CODES_OF_NEIGHBOURHOOD = Rate(60, 1)


@dataclass(slots=True)
class Places:
    """Places that are held for a while, so many in all and so many by one address.

    An address that is None is not limited by itself.
    """

    most: int = MOST_STREAMS
    most_of_address: int = STREAMS_OF_ADDRESS
    taken: int = 0
    _taken_by: Counter[str] = field(default_factory=Counter)

    def has_one_for(self, address: str | None) -> bool:
        """Whether somebody at this address may have one more."""
        if address is not None and self._taken_by[address] >= self.most_of_address:
            return False
        return self.taken < self.most

    def take(self, address: str | None) -> None:
        """Take one."""
        self.taken += 1
        if address is not None:
            self._taken_by[address] += 1

    def leave(self, address: str | None) -> None:
        """Give one back."""
        self.taken -= 1
        if address is not None:
            self._taken_by[address] -= 1
            if not self._taken_by[address]:
                del self._taken_by[address]


Taken = tuple[tuple[Buckets, str], ...]
"""The tokens of one try: from which buckets, by which keys."""


class Limits:
    """All limits of one process.

    The clock only goes forward, whatever is done to the machine's. An address is what
    ``services.addresses.client_network`` makes of it; None is this very machine.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.answers = Buckets(ANSWERS_OF_SEAT, clock)
        self.pages = Buckets(PAGES_OF_SEAT, clock)
        self._seats = Buckets(SEATS_OF_ADDRESS, clock)
        self._seats_in_session = Buckets(SEATS_OF_ADDRESS_IN_SESSION, clock)
        self._wrong_codes = Buckets(WRONG_CODES_OF_ADDRESS, clock)
        self._all_wrong_codes = Buckets(WRONG_CODES_OF_ALL, clock)
        self._shares = Buckets(WRONG_CODES_OF_NEIGHBOURHOOD, clock)

    def take_seat(self, address: str | None, session: str) -> bool:
        """Count somebody who comes into a session from this address; False where none may now."""
        if address is None:
            return True
        both = f"{session} {address}"
        return (
            self._seats_in_session.has(both)
            and self._seats.take(address)
            and self._seats_in_session.take(both)
        )

    def give_seat_back(self, address: str | None, session: str) -> None:
        """Take back that somebody was counted: they took no seat."""
        if address is not None:
            self._seats_in_session.give_back(f"{session} {address}")
            self._seats.give_back(address)

    def share(self, address: str | None, session: str) -> float:
        """The part of a session's places that others may have when one more comes from here."""
        if address is None:
            return 1.0
        brought = self._seats_in_session.taken(f"{session} {address}")
        return next((share for most, share in SHARES if brought <= most), SHARE_OF_CROWDS)

    def may_try_code(self, address: str | None) -> bool:
        """Whether somebody at this address may try a code now."""
        return all(bucket.has(key) for bucket, key in self._counts_of_try(address))

    def take_try(self, address: str | None) -> Taken | None:
        """Count a code before it is looked for; None where none may be tried now.

        Counted afterwards, of many that come together each would find that one may still be tried.
        """
        counts = self._counts_of_try(address)
        if not all(bucket.has(key) for bucket, key in counts):
            return None
        for bucket, key in counts:
            bucket.take(key)
        return counts

    def give_try_back(self, taken: Taken) -> None:
        """Take back that a code was counted: it was no wrong one."""
        for bucket, key in taken:
            bucket.give_back(key)

    def _counts_of_try(self, address: str | None) -> Taken:
        """The buckets that a code tried from this address is taken from."""
        own = (self._wrong_codes, address or "")
        if address is None:
            return (own,)
        if self._all_wrong_codes.has(""):
            return (own, (self._all_wrong_codes, ""))
        return (own, (self._shares, client_neighbourhood(address)))


class RefusalLog:
    """Logs that something was refused, and nothing of whom."""

    def note(self, kind: str) -> None:
        """Log a refusal; in a flood the log says how many more there were.

        Args:
            kind: one of a few fixed names.
        """
        # Each place that refuses is one of its own in ``throttled_log``.
        _LOG.warning("refused on the phones' pages: %s", kind, stacklevel=2)
