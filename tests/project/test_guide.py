"""The guide for authors shows what the program prints, and every picture in it is there."""

from __future__ import annotations

import re

import pytest

from bme_quiz.content.bank import COLUMNS, OPTIONAL_COLUMNS
from tests.support.courses import ROOT
from tests.support.guide import pictures, texts_of

DOCS = ROOT / "docs"
GUIDE = (DOCS / "writing-questions.md").read_text("utf-8")
PICTURES = pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_a_terminal_shows_what_the_command_prints(name: str) -> None:
    kept = (DOCS / "images" / name).read_text("utf-8")
    assert texts_of(kept) == texts_of(PICTURES[name]), "run: python -m tests.support.guide"
    assert kept == PICTURES[name]
    assert f"](images/{name})" in GUIDE


def test_every_picture_is_there_small_and_told_in_words() -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", GUIDE, flags=re.DOTALL)
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)
    assert len(shown) >= 4
    for words, place in shown:
        assert len(words) > 40
        assert 0 < (DOCS / place).stat().st_size < 80_000


def test_every_column_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", GUIDE))
    letters = {f"{part}_{x}" for part in ("option", "why", "quote") for x in "bcd"}
    assert set(COLUMNS) | set(OPTIONAL_COLUMNS) <= told | letters


def test_every_system_is_told_how_the_program_is_called() -> None:
    for system in ("Windows", "macOS", "Linux"):
        assert re.search(rf"^\| {system} \|.*`\.venv[\\/].*python`", GUIDE, re.MULTILINE), system
