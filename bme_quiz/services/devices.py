"""Carrying on with another device: a code that is short, short-lived and used once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bme_quiz.services.codes import new_letters, typed_letters
from bme_quiz.services.outside import utc_now
from bme_quiz.storage.device_codes import DeviceCodes, Limits

LENGTH = 8
LIFE = timedelta(minutes=10)

# Why guessing is hopeless: there are 20^8, about 26 thousand million codes. At most 30 are tried
# in a minute, by everybody together, so 300 in the life of a code: even with a hundred codes
# alive at all times, somebody who never stops would meet one about once in sixteen years. The
# limit for all is what counts, since a guesser can throw the cookie away after each try; the
# limit for one keeps a single browser from using up everybody's tries.
TRIES_IN = timedelta(minutes=1)
LIMITS = Limits(by_one=5, by_all=30)


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

    def claim(self, typed: str, by: str) -> str | Refusal:
        """The learner whom a code leads to, or why it leads nowhere.

        Args:
            typed: what a person typed; case, spaces and dashes do not matter.
            by: the browser's learner until now; what it practised goes over.

        Raises:
            StorageError: the database cannot be used now.
        """
        now = self.clock()
        if not self.codes.may_try(by, now, now - TRIES_IN, LIMITS):
            return Refusal.TOO_MANY
        letters = typed_letters(typed)
        if len(letters) != LENGTH:
            return Refusal.UNKNOWN
        return self.codes.claim(_digest(letters), now, by) or Refusal.UNKNOWN


def _digest(letters: str) -> str:
    # So that a code cannot be read off a copy of the database. It would not withstand somebody
    # who holds that copy and a fast computer for ten minutes, but such a person has the
    # learners' ids, and no need of codes.
    return hashlib.sha256(letters.encode()).hexdigest()
