"""Start of the server at its full speed: uvicorn on the ``st.App``, tuned."""

from __future__ import annotations

import socket
import threading
import webbrowser
from pathlib import Path

import uvicorn

from bme_quiz import routes
from bme_quiz.content.problems import ContentError
from bme_quiz.server.http import streamlit_internals
from bme_quiz.server.http.educator_login import prepare_passcode
from bme_quiz.server.http.open_files import allow_open_files
from bme_quiz.server.http.uvicorn_internals import (
    LONGEST_HEAD,
    PacedWebSocketProtocol,
    PatientProtocol,
)
from bme_quiz.services.accounts.educators import announcement
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import Settings, folder_in_words, http_address
from bme_quiz.services.store import close_shared_stores, shared_store

_PACKAGE = Path(__file__).resolve().parents[2]

# Seconds for what is still being answered when the server is to end. Without a limit a form whose
# end is never sent keeps it from ending.
_LAST_SECONDS = 3

# Connections that the system holds until they are accepted, and how many are in one round of the
# event loop at most: each takes a tenth of a thousandth of a second, for which all others wait.
_WAITING, _ACCEPTED_AT_ONCE = 2048, 256

OPTIONS = {
    # The watcher walks every loaded module for each new visitor.
    "server.fileWatcherType": "none",
    # A forced full collection after every run costs ten times the run.
    "runner.postScriptGC": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.headless": True,
    # The base path is taken off before Streamlit sees a request.
    "server.baseUrlPath": "",
    "server.maxUploadSize": 20,
    # Off as it comes; nobody's environment is to turn these on.
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.scriptHealthCheckEnabled": False,
    "global.developmentMode": False,
}


def serve(
    settings: Settings,
    *,
    open_browser: bool,
    first_page: routes.Endpoint = routes.START,
    script: Path | None = None,
    notice: str = "",
) -> None:
    """Serve until interrupted; prints the course's folder first, then the address, a passcode that
    is new, and what is kept on the database that cannot be shown.

    Args:
        settings: where the course and the answers are, and where to listen.
        open_browser: whether to open a browser.
        first_page: what it opens.
        script: another script to serve in the app's place, as benchmarks do.
        notice: what else to print.

    Raises:
        ContentError: the course cannot be read, another one has its id on this database, or the
            address is in use.
        StorageError: the database cannot be opened, or a newer version of this program made it.
    """
    files = allow_open_files()
    course = load_course(settings.questions)
    store = shared_store(settings.database)
    store.database.open()
    try:
        left = store.shelf.begin(course)
        listener = _listen(settings.host, settings.port)
    except ContentError:
        close_shared_stores()
        raise
    streamlit_internals.anchor_config(beside_settings())
    streamlit_internals.set_options(OPTIONS)

    # Imported late: the options above must be set before Streamlit reads them.
    import streamlit as st

    from bme_quiz.server.http.app import SCRIPT, app_parts

    app = st.App(script or SCRIPT, **app_parts(settings))
    # At this level no request is logged, but with ``access_log`` each line would still be made.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        http=PatientProtocol,
        ws=PacedWebSocketProtocol,
        # Who asks is found out by the app (clients.py), which also has to know the proxy itself.
        proxy_headers=False,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        # They are counted once they are accepted, so of those that come at once no more than half
        # of the files that are kept for others.
        backlog=_ACCEPTED_AT_ONCE if files is None else min(_ACCEPTED_AT_ONCE, files // 16 + 16),
        lifespan="on",
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    server = uvicorn.Server(config)
    address = http_address(settings.host, listener.getsockname()[1])
    addresses = settings.addresses.at(address)
    # Only now, when nothing can keep a new passcode from being read.
    passcode = prepare_passcode(settings)
    # Without the slash where nothing stands behind the host, as ever.
    start = addresses.to(routes.START) if addresses.base else address
    running = f"BME Quiz is running at {start}  (Ctrl+C stops it)"
    educator = announcement(addresses, passcode, configured=settings.passcode is not None)
    print(folder_in_words(settings.questions))  # noqa: T201
    print(running, educator, *filter(None, [notice, left]), sep="\n", flush=True)  # noqa: T201
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [addresses.to(first_page)]).start()
    server.run(sockets=[listener])


def beside_settings() -> Path:
    """A place in the folder that has ``.streamlit/config.toml``.

    In a checkout that is the folder of the app's front door, in an installed package its own.
    """
    beside = _PACKAGE.parent / "quiz_app.py"
    return beside if beside.is_file() else _PACKAGE / "quiz_app.py"


class _Listener(socket.socket):
    """A socket on which the system keeps many connections waiting, of which a few are accepted at
    once: asyncio takes one number for both."""

    def listen(self, _accepted_at_once: int = 0, /) -> None:
        """Listen, with room for a hall that connects within a second."""
        super().listen(_WAITING)


def _listen(host: str, port: int) -> socket.socket:
    listener = None
    try:
        family, kind, proto, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = _Listener(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Off, it holds each small answer back for a delayed ACK, about 40 ms. Accepted
        # connections inherit it from the listening socket on Linux.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(place)
        listener.listen()
        listener.setblocking(False)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise ContentError(
            f"Port {port} on {host} cannot be used ({(error.strerror or str(error)).lower()}); "
            "choose another with --port."
        ) from None
    return listener
