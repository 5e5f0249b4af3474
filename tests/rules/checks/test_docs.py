"""The rules' documentation: complete, current, and its examples behave as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bme_quiz.rules.checks.base import Rule
from bme_quiz.rules.checks.docs import PAGE, current, main
from bme_quiz.rules.checks.registry import all_rules
from tests.support.courses import ROOT
from tests.support.findings import report

DOCS = ROOT / "docs"
EXPECTED = [
    *(f"S{n:02}" for n in range(1, 14)),
    "S20",
    "A01",
    "A02",
    "A03",
    "A04",
    "C01",
    "C02",
    *(f"G{n:02}" for n in range(1, 14)),
    *(f"W{n:02}" for n in range(1, 21)),
    *(f"B{n:02}" for n in range(1, 6)),
    *(f"R{n:02}" for n in range(1, 7)),
    *(f"H{n:02}" for n in range(1, 4)),
    "X01",
]
_CELL = re.compile(r"`(\w+)`: (.*?)(?= · `|\Z)")


def example(rule: Rule, part: str) -> dict[str, str]:
    """The cells that an example changes; empty for one told in words."""
    text = rule.doc.part(part)
    cells = dict(_CELL.findall(text)) if text.startswith("`") else {}
    return {column: "" if cell == "(empty)" else cell for column, cell in cells.items()}


EXAMPLES = [rule for rule in all_rules() if example(rule, "Bad")]


def test_all_rules_are_there_in_order() -> None:
    assert [rule.code for rule in all_rules()] == EXPECTED


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_rule_says_why_whence_and_shows_both_rows(rule: Rule) -> None:
    assert rule.doc.summary.endswith(".")
    names = [name for name, _ in rule.doc.parts]
    assert {"Why", "Source", "Bad", "Good"} <= set(names)
    assert names == sorted(names, key=["Why", "How", "Beware", "Source", "Bad", "Good"].index)
    assert all(text for _, text in rule.doc.parts)


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_bad_row_is_bad(rule: Rule) -> None:
    cells = example(rule, "Bad")
    assert {p.row for p in report(cells, select=[rule.code]).problems} & {2}


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_good_row_is_good(rule: Rule) -> None:
    cells = example(rule, "Good")
    if cells:
        assert report(cells, select=[rule.code]).problems == ()


def test_most_rules_have_an_example_that_runs() -> None:
    assert len(EXAMPLES) > len(EXPECTED) * 0.6


def test_the_page_is_current(tmp_path: Path) -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == current(DOCS), (
        "run: python -m bme_quiz.rules.checks.docs"
    )
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / PAGE).read_text(encoding="utf-8").startswith("<!-- Made by")
