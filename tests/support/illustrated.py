"""A small course with all that is optional: a box, sets, pictures, retired rows and roles."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from bme_quiz.content.bank import COLUMNS, OPTIONAL_COLUMNS
from bme_quiz.content.course import CourseFiles, read_course
from bme_quiz.content.table import write_table
from bme_quiz.services.course import Course, make_course
from tests.support.courses import ROWS, row

ARTICLE = """# Knees and loads

Written for tests. <!-- not asked -->

## In short {#in-short}

A load can hurt a bone, and rest lets it mend.

## What a load does {#load}

A load pushes on the bone.[^1] Too much load can hurt the bone. Rest lets the bone mend.

![A bone under an arrow that points down.](images/bone.svg)

> **Often misunderstood**
>
> - A brace does not take the load away.
> - Painkillers leave the load unchanged.[^2]

## How to rest {#rest}

Crutches keep weight off the leg. A boot protects the foot.[^2] Walking on is not rest.

Mending takes from four weeks to a year. No number of weeks holds for everybody.

## What to ask {#ask}

How long should I keep weight off the leg?

[^1]: A source about *loads*. <https://doi.org/10.1000/loads>
[^2]: A source about boots.
"""

IDENTITY = """id = "knees"
title = "Knees"

[roles]
summary = "in-short"
ask = "ask"

[sets]
essentials = "The essentials"
"""

ALT = "A bone drawn from the side, with one mark in its middle."
BONE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200">
<script>document.documentElement.dataset.ran = "yes"</script>
<rect width="300" height="200" fill="#f4f7f8"/>
<rect x="30" y="80" width="240" height="40" rx="20" fill="#e8dcc4" stroke="#4d5660"/>
<circle cx="150" cy="100" r="14" fill="#a3262a"/>
</svg>
"""

RETIRED = row(
    id="load-09",
    stem="Which of these was once asked about a load?",
    status="retired",
    quote_b="words that the article has no more",
)
EXAMPLE = row(id="load-10", stem="Which of these shows an author a row?", status="example")
PICTURED = row(
    id="load-03",
    stem="What helps at the mark?",
    image="bone.svg",
    image_alt=ALT,
    sets="essentials:2",
    card="yes",
)
ILLUSTRATED = [
    {**ROWS[0], "sets": "essentials:1"},
    PICTURED,
    {**ROWS[2], "sets": "essentials:3", "image": "images/boot.png", "image_alt": "Three things."},
    {**ROWS[1], "sets": "more:1"},
    ROWS[3],
    RETIRED,
    EXAMPLE,
]


def bank_of(rows: Iterable[Mapping[str, str]]) -> str:
    """A bank file with all optional columns."""
    columns = (*COLUMNS, *OPTIONAL_COLUMNS)
    return write_table(columns, [dict.fromkeys(columns, "") | dict(cells) for cells in rows])


def png(width: int = 60, height: int = 40) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = b"".join(b"\x00" + b"\xa0" * width for _ in range(height))
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def write_illustrated(folder: Path, rows: Iterable[Mapping[str, str]] = ILLUSTRATED) -> Path:
    """The course's folder on disk."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "article.md").write_text(ARTICLE, "utf-8")
    (folder / "bank.csv").write_text(bank_of(rows), "utf-8", newline="")
    (folder / "course.toml").write_text(IDENTITY, "utf-8")
    (folder / "images" / "bone.svg").write_text(BONE, "utf-8")
    (folder / "images" / "boot.png").write_bytes(png())
    return folder


def illustrated_files(folder: Path, rows: Iterable[Mapping[str, str]] = ILLUSTRATED) -> CourseFiles:
    """What is read of the course."""
    return read_course(write_illustrated(folder, rows))


def illustrated(folder: Path, rows: Iterable[Mapping[str, str]] = ILLUSTRATED) -> Course:
    """The course as it is served."""
    return make_course(folder, illustrated_files(folder, rows))
