"""A learner is a random id in a cookie: no name, no address, nothing else."""

from __future__ import annotations

import re
import secrets

COOKIE = "bme_learner"
# Browsers keep a cookie 400 days at most (RFC 6265bis, section 5.5).
COOKIE_SECONDS = 400 * 24 * 3600

_ID = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def new_learner_id() -> str:
    """A fresh id of 128 random bits in 22 letters, so that nobody can guess another's."""
    return secrets.token_urlsafe(16)


def learner_in(cookie_header: str) -> str | None:
    """The learner's id in a request's ``Cookie`` header; None where there is none.

    Read piece by piece: the standard library's reader stops at the first cookie that it cannot
    read, and other programs on the same host set cookies of every kind.
    """
    for part in cookie_header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and is_learner_id(value):
            return value
    return None


def is_learner_id(text: object) -> bool:
    """Whether a cookie's value has the form of an id that this program makes.

    Anything else is no id: no value at all, or the stand-in that Streamlit's AppTest gives.
    """
    return isinstance(text, str) and _ID.match(text) is not None
