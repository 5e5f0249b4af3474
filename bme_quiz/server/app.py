"""What the app is made of: the script that draws pages, and what stands round it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from bme_quiz.server import device, health, page_head
from bme_quiz.server.cookie import LearnerCookie
from bme_quiz.server.lifespan import lifespan
from bme_quiz.server.page_head import PageHead
from bme_quiz.ui.faults import show_fault

SCRIPT = Path(__file__).resolve().parents[1] / "ui" / "main.py"


def app_parts() -> dict[str, Any]:
    """Keyword arguments for ``st.App``."""
    return {
        "middleware": [Middleware(LearnerCookie), Middleware(PageHead)],
        "routes": [*page_head.routes(), *health.routes(), *device.routes()],
        "lifespan": lifespan,
        "on_script_error": show_fault,
    }
