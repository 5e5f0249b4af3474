"""Formatting of counts and dates in words: the one way to write either."""

from __future__ import annotations

from datetime import date, datetime


def counted(number: int, noun: str, plural: str = "", *, in_words: bool = False) -> str:
    """A number with its noun: ``1 question``, ``2 questions``, ``3 people``.

    Args:
        plural: for a noun whose plural is not made with an s.
        in_words: write 1 as "one", as in running text.
    """
    figure = "one" if in_words and number == 1 else f"{number:,}"
    return f"{figure} {agreeing(number, noun, plural or f'{noun}s')}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """The form of a verb or noun that goes with a number."""
    return singular if number == 1 else plural


def sentence_start(text: str) -> str:
    """The text with its first letter a capital, the others as they are."""
    return text[:1].upper() + text[1:]


def full_date(day: date) -> str:
    """A day with its year: ``3 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def near_date(day: date) -> str:
    """A day of these weeks: ``Tue 3 Mar``."""
    return f"{day:%a} {day.day} {day:%b}"


def near_moment(moment: datetime) -> str:
    """A time of these weeks, in the zone it has: ``Tue 3 Mar, 14:05``."""
    return f"{near_date(moment.date())}, {moment:%H:%M}"
