"""Use cases of the educator's login: a passcode lets one browser in for twelve hours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bme_quiz.routes import EDUCATOR, Addresses
from bme_quiz.services.accounts import passcodes
from bme_quiz.services.accounts.codes import new_letters, typed_letters
from bme_quiz.services.accounts.lockouts import Lockouts
from bme_quiz.services.accounts.passcodes import SALT_BYTES, Cost, make_hash, matches, salt_of
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.addresses import client_network
from bme_quiz.services.clock import utc_now
from bme_quiz.storage.accounts.educators import EducatorLogins, Passcode
from bme_quiz.storage.accounts.tries import Allowance, key_of

EDUCATOR_COOKIE = "bme_educator"
KNOWN_COOKIE = "bme_known"
# A working day: the session in the morning and the one in the evening.
LOGIN_LIFE = timedelta(hours=12)
LINK_LIFE = timedelta(minutes=10)
GROUPS, GROUP_LENGTH = 3, 4

# Why guessing is hopeless: of a passcode that the program made there are 20^12, about 4 thousand
# million million. At most 30 are tried in a minute, by all strangers together: some 260 million
# years for all of them. A passcode that a person chose has at least 8 signs; 30 a minute are 16
# million a year, so one that stands in no list of common passwords holds too. The limit for all is
# what counts, since a guesser may have many addresses; it also bounds the processor's time that
# checking takes.
#
# That is 43,200 guesses a day at most, one in 95 thousand million of all the passcodes that the
# program makes.
#
# Six addresses use it up, so it must not keep out whoever leads a session. It does not count for
# the server's own machine, nor for a browser that was let in before with the passcode of now: there
# are as many of these as the passcode was given, by people who need not guess it. Each still has
# its own five tries a minute, which no guesser behind the same router can use up.
#
# An educator on a new browser behind a guesser's router is refused like the guesser: nothing tells
# the two apart. To check a right passcode all the same, however many wrong ones come with it, would
# be to check them all. A waiting line from which one is drawn by chance would keep the bound, and
# give each the share that it asks for: to one educator beside a program that tries a hundred times
# a second, one place among thousands. So there is another way in, which takes no guess from anybody
# and depends on nobody's pace: a link with a random number of 128 bits, which whoever runs the
# server makes there (``passcode --link``). It works once, for ten minutes, and no limit applies to
# it: at a thousand guesses a second for all of the ten minutes the chance to meet it is one in
# 10^32.
TRIES_OF_ONE = 5
TRIES_OF_STRANGERS = 30
# Browsers keep a cookie 400 days at most (RFC 6265bis, section 5.5).
KNOWN_LIFE = timedelta(days=400)


class Refusal(Enum):
    """Why a passcode did not open the door."""

    WRONG = "wrong"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class Educators:
    """Makes the passcode and lets in who knows it; clock and randomness come from outside.

    Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Args:
        logins: where passcode, logins and tries are kept.
        choose: picks one letter of several; makes the passcodes.
        random_bytes: makes salts.
        cost: of the hashes that are made from now on.
        lockouts: whose tries are known to be used up; None asks the database each time.
    """

    logins: EducatorLogins
    clock: Callable[[], datetime] = utc_now
    choose: Callable[[str], str] = secrets.choice
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    cost: Cost = field(default_factory=lambda: passcodes.COST)
    lockouts: Lockouts | None = None

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
        self.logins.forget(now)
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

    def enter(
        self, typed: str, by: str, *, this_machine: bool = False, known: str | None = None
    ) -> str | Refusal:
        """A token for the browser's cookie, or why there is none.

        It takes some tenths of a second of the processor's time, so it does not belong on an event
        loop.

        Args:
            typed: what a person typed. Of a passcode that the program made case, spaces and
                dashes do not matter, of one that a person chose only spaces round it.
            by: the client's address. Only a digest of it is kept, for the limit of tries.
            this_machine: whether the browser runs on the server's own machine.
            known: the mark from :meth:`known_mark` that the browser brings.
        """
        now = self.clock()
        kept = self.logins.passcode()
        if kept is None:
            return Refusal.WRONG
        own, groups = _counts(kept, by, this_machine=this_machine, known=known)
        if self.lockouts is not None and self.lockouts.has(own):
            return Refusal.TOO_MANY
        used = self.logins.tries.take(groups, now)
        if used is None:
            if self.lockouts is not None:
                self.lockouts.note(own)
            return Refusal.TOO_MANY
        if not matches(typed_letters(typed) if kept.made else _chosen(typed), kept.hash):
            return Refusal.WRONG
        token = new_token()
        if not self.logins.admit(kept, _digest(token), now, now + LOGIN_LIFE):
            return Refusal.WRONG
        # Whoever knows the passcode was no guesser.
        self.logins.tries.forgive(used, own)
        return token

    def is_locked_out(
        self, kept: Passcode, by: str, *, this_machine: bool = False, known: str | None = None
    ) -> bool:
        """Whether the tries of whoever asks were used up just now; asks the database nothing.

        Args:
            kept: the passcode as it was kept lately. Where it was replaced since, nobody is found.
            by: as of :meth:`enter`, and so are the others.
        """
        own, _ = _counts(kept, by, this_machine=this_machine, known=known)
        return self.lockouts is not None and self.lockouts.has(own)

    def new_link(self) -> str:
        """A number that lets one browser in, once, in the next ten minutes; another passcode ends
        it."""
        now, token = self.clock(), new_token()
        self.logins.add_link(_digest_of_link(token), now, now + LINK_LIFE)
        return token

    def enter_by_link(self, token: str) -> str | Refusal:
        """A token for the browser's cookie, for a number from :meth:`new_link`, which is used up
        by this; WRONG where it is none, or not any more."""
        if not is_token(token):
            return Refusal.WRONG
        now, link, made = self.clock(), _digest_of_link(token), new_token()
        # Looked at first: whoever makes up numbers keeps nobody from writing.
        if not self.logins.is_open(link, now):
            return Refusal.WRONG
        came_in = self.logins.use_link(link, _digest(made), now, now + LOGIN_LIFE)
        return made if came_in else Refusal.WRONG

    def known_mark(self, brought: str | None) -> str | None:
        """A mark for a browser that has just been let in, by which it is known later.

        It opens nothing. Nothing of it is kept here: it is a random number, signed with what only
        the passcode of now gives, so another passcode ends it.

        Args:
            brought: the mark that the browser has, which goes on where it is a good one.
        """
        kept = self.logins.passcode()
        if kept is None or (brought is not None and _number_of(brought, kept) is not None):
            return brought
        number = new_token()
        return f"{number}.{_signature(number, kept)}"

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


def announcement(addresses: Addresses, made: str | None, *, configured: bool = False) -> str:
    """What is printed at a start about the educator's page.

    Args:
        addresses: with the server's own host, where that is known.
        made: a passcode made just now, which is shown this once.
        configured: the passcode is one of the settings, so no command makes another.
    """
    page = f"Educator's page: {addresses.to(EDUCATOR)}"
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


def link_notice(addresses: Addresses, link: str, *, is_known: bool) -> str:
    """What is printed about a link that opens the educator's page once.

    Args:
        addresses: with the server's host.
        link: from :meth:`Educators.new_link`.
        is_known: whether the keeper named that host; else it is the one on this machine.
    """
    address = addresses.to(EDUCATOR, {"link": link})
    lines = [f"Opens the educator's page once, within ten minutes: {address}"]
    if not is_known:
        lines.append(
            "In a browser on another computer, begin the address as that browser begins the "
            "address of the quiz."
        )
    return "\n".join(lines)


def _chosen(typed: str) -> str:
    return typed.strip()


def _digest(token: str) -> str:
    # A token is random and long, so one round is enough to keep it from being read off a copy
    # of the database.
    return hashlib.sha256(token.encode()).hexdigest()


def _digest_of_link(token: str) -> str:
    # Kept among the logins, and never the digest of a cookie.
    return _digest(f"link:{token}")


def _counts(
    kept: Passcode, by: str, *, this_machine: bool, known: str | None
) -> tuple[str, list[list[Allowance]]]:
    """Whose count a try belongs to, and all counts that it needs room in."""
    salt = salt_of(kept.hash)
    number = None if known is None else _number_of(known, kept)
    if number is not None:
        own = key_of("passcode of a known browser", number, salt)
    elif this_machine:
        own = key_of("passcode of this machine", salt=salt)
    else:
        # A name for a client that its address cannot simply be read off.
        own = key_of("passcode of an address", client_network(by), salt)
        all_ = Allowance(key_of("passcode of strangers"), TRIES_OF_STRANGERS)
        return own, [[Allowance(own, TRIES_OF_ONE)], [all_]]
    return own, [[Allowance(own, TRIES_OF_ONE)]]


def _number_of(mark: str, kept: Passcode) -> str | None:
    """The random number in a browser's mark; None where it was not made with this passcode."""
    number, _, signature = mark.partition(".")
    right = _signature(number, kept)
    return number if hmac.compare_digest(signature.encode(), right.encode()) else None


def _signature(number: str, kept: Passcode) -> str:
    return hmac.new(kept.hash.encode(), f"known:{number}".encode(), "sha256").hexdigest()[:32]
