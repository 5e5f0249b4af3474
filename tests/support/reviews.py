"""Reviews of a deck without a course, and what a store says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from bme_quiz.rules.cards.deck import Card, CardKind, Deck
from bme_quiz.rules.cards.queue import Moment
from bme_quiz.rules.cards.scheduling import Rating, Review, Schedule
from bme_quiz.rules.days import beginning_of, day_of
from bme_quiz.services.store import Store
from tests.support.attempts import ME, NOW

AGAIN, HARD, GOOD, EASY = Rating


def deck_of(*ids: str) -> Deck:
    cards = tuple(Card(i, CardKind.QUESTION, f"Front of {i}", ("Back",), (), "s", ()) for i in ids)
    return Deck(cards, {i: frozenset() for i in ids})


DECK = deck_of(*(f"q:{number:03d}" for number in range(250)))

FIRST = DECK.ids[0]


def entry(number: int, rating: Rating | None = GOOD, at: datetime = NOW) -> Review:
    due = at + timedelta(days=1) if rating is None else None
    return Review(number, rating, at, day_of(at, UTC), 0.9, due)


def moment(now: datetime = NOW) -> Moment:
    day = day_of(now, UTC)
    return Moment(now, day, beginning_of(day + timedelta(days=1), UTC))


def schedule(store: Store, card: str = FIRST, learner: str = ME) -> Schedule | None:
    return store.reviews.standing(learner, card)[0]


def latest(store: Store, learner: str = ME) -> int:
    return store.reviews.desk(learner, DECK, moment(), 0).recent[0].id


def study(store: Store, learner: str, seed: int, steps: int = 60) -> datetime:
    """Random ratings, requests and undoings over some weeks; when the last one was."""
    rng = Random(seed)
    at = NOW
    for _ in range(steps):
        at += timedelta(minutes=rng.choice([1, 10, 60 * 9, 60 * 30]))
        card = rng.choice(DECK.ids[:12])
        _, number = store.reviews.standing(learner, card)
        kind = rng.random()
        if kind < 0.1:
            store.reviews.request(learner, DECK, card, entry(1, None, at))
        else:
            assert store.reviews.add(learner, DECK, card, entry(number, rng.choice([*Rating]), at))
        if kind > 0.85:
            recent = store.reviews.desk(learner, DECK, moment(at), 0).recent
            assert store.reviews.undo(learner, DECK, recent[0].id, at)
    return at
