"""The picture of a question stands with its stem on every page that shows the stem."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bme_quiz.content.render import section_html
from bme_quiz.routes import BARE
from bme_quiz.rules.cards.deck import CardKind
from bme_quiz.rules.quiz.attempt import Attempt, Preset, Response, Turn
from bme_quiz.rules.quiz.drawing import form
from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import Kind, Stage
from bme_quiz.services.authoring.bank_check import check_upload, preview
from bme_quiz.services.cards.views import FrontView
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.views import explain, explained_view, results_view
from bme_quiz.services.rooms.projector_view import BoardView
from bme_quiz.ui.cards import pieces as card_pieces
from bme_quiz.ui.quiz import pieces, result_pieces
from bme_quiz.ui.rooms import pieces as room_pieces
from bme_quiz.ui.shell.safe import html
from tests.support.courses import bank_bytes
from tests.support.illustrated import ALT, ILLUSTRATED, bank_of, illustrated, illustrated_files
from tests.support.room_reports import LOAD, answers_of, drawn, report_of, room_of

SHOWN = f'src="/course/images/bone.svg" alt="{ALT}"'
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return illustrated(tmp_path / "course")


def answered(course: Course) -> Attempt:
    questions = [course.by_id["load-01"], course.by_id["load-03"]]
    attempt = Attempt("a", Preset.POSTTEST, 1, NOW, (), "both", form(questions, 1))
    for question in questions:
        attempt = attempt.respond(Response(Turn(question.id, 1), ("a",), 0.0, NOW))
    return attempt


def stands_with(markup: str, stem: str) -> bool:
    return markup.count(SHOWN) == 1 and stem in markup


def test_results_and_explanations_show_it(course: Course) -> None:
    attempt, stem = answered(course), course.by_id["load-03"].stem
    view = results_view(course, attempt)
    assert stands_with(result_pieces.review(view.reviews, BARE), stem)
    shown = explained_view(course, attempt, attempt.responses[1])
    explained = pieces.explanation(shown, course.terms, BARE)
    # The drawing of the section below has a text of its own.
    assert explained.count(SHOWN) == 1
    assert explained.index(SHOWN) < explained.index(html(stem)) < explained.index("<h3>")
    plain = explained_view(course, attempt, attempt.responses[0])
    assert 'class="picture"' not in pieces.explanation(plain, course.terms, BARE)


def test_cards_show_it(course: Course) -> None:
    card = course.deck.by_id["q:load-03"]
    front = FrontView(card.id, 1, CardKind.QUESTION, card.front, card.picture)
    assert stands_with(card_pieces.front(front, BARE), card.front)
    assert "<img" not in card_pieces.front(replace(front, picture=None), BARE)


def test_the_projector_shows_it_before_and_after(course: Course) -> None:
    question = course.by_id["load-03"]
    view = BoardView(
        stage=Stage.ASKING,
        step=1,
        round=1,
        number=1,
        total=1,
        joined=0,
        answered=0,
        begun=0,
        stem=question.stem,
        options=tuple((o.letter, o.text) for o in question.options),
        picture=question.picture,
    )
    assert stands_with(room_pieces.asked(view, BARE), question.stem)
    told = replace(view, explanation=explain(course, question, question.letters, None))
    assert room_pieces.revealed(told, course.terms, BARE).count(SHOWN) == 1


def test_a_report_shows_it_on_the_screen_and_names_it_on_paper(course: Course) -> None:
    pictured = replace(LOAD, picture=course.by_id["load-03"].picture)
    given = list(answers_of(pictured, 0, "a a b b b"))
    titles = {section.id: section.title for section in course.article.sections}
    room = room_of(Kind.DISCUSS, pictured)
    page = drawn(make_report(room, {pictured.id: pictured}, given, 8, titles))
    assert stands_with(page, pictured.stem)
    assert page.count("(with a picture)") == 1
    plain = drawn(report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "a a b b b")))
    assert "picture" not in plain


def test_a_bank_that_is_checked_shows_it_where_the_course_has_it(tmp_path: Path) -> None:
    own = illustrated_files(tmp_path / "course")
    found = check_upload(("bank.csv", bank_of(ILLUSTRATED).encode()), None, own)
    asked, explained = preview(found.course, found.course.by_id["load-03"])
    assert asked.picture == explained.picture is not None
    other = [{**one, "image": "none.svg"} if one.get("image") else one for one in ILLUSTRATED]
    missing = check_upload(("bank.csv", bank_of(other).encode()), None, own)
    assert [p.column for p in missing.report.problems if p.code == "S13"] == ["image", "image"]
    assert "load-03" not in missing.course.by_id
    plain = check_upload(("bank.csv", bank_bytes([])), None, own)
    assert plain.report.questions == 0


def test_drawings_of_the_article_can_be_enlarged_too(course: Course) -> None:
    section = course.article.section("load")
    assert section is not None
    drawing = section_html(section)
    assert drawing.count('<a class="zoom" href="/course/images/bone.svg" target="_blank"') == 1
