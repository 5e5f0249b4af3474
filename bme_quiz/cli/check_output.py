"""Output formats of ``check``: text as compilers write it, JSON, and annotations for GitHub."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bme_quiz.content.course import CourseFiles
from bme_quiz.content.delimited import Delimited, OpenQuotationMarkError
from bme_quiz.content.problems import Problem, Severity
from bme_quiz.rules.checks.coverage import Coverage
from bme_quiz.rules.checks.grouping import RepeatedFinding, grouped, without_echoes
from bme_quiz.rules.checks.run import Report
from bme_quiz.rules.rounding import decimals, percent, rounded
from bme_quiz.rules.wording import counted

JSON_VERSION = 1
_WIDTH = 88
_MOST_IDS = 40
_NOT_REQUIRED = (
    "Questions that nobody approved are served too: course.toml does not say "
    "require_approval = true."
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def summary(report: Report) -> str:
    """One line on the whole report."""
    withheld = len(report.withheld)
    told = without_echoes(report.problems)
    parts = [counted(report.questions, "question")]
    if report.retired:
        parts[0] += f" ({report.retired} retired)"
    parts += [counted(sum(p.severity is s for p in told), s.value) for s in Severity]
    if report.exempted:
        parts.append(f"{len(report.exempted)} excused")
    line = ", ".join(parts)
    return f"{line}; {counted(withheld, 'question')} withheld from learners" if withheld else line


def text_lines(report: Report, course: CourseFiles, folder: Path, *, notes: bool) -> Iterator[str]:
    """The report for a person: by question, the words underlined, then a summary."""
    cells = {row.number: row.cells for row in course.bank.rows}
    bank = course.bank.name
    found = grouped(_shown(report, notes), bank)
    for problem in found.others:
        where = str(folder / problem.file)
        if problem.row is not None:
            where += f":{problem.cell or problem.row}"
        place = " ".join(part for part in (_plain(problem.id), problem.column) if part)
        yield (
            f"{where}: {problem.severity} {problem.code}"
            f"{f' [{place}]' if place else ''} {_plain(problem.message)}"
        )
        yield from _explained(problem, "")
    for question in found.questions:
        withheld = "; withheld from learners" if question.row in report.withheld else ""
        name = f" {_plain(question.id)}" if question.id else ""
        yield f"{folder / bank}:{question.row}{name}: {question.in_words}{withheld}"
        for problem in question.problems:
            named = " ".join(part for part in (problem.cell, problem.column) if part)
            place = f" [{named}]" if named else ""
            yield f"  {problem.severity} {problem.code}{place} {_plain(problem.message)}"
            yield from _explained(problem, cells.get(question.row, {}).get(problem.column, ""))
    for repeated in found.repeated:
        yield from _repeated(repeated)
    if figures := figures_line(report):
        yield figures
    if not report.requires_approval:
        yield _NOT_REQUIRED
    if report.notes and not notes:
        yield f"{summary(report)} (--notes shows the notes)"
    else:
        yield summary(report)


def _repeated(found: RepeatedFinding) -> Iterator[str]:
    """What is said of several questions, once, with their ids."""
    one, number = found.first, len(found.ids)
    yield f"{counted(number, 'question')}: {one.severity} {one.code} {_plain(one.message)}"
    ids = ", ".join(map(_plain, found.ids[:_MOST_IDS]))
    yield f"    {ids}{f' and {number - _MOST_IDS:,} more' if number > _MOST_IDS else ''}"
    yield "    = Read each against the article as it now stands, then run: approve ID… or --all"


def _explained(problem: Problem, cell: str) -> Iterator[str]:
    yield from _underlined(problem, cell)
    yield f"    = {_plain(problem.mend)}"


def figures_line(report: Report) -> str:
    """One line on what was measured, whatever it is; empty where nothing was."""
    figures = report.figures
    parts = []
    if report.questions and report.coverage.sentences:
        parts.append(f"sentences asked about: {decimals(report.coverage.percent, 0)} %")
    if "refuted_percent" in figures:
        parts.append(f"wrong options refuted: {decimals(figures['refuted_percent'], 0)} %")
    for what in ("article", "bank"):
        if (name := f"reading_grade_{what}") in figures:
            terms = figures[f"{name}_with_terms"]
            parts.append(f"grade of the {what}: {figures[name]:.1f} ({terms:.1f} with terms)")
    if "denials_percent" in figures:
        parts.append(f"denials: {decimals(figures['denials_percent'], 1)} %")
    if "article_words" in figures:
        parts.append(f"words of the article: {figures['article_words']:,.0f}")
    return "; ".join(parts)


def coverage_lines(coverage: Coverage, fail_under: float) -> Iterator[str]:
    """A section a line: sentences asked about, questions; below it the sentences left."""
    width = max(len("section"), *(len(section.section) for section in coverage.sections))
    yield f"{'section':<{width}}  sentences   asked  share  questions"
    for section in coverage.sections:
        share = f"{percent(section.asked, section.sentences):4}%" if section.sentences else "    -"
        yield (
            f"{section.section:<{width}}  {section.sentences:9}  {section.asked:6}  {share}"
            f"  {section.questions:9}"
        )
        for sentence in section.unasked:
            yield f"    not asked: {_plain(sentence)}"
        for sentence in section.unrefuting:
            yield f"    in the box, refutes nothing: {_plain(sentence)}"
    total = sum(section.questions for section in coverage.sections)
    share = f"{decimals(coverage.percent, 0):>4}%"
    yield (f"{'all':<{width}}  {coverage.sentences:9}  {coverage.asked:6}  {share}  {total:9}")
    if coverage.marked:
        share = decimals(coverage.marked_percent, 1)
        yield f"marked not asked: {counted(coverage.marked, 'sentence')}, {share} %"
    if coverage.percent < fail_under:
        share = decimals(coverage.percent, 1)
        yield f"fails: {share} % of the sentences, less than {fail_under:g} %"


def as_json(report: Report) -> str:
    """The report as JSON; ``docs/check-json.md`` describes it."""
    data: dict[str, Any] = {
        "version": JSON_VERSION,
        "summary": {
            "questions": report.questions,
            "errors": report.errors,
            "warnings": report.warnings,
            "notes": report.notes,
            "exempted": len(report.exempted),
            "require_approval": report.requires_approval,
            "retired": report.retired,
            "withheld": sorted(report.withheld),
        },
        "figures": {name: rounded(figure, 2) for name, figure in sorted(report.figures.items())},
        "coverage": {
            "sentences": report.coverage.sentences,
            "asked": report.coverage.asked,
            "percent": rounded(report.coverage.percent, 2),
            "sections": [asdict(section) for section in report.coverage.sections],
        },
        "problems": [_as_dict(problem) for problem in report.problems],
        "exempted": [_as_dict(problem) for problem in report.exempted],
    }
    return json.dumps(data, indent=2)


def github_lines(report: Report, folder: Path, *, notes: bool) -> Iterator[str]:
    """The report as workflow commands, which a code host shows beside the lines."""
    lines: dict[str, dict[int, int]] = {}
    for problem in _shown(report, notes):
        path = folder / problem.file
        if problem.file not in lines:
            lines[problem.file] = _lines_of_rows(path) if path.suffix.lower() == ".csv" else {}
        place = f"file={_property(path.as_posix())}"
        # A workbook has no lines to stand beside.
        if problem.row is not None and path.suffix.lower() != ".xlsx":
            place += f",line={lines[problem.file].get(problem.row, problem.row)}"
        parts = (problem.code, problem.cell, problem.id, problem.column)
        title = _property(" ".join(part for part in parts if part))
        message = _data(f"{problem.message} {problem.mend}")
        yield f"::{_LEVELS[problem.severity]} {place},title={title}::{message}"


def _shown(report: Report, notes: bool) -> Iterator[Problem]:
    told = without_echoes(report.problems)
    return (p for p in told if notes or p.severity is not Severity.NOTE)


def _underlined(problem: Problem, cell: str) -> Iterator[str]:
    """The cell's text round the offending words, and a line that underlines them."""
    if not problem.words:
        return
    if problem.start is None or not cell:
        before, words, after = "", problem.words, ""
    else:
        end = problem.start + len(problem.words)
        before, words, after = cell[: problem.start], cell[problem.start : end], cell[end:]
    if len(words) > _WIDTH:
        words, after = words[: _WIDTH - 1] + "…", ""
    room = _WIDTH - len(words)
    if len(before) > (left := max(room - min(len(after), room // 2), 0)):
        before = "…" + before[len(before) - left :]
    if len(after) > (right := max(room - len(before), 0)):
        after = after[:right] + "…"
    before, words, after = _plain(before), _plain(words), _plain(after)
    yield f"    | {before}{words}{after}".rstrip()
    yield f"    | {' ' * _columns(before)}{'^' * max(_columns(words), 1)}"


def _plain(text: str) -> str:
    """Text that cannot move the cursor or break the line, whatever the cell holds."""
    return "".join(
        " " if letter.isspace() else letter if letter.isprintable() else "�" for letter in text
    )


def _columns(text: str) -> int:
    """How many places the text takes on a terminal."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def _as_dict(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": problem.file,
        "row": problem.row,
        "cell": problem.cell,
        "id": problem.id,
        "column": problem.column,
        "words": problem.words,
        "start": problem.start,
        "message": problem.message,
        "mend": problem.mend,
    }


def _lines_of_rows(path: Path) -> dict[int, int]:
    """The line on which each row of a CSV file begins; a cell may hold several lines."""
    text = Delimited.of(path.read_bytes().decode("utf-8", "replace"))
    lines = {}
    with suppress(OpenQuotationMarkError, csv.Error):
        for record in text.records(text.delimiter(len)):
            lines[record.number] = record.line
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
