"""Use cases of codes for another device: made, shown for minutes, used once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bme_quiz.services.accounts.codes import new_letters, typed_letters
from bme_quiz.services.addresses import client_neighbourhood, client_network
from bme_quiz.services.clock import utc_now
from bme_quiz.storage.accounts.device_codes import DeviceCodes
from bme_quiz.storage.accounts.tries import Allowance, code_tries_of, key_of

LENGTH = 8
LIFE = timedelta(minutes=10)

# Why guessing is hopeless: there are 20^8, about 26 thousand million codes. At most 300 are tried
# in a minute, by everybody together: with a hundred codes alive at all times, somebody who never
# stops meets one within an hour with a chance of 1 in 14,000, about once in a year and a half.
#
# No few may use up what all have. A browser has five tries a minute, which a guesser's cookie,
# thrown away after each, does not bind; so an address has thirty, as many as a class behind one
# router needs. Where the tries of all are used up, each neighbourhood of addresses still has three
# of its own. A guesser with a thousand neighbourhoods gains 3,000 tries a minute by that: a chance
# of 1 in 1,300 within an hour.
TRIES_OF_BROWSER = 5
TRIES_OF_ADDRESS = 30
TRIES_OF_ALL = 300
TRIES_OF_NEIGHBOURHOOD = 3


class Refusal(Enum):
    """Why a code was not taken."""

    UNKNOWN = "unknown"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code as shown, ``BCDF-GHJK``, and until when it works."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Devices:
    """Makes and takes codes; clock and choice of letters come from outside."""

    codes: DeviceCodes
    clock: Callable[[], datetime] = utc_now
    choose: Callable[[str], str] = secrets.choice

    def new_code(self, learner: str) -> DeviceCode | None:
        """A code in place of the learner's earlier one; None where nothing is kept of them.

        Raises:
            StorageError: the database cannot be used now.
        """
        letters = new_letters(LENGTH, self.choose)
        now = self.clock()
        if not self.codes.add(_digest(letters), learner, now, now + LIFE):
            return None
        return DeviceCode(f"{letters[:4]}-{letters[4:]}", now + LIFE)

    def claim(
        self, typed: str, by: str | None, address: str, *, this_machine: bool = False
    ) -> str | Refusal:
        """The learner whom a code leads to, or why it leads nowhere.

        Args:
            typed: what a person typed; case, spaces and dashes do not matter.
            by: the browser's learner until now, whose practice goes over; None where it has none.
            address: the client's. Only a digest of it is kept, for the limit of tries.
            this_machine: whether the browser runs on the server's own machine.

        Raises:
            StorageError: the database cannot be used now.
        """
        now = self.clock()
        own, groups = _counts(by, address, this_machine=this_machine)
        used = self.codes.tries.take(groups, now)
        if used is None:
            return Refusal.TOO_MANY
        letters = typed_letters(typed)
        found = None
        if len(letters) == LENGTH:
            found = self.codes.claim(_digest(letters), now, by or "")
        if found is None:
            return Refusal.UNKNOWN
        # Whoever was shown a code was no guesser.
        self.codes.tries.forgive(used, own)
        return found


def _counts(
    by: str | None, address: str, *, this_machine: bool
) -> tuple[str, list[list[Allowance]]]:
    """Whose count a try belongs to, and all counts that it needs room in."""
    network = "this machine" if this_machine else client_network(address)
    # Browsers without a cookie share what one has, at each address.
    own = code_tries_of(by or f"without a cookie at {network}")
    here = Allowance(key_of("code of an address", network), TRIES_OF_ADDRESS)
    groups = [[Allowance(own, TRIES_OF_BROWSER)], [here]]
    if not this_machine:
        round_ = key_of("code of a neighbourhood", client_neighbourhood(address))
        of_all = Allowance(key_of("code of all"), TRIES_OF_ALL)
        groups.append([of_all, Allowance(round_, TRIES_OF_NEIGHBOURHOOD)])
    return own, groups


def _digest(letters: str) -> str:
    # So that a code cannot be read off a copy of the database. It would not withstand somebody
    # who holds that copy and a fast computer for ten minutes, but such a person has the
    # learners' ids, and no need of codes.
    return hashlib.sha256(letters.encode()).hexdigest()
