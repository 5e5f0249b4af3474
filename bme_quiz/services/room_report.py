"""A session's report, once it is over."""

from __future__ import annotations

from functools import lru_cache

from bme_quiz.content.bank import Question
from bme_quiz.rules.room import Room, SeatAnswer
from bme_quiz.rules.room_report import RoomReport, make_report
from bme_quiz.services.rooms import Rooms


def session_report(rooms: Rooms, room: Room) -> RoomReport | None:
    """The report of a session; None while it goes on, since it tells what is right.

    Raises:
        StorageError: the database cannot be used now.
    """
    if not rooms.is_over(room):
        return None
    course = rooms.course
    form = tuple(
        course.by_id[drawn.question_id] for drawn in room.drawn if drawn.question_id in course.by_id
    )
    titles = tuple((section.id, section.title) for section in course.article.sections)
    joined = rooms.tally(room.id).joined
    return _made(room, form, rooms.report_answers(room.id), joined, titles)


# Resampling a hall takes seconds, and the page is drawn again at every tap. Everything that the
# report is made from is in the call, so what is kept cannot be out of date.
@lru_cache(maxsize=2)
def _made(
    room: Room,
    form: tuple[Question, ...],
    answers: tuple[SeatAnswer, ...],
    joined: int,
    titles: tuple[tuple[str, str], ...],
) -> RoomReport:
    return make_report(room, {q.id: q for q in form}, answers, joined, dict(titles))
