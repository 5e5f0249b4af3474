"""Use cases of the keeper: export the anonymous responses, and forget what is old."""

from __future__ import annotations

import csv
import hashlib
import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TextIO

from bme_quiz.rules.rounding import rounded
from bme_quiz.services.clock import utc_now
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.quiz.records import Purged, Records

_LOG = logging.getLogger("bme_quiz")

RESPONSE_COLUMNS = (
    "attempt",
    "preset",
    "position",
    "question_id",
    "revision",
    "question",
    "try",
    "ticked",
    "mark",
    "seconds",
    "date",
    "course",
)


def anonymous_responses(
    records: Records,
    since: datetime | None = None,
    key: bytes | None = None,
    course: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The responses as rows of RESPONSE_COLUMNS, one at a time.

    Nothing in a row names a learner, and two attempts of one learner cannot be told to be so.
    ``attempt`` is a name made up for this export, another in the next, so that two exports
    cannot be laid side by side either. Of the time only the day is given: who knows when a
    person sat at the quiz must not find the answers by the minute.

    Args:
        since: only responses given then or later.
        key: what the made-up names come from; random where none is given.
        course: the key of the only course that is meant; None for every course.

    Raises:
        StorageError: the database cannot be used now.
    """
    key = key or secrets.token_bytes(16)
    texts = records.question_texts()
    for kept in records.responses(since, course):
        name = hashlib.blake2b(kept.attempt_id.encode(), key=key, digest_size=8).hexdigest()
        yield {
            "attempt": name,
            "preset": kept.preset,
            "position": kept.position,
            "question_id": kept.question_id,
            "revision": kept.revision,
            "question": texts.get(kept.revision, {}).get("stem", ""),
            "try": kept.try_number,
            "ticked": ";".join(kept.ticked),
            "mark": kept.mark,
            "seconds": None if kept.seconds is None else rounded(kept.seconds, 1),
            "date": kept.answered_at.date().isoformat(),
            "course": kept.course,
        }


def write_csv(rows: Iterator[dict[str, Any]], out: TextIO) -> int:
    """Write rows as CSV; how many there were."""
    writer = csv.DictWriter(out, RESPONSE_COLUMNS)
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the result
        writer.writerow(row)
    return count


def write_json(rows: Iterator[dict[str, Any]], out: TextIO) -> int:
    """Write rows as a JSON array, one row a line; how many there were."""
    count = 0
    out.write("[")
    for count, row in enumerate(rows, start=1):
        out.write(("\n" if count == 1 else ",\n") + json.dumps(row, ensure_ascii=False))
    out.write("\n]\n" if count else "]\n")
    return count


def purge(
    records: Records, older_than: timedelta, now: datetime, course: str | None = None
) -> Purged:
    """Forget attempts begun that long ago and not answered since, idle learners, and sessions in
    a room begun that long ago, with every answer in them.

    Args:
        course: the key of the only course that is meant; None for every course.

    Raises:
        StorageError: nothing was removed; the database cannot be used now.
    """
    return records.purge(now - older_than, course)


UNANSWERED_FOR = timedelta(days=1)
"""The time after which a quiz that was begun and in which nothing was answered is cleared away."""


@dataclass
class Forgetting:
    """Purges once a day while the program runs, and clears away every hour what was begun and never
    answered, on a thread of its own.

    Args:
        older_than: see :func:`purge`; None where nothing is to be forgotten for its age.
        every: seconds between two purges.
        hour: seconds between two looks for what was never answered.
    """

    records: Records
    older_than: timedelta | None
    every: float = 24 * 3600.0
    hour: float = 3600.0
    clock: Callable[[], datetime] = utc_now
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin at once."""
        self._thread = threading.Thread(target=self._run, name="forgetting", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, after the purge that may be under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        wait = min(self.every, self.hour)
        since_purge, looked_at = self.every, 0
        while True:
            try:
                looked_at = self._clear_unanswered(looked_at)
                if self.older_than is not None and since_purge >= self.every:
                    since_purge = 0.0
                    self._purge(self.older_than)
            except StorageError as error:
                _LOG.warning("what is old could not be forgotten: %s", error)
            if self._stop.wait(wait):
                return
            since_purge += wait

    def _purge(self, older_than: timedelta) -> None:
        purged = purge(self.records, older_than, self.clock())
        if purged.attempts or purged.sessions:
            _LOG.info(
                "forgot %d old attempts and %d old sessions", purged.attempts, purged.sessions
            )

    def _clear_unanswered(self, after: int) -> int:
        """Clear away attempts in small batches; up to which number all have been looked at."""
        cleared = 0
        while not self._stop.is_set():
            batch = self.records.clear_unanswered(self.clock() - UNANSWERED_FOR, after)
            if batch is None:
                break
            after, count = batch
            cleared += count
        if cleared:
            _LOG.info("cleared away %d attempts in which nothing was answered", cleared)
        return after
