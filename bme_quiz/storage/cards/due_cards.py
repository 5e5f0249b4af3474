"""Due cards of a learner, read by indexes in one snapshot of the database.

Every statement goes by an index and is bounded, so that the time from a rating to the next card
does not grow with the cards a learner knows or with the length of the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bme_quiz.rules.cards.deck import Deck
from bme_quiz.rules.cards.queue import Moment
from bme_quiz.rules.cards.scheduling import Schedule
from bme_quiz.storage.cards.review_rows import (
    LATEST_RATINGS,
    MY_SCHEDULES,
    CardOwner,
    CardSettings,
    read_settings,
    schedule_from_row,
)
from bme_quiz.storage.engine.schema import schedules

# Cards that are read at a time of those that are due: more than anybody reviews in a sitting.
DUE_AT_ONCE = 200
# Ratings looked back on: more than stand between a failed card and its return.
RECENT = 5
_CHUNK = 100

_TODAY = select(schedules).where(*MY_SCHEDULES, schedules.c.day == bindparam("today"))
_DUE = (
    select(schedules)
    .where(*MY_SCHEDULES, schedules.c.set_aside.is_(False), schedules.c.due < bindparam("until"))
    .order_by(schedules.c.due, schedules.c.card)
    .limit(DUE_AT_ONCE)
    .offset(bindparam("passed_over"))
)
# By the table's key: a card as it is stored says its course itself.
_MET = select(schedules.c.card).where(
    schedules.c.learner == bindparam("of_learner"),
    schedules.c.card.in_(bindparam("cards", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating that stands in the log: its id there, and its card."""

    id: int
    card: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What today's queue is made of, in one snapshot.

    Attributes:
        known: schedules of the cards reviewed today and of those due, leeches left out.
        set_aside: the cards reviewed today that are leeches.
        introduced: how many cards were reviewed today for the first time.
        unmet: the first cards of the deck without a schedule.
        recent: the latest ratings of today, latest first.
        more_due: there are more cards due than were read.
    """

    settings: CardSettings
    known: dict[str, Schedule]
    set_aside: frozenset[str]
    introduced: int
    unmet: tuple[str, ...]
    recent: tuple[Rated, ...]
    more_due: bool


def read_desk(
    connection: Connection, owner: CardOwner, deck: Deck, at: Moment, most_unmet: int
) -> Desk:
    settings = read_settings(connection, owner)
    mine: dict[str, Any] = owner.values
    known = {
        owner.card(row.card): schedule_from_row(row)
        for row in connection.execute(_TODAY, {**mine, "today": at.day})
    }
    introduced = sum(1 for s in known.values() if s.first_day == at.day)
    set_aside = frozenset(card for card, s in known.items() if s.set_aside)
    known = {card: s for card, s in known.items() if card not in set_aside}
    passed_over = 0
    more_due = True
    # Cards that are in no deck any more are read past, so that they hide nothing behind them.
    while more_due:
        rows = connection.execute(
            _DUE, {**mine, "until": at.horizon, "passed_over": passed_over}
        ).all()
        more_due = len(rows) == DUE_AT_ONCE
        passed_over += len(rows)
        known.update((owner.card(row.card), schedule_from_row(row)) for row in rows)
        if any(owner.card(row.card) in deck.by_id for row in rows):
            break
    recent = connection.execute(LATEST_RATINGS, {**mine, "most": RECENT})
    places = unmet(connection, owner, deck, where_to_begin(settings, deck))
    return Desk(
        settings=settings,
        known=known,
        set_aside=set_aside,
        introduced=introduced,
        unmet=tuple(deck.ids[place] for place in islice(places, most_unmet)),
        recent=tuple(Rated(row.id, owner.card(row.card)) for row in recent if row.day == at.day),
        more_due=more_due,
    )


def where_to_begin(settings: CardSettings, deck: Deck) -> int:
    return settings.met if settings.deck == deck.fingerprint else 0


def unmet(connection: Connection, owner: CardOwner, deck: Deck, start: int) -> Iterator[int]:
    """The places of the cards without a schedule, from a place of the deck on."""
    for first in range(start, len(deck.ids), _CHUNK):
        cards: Sequence[str] = deck.ids[first : first + _CHUNK]
        asked = {"of_learner": owner.learner, "cards": [owner.stored(card) for card in cards]}
        met = {owner.card(stored) for stored in connection.execute(_MET, asked).scalars()}
        yield from (first + n for n, card in enumerate(cards) if card not in met)
