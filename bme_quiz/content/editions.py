"""Editions of a course: what it said when it was published, as fingerprints, one file each.

What is edited afterwards is a draft of the next edition. An edition says which sentence, question
and picture it had, so that whoever holds an export can be told what has changed since.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from bme_quiz.content.bank import answer_letters
from bme_quiz.content.course import CourseFiles, Published
from bme_quiz.content.files import IMAGES_FOLDER, picture_names, read_file
from bme_quiz.content.identity import Identity, default_identity
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Row
from bme_quiz.content.text import fingerprint, fold_spaces

EDITIONS_FOLDER = "editions"

_FILE = re.compile(r"([1-9][0-9]{0,5})\.json")
_MOST_BYTES = 20_000_000
# Written by a command at each approval, and nothing that a learner reads.
_NOT_PUBLISHED = ("checked",)
_LATER_KEYS = ("sets", "review")
_WORD = re.compile(r"\w+")


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
    pictures = folder / IMAGES_FOLDER
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
            name: hashlib.sha256(read_file(pictures / name, "picture")).hexdigest()[:12]
            for name in sorted(picture_names(folder))
        },
        rest=rest,
    )


def read_editions(folder: Path) -> tuple[Edition, ...]:
    """The editions of a course, by number.

    Raises:
        ContentError: one of their files is not as ``publish`` writes it.
    """
    return tuple(edition for edition, _ in _read(folder))


def with_published(folder: Path, files: CourseFiles) -> CourseFiles:
    """A course's files with the questions of its editions, by which an id is known that was used
    before.

    Raises:
        ContentError: a file of an edition is not as ``publish`` writes it.
    """
    found: dict[str, Published] = {}
    for edition, text in _read(folder):
        words = text.get("words", {})
        for name in text["questions"]:
            found[name] = Published(name, edition.number, frozenset(words.get(name, "").split()))
    return replace(files, published=tuple(found.values()))


def question_words(row: Row) -> frozenset[str]:
    """The words of a row's stem and right options, in lower case: what tells it from another
    question, however it is mended."""
    keys = (f"option_{letter}" for letter in answer_letters(row.cells["answer"]))
    texts = [row.cells["stem"], *(row.cells.get(column, "") for column in keys)]
    return frozenset(_WORD.findall(" ".join(texts).casefold()))


def write_edition(
    folder: Path, number: int, published: date, content: Content, files: CourseFiles
) -> Path:
    """Write an edition; its file.

    Args:
        content: of ``files``.

    Raises:
        ContentError: it cannot be written, or is there already.
    """
    path = folder / EDITIONS_FOLDER / f"{number}.json"
    whole: dict[str, Any] = {
        "number": number,
        "date": published.isoformat(),
        "digest": content.digest,
        **{one.name: getattr(content, one.name) for one in fields(content)},
        "words": {
            fold_spaces(row.cells["id"]): " ".join(sorted(question_words(row)))
            for row in files.bank.rows
        },
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
    return [
        f"{one.name}={value}"
        for one in fields(identity)
        # An edition that was published before there was such a key is not to be another for it.
        if (value := getattr(identity, one.name)) or one.name not in _LATER_KEYS
    ]


def _read(folder: Path) -> list[tuple[Edition, dict[str, Any]]]:
    """The editions by number, each with all that its file says."""
    found = []
    for path in (folder / EDITIONS_FOLDER).glob("*.json"):
        name = _FILE.fullmatch(path.name)
        if name is not None:
            found.append(_edition(path, int(name[1])))
    return sorted(found, key=lambda pair: pair[0].number)


def _edition(path: Path, number: int) -> tuple[Edition, dict[str, Any]]:
    data = read_file(path, "edition")
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError("too large")
        text = json.loads(data)
        edition = Edition(text["number"], date.fromisoformat(text["date"]), text["digest"])
        if edition.number != number or not isinstance(edition.digest, str):
            raise ValueError("another number")
        words = text.get("words", {})
        if not isinstance(text["questions"], dict) or not isinstance(words, dict):
            raise TypeError("no questions")
        if not all(isinstance(said, str) for said in words.values()):
            raise TypeError("no words")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ContentError(
            f"{path} is no edition as publish writes it; put the file back as it was."
        ) from None
    return edition, text
