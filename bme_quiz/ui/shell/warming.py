"""Warming of caches: what pages share is made before anybody waits for it."""

from __future__ import annotations

from datetime import UTC, datetime

from bme_quiz.routes import Addresses
from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset, Response, Turn
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.views import explained_view
from bme_quiz.ui.quiz import pieces


def warm(course: Course, addresses: Addresses) -> None:
    """Render the explanation of every question once.

    To mark a passage in its section and to look for the terms takes some milliseconds for each
    question, all of which the first to answer it would wait for, and in a room everybody else.
    What comes of it is kept where it is made.
    """
    at = datetime.fromtimestamp(0, UTC)
    drawn = tuple(Drawn(q.id, q.revision, q.letters) for q in course.questions)
    attempt = Attempt("", Preset.LEARN, 0, at, (), "both", drawn)
    for question in course.questions:
        response = Response(Turn(question.id, 1), question.letters[:1], 0.0, at)
        view = explained_view(course, attempt, response)
        pieces.explanation(view, course.terms, addresses, linked=False)
