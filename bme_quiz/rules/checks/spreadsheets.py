"""Rule S20: cells that a spreadsheet broke."""

from __future__ import annotations

from bme_quiz.content.problems import Severity
from bme_quiz.content.spreadsheets import CODE, damage
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.base import Finding, Findings, row_rule
from bme_quiz.rules.checks.context import Context


@row_rule(CODE, "spreadsheet", Severity.ERROR)
def no_cell_is_broken(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """No cell holds what a spreadsheet made of it: a date, an error value, science notation.

    Why: a learner would be asked whether mending takes "2-Jun" weeks.
    How: the whole cell is a date such as `7-Oct` (typed: 7-10) or a number such as `1.2E+09`; it is
    filled with `#`; somewhere in it stands `#NAME?`, `#REF!` or an escape such as `_x2014_`. Cells
    of the glossary and of the exceptions are looked at too, and a real date can be excused.
    Source: what spreadsheets do; Ziemann, Eren & El-Osta 2016 on gene names turned into dates.
    Bad: `option_b`: 2-Jun
    Good: `option_b`: 2 to 6 weeks
    """
    for column, cell in row.cells.items():
        if cell and (found := damage(cell)) is not None:
            yield Finding(found.message, found.mend, column, found.words)
