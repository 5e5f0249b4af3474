"""Use cases of editions: publish one, and tell whether the course was edited since the last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bme_quiz.content.course import COURSE_FILES, CourseFiles, read_course
from bme_quiz.content.editions import (
    EDITIONS_FOLDER,
    Edition,
    content_of,
    read_editions,
    with_published,
    write_edition,
)
from bme_quiz.content.files import IMAGES_FOLDER
from bme_quiz.content.problems import ContentError
from bme_quiz.rules.checks.run import check
from bme_quiz.rules.wording import counted, full_date, sentence_start


@dataclass(frozen=True, slots=True)
class EditionState:
    """Where a course stands: the latest edition, and whether it was edited since."""

    latest: Edition
    is_draft: bool

    @property
    def in_words(self) -> str:
        """The state as a sentence."""
        name = f"edition {self.latest.number} ({full_date(self.latest.published)})"
        return f"Draft after {name}." if self.is_draft else f"{sentence_start(name)}."


def publish(folder: Path, today: date) -> Path:
    """Append an edition of a course as it now stands; its file.

    Raises:
        ContentError: the course has errors, or nothing in it has changed since the last edition;
            or one of its files cannot be read or written.
    """
    files = with_published(folder, read_course(folder))
    errors = check(files).errors
    if errors:
        raise ContentError(
            f"{folder} has {counted(errors, 'error', in_words=True)}, so it is not published; "
            f"python -m bme_quiz check {folder} says what to mend."
        )
    content = content_of(folder, files)
    editions = read_editions(folder)
    if editions and editions[-1].digest == content.digest:
        raise ContentError(
            f"Nothing has changed in {folder} since edition {editions[-1].number}, so there is "
            "nothing to publish."
        )
    number = editions[-1].number + 1 if editions else 1
    return write_edition(folder, number, today, content, files)


def edition_state(folder: Path, files: CourseFiles) -> EditionState | None:
    """Where a course stands; None where it has no edition.

    Raises:
        ContentError: a file of an edition or a picture cannot be read.
    """
    editions = read_editions(folder)
    if not editions:
        return None
    return EditionState(editions[-1], editions[-1].digest != content_of(folder, files).digest)


def edition_in_words(folder: Path) -> str:
    """Where a course stands, as a sentence; empty where it has no edition that can be read."""
    try:
        state = edition_now(folder)
    except ContentError:
        return ""
    return "" if state is None else state.in_words


def edition_now(folder: Path) -> EditionState | None:
    """Where the course in a folder stands, kept until one of its files changes; None where it has
    no edition.

    Raises:
        ContentError: the course, a file of an edition or a picture cannot be read.
    """
    if not (folder / EDITIONS_FOLDER).is_dir():
        return None
    return _edition_of(folder, _files(folder))


@lru_cache(maxsize=4)
def _edition_of(folder: Path, _files: Any) -> EditionState | None:
    return edition_state(folder, read_course(folder))


def _files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Every file that an edition may depend on, with what changes when it is written anew."""
    found = []
    for inner in ("", IMAGES_FOLDER, EDITIONS_FOLDER):
        try:
            with os.scandir(folder / inner) as entries:
                for entry in entries:
                    if inner or entry.name in COURSE_FILES:
                        state = entry.stat()
                        found.append((entry.path, state.st_mtime_ns, state.st_size))
        except OSError:
            continue
    return tuple(sorted(found))
