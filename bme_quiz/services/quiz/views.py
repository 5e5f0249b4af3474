"""Views of the quiz: what pages show, as plain data; nothing of a key while a question is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bme_quiz.content.article import Section
from bme_quiz.content.bank import Picture, Question, QuestionType
from bme_quiz.rules.quiz.attempt import Attempt, Response, Turn
from bme_quiz.rules.quiz.marking import Verdict, verdict
from bme_quiz.services.course import Course, Grounds


@dataclass(frozen=True, slots=True)
class AskedView:
    """A question being asked. ``options`` are (letter, text) in the order shown."""

    attempt_id: str
    turn: Turn
    number: int
    total: int
    type: QuestionType
    stem: str
    options: tuple[tuple[str, str], ...]
    hint: str
    picture: Picture | None = None


class OptionState(StrEnum):
    """How an option stands after the answer; RIGHT and WRONG where no answer was given."""

    CHOSEN_RIGHT = "chosen-right"
    CHOSEN_WRONG = "chosen-wrong"
    MISSED_RIGHT = "missed-right"
    LEFT_WRONG = "left-wrong"
    RIGHT = "right"
    WRONG = "wrong"

    @property
    def is_key(self) -> bool:
        """Whether the option is right."""
        return self in (OptionState.CHOSEN_RIGHT, OptionState.MISSED_RIGHT, OptionState.RIGHT)

    @property
    def was_chosen(self) -> bool:
        """Whether the learner chose it."""
        return self in (OptionState.CHOSEN_RIGHT, OptionState.CHOSEN_WRONG)


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option explained.

    Attributes:
        quote: None where the article does not speak of it.
        boxed: the section in whose box the quotation of a wrong option lies; None for main text.
    """

    text: str
    why: str
    quote: str | None
    state: OptionState
    boxed: Section | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What explains a question, whoever answered it and how."""

    options: tuple[OptionView, ...]
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class ExplainedView:
    """An answered question: the verdict, and what explains it."""

    attempt_id: str
    turn: Turn
    number: int
    total: int
    verdict: Verdict
    mark: float
    stem: str
    explanation: Explanation
    returns: bool
    all_asked: bool
    is_last: bool
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Points and number of answered questions in one section; ``points`` ≤ ``answered``."""

    section: Section
    points: float
    answered: int


@dataclass(frozen=True, slots=True)
class ResultsView:
    """The results of an attempt: first tries only.

    Attributes:
        missed: how many first tries were not fully right; ``can_retry`` where any of those
            questions is still asked.
        can_go_on: it was stopped before every question had been asked.
    """

    attempt_id: str
    points: float
    answered: int
    drawn: int
    sections: tuple[SectionScore, ...]
    reviews: tuple[ExplainedView, ...]
    missed: int
    can_retry: bool
    can_go_on: bool


def asked_view(course: Course, attempt: Attempt) -> AskedView:
    """The question being asked.

    Raises:
        ValueError: nothing is being asked.
    """
    turn = attempt.turn
    drawn = attempt.drawn_question(turn.question_id) if turn else None
    if turn is None or drawn is None:
        raise ValueError("no question is being asked")
    question = course.by_id[turn.question_id]
    return AskedView(
        attempt_id=attempt.id,
        turn=turn,
        number=_number(attempt, turn),
        total=len(attempt.drawn),
        type=question.type,
        stem=question.stem,
        options=tuple((letter, question.option(letter).text) for letter in drawn.order),
        hint=question.hint,
        picture=question.picture,
    )


def explained_view(course: Course, attempt: Attempt, response: Response) -> ExplainedView:
    """An answered question with everything that explains it."""
    question = course.known_by_id[response.turn.question_id]
    drawn = attempt.drawn_question(question.id)
    order = drawn.order if drawn else question.letters
    return ExplainedView(
        attempt_id=attempt.id,
        turn=response.turn,
        number=_number(attempt, response.turn),
        total=len(attempt.drawn),
        verdict=verdict(response.mark),
        mark=response.mark,
        stem=question.stem,
        explanation=explain(course, question, order, response.ticked),
        returns=question.id in attempt.queue,
        all_asked=attempt.all_asked,
        is_last=not attempt.queue,
        picture=question.picture,
    )


def explain(
    course: Course, question: Question, order: Sequence[str], ticked: Collection[str] | None
) -> Explanation:
    """A question's options with their reasons, and the passage its key rests on.

    Args:
        order: the letters as they were shown.
        ticked: letters of the answer; None where none was given.
    """
    grounds = course.grounds(question)
    return Explanation(
        options=tuple(
            _option_view(question, letter, ticked, grounds.boxed.get(letter)) for letter in order
        ),
        grounds=grounds,
    )


def results_view(course: Course, attempt: Attempt) -> ResultsView:
    """The results: score, sections, every answered question; retries do not count."""
    first_tries = attempt.first_tries
    points: dict[str, list[float]] = {}
    for response in first_tries:
        section_id = course.known_by_id[response.turn.question_id].section
        points.setdefault(section_id, []).append(response.mark)
    return ResultsView(
        attempt_id=attempt.id,
        points=sum(r.mark for r in first_tries),
        answered=len(first_tries),
        drawn=len(attempt.drawn),
        sections=tuple(
            SectionScore(s, sum(points[s.id]), len(points[s.id]))
            for s in course.article.sections
            if s.id in points
        ),
        reviews=tuple(explained_view(course, attempt, r) for r in first_tries),
        missed=len(attempt.missed),
        can_retry=any(missed in course.by_id for missed in attempt.missed),
        can_go_on=attempt.ended and not attempt.all_asked,
    )


def _number(attempt: Attempt, turn: Turn) -> int:
    """The question's number among the first tries, as the learner met it."""
    met = [r.turn.question_id for r in attempt.first_tries]
    if turn.question_id in met:
        return met.index(turn.question_id) + 1
    return len(met) + 1


def _option_view(
    question: Question, letter: str, ticked: Collection[str] | None, boxed: Section | None
) -> OptionView:
    option = question.option(letter)
    if ticked is None:
        state = OptionState.RIGHT if option.is_key else OptionState.WRONG
    elif letter in ticked:
        state = OptionState.CHOSEN_RIGHT if option.is_key else OptionState.CHOSEN_WRONG
    else:
        state = OptionState.MISSED_RIGHT if option.is_key else OptionState.LEFT_WRONG
    return OptionView(option.text, option.why, option.quote, state, boxed)
