"""Passages of the article that a question rests on: where its quotations stand."""

from __future__ import annotations

from collections.abc import Callable

from bme_quiz.content.article import Span
from bme_quiz.content.bank import Question

Find = Callable[[str], tuple[Span, ...]]
"""Every place of a quotation in the article, such as :meth:`Article.find`."""

PROPOSED = "? "
"""In front of a quotation that a program proposed; a person takes it away who confirms it."""


def is_proposal(cell: str) -> bool:
    """Whether a quotation is one that a program proposed and nobody has confirmed."""
    return cell.lstrip().startswith(PROPOSED.strip())


def quotation_places(question: Question, find: Find) -> dict[str, tuple[Span, ...]]:
    """Every place of each option's quotation, by the option's letter; none where it has none."""
    return {
        option.letter: find(option.quote) for option in question.options if option.quote is not None
    }


def key_passages(question: Question, find: Find) -> tuple[Span, ...]:
    """Where the quotations of the key stand, one place each; a sound question's have no other."""
    places = quotation_places(question, find)
    keys = (option.letter for option in question.options if option.is_key)
    return tuple(place for letter in keys for place in places.get(letter, ())[:1])


def wrong_passages(question: Question, find: Find) -> dict[str, Span]:
    """Where the quotation that refutes each wrong option stands, by the option's letter."""
    places = quotation_places(question, find)
    return {
        option.letter: places[option.letter][0]
        for option in question.options
        if not option.is_key and places.get(option.letter)
    }
