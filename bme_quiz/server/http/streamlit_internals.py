"""Python's contact with what Streamlit does not promise to keep; ``contacts.py`` lists every name.

Seen in Streamlit 1.67: ``config._main_script_path`` decides where ``.streamlit/config.toml`` is
looked for, and is otherwise the folder of the page script, which is inside the package.
``runtime.app_session._populate_theme_msg`` writes a section of the theme into a message.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import streamlit
from google.protobuf.message import DecodeError
from streamlit import config, file_util, net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import exists, get_instance


def anchor_config(front_door: Path) -> None:
    """Make Streamlit read the ``.streamlit/config.toml`` beside the app's front door.

    Args:
        front_door: the file itself need not be there.
    """
    config._main_script_path = str(front_door)


def set_options(options: dict[str, Any]) -> None:
    """Set Streamlit's options, whatever its files and the environment say.

    Some of them (``runner.postScriptGC``) are not listed in Streamlit's documentation.

    Raises:
        RuntimeError: an option does not exist in this Streamlit.
    """
    for name, value in options.items():
        if name not in config._config_options_template:
            raise RuntimeError(f"this Streamlit has no option {name}")
        config.set_option(name, value)


def take_base_path() -> str:
    """Streamlit's own setting of a base path, which it then goes without.

    The base path is taken off a request before Streamlit sees it (``base_path.py``); with its own
    as well it would look for its pages behind two.
    """
    found = str(config.get_option("server.baseUrlPath") or "")
    if found:
        config.set_option("server.baseUrlPath", "")
    return found


def make_theme_once() -> None:
    """Have Streamlit make its message of the theme once for each section of its settings.

    It makes it anew in each run, reading all settings six times over, though they stay as they
    are for as long as the server runs: a sixth of what answering a question costs, and between
    the press and the first thing that is sent. Whoever calls this again begins anew.

    Where Streamlit makes it elsewhere, it goes on making it anew in each run.
    """
    try:
        from streamlit.proto.NewSession_pb2 import CustomThemeConfig
        from streamlit.runtime import app_session
    except ImportError:
        return
    if not hasattr(app_session, "_populate_theme_msg"):
        return
    original = getattr(app_session._populate_theme_msg, "original", app_session._populate_theme_msg)

    @cache
    def made(section: str) -> CustomThemeConfig:
        theme = CustomThemeConfig()
        original(theme, section)
        return theme

    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        theme = made(section)
        # A section without any setting must stay unset.
        if theme.ByteSize():
            msg.MergeFrom(theme)

    populate.original = original  # type: ignore[attr-defined]
    app_session._populate_theme_msg = populate


def static_folder() -> tuple[Path, str]:
    """Where the installed Streamlit keeps what it serves at ``/static/``, and its version."""
    return Path(file_util.get_static_dir()) / "static", streamlit.__version__


def no_look_ups() -> None:
    """Keep Streamlit from asking anybody outside for this machine's address.

    ``web.server.server_util.is_url_from_allowed_origins`` asks a company's site, on the event loop,
    for whoever connects with a foreign ``Origin``; ``net_util.get_internal_ip`` opens a socket. The
    guard in front of Streamlit refuses such connections; this holds whatever else may ask.
    """
    for name in ("get_external_ip", "get_internal_ip"):
        # Where it is gone, the list of contacts says so at the start.
        if hasattr(net_util, name):
            setattr(net_util, name, lambda: None)


def tell_nothing_of_this_machine() -> None:
    """Keep from browsers where the program stands, and what it runs on.

    Seen in Streamlit 1.67: each run begins with a message made by
    ``AppSession._create_new_session_message``, which says the path of the page's script, numbers of
    this machine, Python's version and the system's name. The browser needs them for figures that
    are off. Streamlit's own version stays: by it a page that is open loads its scripts again after
    an upgrade, and their names tell it anyway.
    """
    try:
        from streamlit.runtime.app_session import AppSession
    except ImportError:
        return
    made = getattr(AppSession, "_create_new_session_message", None)
    if made is None:
        return
    original = getattr(made, "original", made)

    def create(session: Any, *parts: Any, **more: Any) -> ForwardMsg:
        message: ForwardMsg = original(session, *parts, **more)
        message.new_session.ClearField("main_script_path")
        begins = message.new_session.initialize
        # Empty, and there: without it the browser's script would fail.
        begins.user_info.Clear()
        begins.user_info.SetInParent()
        for name in ("python_version", "server_os", "has_display"):
            begins.environment_info.ClearField(name)
        return message

    create.original = original  # type: ignore[attr-defined]
    AppSession._create_new_session_message = create  # type: ignore[method-assign, assignment]


def uploaded(session: str) -> tuple[int, int, int]:
    """Bytes and number of the files that Streamlit holds for a session, and the bytes of all."""
    manager = get_instance().uploaded_file_mgr
    # Files come and go in other threads; a copy of each table is made in one go.
    mine = list(dict(manager.file_storage.get(session, {})).values())  # type: ignore[attr-defined]
    total: int = manager._total_bytes  # type: ignore[attr-defined]
    return sum(len(file.data) for file in mine), len(mine), total


def give_uploads_back() -> None:
    """Drop the files of sessions whose browser is not connected.

    Streamlit keeps them until it next happens to look for sessions that have ended.
    """
    if not exists():
        return
    manager = get_instance().uploaded_file_mgr
    for session in list(manager.file_storage):  # type: ignore[attr-defined]
        if not is_session(session):
            manager.remove_session_files(session)


def is_session(session: str) -> bool:
    """Whether a browser is connected with this session."""
    return bool(get_instance().is_active_session(session))


def runs_of_session(session: str) -> int | None:
    """How often the page ran in a session that a browser may come back to; None where it may not.

    Seen in Streamlit 1.67: sessions whose browser is gone stand in ``_session_storage`` for two
    minutes; one that is still connected is handed over to whoever knows its id.
    """
    if not exists():
        return None
    manager = get_instance()._session_mgr
    found = manager.get_active_session_info(session)
    if found is None:
        storage = getattr(manager, "_session_storage", None)
        found = storage.get(session) if storage is not None else None
    return None if found is None else int(found.script_run_count)


# Far above what any page of the app sends.
_MOST_WIDGETS = 1_000
_MOST_FILES = 10
_LONGEST_ADDRESS = 4_000
_LONGEST_OTHER = 8_000
# The message that ends a run carries a number and no content; longer ones are not looked into.
_LONGEST_END = 256


class Kind(Enum):
    """What a browser's message is to the app."""

    RUN = "run"
    OTHER = "other"
    UNWANTED = "unwanted"
    BROKEN = "broken"


def kind_of(data: bytes) -> Kind:
    """What a browser's message (``BackMsg``) asks for.

    Unwanted are those that no page of the app sends: one empties every cache of the server, several
    are for developers, and some are too large to come from a page.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return Kind.BROKEN
    kind = message.WhichOneof("type")
    if kind != "rerun_script" and len(data) > _LONGEST_OTHER:
        # Some are answered with what they hold.
        return Kind.UNWANTED
    if kind == "rerun_script":
        state = message.rerun_script
        fits = (
            len(state.widget_states.widgets) <= _MOST_WIDGETS
            and len(state.query_string) <= _LONGEST_ADDRESS
            and len(state.page_name) <= _LONGEST_ADDRESS
        )
        return Kind.RUN if fits else Kind.UNWANTED
    if kind == "file_urls_request":
        fits = len(message.file_urls_request.file_names) <= _MOST_FILES
        return Kind.OTHER if fits else Kind.UNWANTED
    if kind == "backend_operation_request":
        # A download made when it is asked for, and the rows of a table that is scrolled.
        payload = message.backend_operation_request.WhichOneof("payload")
        return Kind.OTHER if payload in ("deferred_file", "dataframe_chunk") else Kind.UNWANTED
    return Kind.OTHER if kind in ("stop_script", "app_heartbeat") else Kind.UNWANTED


def ends_a_run(data: bytes) -> bool:
    """Whether a message to the browser (``ForwardMsg``) says that a run has ended."""
    if len(data) > _LONGEST_END:
        return False
    message = ForwardMsg()
    message.ParseFromString(data)
    return bool(message.WhichOneof("type") == "script_finished")
