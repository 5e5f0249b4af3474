"""``serve``: starts the app. It is also what the program does when no command is named."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bme_quiz import routes
from bme_quiz.cli.folder import add_folder, named_folder
from bme_quiz.routes import clean_base_path
from bme_quiz.services.addresses import (
    invitation,
    is_this_machine_only,
    local_addresses,
    no_invitation,
)
from bme_quiz.services.settings import (
    ENV_ADDRESS,
    ENV_ALLOWED_HOSTS,
    ENV_BASE_PATH,
    ENV_DATABASE,
    ENV_HOST,
    ENV_QUESTIONS,
    ENV_TRUSTED_PROXY,
    Settings,
    http_address,
    read_settings,
)

FLAGS = ("--room", "--no-browser")
"""The options that take no value."""

EVERY_HOST = "0.0.0.0"  # noqa: S104 - phones are to reach it


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser("serve", help="start the app (the default)")
    add_options(parser)
    add_folder(parser)
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
        "--database",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="where answers are kept, as an SQLAlchemy address (default: an SQLite file among "
        "your own data)",
    )
    parser.add_argument(
        "--room",
        action="store_true",
        default=argparse.SUPPRESS,
        help="let phones on the local network in, for a session with a group",
    )
    parser.add_argument(
        "--trusted-proxy",
        metavar="ADDRESS",
        action="append",
        default=argparse.SUPPRESS,
        help="an address or network of proxies whose X-Forwarded-For, -Proto and -Host are "
        "believed (default: this machine); may be given several times",
    )
    parser.add_argument(
        "--allowed-host",
        metavar="NAME",
        action="append",
        default=argparse.SUPPRESS,
        help="a further name under which the server may be asked for; may be given several times",
    )
    parser.add_argument(
        "--base-path",
        type=_base_path,
        metavar="PATH",
        default=argparse.SUPPRESS,
        help="the path that the whole app stands behind, such as /quiz (default: none)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", default=argparse.SUPPRESS, help="do not open a browser"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    # Streamlit takes half a second to import; the other commands do without it.
    from bme_quiz.server.http.serve import serve

    for name, option in ((ENV_TRUSTED_PROXY, "trusted_proxy"), (ENV_ALLOWED_HOSTS, "allowed_host")):
        if hasattr(args, option):
            os.environ[name] = ",".join(getattr(args, option))
    if hasattr(args, "base_path"):
        os.environ[ENV_BASE_PATH] = args.base_path
    settings = read_settings()
    given = {
        name: getattr(args, name) for name in ("host", "port", "database") if hasattr(args, name)
    }
    if (folder := named_folder(args)) is not None:
        given["questions"] = folder
    settings = replace(settings, **given)
    notice, first_page = "", routes.START
    if getattr(args, "room", False):
        first_page = routes.EDUCATOR
        settings, notice = open_to_phones(
            settings, local_addresses(), keep_host="host" in given or bool(os.environ.get(ENV_HOST))
        )
    if settings.address:
        os.environ[ENV_ADDRESS] = settings.address
    os.environ[ENV_QUESTIONS] = str(settings.questions.resolve())
    os.environ[ENV_DATABASE] = settings.database
    serve(
        settings,
        open_browser=not getattr(args, "no_browser", False),
        first_page=first_page,
        notice=notice,
    )
    return 0


def open_to_phones(
    settings: Settings, found: Sequence[str], *, keep_host: bool
) -> tuple[Settings, str]:
    """The settings for a session with phones, and what to print about it.

    Args:
        found: this machine's addresses on its networks, the likeliest first.
        keep_host: whether somebody said where to listen.
    """
    host = settings.host if keep_host else EVERY_HOST
    if settings.address is not None:
        return replace(settings, host=host), invitation(settings.address, (), settings.addresses)
    if host not in (EVERY_HOST, "::"):
        only = http_address(host, settings.port)
        # Where nobody but this machine can come in, no address is made up for phones.
        if is_this_machine_only(only):
            return replace(settings, host=host), no_invitation(host)
        return replace(settings, host=host, address=only), invitation(only, (), settings.addresses)
    addresses = [http_address(one, settings.port) for one in found]
    address = addresses[0] if addresses else None
    told = invitation(address, addresses[1:], settings.addresses)
    return replace(settings, host=host, address=address), told


def _base_path(text: str) -> str:
    try:
        return clean_base_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; give a number from 1 to 65535")
    return int(text)
