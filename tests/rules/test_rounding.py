"""Figures beside each other agree: one way of rounding, and sentences about what is shown."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.routes import BARE
from bme_quiz.rules.quiz.marking import Verdict
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.rules.rooms.statistics import Interval
from bme_quiz.rules.rounding import decimals, percent, rounded
from bme_quiz.services.authoring.bank_check import preview
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.progress import ProgressView, SectionProgress
from bme_quiz.services.quiz.views import ResultsView, SectionScore
from bme_quiz.services.rooms.report_csv import report_csv
from bme_quiz.ui.quiz import pieces, progress_pieces, result_pieces
from bme_quiz.ui.rooms import report_pieces
from tests.support.courses import ROOT
from tests.support.room_reports import (
    LOAD,
    LOAD_2,
    answers_of,
    before_and_after,
    report_of,
    room_of,
    rows_of,
    words_of,
)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        *((0.125, 2, "0.13"), (0.625, 2, "0.63"), (0.145, 2, "0.15"), (0.0625, 3, "0.063")),
        *((-0.125, 2, "-0.12"), (-0.005, 2, "0.00"), (-0.006, 2, "-0.01"), (1.0, 2, "1.00")),
        *((0.1 + 0.2, 1, "0.3"), (2 / 3, 3, "0.667")),
    ],
)
def test_halves_of_a_decimal_go_up(value: float, places: int, text: str) -> None:
    assert decimals(value, places) == text
    assert rounded(value, places) == float(text)


@given(st.floats(-3, 1))
def test_two_decimals_say_the_same_as_a_percentage(value: float) -> None:
    assert float(decimals(value, 2)) == pytest.approx(percent(value, 1) / 100)


def test_a_gain_and_its_percentage_agree() -> None:
    # Missing before 8 of 8, after 7.
    report = before_and_after("a a a a a a a a", "b a a a a a a a")
    words = words_of(report)
    assert "The mean mark was 0.00 before and 0.13 after. Class gain ⟨g⟩ 0.13." in words
    assert "13 % were gained" in words
    assert {r["class_gain"] for r in rows_of(report_csv(report))} == {"0.125"}


def test_a_mean_mark_and_the_sections_percentage_agree() -> None:
    report = before_and_after("a a a a a a a a", "b b b b b a a a")
    words = words_of(report)
    assert "What a load does: 63 % of the marks" in words
    assert "0.00 before and 0.63 after" in words


def test_the_file_rounds_as_the_page_does() -> None:
    report = before_and_after("a " * 16, "b " + "a " * 15, joined=16)
    assert {r["mean_mark"] for r in rows_of(report_csv(report))} == {"0.000", "0.063"}


def test_a_section_that_is_shown_with_80_percent_is_not_below_80_percent() -> None:
    # 35 of 44 are 79.5 %, 34 are 77.3 %.
    for wrong, listed in ((9, []), (10, ["load"])):
        report = report_of(
            room_of(Kind.OWN_PACE, LOAD, LOAD_2),
            *answers_of(LOAD, 0, "b " * (22 - wrong) + "a " * wrong),
            *answers_of(LOAD_2, 1, "b " * 22),
        )
        assert [s.id for s in report.to_revisit] == listed
        assert ("77 % of the marks" in words_of(report)) is bool(listed)


def test_what_is_said_of_a_gain_goes_by_the_gain_as_it_is_shown() -> None:
    both = before_and_after("a a a b b", "b b a a a").comparison
    assert both is not None
    assert both.gain is not None
    for low, is_told in ((0.004, True), (0.005, False), (-0.3, True)):
        gain = replace(both.gain, value=0.2, interval=Interval(low, 0.4), why_none=None)
        told = report_pieces.comparison(replace(both, gain=gain))
        assert ("includes 0" in told) is is_told
    almost = replace(both.gain, value=-0.004)
    assert "0 % were gained" in report_pieces.comparison(replace(both, gain=almost))
    less = replace(both.gain, value=-0.006)
    assert "More marks were missing after" in report_pieces.comparison(replace(both, gain=less))


def test_one_of_eight_is_13_percent_in_results_and_in_progress(small_course: Course) -> None:
    section = small_course.article.sections[0]
    results = ResultsView("a", 1.0, 8, 8, (SectionScore(section, 1.0, 8),), (), 7, True, False)
    told = result_pieces.score(results) + result_pieces.section_bars(results.sections)
    assert "1 of 8 points (13 %)." in told
    assert "width:13%" in told
    practised = ProgressView(8, 8, 8, 7, (SectionProgress(section, 8, 8, 1.0),), (), 0)
    assert '<td class="num">13 %</td>' in progress_pieces.by_section(practised)
    question = next(q for q in small_course.questions if q.id == "rest-01")
    _, explained = preview(small_course, question)
    partly = replace(explained, verdict=Verdict.PARTLY, mark=0.125)
    assert "This answer counts 0.13." in pieces.explanation(partly, (), BARE)


def other_ways(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines that make a percentage, or round, without :mod:`bme_quiz.rules.rounding`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            if any(isinstance(x, ast.Constant) and x.value == 100 for x in (node.left, node.right)):
                yield node.lineno, "times 100"
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "round":
                yield node.lineno, "round()"
        elif isinstance(node, ast.JoinedStr):
            for value, after in itertools.pairwise([*node.values, None]):
                spec = getattr(value, "format_spec", None)
                text = "".join(str(part.value) for part in spec.values[-1:]) if spec else ""
                behind = str(after.value) if isinstance(after, ast.Constant) else ""
                if text.endswith("%") or (text.endswith("f") and re.match(r"\s?%", behind)):
                    yield node.lineno, "a format"


@pytest.mark.parametrize(
    "text",
    ["100 * a / b", "a / b * 100", "round(a)", "f'{a:.0%}'", "f'{a:.0f} %'", "f'{a:4.1f}%'"],
)
def test_another_way_to_make_a_percentage_would_be_found(text: str) -> None:
    assert list(other_ways(ast.parse(text)))


def test_there_is_no_other_way_to_make_a_percentage() -> None:
    files = [*(ROOT / "bme_quiz").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    found = {
        (path.relative_to(ROOT).as_posix(), what)
        for path in files
        for _, what in other_ways(ast.parse(path.read_text("utf-8")))
    }
    assert found == {
        ("bme_quiz/rules/rounding.py", "times 100"),
        ("bme_quiz/rules/rounding.py", "round()"),
        # A cell's own share, as the spreadsheet shows it.
        ("bme_quiz/content/workbook.py", "a format"),
        # Which of many simulated gains is taken: a place in a list.
        ("benchmarks/gain_interval.py", "round()"),
    }
