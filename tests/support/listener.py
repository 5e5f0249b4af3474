"""A page whose every message, request and answer of the server is written down."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Listener:
    """Collects everything that the server sends to a page."""

    def __init__(self, page: Page) -> None:
        self.received = b""
        self._messages: list[ForwardMsg] = []
        self.addresses: list[str] = []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("response", self._read)

    def _listen(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)
        socket.on("framereceived", self._keep)

    def _keep(self, data: str | bytes) -> None:
        self.received += data.encode() if isinstance(data, str) else data
        if isinstance(data, bytes):
            self._messages.append(ForwardMsg.FromString(data))

    def drawn(self) -> list[str]:
        """What was drawn, message by message, with the random ids taken out."""
        texts = [str(m.delta) + str(m.metadata.delta_path) for m in self._messages]
        return [re.sub(r"[0-9a-f]{32}", "ID", text) for text in texts if text]

    def _read(self, response) -> None:
        if "/static/" not in response.url and response.ok:
            self.received += response.body()
