"""The educator's page: who may see it, what its buttons do, and that nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bme_quiz.content.bank import Audience
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.rooms.rooms import Rooms, shown_code
from bme_quiz.services.store import Store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import SqlRooms
from bme_quiz.ui.shell import dependencies, words
from tests.support.courses import ROOT, row, write_course
from tests.support.educator_page import (
    MAIN,
    PAGE,
    everything,
    labels,
    laptop,
    now,
    press,
    run,
    session_of,
    text_of,
)
from tests.support.rooms import Person, question_at, started

OPEN, REVEAL, NEXT = words.OPEN_ANSWERS, words.REVEAL_ANSWER, words.NEXT_QUESTION


def test_without_the_passcode_nothing_of_a_session_is_shown(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    for app in (laptop(), laptop(room)):
        assert 'href="/educator"' in text_of(app)
        assert labels(app) == []
        assert shown_code(room.code) not in everything(app)
        assert room.id not in everything(app)


@pytest.mark.usefixtures("token")
def test_a_press_after_the_door_was_closed_moves_nothing(
    rooms: Rooms, store: Store, token: str
) -> None:
    room = started(rooms, steps=1)
    app = laptop(room)
    Educators(store.educators).leave(token)
    press(app, REVEAL)
    assert now(rooms, room).step == 1
    assert labels(app) == []
    assert 'href="/educator"' in text_of(app)


SCRIPTS = {
    Kind.DISCUSS: [OPEN, *[REVEAL, NEXT] * 3, REVEAL, words.END_SESSION],
    Kind.BEFORE_AFTER: [
        *(OPEN, words.CLOSE_ANSWERS, OPEN, REVEAL),
        *([NEXT] * 3),
        words.END_SESSION,
    ],
    Kind.OWN_PACE: [OPEN, words.END_SESSION],
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.usefixtures("token")
def test_the_main_button_says_the_step_that_follows_and_takes_it(rooms: Rooms, kind: Kind) -> None:
    app = laptop()
    app.radio(key="session-kind").set_value(kind)
    app.radio(key="session-count").set_value(5)
    app.radio(key="session-audience").set_value("both")
    press(app, words.START_SESSION)
    room = session_of(app, rooms)
    assert room.kind is kind
    for step, label in enumerate(SCRIPTS[kind]):
        assert now(rooms, room).step == step
        assert labels(app)[0] == label
        press(app, label)
        if kind is Kind.OWN_PACE and label == words.END_SESSION:
            assert now(rooms, room).step == step
            press(app, words.END_NOW)
    assert now(rooms, room).has_ended
    assert words.ALL_SESSIONS in labels(app)
    assert "<h2>Report</h2>" in text_of(app)


@pytest.mark.usefixtures("token")
def test_the_choices_decide_what_is_asked(rooms: Rooms) -> None:
    app = laptop()
    app.multiselect(key="session-sections").set_value(["rest"])
    app.radio(key="session-audience").set_value("both")
    press(app, words.START_SESSION)
    room = session_of(app, rooms)
    assert (room.kind, room.sections, room.audience) == (Kind.DISCUSS, ("rest",), "both")
    asked = {question_at(rooms, room, p).id for p in range(len(room.drawn))}
    assert asked == {q.id for q in rooms.course.questions if q.section == "rest"}


@pytest.mark.usefixtures("token")
def test_patients_are_who_a_session_is_for_unless_somebody_else_is_chosen(rooms: Rooms) -> None:
    questions = rooms.course.questions
    for_all = {q.id for q in questions if q.audience is not Audience.STUDENT}
    assert len(for_all) < len(questions)
    for chosen, expected in ((None, for_all), ("both", {q.id for q in questions})):
        app = laptop()
        if chosen:
            app.radio(key="session-audience").set_value(chosen)
        press(app, words.START_SESSION)
        assert {drawn.question_id for drawn in session_of(app, rooms).drawn} == expected


@pytest.mark.usefixtures("token")
def test_before_the_last_button_is_pressed_it_is_said_what_comes(rooms: Rooms) -> None:
    for kind in Kind:
        room = started(rooms, kind)
        while not room.has_ended:
            ends_at_once = room.step == room.last_step - 1 and kind is not Kind.OWN_PACE
            told = words.WHAT_THE_END_BRINGS in text_of(laptop(room))
            assert told is ends_at_once, (kind, room.step)
            room = rooms.go_on(room.id, room.step) or room


@pytest.mark.usefixtures("token")
def test_a_choice_without_questions_says_so(course: Path, rooms: Rooms) -> None:
    write_course(course, [row(audience="patient")])
    app = laptop()
    app.radio(key="session-audience").set_value("student")
    press(app, words.START_SESSION)
    assert [w.value for w in app.warning] == [words.NO_SESSION_QUESTIONS]
    assert rooms.recent() == ()


@pytest.mark.usefixtures("token")
def test_ending_is_asked_once_more(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    app = press(laptop(room), words.END_SESSION)
    assert words.END_QUESTION in text_of(app)
    assert REVEAL not in labels(app)
    press(app, words.NOT_YET)
    assert now(rooms, room).step == 1
    assert labels(app)[0] == REVEAL
    press(press(app, words.END_SESSION), words.END_NOW)
    assert now(rooms, room).has_ended


@pytest.mark.usefixtures("token")
def test_a_question_about_the_end_does_not_outlive_its_step(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    app = press(laptop(room), words.END_SESSION)
    rooms.go_on(room.id, 1)
    run(app)
    assert words.END_QUESTION not in text_of(app)
    assert labels(app)[0] == NEXT


@pytest.mark.usefixtures("token")
def test_two_laptops_that_press_at_one_step_take_one_step(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    one, other = laptop(room), laptop(room)
    press(one, REVEAL)
    press(other, REVEAL)
    assert now(rooms, room).step == 2
    assert text_of(one) == text_of(other)


@pytest.mark.usefixtures("token")
def test_sessions_are_listed_and_can_be_gone_on_with(rooms: Rooms) -> None:
    over, room = started(rooms), started(rooms, steps=3)
    rooms.end(over.id)
    app = laptop()
    assert "at question 2 of 4" in text_of(app)
    assert shown_code(room.code) in text_of(app)
    assert shown_code(over.code) not in text_of(app)
    assert labels(app).count(words.SEE_REPORT) == 1
    press(app, words.SESSION_GO_ON)
    assert session_of(app, rooms).id == room.id
    assert "Question 2 of 4" in text_of(app)
    press(laptop(), words.SEE_REPORT)


@pytest.mark.usefixtures("token")
def test_a_report_leads_back_to_all_sessions(rooms: Rooms) -> None:
    room = started(rooms)
    rooms.end(room.id)
    app = press(laptop(room), words.ALL_SESSIONS)
    assert "session" not in app.query_params
    assert words.START_SESSION in labels(app)


@pytest.mark.usefixtures("token")
def test_the_list_and_the_report_have_one_name_for_a_kind_and_one_day(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    late = replace(rooms, clock=lambda: evening)
    monkeypatch.setattr(dependencies, "rooms", lambda: late)
    for zone, listed, told in (
        (UTC, "Mon 2 Mar, 23:30", "2 March 2026"),
        (timezone(timedelta(hours=5)), "Tue 3 Mar, 04:30", "3 March 2026"),
    ):
        monkeypatch.setattr(dependencies, "time_zone", lambda zone=zone: zone)
        for kind, name in words.SESSION_KINDS.items():
            room = started(late, kind)
            late.end(room.id)
            assert f"<b>{name}</b>, {listed}" in text_of(laptop())
            assert f"{name}, {told}." in text_of(laptop(room))


@pytest.mark.usefixtures("token")
def test_a_session_that_is_not_there_is_said_to_be_gone(rooms: Rooms) -> None:
    del rooms
    app = AppTest.from_file(MAIN, default_timeout=20)
    app.switch_page(PAGE)
    app.query_params["session"] = "no such session"
    run(app)
    assert words.NO_SUCH_SESSION in [info.value for info in app.info]
    assert words.START_SESSION in labels(app)


@pytest.mark.usefixtures("token")
def test_a_press_that_cannot_be_stored_is_said_and_can_be_pressed_again(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms, steps=1)
    app = laptop(room)
    with monkeypatch.context() as away:
        away.setattr(SqlRooms, "move", _away)
        press(app, REVEAL)
        assert [e.value for e in app.error] == [words.SESSION_NOT_MOVED]
        assert "Question 1 of 4" in text_of(app)
    press(app, REVEAL)
    assert not app.error
    assert now(rooms, room).step == 2


@pytest.mark.usefixtures("token")
def test_while_the_database_is_away_the_projector_shows_what_it_showed(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms, steps=1)
    Person(rooms, room.id, "anna").sends(0, ["a"])
    app = laptop(room)
    shown = text_of(app)
    assert "<b>1</b> of <b>1</b> has answered" in shown
    with monkeypatch.context() as away:
        away.setattr(dependencies, "is_educator", _away)
        press(app, REVEAL)
        assert [e.value for e in app.error] == [words.SESSION_NOT_MOVED]
        assert text_of(app) == shown
        run(app)
        assert [e.value for e in app.error] == [words.SESSION_AWAY]
        assert text_of(app) == shown
        fresh = laptop(room)
        assert [e.value for e in fresh.error] == [words.STORE_AWAY]
        assert shown_code(room.code) not in everything(fresh)
    assert not run(app).error
    assert now(rooms, room).step == 1


def _away(*_: object, **__: object) -> Any:
    raise StorageError("the database is away")


def test_the_page_loads_no_table_library(rooms: Rooms, token: str) -> None:
    room = started(rooms, steps=2)
    script = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        "from bme_quiz.ui.shell import dependencies;"
        f"dependencies.educator_token = lambda: {token!r};"
        f"t = AppTest.from_file({MAIN!r}, default_timeout=30); t.switch_page({PAGE!r});"
        f"t.query_params['session'] = {room.id!r}; t.run(); assert not t.exception, t.exception;"
        f"assert any(b.label == {NEXT!r} for b in t.button);"
        "print([m for m in ('pandas', 'altair', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]", done.stderr
