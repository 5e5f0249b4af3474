"""Limit of open files of this process, raised at the start: each phone holds one or two."""

from __future__ import annotations

import importlib
import logging

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
