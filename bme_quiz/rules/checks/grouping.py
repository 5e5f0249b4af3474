"""Findings as an author reads them: by question, and what is said of many questions once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bme_quiz.content.problems import Problem, Severity
from bme_quiz.rules.wording import counted

_SAID_ONCE = frozenset({"G07"})
"""Codes of rules that say the same of whole banks: that nobody has approved them yet."""


_ECHOES = frozenset({"W01", "W02", "W08"})
"""Codes of warnings about an option of which S10 says the same as an error, with the same mend."""


@dataclass(frozen=True, slots=True)
class QuestionFindings:
    """What was found about one question, in the order of the problems given."""

    row: int
    id: str
    problems: tuple[Problem, ...]

    @property
    def in_words(self) -> str:
        """How many findings of each severity there are: ``1 error, 2 warnings``."""
        counts = [(s, sum(p.severity is s for p in self.problems)) for s in Severity]
        return ", ".join(counted(number, severity.value) for severity, number in counts if number)


@dataclass(frozen=True, slots=True)
class RepeatedFinding:
    """One sentence that is true of several questions: the first finding, and the ids of all."""

    first: Problem
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupedFindings:
    """The findings of a report.

    Attributes:
        others: of the article, the other files and the bank as a whole.
        questions: by question, in the bank's order; without what is repeated.
        repeated: what is said of two questions or more, once.
    """

    others: tuple[Problem, ...]
    questions: tuple[QuestionFindings, ...]
    repeated: tuple[RepeatedFinding, ...]


def without_echoes(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without warnings that only repeat an error about the same cell."""
    problems = list(problems)
    said = {(p.file, p.row, p.column) for p in problems if p.code == "S10"}
    return [p for p in problems if p.code not in _ECHOES or (p.file, p.row, p.column) not in said]


def grouped(problems: Iterable[Problem], bank: str) -> GroupedFindings:
    """Group a report's problems.

    Args:
        bank: the name of the bank's file; its first row is the header and no question.
    """
    others: list[Problem] = []
    rows: dict[int, list[Problem]] = {}
    same: dict[tuple[str, Severity, str], list[Problem]] = {}
    for problem in problems:
        if problem.file != bank or problem.row is None or problem.row == 1:
            others.append(problem)
        elif problem.code in _SAID_ONCE:
            same.setdefault((problem.code, problem.severity, problem.message), []).append(problem)
        else:
            rows.setdefault(problem.row, []).append(problem)
    repeated = []
    for found in same.values():
        if len(found) > 1:
            names = (one.id or f"row {one.row}" for one in found)
            repeated.append(RepeatedFinding(found[0], tuple(names)))
        else:
            rows.setdefault(found[0].row or 0, []).append(found[0])
    return GroupedFindings(
        tuple(others),
        tuple(
            QuestionFindings(row, found[0].id, tuple(found)) for row, found in sorted(rows.items())
        ),
        tuple(repeated),
    )
