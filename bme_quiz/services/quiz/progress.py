"""Progress of a learner in the quiz: by section and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from bme_quiz.content.article import Section
from bme_quiz.services.course import Course
from bme_quiz.storage.quiz.repository import Practised

# Days shown; the earlier ones are summed up in one line.
DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One section's questions: how many there are, were met, and were right when last met.

    ``points`` sums the marks, 0 to 1 each, of the last first try of every question met.
    """

    section: Section
    questions: int
    met: int
    points: float


@dataclass(frozen=True, slots=True)
class DayProgress:
    """One day's practice; ``points`` sums the marks of that day's ``answered`` questions."""

    day: date
    answered: int
    points: float


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Progress over all sittings; first tries only, retries within a sitting do not count.

    Attributes:
        days: the latest days with practice, newest first.
        earlier_days: how many days with practice came before those.
        missed: questions whose last first try was not fully right.
    """

    answered: int
    met: int
    questions: int
    missed: int
    sections: tuple[SectionProgress, ...]
    days: tuple[DayProgress, ...]
    earlier_days: int


def progress_view(
    course: Course, practised: Sequence[Practised], missed: int, zone: tzinfo
) -> ProgressView:
    """The progress page's figures.

    Args:
        practised: the learner's first tries, oldest first; of questions that are no longer in
            the bank only the days count.
        missed: how many questions wait to be retried.
        zone: where the learner's days begin and end.
    """
    last = {p.question_id: p.mark for p in practised}
    sections = []
    for section in course.sections_with_questions:
        ids = [q.id for q in course.questions if q.section == section.id]
        marks = [last[i] for i in ids if i in last]
        sections.append(SectionProgress(section, len(ids), len(marks), sum(marks)))
    by_day: dict[date, list[float]] = {}
    for one in practised:
        by_day.setdefault(one.answered_at.astimezone(zone).date(), []).append(one.mark)
    days = sorted(by_day, reverse=True)
    return ProgressView(
        answered=len(practised),
        met=sum(s.met for s in sections),
        questions=len(course.questions),
        missed=missed,
        sections=tuple(sections),
        days=tuple(
            DayProgress(day, len(by_day[day]), sum(by_day[day])) for day in days[:DAYS_SHOWN]
        ),
        earlier_days=max(0, len(days) - DAYS_SHOWN),
    )
