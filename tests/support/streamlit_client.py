"""A learner's browser without the browser: Streamlit's websocket protocol, nothing drawn.

Fast enough to answer a hundred questions while a server lives for a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.ui.shell import words

_ANSWERED = re.compile(r'data-focus="([0-9a-f]{32})-([^"]+)-(\d+)-answered"')
# What leads on from each page, the first that is there.
_WAY_ON = (words.NEXT_QUESTION, words.SEE_RESULTS, words.NEW_QUIZ, words.START_QUIZ)

Answered = tuple[str, str, int]


class StreamlitClient:
    """One browser tab of one learner; raises what the websocket raises when the server dies.

    Args:
        page: name of the page in the address; the first page without one.
        query: what stands behind the question mark.
        cookies: more cookies, by name.
        headers: more headers, by name.
        base: the path that the whole app stands behind.
    """

    def __init__(
        self,
        port: int,
        learner: str,
        timeout: float = 60.0,
        page: str = "",
        query: str = "",
        cookies: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
        base: str = "",
    ) -> None:
        self._timeout = timeout
        self._page, self._query = page, query
        kept = "; ".join(f"{name}={value}" for name, value in {COOKIE: learner, **cookies}.items())
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}{base}/_stcore/stream",
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": kept, **headers},
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=timeout,
        ).__enter__()
        self.elements: list[Any] = []
        try:
            self.run()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def run(self, widgets: Iterable[WidgetState] = ()) -> None:
        """Run the page with these widgets' values and take in what it draws."""
        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend(widgets)
        self._socket.send(message.SerializeToString())
        self.elements = []
        while True:
            got = ForwardMsg()
            data = self._socket.recv(timeout=self._timeout)
            assert isinstance(data, bytes)
            got.ParseFromString(data)
            kind = got.WhichOneof("type")
            if kind == "delta" and got.delta.WhichOneof("type") == "new_element":
                self.elements.append(got.delta.new_element)
            elif kind == "script_finished":
                return

    def button(self, label: str) -> Any | None:
        """The first button with this label."""
        return next((b for b in self.all("button") if b.label == label), None)

    def html(self) -> str:
        """All HTML of the page."""
        return "\n".join(h.body for h in self.all("html"))

    def alerts(self) -> list[str]:
        """What the page says in its coloured boxes."""
        return [alert.body for alert in self.all("alert")]

    def answered(self) -> Answered | None:
        """Attempt, question and try of the answer that the page acknowledges."""
        found = _ANSWERED.search(self.html())
        return (found[1], found[2], int(found[3])) if found else None

    def press(self, label: str, values: Iterable[WidgetState] = ()) -> None:
        """Press a button, with the values of other widgets as they stand."""
        button = self.button(label)
        assert button is not None, label
        self.run([*values, WidgetState(id=button.id, trigger_value=True)])

    def choose_first(self) -> list[WidgetState]:
        """The first option of the question on the page, ticked."""
        radio = next((r for r in self.all("radio") if "-answer-" in r.id), None)
        if radio is not None:
            return [WidgetState(id=radio.id, string_value=radio.options[0])]
        box = next(b for b in self.all("checkbox") if "-answer-" in b.id)
        return [WidgetState(id=box.id, bool_value=True)]

    def step(self) -> Answered | None:
        """Do what a learner does next; what was acknowledged, where this was an answer."""
        if self.button(words.CHECK_ANSWER) is not None:
            self.press(words.CHECK_ANSWER, self.choose_first())
            return self.answered()
        self.press(next(label for label in _WAY_ON if self.button(label) is not None))
        return None

    def all(self, kind: str) -> list[Any]:
        """The elements of a kind, such as ``button``, in the order drawn."""
        return [getattr(e, kind) for e in self.elements if e.WhichOneof("type") == kind]
