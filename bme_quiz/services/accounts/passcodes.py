"""Hashes of passcodes: slow to compute on purpose, each with a salt of its own."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass

_NAME = "scrypt"
_DIGEST_BYTES = 32
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """The parameters of scrypt (RFC 7914, section 2).

    Attributes:
        n: rounds and blocks of memory, a power of two.
        r: the size of a block; ``128 * n * r`` bytes of memory are used.
        p: how often all of it is done.
    """

    n: int
    r: int
    p: int


# One of the settings that OWASP's Password Storage Cheat Sheet counts as equally strong; the one
# that takes 16 MiB, so that the thirty tries of a minute never crowd a small machine. A
# tenth to a quarter of a second.
COST = Cost(n=2**14, r=8, p=5)


def make_hash(text: str, salt: bytes, cost: Cost = COST) -> str:
    """The hash of a passcode, with all that checking it needs: ``scrypt$n$r$p$salt$digest``."""
    parts = (cost.n, cost.r, cost.p, b64encode(salt).decode())
    digest = b64encode(_digest(text, salt, cost)).decode()
    return "$".join([_NAME, *map(str, parts), digest])


def matches(text: str, kept: str) -> bool:
    """Whether a passcode is the one that a hash was made of; takes the same time either way.

    Raises:
        ValueError: ``kept`` is not from :func:`make_hash`.
    """
    _, n, r, p, salt, digest = kept.split("$")
    typed = _digest(text, b64decode(salt), Cost(int(n), int(r), int(p)))
    return hmac.compare_digest(typed, b64decode(digest))


def salt_of(kept: str) -> bytes:
    """The salt of a hash from :func:`make_hash`."""
    return b64decode(kept.split("$")[4])


def _digest(text: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        text.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, dklen=_DIGEST_BYTES
    )
