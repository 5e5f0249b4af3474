"""Browsers' websockets: a person's pace, fair turns, shares, and only what the app needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.attacks import run_message
from bme_quiz.server.http import websocket_guard
from bme_quiz.server.http.streamlit_internals import Kind, ends_a_run, kind_of
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.http.websocket_guard import GuardedSocket
from bme_quiz.server.token_bucket import TokenBucket

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


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=200))
def test_whoever_presses_fifteen_times_a_second_never_waits(pauses: list[float]) -> None:
    now = 0.0
    allowance = TokenBucket(websocket_guard.MESSAGES, lambda: now)
    for pause in pauses:
        assert allowance.spend() == 0
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


def test_who_has_seen_nothing_yet_has_every_other_turn() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        await turns.take("x")
        order: list[str] = []

        async def ask(name: str, is_first: bool) -> None:
            await turns.take("router", is_first=is_first)
            order.append(name)
            turns.give_back()

        asks = [(f"again {i}", False) for i in range(3)] + [(f"new {i}", True) for i in range(3)]
        tasks = [asyncio.create_task(ask(*one)) for one in asks]
        await settle()
        turns.give_back()
        await asyncio.gather(*tasks)
        assert order == ["new 0", "again 0", "new 1", "again 1", "new 2", "again 2"]

    run(work)


def test_known_people_do_not_stand_in_line_behind_strangers() -> None:
    async def work() -> None:
        turns = Turns(at_once=1)
        await turns.take("x")
        strangers = [Wire(turns, "router") for _ in range(5)]
        known = Wire(turns, "router")
        known.socket.known_as = "somebody"
        waits = []
        for wire in (*strangers, known):
            wire.press()
            waits.append(asyncio.create_task(wire.socket.receive()))
            await settle()
        turns.give_back()
        await settle()
        await strangers[0].socket.send({"type": "websocket.send", "bytes": finished()})
        await settle()
        assert [one.done() for one in waits] == [True, False, False, False, False, True]
        for one in waits:
            one.cancel()

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


@pytest.mark.parametrize("asks", [RUN, message("app_heartbeat").SerializeToString()])
def test_nothing_more_is_taken_from_a_browser_that_does_not_read(asks: bytes) -> None:
    async def work() -> None:
        wire = Wire(Turns())
        wire.press()
        await wire.socket.receive()
        wire.reads.clear()
        end = {"type": "websocket.send", "bytes": finished()}
        sends = asyncio.create_task(wire.socket.send(end))
        await settle()
        wire.press(asks)
        waits = asyncio.create_task(wire.socket.receive())
        await settle()
        assert not waits.done()
        wire.reads.set()
        await sends
        assert (await waits)["bytes"] == asks

    run(work)


def test_a_question_that_would_be_answered_at_length_is_not_for_the_app() -> None:
    asked = BackMsg()
    asked.file_urls_request.file_names.append("a.csv")
    assert kind_of(asked.SerializeToString()) is Kind.OTHER
    asked.file_urls_request.request_id = "x" * 60_000
    assert kind_of(asked.SerializeToString()) is Kind.UNWANTED


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
