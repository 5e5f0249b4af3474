"""Between the rows of the flashcards' tables and the values that the rules know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bme_quiz.rules.scheduling import DEFAULT_RETENTION, Rating, Review, Schedule, State
from bme_quiz.storage.dialects import INSERT
from bme_quiz.storage.schema import card_settings, learners, reviews, schedules

DEFAULT_NEW_PER_DAY = 10

OF_LEARNER = reviews.c.learner == bindparam("of_learner")
OF_CARD = reviews.c.card == bindparam("of_card")
LAST_NUMBER = select(func.coalesce(func.max(reviews.c.number), 0)).where(OF_LEARNER, OF_CARD)
LOG_OF_CARD = select(reviews).where(OF_LEARNER, OF_CARD).order_by(reviews.c.number)
SCHEDULE = select(schedules).where(
    schedules.c.learner == bindparam("of_learner"), schedules.c.card == bindparam("of_card")
)
LATEST_RATINGS = (
    select(reviews.c.id, reviews.c.card, reviews.c.day)
    .where(OF_LEARNER, reviews.c.rating.is_not(None), reviews.c.undone_at.is_(None))
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


def settings_statement() -> Any:
    """The learner's settings, by ``of_learner``."""
    return select(card_settings).where(card_settings.c.learner == bindparam("of_learner"))


def settings_from_row(row: Row[Any] | None) -> CardSettings:
    """The settings; the defaults where nothing is kept."""
    if row is None:
        return CardSettings()
    return CardSettings(row.new_per_day, row.retention, row.deck, row.met)


def lock_learner(dialect: str) -> Any:
    """Makes the learner known and holds the row, so that one learner's writes stand in a row.

    The update changes nothing; it is what locks. It is not the id that it sets to itself: SQLite
    would then look through everything that refers to the learner, the whole log.
    """
    known = INSERT[dialect](learners).values(id=bindparam("of_learner"))
    return known.on_conflict_do_update(index_elements=["id"], set_={"current": learners.c.current})


def upsert(dialect: str, table: Any, keys: tuple[str, ...]) -> Any:
    """A statement that writes a whole row, in place of the one with the same keys."""
    statement = INSERT[dialect](table)
    rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=rest)


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


def review_row(learner: str, card: str, entry: Review, before: Schedule | None) -> dict[str, Any]:
    """The row of an entry that is new."""
    return {
        "learner": learner,
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


def schedule_row(learner: str, card: str, schedule: Schedule) -> dict[str, Any]:
    """The row of a schedule."""
    return {
        "learner": learner,
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
