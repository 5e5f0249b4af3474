"""Counts and dates in words, made in one way wherever people read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from bme_quiz.rules.wording import (
    agreeing,
    counted,
    full_date,
    near_date,
    near_moment,
    sentence_start,
)
from bme_quiz.services.quiz.views import ResultsView
from bme_quiz.ui.quiz import result_pieces
from bme_quiz.ui.shell import article_pieces, words
from tests.support.courses import ROOT


@pytest.mark.parametrize(
    ("number", "text", "running"),
    [
        (0, "0 questions", "0 questions"),
        (1, "1 question", "one question"),
        (2, "2 questions", "2 questions"),
        (1200, "1,200 questions", "1,200 questions"),
    ],
)
def test_a_number_goes_with_its_noun(number: int, text: str, running: str) -> None:
    assert counted(number, "question") == text
    assert counted(number, "question", in_words=True) == running


def test_a_plural_may_be_another_word() -> None:
    assert [counted(n, "person", "people") for n in (1, 3)] == ["1 person", "3 people"]
    assert [agreeing(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]
    assert sentence_start("one MRI scan") == "One MRI scan"
    assert sentence_start("") == ""


def test_dates_in_words() -> None:
    assert full_date(date(2026, 3, 3)) == "3 March 2026"
    assert near_date(date(2026, 3, 3)) == "Tue 3 Mar"
    assert near_moment(datetime(2026, 3, 3, 14, 5)) == "Tue 3 Mar, 14:05"  # noqa: DTZ001


def test_pages_agree_with_their_numbers() -> None:
    def results(answered: int, drawn: int, missed: int) -> str:
        return result_pieces.score(
            ResultsView("a", 0.0, answered, drawn, (), (), missed, True, can_go_on=False)
        )

    assert "0 of 1 point (0 %)." in results(1, 2, 1)
    assert "One question was missed. 1 of the 2 questions was not answered." in results(1, 2, 1)
    assert "2 questions were missed. 3 of the 5 questions were not answered." in results(2, 5, 2)
    assert "Nothing was missed.</p>" in results(2, 2, 0)
    assert words.dropped(1).startswith("One question of this quiz has been changed")
    assert words.dropped(2).endswith("They were taken out and do not count.")
    assert "1 question, each" in article_pieces.welcome("Title", 1, 1)


def other_ways(tree: ast.AST) -> Iterator[str]:
    """What chooses a word by a number, or writes a date, without the module for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and isinstance(node.test, ast.Compare):
            against = node.test.comparators[0]
            is_one = isinstance(against, ast.Constant) and against.value == 1
            branches = (node.body, node.orelse)
            texts = [b for b in branches if isinstance(b, ast.JoinedStr) or _is_text(b)]
            if is_one and len(texts) == 2:
                yield ast.unparse(node)
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec)
            if any(sign in spec for sign in ("%a", "%b", "%B", "%d", "%Y")):
                yield ast.unparse(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize(
    "text", ["'a' if n == 1 else 'b'", "f'{n} are' if n > 1 else 'one is'", "f'{day:%B %Y}'"]
)
def test_another_way_would_be_found(text: str) -> None:
    assert list(other_ways(ast.parse(text)))


def test_there_is_no_other_way() -> None:
    found = {
        path.relative_to(ROOT / "bme_quiz").as_posix(): list(
            other_ways(ast.parse(path.read_text("utf-8")))
        )
        for path in (ROOT / "bme_quiz").rglob("*.py")
        if path.name != "wording.py"
    }
    assert {name: ways for name, ways in found.items() if ways} == {
        # Other sentences, not other forms of a word.
        "ui/cards/pieces.py": [
            "'Last card for today' if view.left == 1 else f'{more}{view.left} cards left today'",
            "'Tomorrow' if upcoming.days_away == 1 else f'On {full_date(upcoming.day)}'",
        ],
        # Signs between rows of a file, and advice by a ratio.
        "rules/checks/coverage.py": [
            "'Write more questions elsewhere.' if ratio > 1 else 'Write more questions here.'"
        ],
        "services/retention.py": ["'\\n' if count == 1 else ',\\n'"],
    }
