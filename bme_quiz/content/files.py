"""Reader of a course's files: their bytes, or one sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

from bme_quiz.content.problems import ContentError


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
