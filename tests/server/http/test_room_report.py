"""A session's report from the database to the file that an educator downloads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bme_quiz.routes import REPORT
from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import Kind, Outcome, Room
from bme_quiz.server.http import educator_login, room_report
from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.services.course import load_course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz
from bme_quiz.services.rooms import report as making
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.report_csv import report_csv
from bme_quiz.services.rooms.rooms import Given, Rooms, seat_in
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.services.store import Store, shared_store
from tests.support.courses import ARTICLE, ROWS, write_course
from tests.support.room_reports import rows_of

ADDRESS = REPORT.path
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def hold(rooms: Rooms, kind: Kind, people: dict[str, dict[str, str]]) -> Room:
    """A session to its end in which everybody answers, in each round, by question id."""
    room = rooms.start(kind, Choice(count=EVERY_QUESTION))
    assert room is not None
    while not room.has_ended:
        phase = room.phase
        for token, answers in people.items():
            for position, drawn in enumerate(room.drawn):
                if phase.takes(position) and drawn.question_id in answers:
                    ticked = tuple(answers[drawn.question_id])
                    given = Given(room, seat_in(room, token), room.step, position, ticked)
                    new = rooms.new_answer(given)
                    assert new is not None
                    assert rooms.answer([new]) == (Outcome.STORED,)
        moved = rooms.go_on(room.id, room.step)
        assert moved is not None
        room = moved
    return room


PEOPLE = {
    "somebody": {"load-01": "b", "load-02": "c", "rest-01": "ac", "rest-02": "b"},
    "another": {"load-01": "c", "load-02": "b", "rest-01": "a", "rest-02": "b"},
    "a-third": {"load-01": "c", "rest-01": "bd"},
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_session_that_was_held_is_reported(store: Store, small_folder: Path, kind: Kind) -> None:
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW)
    room = hold(rooms, kind, PEOPLE)
    report = session_report(rooms, room)
    assert report is not None
    assert (report.joined, report.answered, len(report.questions)) == (3, 3, 4)
    load = next(q for q in report.questions if q.question.id == "load-01")
    expected = {"a": (0, 3), "b": (1, 3), "c": (2, 3)}
    for place in range(len(load.rounds)):
        assert {
            o.option.letter: (o.chosen[place].count, o.chosen[place].of) for o in load.options
        } == expected
    assert {(b.question.id, b.chosen[0].share.count) for b in report.harmful} == {
        ("load-01", 2),
        ("load-02", 1),
    }
    assert (report.comparison is not None) == (kind is Kind.BEFORE_AFTER)
    assert session_report(rooms, room) is report


def mend(folder: Path) -> None:
    """Mend a typo, take a question out, and call a section by another id."""
    article = ARTICLE.replace("{#rest}", "{#resting}").replace("What a load does", "Loads")
    rows = [{**row, "section": row["section"].replace("rest", "resting")} for row in ROWS]
    rows[0]["stem"] = rows[0]["stem"].replace("aches", "hurts")
    rows[0]["harm"] = ""
    del rows[1]
    rows[1]["option_b"] = "Going on"
    write_course(folder, rows, article)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_report_stands_whatever_is_mended_later(
    store: Store, small_folder: Path, kind: Kind
) -> None:
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW)
    room = hold(rooms, kind, PEOPLE)
    before = session_report(rooms, room)
    assert before is not None
    mend(small_folder)
    after = session_report(Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW), room)
    assert after is not None
    assert (after.changed, after.unjudged, len(after.questions)) == (0, 0, 4)
    # Titles are what the sections are called now, where they are there still.
    was, now = rows_of(report_csv(before)), rows_of(report_csv(after))
    assert {row.pop("section") for row in was} == {"What a load does", "How to rest"}
    assert {row.pop("section") for row in now} == {"Loads", "How to rest"}
    for row in (*was, *now):
        row.pop("question_id")
    assert now == was
    assert [b.option.why for b in after.harmful] == [b.option.why for b in before.harmful]
    assert [b.option.quote for b in after.harmful] == [b.option.quote for b in before.harmful]


def test_what_was_asked_is_kept_with_its_language(store: Store, small_folder: Path) -> None:
    (small_folder / "course.toml").write_text('id = "knees"\nlanguage = "de-AT"', "utf-8")
    course = load_course(small_folder)
    room = Rooms(course, store.rooms).start(Kind.DISCUSS, Choice(count=EVERY_QUESTION))
    assert room is not None
    kept = store.records.question_texts()
    assert {kept[one.revision]["stem"] for one in room.drawn} == {q.stem for q in course.questions}
    assert {text["language"] for text in kept.values()} == {"de-AT"}
    # A learner's quiz over the same questions takes nothing of it away.
    Quiz(course, store.attempts).start("somebody", Choice(count=EVERY_QUESTION))
    assert store.records.question_texts() == kept


def test_what_learners_saw_before_is_no_less_in_a_report(store: Store, small_folder: Path) -> None:
    course = load_course(small_folder)
    Quiz(course, store.attempts).start("somebody", Choice(count=EVERY_QUESTION))
    rooms = Rooms(course, store.rooms, clock=lambda: NOW)
    room = hold(rooms, Kind.DISCUSS, PEOPLE)
    before = session_report(rooms, room)
    mend(small_folder)
    after = session_report(Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW), room)
    assert before is not None
    assert after is not None
    assert [(b.question.stem, b.option) for b in after.harmful] == [
        (b.question.stem, b.option) for b in before.harmful
    ]


def test_once_there_is_a_report_no_answer_comes_in_any_more(
    store: Store, small_folder: Path
) -> None:
    """Otherwise the answer would be the difference between two reports."""
    moment = NOW
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: moment)
    room = rooms.start(Kind.OWN_PACE, Choice(count=EVERY_QUESTION))
    assert room is not None
    opened = rooms.go_on(room.id, 0)
    assert opened is not None
    seats = [seat_in(room, token) for token in ("somebody", "another", "a-third")]
    in_time = [rooms.new_answer(Given(opened, seat, 1, 0, ("a",))) for seat in seats[:2]]
    moment = opened.expires_at
    assert rooms.is_over(opened)
    assert rooms.new_answer(Given(opened, seats[2], 1, 0, ("a",))) is None
    # Whoever ticked nothing is not asked to: it is too late for that, too.
    assert rooms.new_answer(Given(opened, seats[2], 1, 0, ())) is None
    assert session_report(rooms, opened) is None
    # Two that came in time were on their way.
    assert rooms.answer([new for new in in_time if new]) == (Outcome.STORED,) * 2
    moment = opened.expires_at + making.SETTLING
    report = session_report(rooms, opened)
    assert report is not None
    assert report.answered == 2
    assert rooms.new_answer(Given(opened, seats[2], 1, 0, ("a",))) is None


def test_an_answer_that_is_in_and_comes_again_after_the_end_is_still_told_so(
    store: Store, small_folder: Path
) -> None:
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW)
    room = rooms.start(Kind.OWN_PACE, Choice(count=EVERY_QUESTION))
    assert room is not None
    opened = rooms.go_on(room.id, 0)
    assert opened is not None
    first = rooms.new_answer(Given(opened, seat_in(room, "somebody"), 1, 0, ("a",)))
    assert first is not None
    assert rooms.answer([first]) == (Outcome.STORED,)
    ended = rooms.end(room.id)
    assert ended is not None
    again = rooms.new_answer(Given(ended, seat_in(room, "somebody"), 1, 0, ("a",)))
    late = rooms.new_answer(Given(ended, seat_in(room, "another"), 1, 0, ("a",)))
    assert again is not None
    assert late is not None
    assert rooms.answer([again, late]) == (Outcome.STORED, Outcome.LATE)


def test_several_who_ask_at_once_wait_for_one_report(
    store: Store, small_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: NOW)
    room = hold(rooms, Kind.DISCUSS, PEOPLE)
    made = []

    def slowly(*arguments: Any) -> RoomReport:
        made.append(arguments)
        time.sleep(0.2)
        return make_report(*arguments)

    monkeypatch.setattr(making, "make_report", slowly)
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: session_report(rooms, room), range(6)))
    assert len(made) == 1
    assert all(report is reports[0] for report in reports)


def test_while_a_session_goes_on_there_is_no_report(store: Store, small_folder: Path) -> None:
    moment = NOW
    rooms = Rooms(load_course(small_folder), store.rooms, clock=lambda: moment)
    room = rooms.start(Kind.BEFORE_AFTER, Choice(count=EVERY_QUESTION))
    assert room is not None
    assert session_report(rooms, room) is None
    moment = room.expires_at
    assert session_report(rooms, room) is None
    moment += making.SETTLING
    assert session_report(rooms, room) is not None


@pytest.fixture
def kept(address: str, monkeypatch: pytest.MonkeyPatch, small_folder: Path) -> Iterator[Store]:
    """The store and the course that the server finds in the environment."""
    del small_folder
    monkeypatch.setenv(ENV_DATABASE, address)
    store = shared_store(address)
    yield store
    store.database.close()


@pytest.fixture
def client(kept: Store) -> TestClient:
    del kept
    app = Starlette(routes=[*educator_login.routes(), *room_report.routes()])
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def educator(client: TestClient, kept: Store) -> TestClient:
    """A browser that was let in."""
    passcode = Educators(kept.educators).prepare(None)
    assert passcode is not None
    headers = {"origin": "http://testserver"}
    assert client.post("/educator", data={"passcode": passcode}, headers=headers).status_code == 303
    return client


def rooms_of_course(kept: Store, folder: Path) -> Rooms:
    return Rooms(load_course(folder), kept.rooms, clock=lambda: NOW)


def test_the_file_stands_whatever_is_mended_later(
    educator: TestClient, kept: Store, small_folder: Path
) -> None:
    room = hold(rooms_of_course(kept, small_folder), Kind.DISCUSS, PEOPLE)
    before = rows_of(educator.get(ADDRESS, params={"session": room.id}).text)
    mend(small_folder)
    after = rows_of(educator.get(ADDRESS, params={"session": room.id}).text)
    assert {row["question"] for row in after} == {row["stem"] for row in ROWS}
    assert [row["chosen"] for row in after] == [row["chosen"] for row in before]
    assert [row["is_harmful"] for row in after] == [row["is_harmful"] for row in before]


def test_an_educator_gets_the_file(educator: TestClient, kept: Store, small_folder: Path) -> None:
    room = hold(rooms_of_course(kept, small_folder), Kind.OWN_PACE, PEOPLE)
    answer = educator.get(ADDRESS, params={"session": room.id})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="session-2026-03-02-own-pace.csv"'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbfdate,")
    rows = rows_of(answer.content.decode("utf-8"))
    assert sum(int(r["chosen"] or 0) for r in rows if r["question_id"] == "load-01") == 3
    for secret in (room.id, room.code, "somebody", seat_in(room, "somebody"), "09:00"):
        assert secret not in answer.text


def test_a_participants_cookie_opens_nothing(
    client: TestClient, kept: Store, small_folder: Path
) -> None:
    room = hold(rooms_of_course(kept, small_folder), Kind.DISCUSS, PEOPLE)
    client.cookies.set(COOKIE, new_token())
    answer = client.get(ADDRESS, params={"session": room.id})
    assert answer.status_code == 403
    assert room_report.NOT_OPEN in answer.text.replace("&#39;", "'")
    assert "load-01" not in answer.text
    # Nor does it tell which sessions there are.
    assert client.get(ADDRESS, params={"session": "nothing"}).status_code == 403


@pytest.mark.parametrize("asked", [{}, {"session": "0" * 32}, {"session": "\0'; --"}])
def test_an_unknown_session_has_no_file(educator: TestClient, asked: dict[str, str]) -> None:
    answer = educator.get(ADDRESS, params=asked)
    assert answer.status_code == 404
    assert room_report.UNKNOWN in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_session_that_goes_on_has_no_file(
    educator: TestClient, kept: Store, small_folder: Path
) -> None:
    rooms = Rooms(load_course(small_folder), kept.rooms)
    room = rooms.start(Kind.BEFORE_AFTER, Choice(count=EVERY_QUESTION))
    assert room is not None
    answer = educator.get(ADDRESS, params={"session": room.id})
    assert answer.status_code == 409
    assert room_report.GOING_ON in answer.text


def test_a_course_that_cannot_be_read_is_said(educator: TestClient, small_folder: Path) -> None:
    (small_folder / "bank.csv").unlink()
    answer = educator.get(ADDRESS, params={"session": "0" * 32})
    assert answer.status_code == 503
    assert room_report.AWAY in answer.text
    assert str(small_folder) not in answer.text
