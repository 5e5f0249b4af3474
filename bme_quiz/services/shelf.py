"""Shelf: the courses that a program serves from one database, each entered there before use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from bme_quiz.content.problems import ContentError
from bme_quiz.rules.wording import counted
from bme_quiz.services.course import Course, asked_text
from bme_quiz.storage.courses import CourseRegistry, Registered, Served
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.errors import StorageError

T = TypeVar("T")
_LOG = logging.getLogger("bme_quiz")

# Courses in so many states that this process remembers; each edit makes another.
_MOST = 50


class Shelf:
    """Which course has which key on a database.

    A page asks with every run, so what was found is kept: for a course as its files are, on the
    database as it was opened.
    """

    def __init__(self, database: Database) -> None:
        self.registry = CourseRegistry(database)
        self._database = database
        self._lock = threading.Lock()
        self._found: dict[Any, str | ContentError] = {}
        self._last: dict[str, str] = {}
        self._kept: dict[str, Any] = {}
        self._begun: Any = None

    def key(self, course: Course) -> str:
        """The key of a course, which is entered where it was not before.

        Raises:
            ContentError: another course has its id on this database.
            StorageError: the course was not entered yet, and the database cannot be used now.
        """
        found = self._found.get(self._state(course))
        if found is None:
            with self._lock:
                found = self._found.get(self._state(course)) or self._enter(course)
        if isinstance(found, ContentError):
            raise found
        return found

    def find(self, course: Course) -> str | None:
        """The key of a course; None where it was never entered, and it is not.

        Raises:
            StorageError: the database cannot be used now.
        """
        return self.registry.find(served(course))

    def kept(self, key: str, make: Callable[[str], T]) -> T:
        """What was made for a key, once."""
        found: T | None = self._kept.get(key)
        if found is None:
            found = self._kept.setdefault(key, make(key))
        return found

    def begin(self, course: Course) -> str:
        """Enter a course at a program's start; a sentence for the keeper, empty where all is well
        or it was said.

        Raises:
            ContentError: another course has its id on this database.
            StorageError: the database cannot be used now.
        """
        self.key(course)
        state = self._state(course)
        if self._begun == state:
            # A server begins once to say it and once more as what it serves.
            return ""
        self._begun = state
        self.registry.take_back(served(course))
        left = self.registry.unclaimed()
        if not left:
            return ""
        return (
            f"Kept and not shown: {counted(left.attempts, 'quiz', 'quizzes')}, "
            f"{counted(left.sessions, 'session')} and {counted(left.reviews, 'card review')} in "
            f"{self._database.place} are of another course, or of "
            "this one before its questions were changed. They are there again as soon as that "
            f"course is served; if they are of this one, stop the server and run: python -m "
            f"bme_quiz courses --claim {course.identity.id}"
        )

    def _state(self, course: Course) -> Any:
        return (self._database.let_go, course.identity, course.bank_fingerprint)

    def _enter(self, course: Course) -> str | ContentError:
        name = course.identity.id
        try:
            registered = self.registry.register(served(course))
        except StorageError:
            if name not in self._last:
                raise
            # It was edited while the database is away: the key is the one it had.
            return self._last[name]
        found: str | ContentError
        if registered.key is None:
            found = ContentError(_refusal(course, registered))
        else:
            found = self._last[name] = registered.key
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[self._state(course)] = found
        return found


def served(course: Course) -> Served:
    """A course as a database is told of it."""
    identity = course.identity
    return Served(
        id=identity.id,
        title=identity.title,
        stated=identity.is_stated,
        asked={name: asked_text(course, one) for name, one in course.known_by_id.items()},
        cards=frozenset(course.deck.ids),
        language=identity.language,
    )


def _refusal(course: Course, registered: Registered) -> str:
    other = registered.refused
    title = other.title if other else ""
    return (
        f"{course.folder}: the id '{course.identity.id}' is that of another course on this "
        f"database, \u201c{title}\u201d, which has other questions. Give this course an id of its "
        'own in course.toml, such as id = "'
        f'{course.identity.id}-2", or name another database with BME_QUIZ_DATABASE.'
    )
