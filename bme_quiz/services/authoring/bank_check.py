"""Use case: an author's bank checked in memory, with findings, figures and previews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.bank import LETTERS, Level, Question, parse_bank
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.problems import ContentError
from bme_quiz.rules.checks.run import Report, check, sound_questions
from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset, Response, Turn
from bme_quiz.rules.quiz.marking import mark_answer
from bme_quiz.rules.rounding import percent
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.views import AskedView, ExplainedView, asked_view, explained_view

MAX_UPLOAD_BYTES = 20_000_000

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BankCheck:
    """An uploaded bank with what was found. Nothing of it is written anywhere."""

    files: CourseFiles
    report: Report

    @cached_property
    def course(self) -> Course:
        """The sound questions as a course, for previews."""
        return Course(
            folder=Path(),
            article=self.files.article,
            questions=sound_questions(self.files, self.report),
            terms=self.files.terms,
            problems=(),
        )

    def key_positions(self) -> dict[str, int]:
        """How many keys stand under each letter."""
        found = Counter(letter for q in self.course.questions for letter in q.key)
        return {letter: found[letter] for letter in LETTERS}

    def key_lengths(self) -> dict[str, int]:
        """In how many single-answer questions the key is the longest option, the second…"""
        ranks = Counter(_length_rank(q) for q in self.course.questions if len(q.key) == 1)
        names = ("longest", "second", "third", "fourth", "fifth")
        return {name: ranks[n] for n, name in enumerate(names) if n < max(ranks, default=-1) + 1}

    def levels(self) -> dict[str, int]:
        """How many questions each level has."""
        found = Counter(q.level for q in self.course.questions)
        return {level.value: found[level] for level in Level}

    def sections(self) -> dict[str, int]:
        """How many questions each section has, in the article's order."""
        found = Counter(q.section for q in self.course.questions)
        return {s.id: found[s.id] for s in self.files.article.sections}

    def coverage(self) -> dict[str, int]:
        """Percent of each section's askable sentences that a key rests on."""
        return {
            s.section: percent(s.asked, s.sentences)
            for s in self.report.coverage.sections
            if s.sentences
        }


def check_upload(
    bank: tuple[str, bytes],
    article: tuple[str, bytes] | None,
    own: CourseFiles,
    progress: Callable[[int, int], None] | None = None,
) -> BankCheck:
    """Check an uploaded bank against an uploaded article, or against the course's own.

    Args:
        bank: the file's name and bytes.
        article: likewise; without one, the own article and glossary are used.
        own: the course that is being served.
        progress: called with the rows done and the rows in all.

    Raises:
        ContentError: one of the files is too large or not of its kind; one plain sentence.
    """
    for name, data in filter(None, (bank, article)):
        if len(data) > MAX_UPLOAD_BYTES:
            raise ContentError(
                f"{name} has {len(data) / 1e6:.0f} MB; {MAX_UPLOAD_BYTES / 1e6:.0f} MB at most."
            )
    table = parse_bank(bank[1], bank[0])
    if article is None:
        files = CourseFiles(
            own.article,
            table,
            own.terms,
            (),
            table.problems,
            images=own.images,
        )
    else:
        parsed, problems = parse_article(article[1], article[0])
        files = CourseFiles(parsed, table, (), (), (*problems, *table.problems))
    return BankCheck(files, check(files, progress=progress))


def preview(course: Course, question: Question) -> tuple[AskedView, ExplainedView]:
    """What a learner sees who is asked, and then chooses the first wrong option."""
    wrong = [letter for letter in question.letters if letter not in question.key]
    ticked = (wrong[0],)
    turn = Turn(question.id, 1)
    attempt = Attempt(
        id="preview",
        preset=Preset.LEARN,
        seed=0,
        started_at=_NO_TIME,
        sections=(),
        audience=question.audience.value,
        drawn=(Drawn(question.id, question.revision, question.letters),),
    )
    given = mark_answer(question, ticked)
    response = Response(turn, ticked, given, _NO_TIME)
    explained = explained_view(course, attempt.respond(response), response)
    return asked_view(course, attempt), explained


def _length_rank(question: Question) -> int:
    lengths: Sequence[int] = sorted((len(o.text) for o in question.options), reverse=True)
    return lengths.index(next(len(o.text) for o in question.options if o.is_key))
