"""Default clock and random generator, for use cases that are given no other."""

from __future__ import annotations

from datetime import UTC, datetime
from random import SystemRandom

# One for all: it has no state, yet each takes 2.5 KB, and Streamlit keeps what a button's callback
# was given for as long as the browser's session lives.
SYSTEM_RANDOM = SystemRandom()


def utc_now() -> datetime:
    """The present moment, with its time zone."""
    return datetime.now(UTC)
