"""A database that the release before courses had ids made, and that release beside this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.rules.quiz.attempt import Stage, Turn
from bme_quiz.rules.rooms.room import Outcome, Room
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.course import load_course
from bme_quiz.services.quiz.quiz import Quiz
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.report_csv import report_csv
from bme_quiz.services.rooms.rooms import Given, Rooms
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.schema import metadata
from tests import earlier

# Ten minutes after the last thing that happened in it.
NOW = datetime(2026, 3, 5, 10, 17, tzinfo=UTC)
COURSE = load_course(earlier.COURSE)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The store of a database as that release left it, of each kind in turn."""
    if request.param == "sqlite":
        earlier.write_sqlite(tmp_path / "quiz.db")
        address = f"sqlite:///{tmp_path / 'quiz.db'}"
    else:
        address = request.getfixturevalue("postgres_address")
        earlier.fill_postgres(address, tmp_path / "quiz.db")
    store = make_store(address)
    yield store
    store.database.close()


@pytest.fixture
def store(made: Store) -> Store:
    """The same, once its course is served."""
    assert made.shelf.begin(COURSE) == ""
    return made.of(COURSE)


def rooms_of(store: Store) -> Rooms:
    return Rooms(COURSE, store.rooms, clock=lambda: NOW)


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column."""

    def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }

    return database.read(read)


def test_a_quiz_goes_on_at_the_question_it_was_at(store: Store) -> None:
    quiz = Quiz(COURSE, store.attempts, lambda: NOW, Random(1))
    standing = quiz.standing(earlier.ANNA)
    now = standing.attempt
    assert now is not None
    assert (now.id, standing.dropped) == ("78e510617311d8a3c2ce6f447ed4d57b", 0)
    assert (now.stage, now.turn) == (Stage.ASKING, Turn("load-01", 1))
    assert [(r.turn.question_id, r.mark) for r in now.responses] == [
        *(("rest-01", 0.0), ("help-01", 1.0))
    ]
    assert quiz.answer(earlier.ANNA, now.id, Turn("load-01", 1), ["b"]).attempt is not None
    assert [q.id for q in quiz.missed_ever(earlier.ANNA)] == ["rest-01"]
    assert dict(quiz.attempts.times_answered(earlier.ANNA)) == {
        "rest-01": 2,
        "help-01": 1,
        "load-01": 1,
    }


def test_cards_and_wishes_are_as_they_were(store: Store) -> None:
    cards = Cards(COURSE, store.reviews, UTC, lambda: NOW)
    assert cards.settings(earlier.ANNA).new_per_day == 7
    assert [(c, e.rating, e.undone) for c, e in store.review_records.log(earlier.ANNA)] == [
        ("q:help-01", None, False),
        ("q:load-01", Rating.AGAIN, False),
        ("q:rest-01", Rating.HARD, True),
        ("t:boot>", Rating.EASY, False),
        ("t:load>", Rating.GOOD, False),
    ]
    for learner, schedules in ((earlier.ANNA, 4), (earlier.BEN, 2)):
        compared = store.review_records.compare(learner)
        assert (compared.cards, compared.differing) == (schedules, 0)
    front = cards.queue(earlier.ANNA).current
    assert front is not None
    assert (front.card_id, front.number) == ("t:load>", 2)
    assert cards.answer(earlier.ANNA, Answer(front.card_id, 2, Rating.GOOD))


def session(store: Store, code: str) -> Room:
    found = store.rooms.by_code(code, NOW)
    assert found is not None
    return found


def test_the_session_that_was_over_has_its_report(store: Store) -> None:
    report = session_report(rooms_of(store), session(store, "DQHNMZ"))
    assert report is not None
    assert (report.joined, report.answered, report.changed) == (6, 6, 0)
    assert [q.question.id for q in report.questions] == ["load-01", "rest-02", "help-01"]
    assert [q.right[0].count for q in report.questions] == [3, 3, 3]


def test_the_session_under_way_goes_on(store: Store) -> None:
    rooms = rooms_of(store)
    room = session(store, "SRWQXT")
    assert room in rooms.recent()
    assert rooms.tally(room.id).joined == 5
    last = rooms.new_answer(Given(room, sorted(rooms.seats(room))[0], room.step, 2, ("a",)))
    late = rooms.new_answer(Given(room, "somebody-new", room.step, 0, ("a",)))
    assert last is not None
    assert late is not None
    assert rooms.answer([late]) == (Outcome.STORED,)
    moved = rooms.go_on(room.id, room.step)
    assert moved is not None
    assert moved.step == room.step + 1


def test_nothing_of_it_is_changed_but_what_is_added(made: Store) -> None:
    made.database.open()
    before = rows(made.database)
    made.shelf.begin(COURSE)
    after = rows(made.database)
    added = {"courses", "question_texts"}
    assert {name: found for name, found in after.items() if name not in added} == {
        name: found for name, found in before.items() if name not in added
    }
    (known,) = after["courses"]
    assert (known["key"], known["id"]) == ("", "knees-and-loads")
    assert len(after["question_texts"]) == len(before["question_texts"])


def test_its_reports_stand_from_now_on_whatever_is_mended(store: Store, tmp_path: Path) -> None:
    before = session_report(rooms_of(store), session(store, "DQHNMZ"))
    assert before is not None
    folder = tmp_path / "mended"
    folder.mkdir()
    for name in ("article.md", "bank.csv", "glossary.csv"):
        data = (earlier.COURSE / name).read_text("utf-8")
        (folder / name).write_text(data.replace("?", " now?"), "utf-8")
    mended = Rooms(load_course(folder), store.rooms, clock=lambda: NOW)
    after = session_report(mended, session(store, "DQHNMZ"))
    assert after is not None
    assert after.changed == 0
    assert report_csv(after) == report_csv(before)


def statements(dialect: str) -> list[tuple[str, Any, bool]]:
    """What that release writes while people use it: text, values, many at once."""
    found = json.loads((earlier.HERE / "statements.json").read_text("utf-8"))
    return [tuple(one) for one in found[dialect]]


def test_that_release_goes_on_writing_beside_this_one(store: Store) -> None:
    """Programs of it that are running when the database is brought forward."""
    said = statements(store.database.dialect)
    assert {words[0].split()[0] for words in said} >= {"INSERT", "UPDATE", "DELETE"}

    def work(connection: Connection) -> None:
        for words, values, many in said:
            if many:
                given = [tuple(v) if isinstance(v, list) else v for v in values]
            else:
                given = tuple(values) if isinstance(values, list) else values
            connection.exec_driver_sql(words, given)

    store.database.write(work)
    # Anna went on there, another began, cards were rated, a session held: all of it is here.
    quiz = Quiz(COURSE, store.attempts, lambda: NOW, Random(1))
    now = quiz.current(earlier.ANNA)
    assert now is not None
    assert [r.turn.question_id for r in now.responses] == ["rest-01", "help-01", "load-01"]
    cleo = "C" * 22
    theirs = quiz.current(cleo)
    assert theirs is not None
    assert len(theirs.responses) == 2
    cards = Cards(COURSE, store.reviews, UTC, lambda: NOW)
    for learner in (earlier.ANNA, cleo):
        assert cards.settings(learner).new_per_day == 12
        assert store.review_records.compare(learner).differing == 0
        assert len(store.review_records.log(learner)) >= 4
    # Ben became Cleo there.
    assert store.review_records.log(earlier.BEN) == ()
    rooms = rooms_of(store)
    held = [room for room in rooms.recent(timedelta(days=2)) if room.code not in _CODES]
    assert [rooms.tally(room.id).joined for room in held] == [3]
    assert {row["course"] for name in _OF_COURSES for row in rows(store.database)[name]} == {""}


_CODES = ("DQHNMZ", "SRWQXT")
_OF_COURSES = ("attempts", "reviews", "schedules", "rooms")
