"""Last good: what could be read before, for as long as it cannot be read now.

Whoever saves a file leaves it for a moment half written, locked or gone. Nobody who learns from it
is to notice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from bme_quiz.content.problems import ContentError

T = TypeVar("T")

_LOG = logging.getLogger("bme_quiz")

# Seconds until what could not be read is tried again: a batch of answers is not to wait for that,
# and a spreadsheet takes no longer to save a file.
_AGAIN_AFTER = 1.0


class LastGood(Generic[T]):
    """What a source gives now, or what it could last give.

    Args:
        source: gives it; may raise ``ContentError``.
        clock: seconds that only go forward.
        goes_on: who goes on with what was, for the log.
        check: raises ``ContentError`` where what is new cannot follow on what was before.
        held: makes of what was before, and of why it stands, what is given meanwhile.
        state: changes when it is worth trying again at once.
    """

    def __init__(
        self,
        source: Callable[[], T],
        clock: Callable[[], float],
        goes_on: str,
        check: Callable[[T, T], None] = lambda _before, _new: None,
        held: Callable[[T, ContentError], T] = lambda before, _why: before,
        state: Callable[[], object] = lambda: None,
    ) -> None:
        self._source, self._clock, self._goes_on = source, clock, goes_on
        self._check, self._hold, self._state = check, held, state
        self._last: T | None = None
        self._held: tuple[str, T] | None = None
        self._failed_at: float | None = None
        self._failed_in: object = None

    def __call__(self) -> T:
        """What there is.

        Raises:
            ContentError: it cannot be read, and never could.
        """
        last, held, failed_at = self._last, self._held, self._failed_at
        is_too_soon = failed_at is not None and self._clock() - failed_at < _AGAIN_AFTER
        if held is not None and is_too_soon and self._state() == self._failed_in:
            return held[1]
        try:
            found = self._source()
            if last is not None and found is not last:
                self._check(last, found)
        except ContentError as error:
            if last is None:
                raise
            self._failed_in = self._state()
            return self._go_on(last, error)
        self._last, self._held, self._failed_at = found, None, None
        return found

    def _go_on(self, last: T, error: ContentError) -> T:
        self._failed_at = self._clock()
        words = str(error)
        if self._held is None:
            _LOG.warning("%s with the course as it was: %s", self._goes_on, words)
        if self._held is None or self._held[0] != words:
            self._held = (words, self._hold(last, error))
        return self._held[1]
