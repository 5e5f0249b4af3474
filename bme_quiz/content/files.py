"""Reader of a course's files: their bytes, or one sentence on what is wrong; and its pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bme_quiz.content.problems import ContentError

IMAGES_FOLDER = "images"
IMAGE_NAME = re.compile(r"[\w-]{1,100}\.(?:svg|png|jpe?g|webp)")
"""What a course's picture may be called."""


def picture_names(folder: Path) -> frozenset[str]:
    """The pictures that a course has, by file name."""
    try:
        return frozenset(
            path.name
            for path in (folder / IMAGES_FOLDER).iterdir()
            if IMAGE_NAME.fullmatch(path.name) and path.is_file()
        )
    except OSError:
        return frozenset()


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file.

    Args:
        what: what the file is to a person, such as ``question bank``.

    Raises:
        ContentError: there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        kinds = TABLE_SUFFIXES if path.suffix in TABLE_SUFFIXES else (path.suffix,)
        near = misnamed(path.parent, path.name, *(path.with_suffix(end).name for end in kinds))
        raise ContentError(f"There is no {what}: {path} does not exist.{near}") from None
    except OSError as error:
        raise ContentError(f"The {what} {path} cannot be read: {error.strerror}.") from None


TABLE_SUFFIXES = (".csv", ".xlsx")
"""Kinds of files in which a course's tables may be."""

# Names in a folder among which one that is nearly right is looked for.
_MOST_NAMES = 1_000


def find_table(folder: Path, stem: str, what: str) -> Path | None:
    """The file of a course's table, such as ``bank.csv`` or ``bank.xlsx``; None for none.

    Args:
        stem: its name without the ending.
        what: what it is to a person.

    Raises:
        ContentError: both are there.
    """
    found = [path for end in TABLE_SUFFIXES if (path := folder / f"{stem}{end}").is_file()]
    if len(found) > 1:
        raise ContentError(
            f"There are two files of the {what}, {found[0].name} and {found[1].name}; keep one of "
            f"them in {folder}."
        )
    return found[0] if found else None


def misnamed(folder: Path, *wanted: str) -> str:
    """What lies in a folder in place of a file that is not there, and what to do, as a sentence
    with a space before it; empty where nothing is near.

    Args:
        wanted: the names that the file may have.
    """
    stem = wanted[0].partition(".")[0]
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_MOST_NAMES), strict=False)]
    except OSError:
        return ""
    near = sorted(
        name
        for name in names
        if name.casefold().partition(".")[0].strip() == stem and name not in wanted
    )
    if not near:
        return ""
    name = near[0]
    for right in wanted:
        end = right[len(stem) :]
        if name.casefold() == right or name.casefold() in (f"{right}{end}", f"{right}.txt"):
            return f" There is a file {name!r}: rename it to {right}."
    ways = {
        "bank": "save its sheet as 'CSV UTF-8' or 'Excel Workbook (.xlsx)'",
        "article": "save its text as Markdown, plain text with headings such as "
        "'## Title {#its-id}'",
    }
    way = ways.get(stem, ways["bank"])
    return f" There is a file {name!r}, which is not read: {way}, under the name {wanted[0]}."
