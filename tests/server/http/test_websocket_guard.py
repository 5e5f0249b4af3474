"""Browsers' websockets: a person's pace, fair turns, shares, and only what the app needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.attacks import run_message
from bme_quiz.server.http import websocket_guard
from bme_quiz.server.http.streamlit_internals import Kind, ends_a_run, kind_of
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.http.websocket_guard import (
    Allowance,
    GuardedSocket,
    Share,
    SocketGuard,
    share_of,
)
from bme_quiz.server.token_bucket import Rate

RUN = run_message()


def message(kind: str) -> BackMsg:
    """A browser's message of this kind with nothing in it."""
    made = BackMsg()
    field = made.DESCRIPTOR.fields_by_name[kind]
    if field.message_type is None:
        setattr(made, kind, True)
    else:
        getattr(made, kind).SetInParent()
    return made


def finished() -> bytes:
    """Streamlit's message that ends a run."""
    made = ForwardMsg()
    made.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return made.SerializeToString()


@pytest.mark.parametrize(
    "kind",
    [
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "backend_operation_request",
    ],
)
def test_what_is_meant_for_developers_does_not_come_through(kind: str) -> None:
    assert kind_of(message(kind).SerializeToString()) is Kind.UNWANTED


def test_what_pages_send_comes_through_and_no_more_of_it_than_a_page_holds() -> None:
    assert kind_of(RUN) is Kind.RUN
    assert kind_of(message("stop_script").SerializeToString()) is Kind.OTHER
    download = BackMsg()
    download.backend_operation_request.deferred_file.SetInParent()
    assert kind_of(download.SerializeToString()) is Kind.OTHER
    install = BackMsg()
    install.backend_operation_request.install_skills.SetInParent()
    assert kind_of(install.SerializeToString()) is Kind.UNWANTED
    heavy = BackMsg()
    for _ in range(2_000):
        heavy.rerun_script.widget_states.widgets.add()
    assert kind_of(heavy.SerializeToString()) is Kind.UNWANTED
    files = BackMsg()
    files.file_urls_request.file_names.extend(["x"] * 50)
    assert kind_of(files.SerializeToString()) is Kind.UNWANTED
    assert kind_of(b"") is Kind.UNWANTED
    assert kind_of(b"\xff\xff") is Kind.BROKEN


def test_every_kind_of_message_that_streamlit_knows_has_been_decided_on() -> None:
    known = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert known == {
        *("rerun_script", "stop_script", "file_urls_request", "app_heartbeat"),
        *("backend_operation_request", "clear_cache", "set_run_on_save", "load_git_info"),
        *("debug_disconnect_websocket", "debug_shutdown_runtime"),
    }


def test_the_end_of_a_run_is_told_from_all_else() -> None:
    assert ends_a_run(finished())
    other = ForwardMsg()
    other.new_session.SetInParent()
    assert not ends_a_run(other.SerializeToString())
    assert not ends_a_run(b"x" * 10_000)


def test_an_allowance_lets_a_burst_through_and_then_a_rate() -> None:
    now = 0.0
    allowance = Allowance(Rate(3, 2), lambda: now)
    assert [allowance.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    now = 1.0
    assert allowance.take() == 0.5
    now = 100.0
    assert [allowance.take() for _ in range(4)] == [0, 0, 0, 0.5]


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=200))
def test_whoever_presses_fifteen_times_a_second_never_waits(pauses: list[float]) -> None:
    now = 0.0
    allowance = Allowance(websocket_guard.MESSAGES, lambda: now)
    for pause in pauses:
        assert allowance.take() == 0
        now += max(pause, 1 / 15)


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


def test_turns_go_round_by_address_and_then_by_connection() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        await turns.take("x")
        order: list[str] = []

        async def ask(address: str, name: str) -> None:
            await turns.take(address)
            order.append(name)
            turns.give_back()

        asks = [("bad", f"bad {i}") for i in range(5)] + [("good", "good 1"), ("third", "third 1")]
        tasks = [asyncio.create_task(ask(*one)) for one in asks]
        await settle()
        turns.give_back()
        await asyncio.gather(*tasks)
        assert order[:3] == ["bad 0", "good 1", "third 1"]
        assert order[3:] == ["bad 1", "bad 2", "bad 3", "bad 4"]

    run(work)


def test_whoever_gives_up_waiting_takes_no_turn_with_them() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        await turns.take("a")
        waiting = [asyncio.create_task(turns.take("b")) for _ in range(3)]
        await settle()
        waiting[0].cancel()
        await settle()
        turns.give_back()
        # Dealt out, and given up in the same moment.
        waiting[1].cancel()
        await settle()
        assert waiting[2].done()
        assert not waiting[2].cancelled()
        turns.give_back()
        await turns.take("c")

    run(work)


class Wire:
    """A browser at the end of a guarded socket."""

    def __init__(self, turns: Turns, address: str = "a") -> None:
        self.came: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.socket = GuardedSocket(self.came.get, self._take, turns, address)

    async def _take(self, message: Message) -> None:
        await self.reads.wait()
        self.sent.append(message)

    def press(self, data: bytes = RUN) -> None:
        """The browser sends a message."""
        self.came.put_nowait({"type": "websocket.receive", "bytes": data})


def test_a_run_keeps_its_turn_until_its_end_was_sent() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        first, second = Wire(turns, "a"), Wire(turns, "b")
        first.press()
        assert (await first.socket.receive())["bytes"] == RUN
        second.press()
        waits = asyncio.create_task(second.socket.receive())
        await settle()
        assert not waits.done()
        await first.socket.send({"type": "websocket.send", "bytes": finished()})
        assert (await waits)["bytes"] == RUN

    run(work)


def test_a_long_run_does_not_keep_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_guard, "_LONGEST_TURN", 0.001)

    async def work() -> None:
        turns = Turns(at_once=1)
        first, second = Wire(turns, "a"), Wire(turns, "b")
        first.press()
        await first.socket.receive()
        second.press()
        assert (await second.socket.receive())["bytes"] == RUN

    run(work)


def test_nothing_more_is_taken_from_a_browser_that_does_not_read() -> None:
    async def work() -> None:
        wire = Wire(Turns())
        wire.press()
        await wire.socket.receive()
        wire.reads.clear()
        end = {"type": "websocket.send", "bytes": finished()}
        sends = asyncio.create_task(wire.socket.send(end))
        await settle()
        wire.press()
        waits = asyncio.create_task(wire.socket.receive())
        await settle()
        assert not waits.done()
        wire.reads.set()
        await sends
        assert (await waits)["bytes"] == RUN

    run(work)


def test_what_is_not_meant_for_the_app_is_passed_over_and_what_is_broken_ends_it() -> None:
    async def work() -> None:
        wire = Wire(Turns())
        wire.press(message("clear_cache").SerializeToString())
        wire.press()
        assert (await wire.socket.receive())["bytes"] == RUN
        wire.press(b"\xff\xff")
        assert (await wire.socket.receive())["type"] == "websocket.disconnect"
        assert wire.sent[-1] == {"type": "websocket.close", "code": 1002}
        # What Streamlit still sends has nobody to go to.
        await wire.socket.send({"type": "websocket.send", "bytes": b"x"})
        assert wire.sent[-1]["type"] == "websocket.close"
        text = Wire(Turns())
        text.came.put_nowait({"type": "websocket.receive", "text": "x"})
        assert (await text.socket.receive())["type"] == "websocket.disconnect"
        assert text.sent[-1] == {"type": "websocket.close", "code": 1003}

    run(work)


class Hall:
    """Streamlit's place behind the guard: it keeps every socket open until it is closed."""

    def __init__(self, share: Share) -> None:
        self.now = 0.0
        chance = Random(1)
        self.left = 0
        self.guard = SocketGuard(
            self._app,
            share,
            on_left=self._note,
            clock=lambda: self.now,
            choose=chance.randrange,
        )
        self.tasks: list[asyncio.Task[None]] = []

    def _note(self) -> None:
        self.left += 1

    async def _app(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    def open(self, address: str) -> tuple[asyncio.Queue[Message], list[Message]]:
        """A browser of this address connects; what it sends, and what it is sent."""
        came: asyncio.Queue[Message] = asyncio.Queue()
        sent: list[Message] = []

        async def take(message: Message) -> None:
            sent.append(message)
            if message["type"] == "websocket.close":
                came.put_nowait({"type": "websocket.disconnect"})

        self.tasks.append(
            asyncio.create_task(self.guard({"type": "websocket"}, came.get, take, address))
        )
        return came, sent

    async def end(self) -> None:
        """Everybody leaves."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def closed(sent: list[Message]) -> bool:
    """Whether a browser was sent away."""
    return any(message["type"] == "websocket.close" for message in sent)


async def press(came: asyncio.Queue[Message], times: int = 1) -> None:
    """A browser asks for its page again."""
    for _ in range(times):
        came.put_nowait({"type": "websocket.receive", "bytes": RUN})
        await settle()


def test_a_newcomer_at_a_full_address_takes_the_place_of_whoever_does_nothing() -> None:
    async def work() -> None:
        hall = Hall(Share(100, 3, Rate(100, 100)))
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


def test_where_all_are_at_work_one_gives_way_now_and_then() -> None:
    async def work() -> None:
        hall = Hall(Share(100, 3, Rate(1000, 1000)))
        inside = [hall.open("router")[1] for _ in range(3)]
        await settle()
        newcomers = [hall.open("router")[1] for _ in range(10)]
        await settle()
        # One of those inside at once; the others come again, and one gets in each second.
        assert sum(map(closed, inside)) == 1
        assert sum(map(closed, newcomers)) == 9
        hall.now = 1.0
        later = [hall.open("router")[1] for _ in range(10)]
        await settle()
        assert sum(map(closed, later)) in (9, 10)
        assert hall.guard._count == 3
        await hall.end()

    run(work)


def test_a_page_that_was_sent_away_before_it_ran_takes_no_turn() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        await turns.take("x")
        wire = Wire(turns)
        wire.press()
        waits = asyncio.create_task(wire.socket.receive())
        await settle()
        await wire.socket.close(1013)
        turns.give_back()
        assert (await waits)["type"] == "websocket.disconnect"
        await asyncio.wait_for(turns.take("y"), 5)

    run(work)


def test_a_full_server_takes_from_the_address_that_has_most() -> None:
    async def work() -> None:
        hall = Hall(Share(4, 10, Rate(100, 100)))
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
        hall = Hall(Share(10_000, 10_000, Rate(5, 0.01)))
        flood = [hall.open("bad")[1] for _ in range(50)]
        await settle()
        assert hall.guard._count == 5
        assert sum(map(closed, flood)) == 45, "they ask again by themselves"
        other = hall.open("good")[1]
        await settle()
        assert hall.guard._count == 6
        assert not closed(other)
        await hall.end()
        assert hall.guard._count == 0
        assert not hall.guard._open

    run(work)


def test_of_too_many_who_wait_chance_decides_who_comes_again() -> None:
    async def work() -> None:
        hall = Hall(Share(10_000, 10_000, Rate(1, 100)))
        waiting = [hall.open("bad")[1] for _ in range(150)]
        await settle()
        gone = [closed(sent) for sent in waiting]
        # One came in, a hundred wait.
        assert sum(gone) == 49
        assert any(gone[:100]), "not only those who came last"
        await hall.end()
        assert not hall.guard._waiting

    run(work)


def test_some_time_after_a_page_was_closed_its_files_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket_guard, "_GRACE", 0.001)

    async def work() -> None:
        hall = Hall(Share(10, 10, Rate(10, 10)))
        came, _ = hall.open("a")
        await settle()
        assert hall.left == 0
        came.put_nowait({"type": "websocket.disconnect"})
        while not hall.left:
            await asyncio.sleep(0.001)
        await hall.end()

    run(work)


@given(st.integers(1, 10_000))
def test_everybody_who_shares_an_address_finds_a_place(people: int) -> None:
    share = share_of(people)
    assert share.of_address >= people
    assert share.arrivals.at_once >= people
