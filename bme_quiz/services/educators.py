"""The educator's door: a passcode opens it, for twelve hours in one browser."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bme_quiz.services import passcodes
from bme_quiz.services.addresses import client_network
from bme_quiz.services.codes import new_letters, typed_letters
from bme_quiz.services.outside import utc_now
from bme_quiz.services.passcodes import SALT_BYTES, Cost, make_hash, matches, salt_of
from bme_quiz.services.tokens import is_token, new_token
from bme_quiz.storage.device_codes import Limits
from bme_quiz.storage.educators import EducatorLogins, Passcode

EDUCATOR_COOKIE = "bme_educator"
# A working day: the session in the morning and the one in the evening.
LOGIN_LIFE = timedelta(hours=12)
GROUPS, GROUP_LENGTH = 3, 4

# Why guessing is hopeless: of a passcode that the program made there are 20^12, about 4 thousand
# million million. At most 30 are tried in a minute, by everybody together: some 260 million years
# for all of them. A passcode that a person chose has at least 8 signs; 30 a minute are 16 million
# a year, so one that stands in no list of common passwords holds too. The limit for all is what
# counts, since a guesser may have many addresses. The limit for one keeps a single phone in the
# room from using up everybody's tries; six together could keep an educator from coming in for as
# long as they go on, but not out of a session that is open already.
TRIES_IN = timedelta(minutes=1)
LIMITS = Limits(by_one=5, by_all=30)


class Refusal(Enum):
    """Why a passcode did not open the door."""

    WRONG = "wrong"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class Educators:
    """Makes the passcode and lets in who knows it; clock and randomness come from outside.

    Every method may raise :class:`~bme_quiz.storage.errors.StorageError`.

    Args:
        logins: where passcode, logins and tries are kept.
        choose: picks one letter of several; makes the passcodes.
        random_bytes: makes salts.
        cost: of the hashes that are made from now on.
    """

    logins: EducatorLogins
    clock: Callable[[], datetime] = utc_now
    choose: Callable[[str], str] = secrets.choice
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    cost: Cost = field(default_factory=lambda: passcodes.COST)

    def prepare(self, configured: str | None) -> str | None:
        """See to it, at a start of the program, that there is a passcode.

        One from the settings takes the place of another, and ends all logins where it differs.
        Without one in the settings, what is kept stays.

        Args:
            configured: the passcode of the settings.

        Returns:
            A passcode that was made just now, which nobody knows yet and nothing keeps in clear;
            else None. Of programs that start at once, one gets it.
        """
        now = self.clock()
        self.logins.forget(now, now - TRIES_IN)
        kept = self.logins.passcode()
        if configured is not None:
            same = kept is not None and not kept.made and matches(_chosen(configured), kept.hash)
            if not same:
                self.logins.replace(Passcode(self._hash(_chosen(configured)), made=False))
            return None
        if kept is not None:
            return None
        made = self._new()
        first = self.logins.keep_first(Passcode(self._hash(typed_letters(made)), made=True))
        return made if first else None

    def renew(self) -> str:
        """A new passcode in place of the one that is kept; ends all logins."""
        made = self._new()
        self.logins.replace(Passcode(self._hash(typed_letters(made)), made=True))
        return made

    def enter(self, typed: str, by: str) -> str | Refusal:
        """A token for the browser's cookie, or why there is none.

        It takes some tenths of a second of the processor's time, so it does not belong on an event
        loop.

        Args:
            typed: what a person typed. Of a passcode that the program made case, spaces and
                dashes do not matter, of one that a person chose only spaces round it.
            by: the client's address. Only a digest of it is kept, for the limit of tries.
        """
        now = self.clock()
        kept = self.logins.passcode()
        if kept is None:
            return Refusal.WRONG
        who = _who(by, salt_of(kept.hash))
        if not self.logins.may_try(who, now, now - TRIES_IN, LIMITS):
            return Refusal.TOO_MANY
        if not matches(typed_letters(typed) if kept.made else _chosen(typed), kept.hash):
            return Refusal.WRONG
        token = new_token()
        admitted = self.logins.admit(kept, _digest(token), who, now, now + LOGIN_LIFE)
        return token if admitted else Refusal.WRONG

    def is_open(self, token: str | None) -> bool:
        """Whether a browser with this token has been let in: at most one indexed read."""
        return is_token(token) and self.logins.is_open(_digest(token), self.clock())

    def leave(self, token: str | None) -> None:
        """Forget that a browser was let in."""
        if is_token(token):
            self.logins.leave(_digest(token))

    def _new(self) -> str:
        return "-".join(new_letters(GROUP_LENGTH, self.choose) for _ in range(GROUPS))

    def _hash(self, text: str) -> str:
        return make_hash(text, self.random_bytes(SALT_BYTES), self.cost)


def announcement(address: str, made: str | None, *, configured: bool = False) -> str:
    """What is printed at a start about the educator's page.

    Args:
        address: the server's, such as ``http://127.0.0.1:8501``.
        made: a passcode made just now, which is shown this once.
        configured: the passcode is one of the settings, so no command makes another.
    """
    page = f"Educator's page: {address}/educator"
    if configured:
        return page
    if made is None:
        return (
            f"{page}\nThe passcode is the one of before; `python -m bme_quiz passcode` makes "
            "another in its place."
        )
    return (
        f"{page}   passcode: {made}\n"
        "This passcode is shown only now; `python -m bme_quiz passcode` makes another."
    )


def _chosen(typed: str) -> str:
    return typed.strip()


def _digest(token: str) -> str:
    # A token is random and long, so one round is enough to keep it from being read off a copy
    # of the database.
    return hashlib.sha256(token.encode()).hexdigest()


def _who(address: str, salt: bytes) -> str:
    """A name for a client that its address cannot simply be read off."""
    network = client_network(address)
    return hashlib.blake2b(network.encode(), key=salt, digest_size=16).hexdigest()
