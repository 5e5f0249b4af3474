"""A learner's browser without the browser: Streamlit's own messages over its websocket.

What it stands for: one open tab. It fetches the page for its cookie, connects, takes in what the
script draws, chooses options, presses buttons, and waits until the run has finished and all of it
has arrived. It takes compressed messages and keeps large ones, as a browser does.

What it does not stand for: nothing is drawn, no script or style is fetched, and a person would
read and think. So its times are the server's share of what a learner waits for.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from bme_quiz.ui.shell import words

PATIENCE = 120.0
# What leads on from a page of the quiz that asks nothing, the first that is there.
WAY_ON = (words.SEE_RESULTS, words.NEXT_QUESTION, words.NEW_QUIZ, words.START_QUIZ)
# Who guesses gets what was missed back again and again; this one stops here.
ANSWERS_A_QUIZ = 12


class Learner:
    """One tab of one learner.

    Attributes:
        page: the elements on the page, by their place in it.
        messages: how many messages the latest run sent.
        sent: how many bytes they had, before compression.
        page_name: which page is open; empty for the first.
        query: what stands in the page's address behind the question mark.
        timers: seconds between the reruns that a fragment asks for, by the fragment.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._kept: dict[str, ForwardMsg] = {}
        # Which fragment drew what stands in a place, and what the present run has not drawn yet.
        self._fragments: dict[tuple[int, ...], str] = {}
        self._stale: set[tuple[int, ...]] = set()
        self.page: dict[tuple[int, ...], Any] = {}
        self.messages = self.sent = 0
        self.page_name = self.query = ""
        self.timers: dict[str, float] = {}
        self._answers = itertools.count()

    @classmethod
    async def open(cls, port: int, page_name: str = "", more: str = "") -> Self:
        """Open a page and wait until it has been drawn.

        Args:
            page_name: its address; empty for the app's first page.
            more: a cookie to send beside the one that comes with the page.
        """
        cookie = "; ".join(filter(None, (await _cookie(port), more)))
        socket = await connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie} if cookie else None,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=PATIENCE,
            # A reply to a ping would wait behind the load and be taken for a lost connection.
            ping_interval=None,
            proxy=None,
        )
        learner = cls(socket)
        learner.page_name = page_name
        await learner.run()
        return learner

    async def close(self) -> None:
        """Close the tab."""
        await self._socket.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def run(self, widgets: Iterable[WidgetState] = (), fragment: str = "") -> float:
        """Run the page, or a fragment of it, with these widgets' values.

        Returns the seconds until everything was there.
        """
        back = BackMsg()
        back.rerun_script.page_name = self.page_name
        back.rerun_script.query_string = self.query
        back.rerun_script.fragment_id = fragment
        back.rerun_script.widget_states.widgets.extend(widgets)
        back.rerun_script.cached_message_hashes.extend(self._kept)
        self.messages = self.sent = 0
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            await self._socket.send(back.SerializeToString())
            while not self._take(await self._socket.recv()):
                pass
        return time.perf_counter() - began

    def find(self, kind: str, label: str | None = None) -> Any | None:
        """The first element of a kind, or of those with this label; None where there is none."""
        found = (e for e in self.all(kind) if label is None or e.label == label)
        return next(found, None)

    def all(self, kind: str) -> list[Any]:
        """All elements of a kind, in the order in which they came."""
        return [getattr(e, kind) for e in self.page.values() if e.WhichOneof("type") == kind]

    def choose(self, number: int = 0) -> list[WidgetState]:
        """An option of the question on the page, ticked: of its radio, or of its check boxes."""
        if (radio := self.find("radio")) is not None:
            options = radio.options
            return [WidgetState(id=radio.id, string_value=options[number % len(options)])]
        boxes = self.all("checkbox")
        return [WidgetState(id=boxes[number % len(boxes)].id, bool_value=True)]

    async def press(self, label: str, widgets: Iterable[WidgetState] = ()) -> float:
        """Press a button, other widgets standing as given; the seconds until the page was back.

        Raises:
            LookupError: the page has no such button.
        """
        for place, element in self.page.items():
            if element.WhichOneof("type") == "button" and element.button.label == label:
                pressed = WidgetState(id=element.button.id, trigger_value=True)
                return await self.run([*widgets, pressed], self._fragments[place])
        raise LookupError(f"no button {label!r} on the page")

    async def step(self) -> tuple[str, float]:
        """Do what a learner does next; the button pressed and the seconds it took."""
        if self.find("button", words.CHECK_ANSWER) is None:
            label = next(one for one in WAY_ON if self.find("button", one) is not None)
            return label, await self.press(label)
        number = next(self._answers)
        if number % ANSWERS_A_QUIZ == ANSWERS_A_QUIZ - 1 and self.find("button", words.STOP_HERE):
            return words.STOP_HERE, await self.press(words.STOP_HERE)
        label = words.CHECK_ANSWER
        return label, await self.press(label, self.choose(number))

    def _take(self, data: str | bytes) -> bool:
        """Take in one message; whether it was the last of its run.

        Raises:
            RuntimeError: the page shows an error.
        """
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        self.messages += 1
        self.sent += len(data)
        if message.metadata.cacheable:
            self._kept[message.hash] = message
        if message.WhichOneof("type") == "ref_hash":
            metadata = message.metadata
            message, known = ForwardMsg(), self._kept[message.ref_hash]
            message.CopyFrom(known)
            message.metadata.CopyFrom(metadata)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            drawn_anew = message.metadata.run.fragment_ids
            if not drawn_anew:
                self.timers = {}
            self._stale = {
                p for p, f in self._fragments.items() if not drawn_anew or f in drawn_anew
            }
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception" or words.FAULT in str(element):
                raise RuntimeError(f"the page shows an error: {element}")
            place = tuple(message.metadata.delta_path)
            self.page[place], self._fragments[place] = element, message.delta.fragment_id
            self._stale.discard(place)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "script_finished":
            for place in self._stale:
                del self.page[place], self._fragments[place]
            return True
        return False


async def _cookie(port: int) -> str:
    """Fetch the page, as a browser does first, and return the cookie that came with it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE):
        answer = (await reader.read()).decode("latin-1")
    writer.close()
    for line in answer.partition("\r\n\r\n")[0].split("\r\n")[1:]:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            return value.partition(";")[0]
    return ""
