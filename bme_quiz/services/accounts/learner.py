"""Learner's id in a request's cookie: how it is read. Nothing else names a learner."""

from __future__ import annotations

from bme_quiz.services.accounts.tokens import is_token

COOKIE = "bme_learner"
# Browsers keep a cookie 400 days at most (RFC 6265bis, section 5.5).
COOKIE_SECONDS = 400 * 24 * 3600


def learner_in(cookie_header: str) -> str | None:
    """The learner's id in a request's ``Cookie`` header; None where there is none.

    Read piece by piece: the standard library's reader stops at the first cookie that it cannot
    read, and other programs on the same host set cookies of every kind.
    """
    for part in cookie_header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and is_token(value):
            return value
    return None
