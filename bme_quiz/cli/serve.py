"""``serve``: starts the app. It is also what the program does when no command is named."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS, read_settings


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser("serve", help="start the app (the default)")
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--host",
        default=argparse.SUPPRESS,
        help="address to listen on (default: this machine only)",
    )
    parser.add_argument(
        "--port", type=_port, default=argparse.SUPPRESS, help="port to listen on (default 8501)"
    )
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the course's folder",
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="where answers are kept, as an SQLAlchemy address (default: an SQLite file among "
        "your own data)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", default=argparse.SUPPRESS, help="do not open a browser"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    # Streamlit takes half a second to import; the other commands do without it.
    from bme_quiz.server.serve import serve

    settings = read_settings()
    given = {
        name: getattr(args, name)
        for name in ("host", "port", "questions", "database")
        if hasattr(args, name)
    }
    settings = replace(settings, **given)
    os.environ[ENV_QUESTIONS] = str(settings.questions.resolve())
    os.environ[ENV_DATABASE] = settings.database
    serve(settings, open_browser=not getattr(args, "no_browser", False))
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; give a number from 1 to 65535")
    return int(text)
