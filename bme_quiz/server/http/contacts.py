"""List of everything that leans on what other packages do not promise to keep.

Each entry is one name, from Python, CSS or JavaScript, and where it stands in the installed
package. A test looks each up there, and finds what is used and not listed. To lean on one thing
more, add it here, and an upper bound for its package in ``pyproject.toml``.

How it is used stands where it is used: ``streamlit_internals.py``, ``uvicorn_internals.py``,
``page_head.py``, ``static_files.py``, ``ui/shell/navigation.py``,
``ui/shell/session_recovery.py``, and the style and script in ``assets/``.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_INDEX = "static/index.html"
_SCRIPTS = "static/static/js/*.js"
_STYLE_AND_SCRIPT = "the app's own look and keys"
_HEAD = "the page's own head"
_EARLY = "scripts sent early and compressed"
_THEME = "the theme made once"
_GUARD = "the guard in front of Streamlit"
_PACE = "websockets at a person's pace"


@dataclass(frozen=True, slots=True)
class Contact:
    """One name of another package's inside.

    Attributes:
        package: what it is installed as.
        name: a dotted Python name; with ``files`` a text that stands in them, empty where it is
            enough that there is such a file.
        part: what cannot be applied without it, in words.
        files: below the package's folder, with wildcards; empty for a Python name.
    """

    package: str
    name: str
    part: str
    files: str = ""


def _python(package: str, part: str, *names: str) -> tuple[Contact, ...]:
    return tuple(Contact(package, name, part) for name in names)


def _text(package: str, part: str, files: str, *names: str) -> tuple[Contact, ...]:
    return tuple(Contact(package, name, part, files) for name in names)


CONTACTS: tuple[Contact, ...] = (
    *_python(
        "streamlit",
        "the settings beside the app",
        "streamlit.config._main_script_path",
        "streamlit.config._config_options_template",
        "streamlit.config.set_option",
        "streamlit.config.get_option",
    ),
    *_python(
        "streamlit",
        _THEME,
        "streamlit.runtime.app_session._populate_theme_msg",
        "streamlit.proto.NewSession_pb2.CustomThemeConfig",
    ),
    *_python("streamlit", _EARLY, "streamlit.file_util.get_static_dir"),
    *_python(
        "streamlit",
        _GUARD,
        "streamlit.runtime.app_session.AppSession",
        "streamlit.runtime.app_session.AppSession._create_new_session_message",
        "streamlit.net_util.get_external_ip",
        "streamlit.net_util.get_internal_ip",
        "streamlit.proto.BackMsg_pb2.BackMsg",
        "streamlit.proto.ForwardMsg_pb2.ForwardMsg",
        "streamlit.runtime.exists",
        "streamlit.runtime.get_instance",
        "streamlit.runtime.Runtime.uploaded_file_mgr",
        "streamlit.runtime.Runtime.is_active_session",
        "streamlit.runtime.websocket_session_manager.WebsocketSessionManager.get_active_session_info",
    ),
    *_text(
        "streamlit",
        _GUARD,
        "runtime/memory_uploaded_file_manager.py",
        "self.file_storage:",
        "self._total_bytes",
    ),
    # What a browser makes of the message that begins a run: figures, which are off.
    *_text(
        "streamlit", _GUARD, _SCRIPTS, ".installationIdV3+", ".mainScriptPath)", ".pythonVersion,"
    ),
    *_text("streamlit", _GUARD, "runtime/runtime.py", "self._session_mgr ="),
    *_text("streamlit", _GUARD, "runtime/websocket_session_manager.py", "self._session_storage ="),
    *_text("streamlit", _GUARD, "runtime/session_manager.py", "script_run_count:"),
    *_text(
        "streamlit",
        _GUARD,
        "web/server/starlette/starlette_routes.py",
        '"_stcore"',
        "/upload_file",
        "/health",
        "/metrics",
        "/host-config",
    ),
    *_text("streamlit", _GUARD, "web/server/starlette/starlette_websocket.py", "_stcore/stream"),
    # Pages are made once and copied for each run.
    *_python("streamlit", "pages made once", "streamlit.navigation.page.Page"),
    *_text(
        "streamlit",
        "the word about a lost connection",
        "web/server/starlette/starlette_websocket.py",
        "sec-websocket-protocol",
        "existing_session_id",
    ),
    *_text(
        "streamlit",
        _HEAD,
        _INDEX,
        "<head>",
        "</head>",
        '<html lang="en"',
        'rel="preload"',
        'as="font"',
        'rel="service-desc"',
        "window.prerenderReady = false",
        '"./static/',
    ),
    *_text("streamlit", _STYLE_AND_SCRIPT, _INDEX, 'id="root"'),
    # What Streamlit's script asks for before it connects.
    *_text("streamlit", _HEAD, _SCRIPTS, "_stcore", "host-config"),
    # Chunks: the scripts that draw the first widgets.
    *(
        Contact("streamlit", "", _EARLY, f"static/static/js/{stem}.*.js")
        for stem in ("index", "PageLink", "Html", "Button", "Radio", "Checkbox")
    ),
    *_text("streamlit", _EARLY, "static/static/css/index.*.css", ""),
    # The icon font, which is asked for with document.fonts.load.
    *_text("streamlit", _STYLE_AND_SCRIPT, _SCRIPTS, "fonts.load", "Material Symbols"),
    *_text("streamlit", _STYLE_AND_SCRIPT, _SCRIPTS, "st-key-", "radiogroup"),
    # Class names and test ids in style and script.
    *_text(
        "streamlit",
        _STYLE_AND_SCRIPT,
        _SCRIPTS,
        "data-test-connection-state",
        "data-test-script-state",
        "CONNECTED",
        # Ends in the kind of alert.
        "stAlertContent",
        "stApp",
        "stBaseButton",
        "stButton",
        "stCheckbox",
        "stDialog",
        "stElementContainer",
        "stHeader",
        "stHeading",
        "stHtml",
        "stLayoutWrapper",
        "stMain",
        "stMainBlockContainer",
        "stMarkdownContainer",
        "stRadio",
        "stRadioOption",
        "stWidgetLabel",
    ),
    *_python(
        "uvicorn",
        "lines closed that bring nothing",
        "uvicorn.protocols.http.h11_impl.H11Protocol",
        "uvicorn.protocols.http.h11_impl.H11Protocol.connection_made",
        "uvicorn.protocols.http.h11_impl.H11Protocol.connection_lost",
        "uvicorn.protocols.http.h11_impl.H11Protocol.data_received",
        "uvicorn.protocols.http.h11_impl.H11Protocol.handle_websocket_upgrade",
        "uvicorn.protocols.http.h11_impl.H11Protocol.handle_events",
        "uvicorn.protocols.http.h11_impl.H11Protocol.pause_writing",
        "uvicorn.protocols.http.h11_impl.H11Protocol.resume_writing",
        "uvicorn.protocols.http.h11_impl.RequestResponseCycle",
    ),
    *_python(
        "uvicorn",
        _PACE,
        *(
            "uvicorn.protocols.websockets.websockets_sansio_impl.WebSocketsSansIOProtocol" + name
            for name in (
                "",
                ".data_received",
                ".connection_lost",
                ".handle_events",
                ".handle_parser_exception",
                ".send_receive_event_to_app",
                ".receive",
            )
        ),
        "uvicorn._types.ASGIReceiveEvent",
        "uvicorn.config.Config",
    ),
    *_text(
        "uvicorn",
        _PACE,
        "protocols/websockets/websockets_sansio_impl.py",
        "self.conn =",
        "self.queue:",
        "self.frames:",
        "self.curr_msg_data_type:",
        "self.read_paused =",
        "self.close_sent =",
        "self.disconnected =",
        "self.transport:",
        "config.ws_max_size",
    ),
    *_text(
        "uvicorn",
        _PACE,
        "config.py",
        "self.http_protocol_class =",
        "self.ws_protocol_class",
        "self.loaded_app =",
        "self.encoded_headers =",
        "self.loaded =",
    ),
    *_text("uvicorn", _PACE, "server.py", "config.http_protocol_class"),
    *_text("websockets", _PACE, "protocol.py", "self.events:", "def fail("),
    *_python(
        "uvicorn",
        "clients behind a proxy",
        "uvicorn.middleware.proxy_headers.ProxyHeadersMiddleware",
    ),
    *_text("uvicorn", "clients behind a proxy", "middleware/proxy_headers.py", "trusted_hosts ="),
    *_text(
        "uvicorn",
        "lines closed that bring nothing",
        "protocols/http/h11_impl.py",
        "self.conn =",
        "self.cycle =",
        "self.scope =",
        "self.loop =",
        "self.transport =",
        "self.flow =",
        "self.disconnected =",
        "self.flow.pause_reading()",
        "self.flow.resume_reading()",
        # Also where requests were sent ahead.
        "self.handle_events()",
        "response_complete",
    ),
    *_text(
        "uvicorn",
        "lines closed that bring nothing",
        "protocols/http/flow_control.py",
        "self.read_paused =",
    ),
    *_text("uvicorn", "a log that nobody can fill", "protocols/http/h11_impl.py", "uvicorn.error"),
    # uvicorn's connection is h11's.
    *_python("h11", "lines closed that bring nothing", "h11.Connection.their_state"),
    # An option of uvicorn's, and what it is made of.
    *_text("uvicorn", "websockets at least cost", "config.py", "websockets-sansio"),
    *_python("websockets", "websockets at least cost", "websockets.server.ServerProtocol"),
)


def missing(contacts: Iterable[Contact] = CONTACTS) -> list[Contact]:
    """Those that the installed packages do not have."""
    return [contact for contact in contacts if not _is_there(contact)]


def startup_notice(contacts: Iterable[Contact] | None = None) -> str:
    """One sentence on what cannot be applied with the installed packages; empty where all can.

    Looks only at what is quickly found: Python names, files, and the page itself.
    """
    chosen = CONTACTS if contacts is None else contacts
    lost = missing(c for c in chosen if not c.name or c.files in ("", _INDEX))
    if not lost:
        return ""
    versions = sorted({f"{c.package} {metadata.version(c.package)}" for c in lost})
    parts = list(dict.fromkeys(c.part for c in lost))
    return (
        f"With {' and '.join(versions)} these could not be applied, and the app goes on without: "
        f"{', '.join(parts)}."
    )


def _is_there(contact: Contact) -> bool:
    if not contact.files:
        return _has_name(contact.name)
    folder = _folder(contact.package)
    wanted = contact.name.encode()
    return any(wanted in path.read_bytes() for path in folder.glob(contact.files))


def _has_name(name: str) -> bool:
    """Whether a dotted name leads to a module, or to something in one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent
