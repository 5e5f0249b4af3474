"""Random tokens for cookies: whoever has one is taken for the browser that got it."""

from __future__ import annotations

import re
import secrets
from typing import TypeGuard

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def new_token() -> str:
    """A fresh one of 128 random bits in 22 letters, so that nobody can guess another's."""
    return secrets.token_urlsafe(16)


def is_token(text: object) -> TypeGuard[str]:
    """Whether a cookie's value has the form of a token that this program makes.

    Anything else is none: no value at all, or the stand-in that Streamlit's AppTest gives.
    """
    return isinstance(text, str) and _TOKEN.match(text) is not None
