"""Limit of open files of this process, raised at the start: each phone holds one or two."""

from __future__ import annotations

import asyncio
import errno
import importlib
import logging
from typing import Any

_LOG = logging.getLogger("bme_quiz")

WANTED = 32_768
"""Enough for as many streams as a process takes, as many answers at once, and the rest."""


def allow_open_files(wanted: int = WANTED) -> int | None:
    """Raise the limit of open files to ``wanted``, as far as the system lets a program do that.

    Many systems begin with 1,024 or 256 and allow far more to whoever asks. At the limit no
    phone more would get in, and the database could not open its files either.

    Returns:
        The limit as it now is; None where the system has none of this kind (Windows).
    """
    try:
        # Not there on Windows, which type checkers on other systems cannot know.
        resource = importlib.import_module("resource")
    except ModuleNotFoundError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= wanted:
        return int(soft)
    # macOS calls its hard limit unlimited, and then refuses more than 10,240.
    for attempt in (wanted, 10_240):
        limit = attempt if hard == unlimited else min(attempt, hard)
        if limit <= soft:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (ValueError, OSError):
            continue
        return int(limit)
    _LOG.info("this process may have %d files open, and no more", soft)
    return int(soft)


_OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)
# Seconds after which asyncio accepts again. Until then it tells the handler once for each
# connection that waits (seen in CPython 3.11 to 3.13), two thousand times.
_ACCEPTS_AGAIN = 1.0


def say_when_out_of_files(loop: asyncio.AbstractEventLoop) -> None:
    """Say in one line, and no trace, that no connection more can be accepted for want of files.

    The server goes on accepting by itself, within a second of files coming free.
    """
    others = loop.get_exception_handler()
    said_at = -_ACCEPTS_AGAIN

    def handle(on: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said_at
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in _OUT_OF_FILES and "socket" in context:
            if on.time() - said_at >= _ACCEPTS_AGAIN / 2:
                said_at = on.time()
                _LOG.error(
                    "as many files are open as this process may have, so newcomers wait until "
                    "some are closed; raise the limit of open files (ulimit -n) if that is often so"
                )
        elif others is not None:
            others(on, context)
        else:
            on.default_exception_handler(context)

    loop.set_exception_handler(handle)
