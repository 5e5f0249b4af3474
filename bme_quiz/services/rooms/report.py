"""Use case: the report of a session that is over, for the educator who led it."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import Any

from bme_quiz.content.bank import Question
from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import Room
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.rooms.rooms import Tally

SETTLING = timedelta(seconds=30)
"""After a session has expired: an answer that came in time may still wait for its batch, and the
batch for the database. A step that ends a session lets none in behind it."""

_MOST_KEPT = 4
# Reading and counting a hall's answers takes a second, the page is drawn again at every tap, and
# several laptops may ask at once: one of them makes the report, the others wait for it.
_MAKING = Lock()
_KEPT: dict[Any, RoomReport] = {}


def has_report(rooms: Rooms, room: Room) -> bool:
    """Whether a session has its report: it is over, and no answer is on its way any more."""
    return room.has_ended or rooms.clock() >= room.expires_at + SETTLING


def session_report(rooms: Rooms, room: Room) -> RoomReport | None:
    """The report of a session; None while it goes on, since it tells what is right, and while an
    answer may still come in: between two reports it would be seen by itself.

    Raises:
        StorageError: the database cannot be used now.
    """
    if not has_report(rooms, room):
        return None
    course, tally = rooms.course, rooms.tally(room.id)
    # As it was asked, where it has been mended since: a report is about what people answered.
    asked = rooms.as_asked(room)
    form = tuple(
        asked[one.question_id].question
        if one.question_id in asked
        else course.known_by_id[one.question_id]
        for one in room.drawn
        if one.question_id in asked or one.question_id in course.known_by_id
    )
    now = {section.id: section.title for section in course.article.sections}
    then = {text.question.section: text.section_title for text in asked.values()}
    titles = tuple((now | {s: title for s, title in then.items() if s not in now}).items())
    # Answers are only ever added, so where their numbers stand they are the same.
    key = (rooms.rooms, room, form, titles, tally.joined, frozenset(tally.answered.items()))
    with _MAKING:
        report = _KEPT.pop(key, None) or _make(rooms, room, form, titles, tally)
        _KEPT[key] = report  # the latest asked for is the last to go
        if len(_KEPT) > _MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
    return report


def _make(
    rooms: Rooms,
    room: Room,
    form: tuple[Question, ...],
    titles: tuple[tuple[str, str], ...],
    tally: Tally,
) -> RoomReport:
    answers = rooms.report_answers(room.id)
    return make_report(room, {q.id: q for q in form}, answers, tally.joined, dict(titles))
