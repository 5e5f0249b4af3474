"""Options that are numbers: the checker and the drawing of options read them in one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.numbers import is_in_order, measure, row_of_numbers
from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset
from bme_quiz.rules.quiz.drawing import order_options
from bme_quiz.services.quiz.views import asked_view
from tests.support.courses import course_of, row
from tests.support.drawing import question, seeds
from tests.support.findings import found

WORDS = [
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
]
# A unit behind, words in front, none at all; with "one" the unit stands without its s.
LABELS = ["{} weeks", "{}", "{} %", "{}-year follow-up", "{} mg a day", "{}."]


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """Three to five different numbers as an author might write them, and what they are."""
    label = draw(st.sampled_from(LABELS))
    values = draw(st.lists(st.integers(0, 12), min_size=3, max_size=5, unique=True))
    ways = [str, lambda n: WORDS[n], lambda n: WORDS[n].capitalize(), lambda n: f"{n}.0"]
    ways += [lambda n: f"about {n}", lambda n: f"About {WORDS[n]}"]
    texts = []
    for value in values:
        text = label.format(draw(st.sampled_from(ways))(value))
        texts.append(text.replace("weeks", "week") if value == 1 else text)
    return texts, values


def is_found(texts: list[str]) -> bool:
    """Whether the checker wants these options in order."""
    cells = {f"option_{letter}": text for letter, text in zip("abcde", texts, strict=False)}
    whys = {f"why_{letter}": "Because." for letter, _ in zip("abcde", texts, strict=False)}
    return found("W04", cells | whys) != []


def is_kept(texts: list[str], seed: int) -> bool:
    """Whether a learner gets these options in the author's order."""
    asked = question("A", 1, tuple(texts))
    return order_options(asked, seed) == asked.letters


@given(rows(), st.lists(seeds, min_size=12, max_size=12))
def test_what_the_checker_wants_in_order_is_shown_in_order(
    written: tuple[list[str], list[int]], some: list[int]
) -> None:
    texts, values = written
    in_order = values in (sorted(values), sorted(values, reverse=True))
    assert is_found(texts) is not in_order
    mended = [text for _, text in sorted(zip(values, texts, strict=True))]
    assert not is_found(mended)
    for options in (mended, mended[::-1], [*mended[:3], "never"]):
        assert all(is_kept(options, seed) for seed in some)


@given(st.lists(st.text("12 .,-+/weksone%", max_size=12), min_size=2, max_size=5), seeds)
def test_of_any_options_the_checker_finds_none_that_are_shown_in_order(
    texts: list[str], seed: int
) -> None:
    values = row_of_numbers(texts)
    if values is not None and is_in_order(values):
        assert is_kept(texts, seed)
        if all(text.strip() for text in texts):
            assert not is_found(texts)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("Two weeks", "Four weeks", "Six weeks"), (2, 4, 6)),
        (("One week", "2 weeks", "about 3 weeks"), (1, 2, 3)),
        (("1,5 mg", "2,25 mg"), (1.5, 2.25)),
        (("1,000", "10,000", "2,500.5"), (1000, 10000, 2500.5)),
        (("1", "2", "3", "never"), (1, 2, 3)),
        (("1", "2", "never"), None),
        (("1 week", "10 days", "1 month"), (604_800, 864_000, 2_629_800)),
        (("500 mg", "1 g"), (500, 1_000)),
        (("1 week", "2 mg"), None),
        (("1 to 2 weeks", "2 to 3 weeks"), (1.5, 2.5)),
        (("6–8 weeks", "about 2 weeks", "4 weeks"), (7, 2, 4)),
        (("2 to 4 days", "1 week"), (259_200, 604_800)),
        (("6 and 7", "4 and 5"), None),
        (("3",), None),
        ((), None),
    ],
)
def test_a_row_of_numbers(texts: tuple[str, ...], values: tuple[float, ...] | None) -> None:
    assert row_of_numbers(texts) == values


def test_a_number_of_a_million_digits_is_given_up_at_once() -> None:
    assert measure("1" * 1_000_000) is None


def test_an_attempt_keeps_the_order_that_was_drawn_for_it() -> None:
    """Also of options that would now be shown in another."""
    texts = ("Two weeks", "Four weeks", "Six weeks")
    course = course_of([row()])
    (before,) = course.questions
    options = tuple(replace(o, text=t) for o, t in zip(before.options, texts, strict=True))
    asked = replace(before, options=options)
    course = replace(course, questions=(asked,))
    assert order_options(asked, 1) == ("a", "b", "c")
    drawn = Drawn(asked.id, asked.revision, ("c", "a", "b"))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    attempt = Attempt("first", Preset.LEARN, 1, now, (), "both", (drawn,))
    shown = asked_view(course, attempt).options
    assert [letter for letter, _ in shown] == ["c", "a", "b"]
