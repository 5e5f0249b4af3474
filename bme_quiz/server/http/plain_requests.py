"""Plain requests in turn: by address, phones' before all others, and long responses in pieces.

All of the app runs on one event loop. Of what a stranger asks for on hundreds of connections a
little is begun in each of its rounds, so everybody else has a turn in between, whatever they ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.server.http.clients import client_address
from bme_quiz.server.http.turns import InTurn, OfLoop
from bme_quiz.server.http.uvicorn_internals import HAS_LEFT, MOST_UNSENT
from bme_quiz.server.phones.app import is_for_phones
from bme_quiz.services.addresses import client_network

# Begun in one round of the event loop: requests, each of which takes about half a thousandth of a
# second, and pieces of long responses, of which it takes ten.
_PHONES_AT_ONCE, _OTHERS_AT_ONCE, _PIECES_AT_ONCE = 16, 2, 8

_Turn = asyncio.Future[None]


class PlainRequests:
    """ASGI middleware, outermost but for who asks: lets requests begin in turn.

    It holds nobody back while little is asked for. What a request needs of threads has limits of
    its own (``threads.py``), and what nobody reads as well (``uvicorn_internals.py``).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._phones, self._others, self._pieces = map(
            _line, (_PHONES_AT_ONCE, _OTHERS_AT_ONCE, _PIECES_AT_ONCE)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network = client_network(client_address(scope) or "")
        line = self._phones if is_for_phones(scope["path"]) else self._others
        try:
            await _turn(line, network)
            await self._app(scope, receive, self._in_pieces(scope, send, network))
        except asyncio.CancelledError:
            # The server ends, and with it this task; a trace for each would say no more.
            return

    def _in_pieces(self, scope: Scope, send: Send, network: str) -> Send:
        """Send long bodies piece by piece: each in its turn, when the one before has been read."""
        has_left: Callable[[], bool] = scope.get(HAS_LEFT, lambda: False)

        async def send_in_pieces(message: Message) -> None:
            body = message.get("body", b"")
            if len(body) <= MOST_UNSENT:
                await send(message)
                return
            # Not copied: of those that nobody reads there may be a thousand.
            body = memoryview(body)
            for begin in range(0, len(body), MOST_UNSENT):
                await _turn(self._pieces, network)
                if has_left():
                    return
                end = begin + MOST_UNSENT
                goes_on = end < len(body) or message.get("more_body", False)
                await send({**message, "body": body[begin:end], "more_body": goes_on})

        return send_in_pieces


def _line(at_once: int) -> OfLoop[InTurn[_Turn]]:
    return OfLoop(lambda: InTurn(_begin, at_once))


async def _turn(line: OfLoop[InTurn[_Turn]], network: str) -> None:
    """Wait for a turn."""
    mine: _Turn = asyncio.get_running_loop().create_future()
    line.get().put(network, mine)
    await mine


def _begin(waiting: _Turn) -> None:
    if not waiting.done():
        waiting.set_result(None)
