"""Editions of a course: what it said when it was published, as fingerprints, one file each.

What is edited afterwards is a draft of the next edition. An edition says which sentence, question
and picture it had, so that whoever holds an export can be told what has changed since.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from bme_quiz.content.course import CourseFiles
from bme_quiz.content.files import read_file
from bme_quiz.content.identity import Identity, default_identity
from bme_quiz.content.problems import ContentError
from bme_quiz.content.render import IMAGE_NAME
from bme_quiz.content.text import fingerprint, fold_spaces

EDITIONS_FOLDER = "editions"
IMAGES_FOLDER = "images"

_FILE = re.compile(r"([1-9][0-9]{0,5})\.json")
_MOST_BYTES = 20_000_000
# Written by a command at each approval, and nothing that a learner reads.
_NOT_PUBLISHED = ("checked",)


@dataclass(frozen=True, slots=True)
class Content:
    """What a course says, as fingerprints.

    Attributes:
        sentences: by section id, in order; those before the first section under an empty id.
        questions: by id.
        images: by file name.
        rest: of titles, sources, glossary and ``course.toml``.
    """

    sentences: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, str]
    images: Mapping[str, str]
    rest: str

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, in hexadecimal digits."""
        whole = {one.name: getattr(self, one.name) for one in fields(self)}
        canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition: its number from 1, the day it was published, and its content's digest."""

    number: int
    published: date
    digest: str


def content_of(folder: Path, files: CourseFiles) -> Content:
    """What a course says now.

    Raises:
        ContentError: a picture cannot be read.
    """
    article = files.article
    sections = (article.head, *article.sections)
    identity = files.identity or default_identity(article)
    rest = fingerprint(
        article.title,
        *(part for s in sections for part in (s.id, s.title)),
        *(s.box.title for s in sections if s.box is not None),
        *(part for s in article.sources for part in (s.number, s.text)),
        *(part for t in files.terms for part in (t.term, t.definition, t.section, t.quote)),
        *_said(identity),
    )
    return Content(
        sentences={s.id: tuple(fingerprint(x.text) for x in s.sentences) for s in sections},
        questions={
            fold_spaces(row.cells["id"]): fingerprint(
                *(
                    part
                    for column, cell in sorted(row.cells.items())
                    if column not in _NOT_PUBLISHED and cell.strip()
                    for part in (column, fold_spaces(cell))
                )
            )
            for row in files.bank.rows
        },
        images={
            path.name: hashlib.sha256(read_file(path, "picture")).hexdigest()[:12]
            for path in sorted((folder / IMAGES_FOLDER).glob("*"))
            if IMAGE_NAME.fullmatch(path.name)
        },
        rest=rest,
    )


def read_editions(folder: Path) -> tuple[Edition, ...]:
    """The editions of a course, by number.

    Raises:
        ContentError: one of their files is not as ``publish`` writes it.
    """
    found = []
    for path in (folder / EDITIONS_FOLDER).glob("*.json"):
        name = _FILE.fullmatch(path.name)
        if name is not None:
            found.append(_edition(path, int(name[1])))
    return tuple(sorted(found, key=lambda edition: edition.number))


def write_edition(folder: Path, number: int, published: date, content: Content) -> Path:
    """Write an edition; its file.

    Raises:
        ContentError: it cannot be written, or is there already.
    """
    path = folder / EDITIONS_FOLDER / f"{number}.json"
    whole: dict[str, Any] = {
        "number": number,
        "date": published.isoformat(),
        "digest": content.digest,
        **{one.name: getattr(content, one.name) for one in fields(content)},
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ContentError(f"The edition {path} cannot be written ({reason}).") from None
    return path


def _said(identity: Identity) -> list[str]:
    return [f"{one.name}={getattr(identity, one.name)}" for one in fields(identity)]


def _edition(path: Path, number: int) -> Edition:
    data = read_file(path, "edition")
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError("too large")
        text = json.loads(data)
        edition = Edition(text["number"], date.fromisoformat(text["date"]), text["digest"])
        if edition.number != number or not isinstance(edition.digest, str):
            raise ValueError("another number")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ContentError(
            f"{path} is no edition as publish writes it; put the file back as it was."
        ) from None
    return edition
