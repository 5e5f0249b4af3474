"""All contact with what Streamlit does not promise to keep. A test holds each name here.

Seen in Streamlit 1.67: ``config._main_script_path`` decides where ``.streamlit/config.toml`` is
looked for, and is otherwise the folder of the page script, which is inside the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit
from streamlit import config, file_util

# Logs each frame of a websocket that is none of Streamlit's, with a trace.
WEBSOCKET_LOGGER = "streamlit.web.server.starlette.starlette_websocket"


def anchor_config(front_door: Path) -> None:
    """Make Streamlit read the ``.streamlit/config.toml`` beside the app's front door."""
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


def static_folder() -> tuple[Path, str]:
    """Where the installed Streamlit keeps what it serves at ``/static/``, and its version."""
    return Path(file_util.get_static_dir()) / "static", streamlit.__version__
