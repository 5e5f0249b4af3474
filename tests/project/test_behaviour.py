"""The list of what must stay true names tests that exist."""

from __future__ import annotations

import re

from tests.support.courses import ROOT

TIERS = {"invariant", "property", "contract", "end-to-end"}
ROWS_OF_TABLE = re.compile(r"^\| ([A-Z]+\d+) \| ([\w-]+) \| (.+?) \| `(.+?)` \|$", re.MULTILINE)
TEXT = (ROOT / "docs" / "behaviour.md").read_text("utf-8")
LINES = ROWS_OF_TABLE.findall(TEXT)


def test_every_line_has_an_id_of_its_own_and_a_known_tier() -> None:
    ids = [line[0] for line in LINES]
    assert len(ids) == len(set(ids)) >= 30
    assert {line[1] for line in LINES} <= TIERS
    assert len(LINES) == len(re.findall(r"^\| [A-Z]+\d+ ", TEXT, re.MULTILINE))


def test_every_line_is_bound_by_a_test_that_exists() -> None:
    missing = []
    for line in LINES:
        file, _, name = line[3].partition("::")
        path = ROOT / "tests" / file
        if not path.is_file() or f"def {name}(" not in path.read_text("utf-8"):
            missing.append(line[3])
    assert missing == []
