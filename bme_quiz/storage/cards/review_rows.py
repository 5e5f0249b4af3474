"""Shared parts of the flashcards' SQL: rows to values and back, settings, one learner's lock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from bme_quiz.rules.cards.scheduling import DEFAULT_RETENTION, Rating, Review, Schedule, State
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import (
    card_settings,
    learner_courses,
    learners,
    reviews,
    schedules,
)

DEFAULT_NEW_PER_DAY = 10

# Reviews and schedules of one learner in one course.
MY_REVIEWS = (
    reviews.c.learner == bindparam("of_learner"),
    reviews.c.course == bindparam("of_course"),
)
MY_SCHEDULES = (
    schedules.c.learner == bindparam("of_learner"),
    schedules.c.course == bindparam("of_course"),
)
# A card as it is stored says its course itself.
_OF_CARD = (
    reviews.c.learner == bindparam("of_learner"),
    reviews.c.card == bindparam("of_card"),
)
LAST_NUMBER = select(func.coalesce(func.max(reviews.c.number), 0)).where(*_OF_CARD)
LOG_OF_CARD = select(reviews).where(*_OF_CARD).order_by(reviews.c.number)
SCHEDULE = select(schedules).where(
    schedules.c.learner == bindparam("of_learner"), schedules.c.card == bindparam("of_card")
)
LATEST_RATINGS = (
    select(reviews.c.id, reviews.c.card, reviews.c.day)
    .where(*MY_REVIEWS, reviews.c.rating.is_not(None), reviews.c.undone_at.is_(None))
    .order_by(reviews.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class CardSettings:
    """A learner's wishes, and how far into which deck everything has a schedule.

    Attributes:
        new_per_day: new cards a day.
        retention: desired retention, 0.7 to 0.97.
        deck: fingerprint of the deck that ``met`` counts in.
        met: the first that many cards of the deck all have a schedule.
    """

    new_per_day: int = DEFAULT_NEW_PER_DAY
    retention: float = DEFAULT_RETENTION
    deck: str = ""
    met: int = 0


@dataclass(frozen=True, slots=True)
class CardOwner:
    """Whose cards: a learner in one course.

    Attributes:
        course: the course's key, from ``storage.courses``.
    """

    learner: str
    course: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What statements about the owner's reviews and schedules need."""
        return {"of_learner": self.learner, "of_course": self.course}

    def of_card(self, card: str) -> dict[str, Any]:
        """What statements about one of the owner's cards need."""
        return {"of_learner": self.learner, "of_card": self.stored(card)}

    def stored(self, card: str) -> str:
        """A card's id as it is stored: in other courses than the first, behind the course."""
        return f"{self.course}/{card}" if self.course else card

    def card(self, stored: str) -> str:
        """The card's id that was stored so."""
        return stored[len(self.course) + 1 :] if self.course else stored


_FIRST_SETTINGS = select(card_settings).where(card_settings.c.learner == bindparam("of_learner"))
_OTHER_SETTINGS = select(learner_courses).where(
    learner_courses.c.learner == bindparam("of_learner"),
    learner_courses.c.course == bindparam("of_course"),
)


def read_settings(connection: Connection, owner: CardOwner) -> CardSettings:
    """The owner's settings; the defaults where nothing is kept."""
    if owner.course:
        row = connection.execute(_OTHER_SETTINGS, owner.values).one_or_none()
    else:
        row = connection.execute(_FIRST_SETTINGS, {"of_learner": owner.learner}).one_or_none()
    return settings_from_row(row)


def keep_settings(connection: Connection, owner: CardOwner, settings: CardSettings) -> None:
    """Keep the owner's settings in place of those there are."""
    row: dict[str, Any] = {
        "learner": owner.learner,
        "new_per_day": settings.new_per_day,
        "retention": settings.retention,
        "deck": settings.deck,
        "met": settings.met,
    }
    dialect = connection.dialect.name
    if owner.course:
        row["course"] = owner.course
        connection.execute(_OTHER_UPSERTS[dialect], row)
    else:
        connection.execute(_FIRST_UPSERTS[dialect], row)


def settings_from_row(row: Row[Any] | None) -> CardSettings:
    """The settings in a row; the defaults where there is none, or nothing of them in it."""
    if row is None:
        return CardSettings()
    default = CardSettings()
    return CardSettings(
        default.new_per_day if row.new_per_day is None else row.new_per_day,
        default.retention if row.retention is None else row.retention,
        row.deck,
        row.met,
    )


def lock_learner(dialect: str) -> Any:
    """Makes the learner known and holds the row, so that one learner's writes stand in a row.

    The update changes nothing; it is what locks. It is not the id that it sets to itself: SQLite
    would then look through everything that refers to the learner, the whole log.
    """
    known = INSERT[dialect](learners).values(id=bindparam("of_learner"))
    return known.on_conflict_do_update(index_elements=["id"], set_={"current": learners.c.current})


def upsert(dialect: str, table: Any, keys: tuple[str, ...], names: Collection[str] = ()) -> Any:
    """A statement that writes a row, in place of the one with the same keys.

    Args:
        names: the columns to write besides; empty for all.
    """
    statement = INSERT[dialect](table)
    names = names or [c.name for c in table.columns]
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=rest)


_SETTINGS = ("new_per_day", "retention", "deck", "met")
_FIRST_UPSERTS = {name: upsert(name, card_settings, ("learner",), _SETTINGS) for name in INSERT}
_OTHER_UPSERTS = {
    name: upsert(name, learner_courses, ("learner", "course"), _SETTINGS) for name in INSERT
}


def review_from_row(row: Row[Any]) -> Review:
    """An entry of the log."""
    return Review(
        number=row.number,
        rating=None if row.rating is None else Rating(row.rating),
        at=row.reviewed_at,
        day=row.day,
        retention=row.retention,
        due=row.due,
        undone=row.undone_at is not None,
    )


def review_row(
    learner: str, card: str, entry: Review, before: Schedule | None, course: str = ""
) -> dict[str, Any]:
    """The row of an entry that is new; ``card`` as it is stored."""
    return {
        "learner": learner,
        "course": course,
        "card": card,
        "number": entry.number,
        "rating": entry.rating,
        "reviewed_at": entry.at,
        "day": entry.day,
        "retention": entry.retention,
        "was": State.NEW if before is None else before.state,
        "due": entry.due,
    }


def schedule_from_row(row: Row[Any]) -> Schedule:
    """A schedule."""
    return Schedule(
        state=State(row.state),
        due=row.due,
        step=row.step,
        stability=row.stability,
        difficulty=row.difficulty,
        rating=None if row.rating is None else Rating(row.rating),
        reviewed_at=row.reviewed_at,
        day=row.day,
        first_day=row.first_day,
        reviews=row.reviews,
        failures=row.failures,
    )


def schedule_row(learner: str, card: str, schedule: Schedule, course: str = "") -> dict[str, Any]:
    """The row of a schedule; ``card`` as it is stored."""
    return {
        "learner": learner,
        "course": course,
        "card": card,
        "state": schedule.state,
        "due": schedule.due,
        "step": schedule.step,
        "stability": schedule.stability,
        "difficulty": schedule.difficulty,
        "rating": schedule.rating,
        "reviewed_at": schedule.reviewed_at,
        "day": schedule.day,
        "first_day": schedule.first_day,
        "reviews": schedule.reviews,
        "failures": schedule.failures,
        "set_aside": schedule.set_aside,
    }
