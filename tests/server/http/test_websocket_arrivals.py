"""Who may open a websocket: fair shares of an address, and known people before strangers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from benchmarks.attacks import run_message
from bme_quiz.server.http import websocket_arrivals
from bme_quiz.server.http.known_people import (
    BEFORE_THE_START,
    RUNS_AT_WORK,
    SECONDS_AT_WORK,
    KnownPeople,
    learner_key,
)
from bme_quiz.server.http.websocket_arrivals import Share, SocketGuard, share_of
from bme_quiz.server.token_bucket import Rate
from bme_quiz.services.accounts.learner import COOKIE

RUN = run_message()
PLENTY = Rate(10_000, 10_000)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's steps; they hang rather than fail where somebody waits for good."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await work()

    asyncio.run(bounded())


async def settle() -> None:
    """Let all that can go on now go on."""
    for _ in range(20):
        await asyncio.sleep(0)


def cookie(number: int) -> str:
    """A learner's number, the same for the same person."""
    return f"{number:022d}"


class Hall:
    """Streamlit's place behind the guard: it keeps every socket open until it is closed."""

    def __init__(self, share: Share, sessions: dict[str, int] | None = None) -> None:
        self.now = 0.0
        self.left = 0
        self.known = KnownPeople(200, lambda: self.now)
        self.guard = SocketGuard(
            self._app,
            share,
            self.known,
            on_left=self._note,
            clock=lambda: self.now,
            choose=Random(1).randrange,
            runs_of=(sessions or {}).get,
        )
        self.tasks: list[asyncio.Task[None]] = []

    def _note(self) -> None:
        self.left += 1

    async def _app(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    def open(
        self, address: str, learner: int | None = None, session: str = ""
    ) -> tuple[asyncio.Queue[Message], list[Message]]:
        """A browser of this address connects; what it sends, and what it is sent."""
        came: asyncio.Queue[Message] = asyncio.Queue()
        sent: list[Message] = []

        async def take(message: Message) -> None:
            sent.append(message)
            if message["type"] == "websocket.close":
                came.put_nowait({"type": "websocket.disconnect"})

        headers = []
        if learner is not None:
            headers.append((b"cookie", f"{COOKIE}={cookie(learner)}".encode()))
        if session:
            headers.append((b"sec-websocket-protocol", f"streamlit, x, {session}".encode()))
        scope = {"type": "websocket", "headers": headers}
        self.tasks.append(asyncio.create_task(self.guard(scope, came.get, take, address)))
        return came, sent

    def know(self, *learners: int, since: float = BEFORE_THE_START) -> None:
        """These have answered before."""
        self.known.add([learner_key(cookie(one)) for one in learners], since)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for timers that go by the loop's clock."""
        while not is_so():
            await asyncio.sleep(0.001)

    @property
    def inside(self) -> int:
        """Connections that have a place."""
        return self.guard._count

    async def end(self) -> None:
        """Everybody leaves."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        assert self.inside == 0
        assert all(one.is_idle for one in self.guard._addresses.values())


def closed(sent: list[Message]) -> bool:
    """Whether a browser was sent away."""
    return any(message["type"] == "websocket.close" for message in sent)


async def press(came: asyncio.Queue[Message], times: int = 1) -> None:
    """A browser asks for its page again."""
    for _ in range(times):
        came.put_nowait({"type": "websocket.receive", "bytes": RUN})
        await settle()


def share(in_all: int, of_address: int, arrivals: Rate = PLENTY) -> Share:
    """A share where any number of pages may be under way."""
    return Share(in_all, of_address, arrivals, 100_000)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands in line is soon told to come again."""
    monkeypatch.setattr(websocket_arrivals, "_SHORTEST_WAIT", 0.01)


def test_a_newcomer_at_a_full_address_takes_the_place_of_whoever_does_nothing() -> None:
    async def work() -> None:
        hall = Hall(share(100, 3))
        # A learner at work, and a stranger's connections that only stand there.
        learner, heard = hall.open("router")
        await settle()
        idle = [hall.open("router")[1] for _ in range(2)]
        await settle()
        hall.now = 60.0
        await press(learner, 2)
        newcomers = [hall.open("router")[1] for _ in range(2)]
        await settle()
        assert all(closed(sent) for sent in idle)
        assert not closed(heard)
        assert not any(map(closed, newcomers))
        elsewhere = hall.open("other")[1]
        await settle()
        assert not closed(elsewhere)
        await hall.end()

    run(work)


def test_where_no_stranger_is_idle_some_give_way_and_who_pressed_something_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket_arrivals, "STRANGERS_GIVE_WAY", Rate(2, 2))

    async def work() -> None:
        hall = Hall(share(100, 3))
        at_work, heard = hall.open("router")
        others = [hall.open("router")[1] for _ in range(2)]
        await press(at_work, 2)
        newcomers = [hall.open("router")[1] for _ in range(10)]
        await settle()
        assert all(map(closed, others))
        assert not closed(heard)
        # The rest is told to come again, and two get in each second.
        await hall.until(lambda: sum(map(closed, newcomers)) == 8)
        hall.now = 1.0
        later = [hall.open("router")[1] for _ in range(10)]
        await hall.until(lambda: sum(map(closed, later)) == 8)
        assert hall.inside == 3
        await hall.end()

    run(work)


def test_a_full_server_takes_from_the_address_that_has_most() -> None:
    async def work() -> None:
        hall = Hall(share(4, 10))
        alone = hall.open("a")[1]
        crowd = [hall.open("b")[1] for _ in range(3)]
        await settle()
        newcomer = hall.open("c")[1]
        await settle()
        assert not closed(alone)
        assert not closed(newcomer)
        assert sum(map(closed, crowd)) == 1
        await hall.end()

    run(work)


def test_a_flood_of_new_connections_waits_and_those_of_others_do_not() -> None:
    async def work() -> None:
        hall = Hall(share(10_000, 10_000, Rate(5, 0.01)))
        flood = [hall.open("bad")[1] for _ in range(50)]
        await settle()
        assert hall.inside == 5
        other = hall.open("good")[1]
        await settle()
        assert hall.inside == 6
        assert not closed(other)
        await hall.until(lambda: sum(map(closed, flood)) == 45)
        await hall.end()

    run(work)


def test_of_too_many_in_line_chance_decides_who_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket_arrivals, "_SHORTEST_WAIT", 10.0)
    monkeypatch.setattr(websocket_arrivals, "_MOST_WAITING", 100)

    async def work() -> None:
        hall = Hall(share(10_000, 10_000, Rate(1, 0)))
        waiting = [hall.open("bad")[1] for _ in range(151)]
        await settle()
        gone = [closed(sent) for sent in waiting]
        assert sum(gone) == 50
        assert any(gone[:100]), "not only those who came last"
        await hall.end()

    run(work)


def test_no_more_first_pages_are_under_way_than_can_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket_arrivals, "_SHORTEST_WAIT", 10.0)

    async def work() -> None:
        hall = Hall(Share(100, 100, PLENTY, under_way=3))
        for _ in range(10):
            hall.open("router")
        await settle()
        assert hall.inside == 3
        # They never asked for anything, which is soon taken for an answer.
        hall.now += 0.5
        await hall.until(lambda: hall.inside == 6)
        await hall.end()

    run(work)


def test_who_has_been_refused_before_does_not_stand_behind_a_flood_of_new_cookies() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 1_000, Rate(1, 1)))
        hall.open("router", 1)
        await settle()
        _, refused = hall.open("router", 2)
        await hall.until(lambda: closed(refused))
        flood = [hall.open("router", number)[1] for number in range(100, 160)]
        again = hall.open("router", 2)[1]
        await settle()
        hall.now += 2
        others = hall.open("router", 3)[1]
        await hall.until(lambda: sum(map(closed, [*flood, others])) == 61)
        assert hall.inside == 2
        assert not closed(again)
        # Having been refused counts for one try, and not for who has been let in just now.
        assert not hall.guard._refused.has([learner_key(cookie(2))])
        _, refused = hall.open("router", 2)
        await hall.until(lambda: closed(refused))
        hall.open("router", 2)
        await settle()
        assert not hall.guard._addresses["router"].again
        await hall.end()

    run(work)


def test_known_people_come_in_at_once_and_take_the_places_of_strangers() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 8, Rate(8, 0)))
        hall.know(*range(7))
        strangers = [hall.open("router", 100 + number)[1] for number in range(20)]
        await settle()
        known = [hall.open("router", number)[1] for number in range(6)]
        await settle()
        assert not any(map(closed, known))
        assert hall.inside == 8
        await hall.until(lambda: sum(map(closed, strangers)) == 18)
        # A quarter of the places is the strangers' own.
        seventh = hall.open("router", 6)[1]
        await settle()
        assert sum(map(closed, strangers)) == 18
        assert sum(map(closed, [*known, seventh])) == 1
        await hall.end()

    run(work)


def test_of_known_people_who_has_been_known_longest_stays() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 4))
        hall.know(*range(10, 13), since=5.0)
        hall.know(1)
        prepared = [hall.open("router", number)[1] for number in range(10, 13)]
        await settle()
        stranger = hall.open("router", 99)[1]
        await settle()
        since_yesterday = hall.open("router", 1)[1]
        await settle()
        assert not closed(since_yesterday)
        assert not closed(stranger)
        assert sum(map(closed, prepared)) == 1
        await hall.end()

    run(work)


def test_one_known_person_has_no_more_than_a_few_places_and_tries() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 1_000, Rate(5, 0)))
        hall.know(1)
        opened = [hall.open("router", 1)[1] for _ in range(100)]
        await settle()
        # Twenty at once, of whom ten are displaced by themselves; then they are anybody.
        assert hall.inside == 10 + 5
        await hall.until(lambda: sum(map(closed, opened)) == 85)
        await hall.end()

    run(work)


def test_who_has_been_at_work_for_a_while_is_known_from_then_on() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 1_000, Rate(1, 0)))
        came, _ = hall.open("router", 1)
        await press(came, RUNS_AT_WORK + 1)
        assert hall.known.since([learner_key(cookie(1))]) is None, "it takes some time as well"
        hall.now += SECONDS_AT_WORK
        await press(came)
        assert hall.known.since([learner_key(cookie(1))]) is not None
        assert len(hall.guard._addresses["router"].known) == 1
        again = hall.open("router", 1)[1]
        await settle()
        assert hall.inside == 2
        assert not closed(again)
        await hall.end()

    run(work)


def test_who_comes_back_to_a_session_is_known_where_it_was_at_work_there() -> None:
    async def work() -> None:
        hall = Hall(share(1_000, 1_000, Rate(1, 0)), {"used": RUNS_AT_WORK, "fresh": 1})
        hall.open("router")
        await settle()
        used, fresh = hall.open("router", session="used")[1], hall.open("router", session="fresh")
        made_up = hall.open("router", session="made-up")[1]
        await settle()
        assert hall.inside == 2
        assert not closed(used)
        here = hall.guard._addresses["router"]
        assert [len(here.again), len(here.new)] == [1, 1]
        await hall.until(lambda: closed(made_up))
        assert not closed(fresh[1])
        await hall.end()

    run(work)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=30))
def test_whatever_comes_and_goes_no_share_is_exceeded(steps: list[tuple[int, bool]]) -> None:
    async def work() -> None:
        hall = Hall(share(10, 6, Rate(20, 5)))
        hall.know(*range(25))
        queues = []
        for number, comes in steps:
            hall.now += 0.1
            if comes or not queues:
                queues.append(hall.open(f"address {number % 3}", number)[0])
            else:
                queues.pop(number % len(queues)).put_nowait({"type": "websocket.disconnect"})
            await settle()
            places = list(hall.guard._addresses.values())
            assert hall.inside == sum(map(len, places)) <= 10
            assert all(len(one) <= 6 for one in places)
        await hall.end()

    run(work)


def test_some_time_after_a_page_was_closed_its_files_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket_arrivals, "_GRACE", 0.001)

    async def work() -> None:
        hall = Hall(share(10, 10))
        came, _ = hall.open("a")
        await settle()
        assert hall.left == 0
        came.put_nowait({"type": "websocket.disconnect"})
        await hall.until(lambda: hall.left > 0)
        await hall.end()

    run(work)


@given(st.integers(1, 10_000))
def test_everybody_who_shares_an_address_finds_a_place(people: int) -> None:
    share = share_of(people)
    assert share.of_address >= people
    assert share.arrivals.at_once >= people


def test_so_many_of_an_address_become_known_in_a_time_and_memory_is_bounded() -> None:
    now = 0.0
    known = KnownPeople(3, lambda: now, most=10)
    became = [known.become([learner_key(cookie(n))], "router") for n in range(10)]
    assert became == [True] * 6 + [False] * 4
    assert known.become([learner_key(cookie(0))], "router"), "who is known already costs nothing"
    assert known.become([learner_key(cookie(50))], "elsewhere")
    now = 200.0
    assert known.become([learner_key(cookie(9))], "router")
    known.add([learner_key(cookie(n)) for n in range(100, 109)])
    assert len(known._since) == 10
