"""The cards' page, run by Streamlit itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.table import write_table
from bme_quiz.routes import BARE
from bme_quiz.rules.cards.deck import CardKind
from bme_quiz.services.cards.progress import CardProgress
from bme_quiz.services.cards.views import FrontView, NextCards
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS
from bme_quiz.ui.cards import pieces
from bme_quiz.ui.shell import words
from tests.support.app import labels, open_app, page_html, press
from tests.support.cards import GLOSSARY
from tests.support.courses import row, write_course

RATINGS = [words.AGAIN, words.HARD, words.GOOD, words.EASY]


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_course(tmp_path / "course", [row()])
    table = write_table((*COLUMNS, "card"), [row(card="yes")])
    (folder / "bank.csv").write_text(table, "utf-8", newline="")
    (folder / "glossary.csv").write_bytes(GLOSSARY)
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))


def open_cards() -> AppTest:
    app = open_app()
    app.switch_page("screens/cards.py").run()
    assert not app.exception
    return app


def test_a_card_is_turned_rated_and_taken_back() -> None:
    app = open_cards()
    assert "3 cards left today" in page_html(app)
    assert RATINGS[0] not in labels(app)
    press(app, words.SHOW_ANSWER)
    assert [label for label in labels(app) if label in RATINGS] == RATINGS
    assert "What pushes on a bone." in page_html(app)
    assert "<mark>" in page_html(app)
    press(app, words.EASY)
    assert "2 cards left today" in page_html(app)
    press(app, words.UNDO_RATING)
    assert "3 cards left today" in page_html(app)
    assert words.UNDO_RATING not in labels(app)


def test_a_back_is_not_shown_again_when_its_card_comes_back() -> None:
    app = open_cards()
    press(app, words.SHOW_ANSWER)
    press(app, words.AGAIN)
    press(app, words.UNDO_RATING)
    assert words.SHOW_ANSWER in labels(app)


def test_wishes_are_kept() -> None:
    app = open_cards()
    app.number_input(key="cards-new-per-day").set_value(1)
    press(app, words.SAVE_SETTINGS)
    assert "Last card for today" in page_html(app)


def test_a_database_that_is_away_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_cards()
    (tmp_path / "in-the-way").mkdir()
    monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{tmp_path / 'in-the-way'}")
    app.run()
    assert not app.exception
    assert [e.value for e in app.error] == [words.STORE_AWAY]
    assert words.TRY_AGAIN in labels(app)


def test_a_course_without_cards_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_QUESTIONS, str(write_course(tmp_path / "bare", [row()])))
    assert "This course has no cards." in page_html(open_cards())


@pytest.mark.parametrize(
    ("interval", "told"),
    [
        (timedelta(seconds=20), "1 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=46), "46 days"),
        (timedelta(days=163), "5.4 months"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=36500), "99.9 years"),
    ],
)
def test_an_interval_is_told_in_its_largest_unit(interval: timedelta, told: str) -> None:
    assert pieces.interval_in_words(interval) == told


def test_the_end_says_when_the_next_are_due() -> None:
    day = date(2026, 1, 9)
    assert "Tomorrow there are 2 cards to review." in pieces.done(NextCards(day, 1, 2, 0), True)
    assert "On 9 January 2026 there is one card to review" in pieces.done(
        NextCards(day, 4, 1, 0), True
    )
    assert "there are up to 3 new." in pieces.done(NextCards(day, 1, 0, 3), True)


def test_text_of_a_card_is_shown_as_typed() -> None:
    nasty = "<b>x</b> & <script>"
    shown = pieces.front(FrontView("q:x", 1, CardKind.QUESTION, nasty), BARE)
    shown += pieces.set_aside(nasty)
    assert "<script>" not in shown
    assert shown.count("&lt;b&gt;x&lt;/b&gt; &amp;") == 2


def test_progress_has_every_number_in_words_as_well() -> None:
    days = tuple((date(2026, 1, 1) + timedelta(days=n), n) for n in range(14))
    shown = pieces.progress(CardProgress(days, 10, 9, 5, 2, 3, (("q:a", "A?"),)), BARE)
    assert "Retention so far: 90 %." in shown
    assert shown.count('aria-hidden="true"') == 18
    for number in (5, 2, 3, 13):
        assert f'<td class="num">{number}</td>' in shown
