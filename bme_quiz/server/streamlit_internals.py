"""Python's contact with what Streamlit does not promise to keep; ``contacts.py`` lists every name.

Seen in Streamlit 1.67: ``config._main_script_path`` decides where ``.streamlit/config.toml`` is
looked for, and is otherwise the folder of the page script, which is inside the package.
``runtime.app_session._populate_theme_msg`` writes a section of the theme into a message.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit
from streamlit import config, file_util

# Logs each frame of a websocket that is none of Streamlit's, with a trace.
WEBSOCKET_LOGGER = "streamlit.web.server.starlette.starlette_websocket"


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
