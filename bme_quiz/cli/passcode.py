"""``bme-quiz passcode``: a new passcode for the educator's pages, or a link that opens them."""

from __future__ import annotations

import argparse
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.content.problems import ContentError
from bme_quiz.services.accounts.educators import Educators, announcement, link_notice
from bme_quiz.services.settings import ENV_PASSCODE, http_address, read_settings

_DESCRIPTION = """\
Makes a new passcode for the educator's pages and prints it, this once. The one before no longer
works, and whoever came in with it has to give the new one. A running server need not be
started again.

With --link the passcode stays, and a link is printed that opens the educator's page in one
browser, once, within ten minutes: for an educator on a new browser while somebody on the same
network guesses passcodes, and whoever tries one there is told to wait."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "passcode", help="make a new passcode for the educator", description=_DESCRIPTION
    )
    keeping.add_database_option(parser)
    parser.add_argument(
        "--link",
        action="store_true",
        help="print a link that opens the educator's page once, and leave the passcode as it is",
    )
    keeping.add_needless_folder(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make a new passcode, or a link."""
    keeping.say_whole_database(args)
    settings = read_settings()
    if args.link:
        with keeping.open_store(args) as store:
            link = Educators(store.educators).new_link()
        host = settings.address or http_address(settings.host, settings.port)
        is_known = settings.address is not None
        print(link_notice(settings.addresses.at(host), link, is_known=is_known))
        return 0
    if settings.passcode is not None:
        raise ContentError(
            f"The passcode is set by {ENV_PASSCODE}; change it there, or take the setting away "
            "and run this again."
        )
    with keeping.open_store(args) as store:
        made = Educators(store.educators).renew()
    print(announcement(settings.addresses.at(http_address(settings.host, settings.port)), made))
    return 0
