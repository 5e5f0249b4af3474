"""Address under which phones find this server, as far as the educator's page can tell."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from bme_quiz.services.addresses import is_this_machine_only
from bme_quiz.services.settings import DEFAULT_PORT, http_address, read_settings


def phones_address() -> str:
    """The address in the settings; else the one that the educator's own browser used."""
    return read_settings().address or _browsers_own()


def phones_can_come() -> bool:
    """Whether another device could open that address."""
    return read_settings().address is not None or not is_this_machine_only(_browsers_own())


def _browsers_own() -> str:
    parts = urlsplit(st.context.url or "")
    if not parts.netloc:
        return http_address("localhost", DEFAULT_PORT)
    return f"{parts.scheme}://{parts.netloc}"
