"""What is made at the start is what learners get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bme_quiz.content import render
from bme_quiz.content.article import Section
from bme_quiz.routes import BARE
from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset, Response, Turn
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.views import explained_view
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell.warming import warm

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_no_learner_waits_for_a_section_to_be_rendered(
    own_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_section, rendered = render._section_html, []

    def count(section: Section, *parts: Any) -> str:
        rendered.append(section.id)
        return render_section(section, *parts)

    monkeypatch.setattr(render, "_section_html", count)
    for section in own_course.article.sections:
        section.made.clear()
    warm(own_course, BARE)
    made = len(rendered)
    assert made > len(own_course.article.sections)
    # As learners have them: options in an order of their own, other letters ticked.
    drawn = tuple(Drawn(q.id, q.revision, q.letters[::-1]) for q in own_course.questions)
    attempt = Attempt("a", Preset.LEARN, 1, NOW, (), "both", drawn)
    for question in own_course.questions:
        response = Response(Turn(question.id, 1), question.letters[-1:], 0.5, NOW)
        view = explained_view(own_course, attempt, response)
        assert "<mark>" in pieces.explanation(view, own_course.terms, BARE)
    assert len(rendered) <= made + len(own_course.questions) // 20


def test_an_empty_course_is_warm(small_course: Course) -> None:
    warm(Course(small_course.folder, small_course.article, (), (), ()), BARE)
