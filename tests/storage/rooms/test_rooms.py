"""Sessions in a room on both databases: what is stored, what is refused, what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Outcome
from bme_quiz.services.rooms.rooms import LIFE, seat_in
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.backup import backup
from bme_quiz.storage.rooms.rooms import NewSeat
from tests.support.attempts import ME, NOW, attempt, response
from tests.support.rooms import MANY, answer, kept, room
from tests.support.stored import everything

STORED, TWICE, LATE = Outcome.STORED, Outcome.TWICE, Outcome.LATE
ENDED, FULL = Outcome.ENDED, Outcome.FULL


@pytest.fixture
def asked(store: Store) -> Store:
    """A store with a discussion at its first question."""
    assert store.rooms.add(room(step=1))
    return store


@pytest.mark.parametrize("kind", Kind)
def test_a_session_comes_back_as_it_was_kept(store: Store, kind: Kind) -> None:
    new = room(kind=kind)
    assert store.rooms.add(new)
    assert store.rooms.by_id("room") == new
    assert store.rooms.by_code("ROOM", NOW) == new
    assert store.rooms.by_id("other") is None
    assert store.rooms.by_id("\0") is None
    assert store.rooms.by_code("OTHER", NOW) is None


def test_a_code_in_use_is_not_given_away(store: Store) -> None:
    assert store.rooms.add(room())
    assert store.rooms.add(room())  # the same once more: its first commit was not heard of
    other = room("other")
    taken = replace(other, code="ROOM")
    assert not store.rooms.add(taken)
    assert store.rooms.by_id("other") is None
    assert store.rooms.by_code("ROOM", NOW) == room()


def test_a_code_works_until_it_expires(store: Store) -> None:
    store.rooms.add(room())
    assert store.rooms.by_code("ROOM", NOW + LIFE - timedelta(seconds=1)) is not None
    assert store.rooms.by_code("ROOM", NOW + LIFE) is None
    assert store.rooms.by_id("room") is not None
    assert store.rooms.has_code("ROOM")
    assert not store.rooms.has_code("OTHER")


def test_recent_sessions_come_latest_first(store: Store) -> None:
    for name in ("one", "two", "three"):
        store.rooms.add(room(name))
    found = store.rooms.started_since(NOW)
    assert [one.id for one in found] == ["three", "two", "one"]
    assert store.rooms.started_since(NOW + timedelta(seconds=1)) == ()


def test_a_session_moves_only_from_where_it_is(store: Store) -> None:
    store.rooms.add(room())
    store.rooms.add(room("other"))
    for _ in range(2):  # the second press moves nothing
        store.rooms.move("room", 0, 1)
    store.rooms.move("room", 0, 5)
    store.rooms.move("nowhere", 0, 1)
    assert store.rooms.steps(["room", "other", "nowhere"]) == {"room": 1, "other": 0}
    assert store.rooms.steps([]) == {}
    assert store.rooms.by_id("room") == room(step=1)


def test_an_answer_counts_at_its_step_and_neither_before_nor_after(store: Store) -> None:
    store.rooms.add(room())
    first = answer("anna")
    assert store.rooms.answer([first], MANY) == (LATE,)
    assert kept(store.rooms) == []
    store.rooms.move("room", 0, 1)
    assert store.rooms.answer([first], MANY) == (STORED,)
    store.rooms.move("room", 1, 2)
    assert store.rooms.answer([answer("ben")], MANY) == (LATE,)
    assert kept(store.rooms) == [(FIRST, 0, ("a",))]
    assert store.rooms.tally("room").joined == 1, "who came too late to answer takes no seat"


def test_the_same_answer_again_is_stored_and_another_one_is_not(asked: Store) -> None:
    assert asked.rooms.answer([answer("anna", "ac")], MANY) == (STORED,)
    assert asked.rooms.answer([answer("anna", "ac")], MANY) == (STORED,)
    assert asked.rooms.answer([answer("anna", "b")], MANY) == (TWICE,)
    assert asked.rooms.answer([answer("anna", "a")], MANY) == (TWICE,)
    assert kept(asked.rooms) == [(FIRST, 0, ("a", "c"))]


def test_what_is_sent_again_after_the_question_has_passed_is_compared_with_what_stands(
    asked: Store,
) -> None:
    asked.rooms.answer([answer("ann", "a"), answer("cleo", "a")], MANY)
    for to_step in (2, 5):
        asked.rooms.move("room", asked.rooms.steps(["room"])["room"], to_step)
        batch = [answer("ann", "a"), answer("ann", "b"), answer("ben"), answer("cleo", position=1)]
        assert asked.rooms.answer(batch, MANY) == (STORED, TWICE, LATE, LATE)
    assert kept(asked.rooms) == [(FIRST, 0, ("a",))] * 2
    # Whoever comes too late with a first answer has not come in by that.
    assert asked.rooms.seats("room") == {"ann", "cleo"}


def test_of_two_answers_in_one_batch_the_first_stands(asked: Store) -> None:
    batch = [
        answer("anna", "a"),
        answer("ben", "b"),
        answer("anna", "b"),
        answer("anna", "a"),
        answer("carl", "c", step=0),
        answer("dora", "c", name="nowhere"),
        answer("ben", "b"),
    ]
    expected = (STORED, STORED, TWICE, STORED, LATE, ENDED, STORED)
    assert asked.rooms.answer(batch, MANY) == expected
    assert asked.rooms.ticked("room", FIRST, 0).keys() == {"anna", "ben"}
    assert asked.rooms.ticked("room", FIRST, 0) == {"anna": ("a",), "ben": ("b",)}


def test_an_answer_to_no_session_is_told_so(asked: Store) -> None:
    assert asked.rooms.answer([answer("anna", name="nowhere")], MANY) == (ENDED,)
    assert asked.rooms.take_seats([NewSeat("nowhere", "anna")], MANY) == (ENDED,)
    assert asked.rooms.answer([], MANY) == ()
    assert asked.rooms.take_seats([], MANY) == ()


def test_one_batch_over_several_sessions_keeps_them_apart(store: Store) -> None:
    for name, step in (("room", 1), ("other", 2)):
        store.rooms.add(room(name, step=step))
    batch = [
        answer("anna", "a"),
        answer("anna", "b", name="other"),
        answer("anna", "c", name="other", step=2, position=1),
    ]
    assert store.rooms.answer(batch, MANY) == (STORED, LATE, STORED)
    assert kept(store.rooms) == [(FIRST, 0, ("a",))]
    assert kept(store.rooms, "other") == [(FIRST, 1, ("c",))]


def test_who_comes_in_again_takes_no_second_seat(asked: Store) -> None:
    for _ in range(3):
        asked.rooms.take_seats([NewSeat("room", "anna"), NewSeat("room", "anna")], MANY)
    assert asked.rooms.tally("room").joined == 1


def test_who_is_in_is_told_from_who_is_not_and_nobody_comes_in_by_that(asked: Store) -> None:
    asked.rooms.add(room("other"))
    asked.rooms.take_seats([NewSeat("room", "ann"), NewSeat("other", "ben")], MANY)
    places = [("room", "ann"), ("room", "ben"), ("other", "ben"), ("nowhere", "ann")]
    wanted = [NewSeat(*place) for place in places]
    assert asked.rooms.have_seats(wanted) == (True, False, True, False)
    assert asked.rooms.seats("room") == {"ann"}


def test_a_hall_fits_into_one_batch(asked: Store) -> None:
    hall = [answer(f"seat-{n:04d}", "abc"[n % 3]) for n in range(1_700)]
    assert set(asked.rooms.answer(hall, MANY)) == {STORED}
    assert set(asked.rooms.answer(hall, MANY)) == {STORED}
    tally = asked.rooms.tally("room")
    assert (tally.joined, tally.answered) == (1_700, {(FIRST, 0): 1_700})
    ticked = asked.rooms.ticked("room", FIRST, 0)
    assert ticked == {one.seat: one.ticked for one in hall}


def test_rounds_and_questions_are_counted_apart(store: Store) -> None:
    store.rooms.add(room(kind=Kind.BEFORE_AFTER, step=1))
    given = [("anna", 0), ("anna", 1), ("ben", 0)]
    store.rooms.answer([answer(s, "a", position=p) for s, p in given], MANY)
    for step in (1, 2):
        store.rooms.move("room", step, step + 1)
    late = [answer("anna", "b", step=3, round_=SECOND), answer("carl", "c", step=3, round_=SECOND)]
    assert store.rooms.answer(late, MANY) == (STORED, STORED)
    tally = store.rooms.tally("room")
    assert (tally.joined, tally.answered) == (
        3,
        {(FIRST, 0): 2, (FIRST, 1): 1, (SECOND, 0): 2},
    )
    assert store.rooms.ticked("room", SECOND, 0) == {"anna": ("b",), "carl": ("c",)}
    assert len(store.rooms.answers("room")) == 5
    assert len(store.rooms.answers("room", 0)) == 4
    own = [(a.round, a.position, a.ticked) for a in store.rooms.answers_of("room", "anna")]
    assert own == [(FIRST, 0, ("a",)), (FIRST, 1, ("a",)), (SECOND, 0, ("b",))]
    assert store.rooms.answers_of("room", "nobody") == ()
    assert len({a.seat for a in store.rooms.answers("room")}) == 3


def test_own_answers_come_in_the_order_in_which_they_were_given(store: Store) -> None:
    store.rooms.add(room(kind=Kind.OWN_PACE, step=1))
    for position in (2, 0, 1):
        store.rooms.answer([answer("anna", position=position)], MANY)
    assert [a.position for a in store.rooms.answers_of("room", "anna")] == [2, 0, 1]


def test_nothing_in_the_tables_leads_from_one_session_to_another_or_to_a_learner(
    store: Store,
) -> None:
    # The same browser in two sessions, and a learner of the quiz who has the same cookie value.
    store.attempts.add(ME, attempt())
    store.attempts.add_response(ME, "first", response("load-01"), "rev")
    seats = []
    for name in ("room", "other"):
        store.rooms.add(room(name, step=1))
        seats.append(seat_in(room(name), ME))
        store.rooms.answer([answer(seats[-1], name=name)], MANY)
    assert len(set(seats)) == 2

    def work(connection: Connection) -> tuple[set[object], list[str], list[str]]:
        ids = set(connection.execute(text("SELECT id FROM seats")).scalars())
        found = [
            str(tuple(row))
            for table in ("seats", "room_answers", "rooms")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
        columns = list(connection.execute(text("SELECT * FROM seats")).keys())
        return ids, found, columns

    ids, of_sessions, columns = store.database.read(work)
    assert ids == set(seats)
    assert columns == ["number", "room", "id"]
    assert not [line for line in of_sessions if ME in line]
    # Each digest stands in one row of one table, so nothing can be joined by it.
    assert all(everything(store).count(seat) == 1 for seat in seats)


def test_forgetting_takes_old_sessions_with_seats_and_answers(asked: Store) -> None:
    asked.rooms.add(replace(room("new", step=1), started_at=NOW + timedelta(days=30)))
    asked.rooms.answer([answer("anna"), answer("ben"), answer("carl", name="new")], MANY)
    before = asked.records.counts()
    assert (before["rooms"], before["seats"], before["room_answers"]) == (2, 3, 3)
    purged = asked.records.purge(NOW + timedelta(days=30))
    assert (purged.sessions, purged.attempts, purged.learners) == (1, 0, 0)
    after = asked.records.counts()
    assert (after["rooms"], after["seats"], after["room_answers"]) == (1, 1, 1)
    left = everything(asked)
    assert "anna" not in left
    assert "carl" in left
    assert asked.records.purge(NOW + timedelta(days=30)).sessions == 0
    assert asked.rooms.answer([answer("anna")], MANY) == (ENDED,)


def test_what_was_forgotten_stands_in_none_of_sqlites_files(
    sqlite_store: Store, sqlite_address: str
) -> None:
    sqlite_store.rooms.add(room(step=1))
    sqlite_store.rooms.answer([answer("the-digest-of-anna")], MANY)
    folder = Path(sqlite_address.removeprefix("sqlite:///")).parent

    def bytes_now() -> bytes:
        return b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"the-digest-of-anna" in bytes_now()
    assert sqlite_store.records.purge(NOW + timedelta(days=1)).sessions == 1
    assert b"the-digest-of-anna" not in bytes_now()


def test_a_backup_has_the_sessions_too(sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.rooms.add(room(step=1))
    sqlite_store.rooms.answer([answer("anna"), answer("ben", "b")], MANY)
    backup(sqlite_store.database, tmp_path / "copy.db")
    copy = make_store(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy.rooms.by_id("room") == sqlite_store.rooms.by_id("room")
    assert copy.rooms.ticked("room", FIRST, 0) == {"anna": ("a",), "ben": ("b",)}
    copy.database.close()
