"""Address under which phones find this server, as far as the educator's page can tell."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from bme_quiz.routes import Addresses
from bme_quiz.services.addresses import is_this_machine_only
from bme_quiz.services.settings import DEFAULT_PORT, http_address, read_settings
from bme_quiz.ui.shell import dependencies


def phones_addresses() -> Addresses:
    """Addresses with the host in the settings; else with the one that this browser used."""
    return dependencies.addresses().at(read_settings().address or _browsers_own())


def phones_can_come() -> bool:
    """Whether another device could open that address."""
    return read_settings().address is not None or not is_this_machine_only(_browsers_own())


def _browsers_own() -> str:
    parts = urlsplit(st.context.url or "")
    if not parts.netloc:
        return http_address("localhost", DEFAULT_PORT)
    return f"{parts.scheme}://{parts.netloc}"
