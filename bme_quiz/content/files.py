"""Reader of a course's files: their bytes, or one sentence on what is wrong; and its pictures."""

from __future__ import annotations

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
        raise ContentError(f"There is no {what}: {path} does not exist.") from None
    except OSError as error:
        raise ContentError(f"The {what} {path} cannot be read: {error.strerror}.") from None
