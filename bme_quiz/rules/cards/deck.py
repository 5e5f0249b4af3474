"""Cards from the content: questions that make sense without options, and terms both ways.

A card's id is its question's id or its term, never its text, so mending a typo keeps what a
learner's reviews say of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bme_quiz.content.article import Article, Span
from bme_quiz.content.bank import Picture, Question
from bme_quiz.content.glossary import Term
from bme_quiz.content.text import fingerprint
from bme_quiz.rules.passages import key_passages


class CardKind(StrEnum):
    """What a card asks for."""

    QUESTION = "question"
    MEANING = "meaning"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Card:
    """One card, front and back.

    Attributes:
        id: ``q:`` and the question's id, or ``t:`` and the term with ``>`` (term to meaning) or
            ``<`` (meaning to term).
        front: the prompt.
        answers: the key's options, or the meaning, or the term.
        whys: why each of a question's keys is right.
        section: id of the section that the passages lie in.
        passages: where in the article the answer is written.
        picture: what is shown with the front; None for nothing.
    """

    id: str
    kind: CardKind
    front: str
    answers: tuple[str, ...]
    whys: tuple[str, ...]
    section: str
    passages: tuple[Span, ...]
    picture: Picture | None = None


@dataclass(frozen=True)
class Deck:
    """All cards of a course, in the order in which new ones are met.

    Attributes:
        siblings: for each card those that give it away: the other direction of a term, and
            questions that rest on the same words. Not shown on the same day.
    """

    cards: tuple[Card, ...]
    siblings: dict[str, frozenset[str]]

    @cached_property
    def by_id(self) -> dict[str, Card]:
        """Cards by id."""
        return {card.id: card for card in self.cards}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids in the order in which new cards are met."""
        return tuple(card.id for card in self.cards)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each card stands in that order, from 0."""
        return {card_id: place for place, card_id in enumerate(self.ids)}

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a card comes, goes or moves; not when its text changes."""
        return fingerprint(*self.ids)


def question_card_id(question_id: str) -> str:
    """The id of a question's card."""
    return f"q:{question_id}"


def term_card_ids(term: Term) -> tuple[str, str]:
    """The ids of a term's two cards: term to meaning, meaning to term.

    The term counts without its brackets, so that an abbreviation can be added later.
    """
    name = term.term.partition(" (")[0].casefold()
    return f"t:{name}>", f"t:{name}<"


def make_deck(article: Article, questions: Sequence[Question], terms: Iterable[Term]) -> Deck:
    """The deck of a course: the article's sections in order, each with its terms, then questions.

    A term whose section or passage is not in the article still has its cards, at the end and
    without a passage.
    """
    order = {section.id: number for number, section in enumerate(article.sections)}
    cards = [card for term in terms for card in _term_cards(article, term)]
    cards += [_question_card(article, question) for question in questions if question.front]
    cards.sort(key=lambda card: order.get(card.section, len(order)))
    unique = {card.id: card for card in reversed(cards)}
    kept = tuple(card for card in cards if unique[card.id] is card)
    return Deck(kept, _siblings(kept))


def _question_card(article: Article, question: Question) -> Card:
    keys = [option for option in question.options if option.is_key]
    return Card(
        id=question_card_id(question.id),
        kind=CardKind.QUESTION,
        front=question.front,
        answers=tuple(option.text for option in keys),
        whys=tuple(dict.fromkeys(option.why for option in keys if option.why)),
        section=question.section,
        passages=key_passages(question, article.find),
        picture=question.picture,
    )


def _term_cards(article: Article, term: Term) -> tuple[Card, Card]:
    passages = article.find(term.quote)[:1]
    section = passages[0].section if passages else term.section
    meaning, name = term_card_ids(term)
    return (
        Card(meaning, CardKind.MEANING, term.term, (term.definition,), (), section, passages),
        Card(name, CardKind.NAME, term.definition, (term.term,), (), section, passages),
    )


def _siblings(cards: Sequence[Card]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {card.id: set() for card in cards}

    def join(one: Card, other: Card) -> None:
        found[one.id].add(other.id)
        found[other.id].add(one.id)

    meanings = {c.id[:-1]: c for c in cards if c.kind is CardKind.MEANING}
    for card in cards:
        if card.kind is CardKind.NAME and card.id[:-1] in meanings:
            join(card, meanings[card.id[:-1]])
    # By place, so that each is compared only with those that begin before it ends.
    spans = sorted(
        (
            (span, card)
            for card in cards
            if card.kind is CardKind.QUESTION
            for span in card.passages
        ),
        key=lambda pair: (pair[0].section, pair[0].start, pair[0].end, pair[1].id),
    )
    for number, (span, card) in enumerate(spans):
        for later, other in spans[number + 1 :]:
            if later.section != span.section or later.start >= span.end:
                break
            if other.id != card.id:
                join(card, other)
    return {card_id: frozenset(others) for card_id, others in found.items()}
