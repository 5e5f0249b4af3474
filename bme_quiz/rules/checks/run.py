"""The run of the checker: rules over a course, a report out.

How broken rows are kept from later rules: the rules of the structure look at the raw cells.
A row in which one of :data:`~bme_quiz.rules.checks.base.STRUCTURE` finds an error is parsed
no further; every other rule sees only parsed rows, and of those that are never asked none.
Those rules run whatever was selected, since they decide what is a question at all; what was not
selected is not reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bme_quiz.content.bank import Question, Status, question_from_row, row_status
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.problems import Problem, Severity
from bme_quiz.content.table import Row, Table
from bme_quiz.rules.checks.base import OF_ALL_ROWS, STRUCTURE, Checker, Finding, Reads, Rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.coverage import Coverage, CoverageCount
from bme_quiz.rules.checks.exemptions import apply_exemptions
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.registry import all_rules, chosen

_MAX_WORDS = 300
"""A cell may be enormous; what is shown of it is not."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Attributes:
        problems: by file, row, column and code.
        exempted: the problems that ``exceptions.csv`` excuses, likewise.
        withheld: numbers of the rows that learners do not get: with an error, or no question.
        questions: how many rows the bank has.
        retired: how many of them are never asked again.
        coverage: which of the article's sentences the keys rest on.
        figures: what rules measured, such as ``reading_grade_bank``; of the rules run.
        requires_approval: what nobody approved is withheld.
    """

    problems: tuple[Problem, ...]
    exempted: tuple[Problem, ...]
    withheld: frozenset[int]
    questions: int
    retired: int
    coverage: Coverage
    figures: Mapping[str, float]
    requires_approval: bool = False

    def count(self, severity: Severity) -> int:
        """How many problems of this severity there are."""
        return sum(problem.severity is severity for problem in self.problems)

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return self.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return self.count(Severity.WARNING)

    @property
    def notes(self) -> int:
        """How many notes there are."""
        return self.count(Severity.NOTE)


def check(
    course: CourseFiles,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Check a course.

    Args:
        course: what was read from its folder.
        select: codes, or their beginnings, of the rules to report; empty means all.
        ignore: codes, or their beginnings, of rules not to report.
        progress: called with the rows done and the rows in all, now and then.

    Raises:
        ValueError: ``select`` or ``ignore`` names no rule.
    """
    codes = chosen(select, ignore)
    context = Context(course)
    run = _Run(codes, course, context)
    found, unsound = run.run(progress)
    problems, exempted = apply_exemptions(
        [*(p for p in course.problems if p.code in codes), *found], course.exemptions, codes
    )
    return Report(
        problems=tuple(sorted(problems, key=_order)),
        exempted=tuple(sorted(exempted, key=_order)),
        withheld=_withheld(problems, course.bank) | unsound,
        questions=len(course.bank.rows),
        retired=sum(row_status(row) is Status.RETIRED for row in course.bank.rows),
        coverage=run.coverage.result(),
        figures=run.figures(),
        requires_approval=context.requires_approval,
    )


def sound_questions(course: CourseFiles, report: Report) -> tuple[Question, ...]:
    """The questions that learners may get: the rows that the report does not withhold.

    ``report`` is the one that :func:`check` made of this course. Never raises: a row that is
    no question is left out, whatever the report says.
    """
    return _questions(course, report, Status.ACTIVE)


def retired_questions(course: CourseFiles, report: Report) -> tuple[Question, ...]:
    """The questions that are asked no more, whose answers and reports stand.

    As :func:`sound_questions`. One whose section is gone is left out: nothing can be shown of it.
    """
    return tuple(
        question
        for question in _questions(course, report, Status.RETIRED)
        if course.article.section(question.section) is not None
    )


def _questions(course: CourseFiles, report: Report, status: Status) -> tuple[Question, ...]:
    questions = []
    for row in course.bank.rows:
        if row.number in report.withheld or row_status(row) is not status:
            continue
        try:
            questions.append(question_from_row(row))
        except (ValueError, KeyError):
            continue
    return tuple(questions)


class _Run:
    """The rules at work on one course."""

    def __init__(self, codes: frozenset[str], course: CourseFiles, context: Context) -> None:
        self._rows = course.bank.rows
        self._bank = course.bank
        self._context = context
        self._codes = codes
        self.coverage = CoverageCount(context)
        rules = [r for r in all_rules() if r.start and (r.code in codes or r.code in STRUCTURE)]
        self._row_rules = self._started(rules, Reads.ROWS)
        self._item_rules = self._started(rules, Reads.ITEMS)

    def _started(self, rules: list[Rule], reads: Reads) -> list[tuple[Rule, Checker]]:
        return [(r, r.start(self._context)) for r in rules if r.start and r.reads is reads]

    def run(self, progress: Progress | None) -> tuple[list[Problem], frozenset[int]]:
        """The problems found, and the numbers of the rows that are no question."""
        problems: list[Problem] = []
        unsound = set()
        for done, row in enumerate(self._rows):
            if progress is not None and done % 256 == 0:
                progress(done, len(self._rows))
            sound = True
            asked = row_status(row) not in (Status.RETIRED, Status.EXAMPLE)
            for rule, checker in self._row_rules:
                if not asked and rule.code not in OF_ALL_ROWS:
                    continue
                for finding in checker.feed(row):
                    problem = self._problem(rule, finding, row)
                    if rule.code in STRUCTURE and problem.severity is Severity.ERROR:
                        sound = False
                    if finding.column in self._bank.missing:
                        # Said once, of the first row; but the row is no question.
                        sound = sound and problem.severity is not Severity.ERROR
                    elif rule.code in self._codes:
                        problems.append(problem)
            if not sound:
                unsound.add(row.number)
                continue
            if not asked:
                continue
            item = Item(row, self._context)
            self.coverage.add(item)
            for rule, checker in self._item_rules:
                for finding in checker.feed(item):
                    problems.append(self._problem(rule, finding, row))
        if progress is not None:
            progress(len(self._rows), len(self._rows))
        problems += self._closed()
        return problems, frozenset(unsound)

    def figures(self) -> dict[str, float]:
        """What the rules measured, once they ran."""
        return {
            name: figure
            for rule, checker in (*self._row_rules, *self._item_rules)
            if rule.code in self._codes
            for name, figure in checker.figures().items()
        }

    def _closed(self) -> Iterator[Problem]:
        for rule, checker in (*self._row_rules, *self._item_rules):
            if rule.code in self._codes:
                for finding in checker.close():
                    yield self._problem(rule, finding, None)

    def _problem(self, rule: Rule, finding: Finding, row: Row | None) -> Problem:
        words = finding.words[:_MAX_WORDS]
        return Problem(
            code=rule.code,
            severity=finding.severity or rule.severity,
            file=finding.file or self._bank.name,
            message=finding.message,
            mend=finding.mend,
            row=row.number if row and finding.row is None else finding.row,
            id=finding.id or (" ".join(row.cells["id"].split()) if row else ""),
            column=finding.column,
            words=words,
            start=_start(words, row.cells.get(finding.column, "")) if row and words else None,
            cell=self._bank.cell(row.number, finding.column) if row and not finding.file else "",
        )


def _start(words: str, cell: str) -> int | None:
    """Where the words stand in the cell; white space was folded in them, not in it."""
    place = cell.find(words)
    if place < 0 and len(words) < _MAX_WORDS:
        found = re.search(r"\s++".join(map(re.escape, words.split())), cell)
        place = found.start() if found else -1
    return place if place >= 0 else None


def _withheld(problems: Iterable[Problem], bank: Table) -> frozenset[int]:
    return frozenset(
        problem.row
        for problem in problems
        if problem.severity is Severity.ERROR
        and problem.file == bank.name
        and problem.row is not None
        # A problem of the row that names the columns is no question's.
        and problem.row > bank.header_row
    )


def _order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.row or 0, problem.column, problem.code
