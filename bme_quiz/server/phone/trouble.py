"""What is logged where sessions cannot be looked at: enough to find the fault, and no more."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bme_quiz.content.problems import ContentError
from bme_quiz.storage.errors import StorageError

_LOG = logging.getLogger("bme_quiz")
_FORESEEN = (StorageError, ContentError)
_EVERY = 15.0


class Trouble:
    """Says what went wrong, once in a quarter of a minute.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said_at = -_EVERY
        self._traced: set[type[BaseException]] = set()

    def say(self, what: str, error: BaseException) -> None:
        """Log an error, the first of its kind that nobody foresaw with its trace.

        Args:
            what: what could not be done.
        """
        unheard = not isinstance(error, _FORESEEN) and type(error) not in self._traced
        now = self._clock()
        if unheard:
            self._traced.add(type(error))
        elif now - self._said_at <= _EVERY:
            return
        self._said_at = now
        _LOG.error("%s: %s", what, error, exc_info=error if unheard else None)
