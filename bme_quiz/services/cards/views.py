"""Views of the flashcards' pages, as plain data. A front holds nothing of its back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bme_quiz.content.article import Section, Source, Span
from bme_quiz.content.bank import Picture
from bme_quiz.rules.cards.deck import Card, CardKind
from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.services.course import Course


@dataclass(frozen=True, slots=True)
class FrontView:
    """A card being asked; ``number`` counts this learner's reviews of it, from 1."""

    card_id: str
    number: int
    kind: CardKind
    front: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class BackView:
    """A card being answered.

    Attributes:
        section: where the passage stands; None where the article has none.
        intervals: how far away the card is after each rating.
    """

    front: FrontView
    answers: tuple[str, ...]
    whys: tuple[str, ...]
    section: Section | None
    passages: tuple[Span, ...]
    sources: tuple[Source, ...]
    intervals: Mapping[Rating, timedelta]


@dataclass(frozen=True, slots=True)
class NextCards:
    """When there is something again: the day, and how many are then to be reviewed or new."""

    day: date
    days_away: int
    reviews: int
    new: int


@dataclass(frozen=True, slots=True)
class TodayView:
    """Today's cards.

    Attributes:
        current: the card to show now; None when today's are done.
        reviews: how many are left of cards met before, and of those in their learning steps.
        new: how many new cards are left for today.
        and_more: there are more reviews than were counted.
        undo: the id of the rating that can be taken back; None where there is none today.
        set_aside: the front of the card that the latest rating set aside; empty where none was.
        upcoming: asked for when today's are done; None where nothing will come.
    """

    current: FrontView | None
    reviews: int
    new: int
    and_more: bool
    undo: int | None
    set_aside: str
    upcoming: NextCards | None

    @property
    def left(self) -> int:
        """How many cards are left today."""
        return self.reviews + self.new


def back_view(course: Course, front: FrontView, intervals: Mapping[Rating, timedelta]) -> BackView:
    """The back of a card, with the passage that it rests on and the sources of that."""
    card: Card = course.deck.by_id[front.card_id]
    section = course.article.section(card.section)
    passages = tuple(p for p in card.passages if section is not None and p.section == section.id)
    numbers: dict[str, None] = {}
    if section is not None:
        numbers = dict.fromkeys(n for span in passages for n in section.sources_at(span))
    return BackView(
        front=front,
        answers=card.answers,
        whys=card.whys,
        section=section if passages else None,
        passages=passages,
        sources=tuple(s for n in numbers if (s := course.article.source(n))),
        intervals=intervals,
    )
