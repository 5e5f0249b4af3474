"""Last good course: keeps a session going while the course's files cannot be read."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bme_quiz.content.problems import ContentError
from bme_quiz.services.rooms.rooms import Rooms

_LOG = logging.getLogger("bme_quiz")

# Seconds until a course that could not be read is tried again: a batch of answers is not to wait
# for that, and a spreadsheet takes no longer to save a file.
_AGAIN_AFTER = 1.0


class LastGood:
    """The use cases as they are now, or over the course as it could last be read.

    Whoever saves the bank in the middle of a session leaves it for a moment unreadable, and nobody
    in the room is to notice.

    Args:
        source: gives the use cases as they are now; may raise ``ContentError``.
        clock: seconds that only go forward.
    """

    def __init__(self, source: Callable[[], Rooms], clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._last: Rooms | None = None
        self._failed_at: float | None = None

    def __call__(self) -> Rooms:
        """The use cases.

        Raises:
            ContentError: the course cannot be read, and never could.
            StorageError: the database's address is not one that can be used.
        """
        last, failed_at = self._last, self._failed_at
        is_too_soon = failed_at is not None and self._clock() - failed_at < _AGAIN_AFTER
        if last is not None and is_too_soon:
            return last
        try:
            self._last = self._source()
        except ContentError as error:
            if last is None:
                raise
            self._failed_at = self._clock()
            if failed_at is None:
                _LOG.warning("phones go on with the course as it was: %s", error)
            return last
        self._failed_at = None
        return self._last
