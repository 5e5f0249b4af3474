"""Table of the courses of a database, and which of its rows are whose.

Rows say their course by a key. The key of the first course is empty, as in rows of releases that
knew no courses, so what such a release wrote, or still writes beside this one, is that course's
without being touched. Which course that is follows from what the rows say was asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, update

from bme_quiz.rules.recognition import (
    Questions,
    are_its_cards,
    is_its_form,
    is_made_with,
    is_same_course,
)
from bme_quiz.storage.asked_texts import AskedText, keep_texts, read_texts
from bme_quiz.storage.cards.review_records import join_first_course
from bme_quiz.storage.cards.review_rows import CardOwner, keep_settings, settings_from_row
from bme_quiz.storage.engine.columns import form_from
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import (
    attempts,
    courses,
    learner_courses,
    learners,
    reviews,
    rooms,
)

FIRST = ""
"""The key of the first course."""

# Any number will do, as long as every version of this program takes the same.
_LOCK = 0x636F75727365
# Rows read, and values in one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course as it was when it was last served.

    Attributes:
        key: what rows say of it; empty for the first course.
        stated: the id stands in ``course.toml``.
    """

    key: str
    id: str
    title: str
    stated: bool
    questions: Questions


@dataclass(frozen=True, slots=True)
class Served:
    """A course as it is served now.

    Attributes:
        cards: ids of its flashcards.
        asked: what its questions say, for reports.
        language: of its texts, a BCP 47 tag.
    """

    id: str
    title: str
    stated: bool
    asked: Mapping[str, AskedText]
    cards: frozenset[str]
    language: str

    @property
    def questions(self) -> Questions:
        """The revision of each question, by its id."""
        return {name: one.question.revision for name, one in self.asked.items()}


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """How much is kept that is of no course that was ever served on this database."""

    attempts: int
    sessions: int
    reviews: int

    def __bool__(self) -> bool:
        return bool(self.attempts or self.sessions or self.reviews)


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a course that was to be served.

    Attributes:
        key: what rows say of it; None where it is refused.
        refused: the course that has its id; None where it is not refused.
    """

    key: str | None
    refused: KnownCourse | None = None


class CourseRegistry:
    """The courses. Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[KnownCourse, ...]:
        """Every course that was served on this database, the first one first."""
        return self._database.read(_all)

    def unclaimed(self) -> Unclaimed:
        """What is kept of no course that was ever served."""

        def work(connection: Connection) -> Unclaimed:
            if any(known.key == FIRST for known in _all(connection)):
                return Unclaimed(0, 0, 0)
            return Unclaimed(*(_count(connection, t) for t in (attempts, rooms, reviews)))

        return self._database.read(work)

    def register(self, course: Served) -> Registered:
        """Enter a course before it is served, or find it entered; nothing is written where
        nothing has changed.

        A course is refused whose id another one has: one with another title and other questions,
        of which something is kept.
        """

        def look(connection: Connection) -> Registered | None:
            known = _all(connection)
            same = _same(known, course)
            if same is not None and same == _as_served(same.key, course):
                return Registered(same.key)
            return None

        found = self._database.read(look)
        return found or self._database.write(lambda c: _register(c, course))

    def find(self, course: Served) -> str | None:
        """The key of a course; None where it was never entered."""
        same = _same(self.all(), course)
        return None if same is None else same.key

    def take_back(self, course: Served) -> None:
        """Give a course what a release before this one wrote while it was served.

        For a program's start, since every form that is kept of the first course is looked at. Such
        a release kept no texts of what a session was asked either; those that are still in the
        course are.
        """

        def take(connection: Connection, *, is_look: bool) -> bool:
            known = _all(connection)
            same = _same(known, course)
            if same is None:
                return False
            found: list[tuple[str, int]] = []
            if same.key != FIRST:
                first = next((one.questions for one in known if one.key == FIRST), {})
                found = list(_forms_of(connection, course.questions, first))
            if not is_look:
                _take_forms(connection, same.key, found)
            texts = _lacks_texts(connection, same.key, course)
            if not is_look:
                keep_texts(connection, texts, course.language)
            return bool(found or texts)

        def work(connection: Connection) -> None:
            _lock(connection)
            take(connection, is_look=False)

        if self._database.read(lambda c: take(c, is_look=True)):
            self._database.write(work)

    def claim(self, course_id: str) -> bool:
        """Make a course the first one, whose rows are of no course until then; whether it was done.

        False where there is a first course, or no course with this id. For when nothing serves this
        database: a running program would go on to write under the old key.
        """

        def work(connection: Connection) -> bool:
            _lock(connection)
            by_id = {one.id: one.key for one in _all(connection)}
            key = by_id.get(course_id)
            if key is None or FIRST in by_id.values():
                return False
            join_first_course(connection, key)
            for table in (attempts, rooms):
                mine = update(table).where(table.c.course == key)
                connection.execute(mine.values(course=FIRST))
            _join_learners(connection, key)
            connection.execute(update(courses).where(courses.c.key == key).values(key=FIRST))
            return True

        return self._database.write(work)


def _join_learners(connection: Connection, key: str) -> None:
    """Make wishes and latest attempts in a course those in the first course."""
    mine = select(learner_courses).where(learner_courses.c.course == key)
    for row in connection.execute(mine).all():
        if row.current is not None:
            known = update(learners).where(learners.c.id == row.learner)
            connection.execute(known.values(current=row.current))
        if row.new_per_day is not None:
            keep_settings(connection, CardOwner(row.learner), settings_from_row(row))
    connection.execute(delete(learner_courses).where(learner_courses.c.course == key))


def _register(connection: Connection, course: Served) -> Registered:
    _lock(connection)
    known = _all(connection)
    same = _same(known, course)
    if same is None:
        key = _new_key(connection, known, course)
        connection.execute(courses.insert(), _row(_as_served(key, course)))
        return Registered(key)
    other = same.title != course.title and not is_same_course(same.questions, course.questions)
    # Two courses without course.toml and with one title, such as "My course".
    other |= not (same.stated or course.stated) and not _shares_anything(same, course)
    if other and _keeps_anything(connection, same.key):
        return Registered(None, same)
    now = _as_served(same.key, course)
    connection.execute(update(courses).where(courses.c.key == same.key), _row(now))
    return Registered(same.key)


def _same(known: tuple[KnownCourse, ...], course: Served) -> KnownCourse | None:
    """The course as it was entered: under its id, or under one that was made from its title."""
    found = next((one for one in known if one.id == course.id), None)
    if found is not None:
        return found
    return next(
        (
            # A title that changes does not make another course of it, nor does an id that is
            # stated from now on.
            one
            for one in known
            if not one.stated and is_same_course(one.questions, course.questions)
        ),
        None,
    )


def _as_served(key: str, course: Served) -> KnownCourse:
    return KnownCourse(key, course.id, course.title, course.stated, course.questions)


def _shares_anything(same: KnownCourse, course: Served) -> bool:
    questions = course.questions
    return bool(
        same.questions.keys() & questions.keys()
        or set(same.questions.values()) & set(questions.values())
    )


def _new_key(connection: Connection, known: tuple[KnownCourse, ...], course: Served) -> str:
    """What rows are to say of a course that was never entered here."""
    taken = {one.key for one in known}
    is_left = course.id not in taken and _keeps_anything(connection, course.id)
    if FIRST in taken or is_left or not _is_first(connection, course):
        return _free(taken, course.id)
    return FIRST


def _free(taken: Collection[str], wanted: str) -> str:
    """A key that no course has: the id, unless a course that goes by another id now has that."""
    names = chain([wanted], (f"{wanted[:56]}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _is_first(connection: Connection, course: Served) -> bool:
    """Whether what is kept without a course is this one's; so it is where nothing is kept."""
    asked: dict[str, set[str]] = {}
    for _, drawn in _forms(connection, FIRST):
        for one in drawn:
            asked.setdefault(one.question_id, set()).add(one.revision)
    if asked:
        return is_made_with(asked, course.questions)
    cards = select(reviews.c.card).where(reviews.c.course == FIRST).distinct()
    stored = set(connection.execute(cards).scalars())
    return not stored or are_its_cards(stored, course.cards)


def _take_forms(connection: Connection, key: str, found: Sequence[tuple[str, int]]) -> None:
    """Give a course the attempts and sessions under the first course's key that are its own.

    Args:
        found: table and number of each.
    """
    if not found:
        return
    for table in (attempts, rooms):
        for some in _batches([number for name, number in found if name == table.name]):
            mine = update(table).where(table.c.number.in_(some))
            connection.execute(mine.values(course=key))
    # Who was in the middle of one of them is so in this course, and in the first one where that
    # stood before.
    astray = (
        select(learners.c.id, learners.c.current)
        .join(attempts, attempts.c.id == learners.c.current)
        .where(attempts.c.course == key)
    )
    for learner, current in connection.execute(astray).all():
        there = INSERT[connection.dialect.name](learner_courses)
        connection.execute(
            there.on_conflict_do_nothing(),
            {"learner": learner, "course": key, "current": current},
        )
        before = (
            select(attempts.c.id)
            .where(attempts.c.learner == learner, attempts.c.course == FIRST)
            .order_by(attempts.c.number.desc())
            .limit(1)
        )
        connection.execute(
            update(learners)
            .where(learners.c.id == learner)
            .values(current=connection.execute(before).scalar())
        )


def _forms_of(
    connection: Connection, questions: Questions, first: Questions
) -> Iterator[tuple[str, int]]:
    """Table and number of what was drawn from these questions, and not from the first course's."""
    for (table, number), drawn in _forms(connection, FIRST):
        if is_its_form(drawn, questions) and not is_its_form(drawn, first):
            yield table, number


def _forms(connection: Connection, key: str) -> Iterator[tuple[tuple[str, int], Any]]:
    """Every form under a key, with its table and number."""
    for table in (attempts, rooms):
        found = select(table.c.number, table.c.drawn).where(table.c.course == key)
        rows = connection.execute(found, execution_options={"yield_per": _AT_ONCE})
        for number, drawn in rows:
            yield (table.name, number), form_from(drawn)


def _lacks_texts(connection: Connection, key: str, course: Served) -> list[AskedText]:
    """What sessions were asked that began in a release which kept no texts for them."""
    wanted = {}
    forms = select(rooms.c.drawn).where(rooms.c.course == key)
    for drawn in connection.execute(forms).scalars():
        for one in form_from(drawn):
            asked = course.asked.get(one.question_id)
            if asked is not None and asked.question.revision == one.revision:
                wanted[one.revision] = asked
    kept: set[str] = set()
    for some in _batches(sorted(wanted)):
        kept |= read_texts(connection, some).keys()
    return [asked for revision, asked in wanted.items() if revision not in kept]


def _keeps_anything(connection: Connection, key: str) -> bool:
    return any(_count(connection, table, key) for table in (attempts, rooms, reviews))


def _count(connection: Connection, table: Any, key: str = FIRST) -> int:
    mine = select(func.count()).select_from(table).where(table.c.course == key)
    return int(connection.execute(mine).scalar_one())


def _all(connection: Connection) -> tuple[KnownCourse, ...]:
    rows = connection.execute(select(courses).order_by(courses.c.key))
    return tuple(KnownCourse(r.key, r.id, r.title, r.stated, r.questions) for r in rows)


def _row(known: KnownCourse) -> dict[str, Any]:
    return {
        "key": known.key,
        "id": known.id,
        "title": known.title,
        "stated": known.stated,
        "questions": dict(known.questions),
    }


def _lock(connection: Connection) -> None:
    """Take turns with other programs that enter a course; on SQLite they do anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _batches(keys: list[Any]) -> Iterator[list[Any]]:
    return (keys[i : i + _AT_ONCE] for i in range(0, len(keys), _AT_ONCE))
