"""Structure (S02 to S11, H03): failing and passing rows of each rule."""

from __future__ import annotations

import pytest

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.bank import COLUMNS, parse_bank
from bme_quiz.content.identity import Identity
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.grouping import without_echoes
from tests.support.findings import MULTIPLE, ROW, TRUE_FALSE, found, problems, report

BAD = [
    ("S02", {"id": ""}, "id"),
    ("S02", {"id": "Overload 3"}, "id"),
    ("S02", {"id": "overload--3"}, "id"),
    ("S02", {"id": "-3"}, "id"),
    ("S02", {"id": "a" * 65}, "id"),
    ("S03", {"section": "nowhere"}, "section"),
    ("S03", {"section": ""}, "section"),
    ("S03", {"section": "Overload"}, "section"),
    ("S04", {"type": "Single"}, "type"),
    ("S04", {"level": "recall"}, "level"),
    ("S04", {"audience": ""}, "audience"),
    ("S05", {"option_b": "  "}, "option_b"),
    ("S05", {"option_b": "", "option_c": ""}, "option_b"),
    ("S05", {**TRUE_FALSE, "option_c": "Perhaps"}, "option_c"),
    ("S05", {**TRUE_FALSE, "option_b": "Perhaps"}, "option_b"),
    ("S06", {"answer": ""}, "answer"),
    ("S06", {"answer": "f"}, "answer"),
    ("S06", {"answer": "d"}, "answer"),
    ("S06", {"answer": "ab"}, "answer"),
    ("S06", {"answer": "a,b"}, "answer"),
    ("S06", {"answer": "a;b"}, "answer"),
    ("S06", {"answer": "a;a"}, "answer"),
    ("S06", {**MULTIPLE, "answer": "a"}, "answer"),
    ("S06", {**MULTIPLE, "answer": "a;b;c;d"}, "answer"),
    ("S06", {**TRUE_FALSE, "answer": "a;b"}, "answer"),
    ("S07", {"option_c": "  a VERY small crack  in a bone."}, "option_c"),
    ("S07", {"option_b": "\uff32est", "option_c": "Rest"}, "option_c"),
    ("S08", {"stem": " "}, "stem"),
    ("S08", {"why_b": ""}, "why_b"),
    ("S08", {"why_d": "A reason for nothing"}, "option_d"),
    ("S08", {"why_a": "No"}, "why_a"),
    ("S08", {"why_b": "."}, "why_b"),
    ("S08", {"why_c": "asdf"}, "why_c"),
    ("S08", {"quote_e": "-"}, "option_e"),
    ("S08", {"why_c": "TODO"}, "why_c"),
    ("S08", {"hint": "Is it ???"}, "hint"),
    ("S08", {"option_b": "lorem ipsum dolor"}, "option_b"),
    ("S08", {"stem": "What is a caf\u00c3\u00a9?"}, "stem"),
    ("S08", {"why_a": "A bone\ufffds crack"}, "why_a"),
    ("S08", {"why_a": "It\u00e2\u20ac\u2122s a crack"}, "why_a"),
    ("S08", {"option_a": "A crack\u202ein a bone"}, "option_a"),
    ("S10", {"option_c": "All of the above"}, "option_c"),
    ("S10", {"option_c": "None of these"}, "option_c"),
    ("S10", {"option_c": "Both of them"}, "option_c"),
    ("S10", {"option_c": "A and B"}, "option_c"),
    ("S10", {"option_c": "Option a with rest"}, "option_c"),
    ("S10", {"option_c": "Both A and B"}, "option_c"),
    ("S10", {"option_c": "All of the cracks above"}, "option_c"),
    ("S10", {"option_c": "Everything mentioned above"}, "option_c"),
    ("S10", {"option_a": "a) Rest", "option_b": "b) Ice", "option_c": "c) Heat"}, "option_a"),
    ("S10", {"option_c": "The same as the first answer"}, "option_c"),
    ("S11", {"option_b": "=SUM(A1:A3)"}, "option_b"),
    ("S11", {"option_b": "+1 week"}, "option_b"),
    ("S11", {"stem": "@home or not?"}, "stem"),
    ("S11", {"quote_b": "=not from one hard blow"}, "quote_b"),
    ("S11", {"option_b": "- a break"}, "option_b"),
    ("S11", {"why_b": "It is **very** small."}, "why_b"),
    ("S11", {"why_b": "It is _very_ small."}, "why_b"),
    ("S11", {"why_b": "Use `rest` here."}, "why_b"),
    ("S11", {"why_b": "Costs $5 or $6 a day"}, "why_b"),
    ("S11", {"why_b": "See [here](https://example.org)."}, "why_b"),
    ("S11", {"why_b": "A <b>bone</b>"}, "why_b"),
    ("S11", {"why_b": "Rest &amp; ice"}, "why_b"),
    ("S11", {"why_b": "So it is :smile: now"}, "why_b"),
    ("S11", {"option_b": "1. Rest"}, "option_b"),
    ("S11", {"option_b": "# Rest"}, "option_b"),
    ("H03", {"harm": "a"}, "harm"),
    ("H03", {"harm": "e"}, "harm"),
    ("H03", {"harm": "b;b"}, "harm"),
]

GOOD = [
    ("S02", {"id": " overload-02 "}),
    ("S03", {"section": "rest"}),
    ("S04", {"type": "multiple", "answer": "a;b"}),
    ("S05", TRUE_FALSE),
    ("S05", {**TRUE_FALSE, "option_a": "TRUE", "option_b": "false."}),
    ("S06", {"answer": "A"}),
    ("S06", {**MULTIPLE, "answer": "a; c"}),
    ("S07", {"option_b": "+", "option_c": "-"}),
    ("S08", {"hint": ""}),
    ("S08", {"why_a": "No edema."}),
    ("S08", {"why_a": "骨に小さなひびが入るからです。"}),
    ("S08", {"why_a": "Caf\u00e9s and na\u00efve \u00c5ngstr\u00f6m users\nmay rest."}),
    ("S10", {"option_c": "All of the patients in the study"}),
    ("S10", {"option_c": "None"}),
    ("S10", {"option_c": "Above the knee"}),
    ("S10", {"option_a": "A and B", "option_b": "A and E", "option_c": "B and C"}),
    ("S10", {"option_a": "A", "option_b": "B", "option_c": "A and B"}),
    ("S10", {"option_c": "It answers a question of every patient"}),
    ("S10", {"option_a": "A. Rest", "option_b": "B. Lee", "option_c": "Ruiz"}),
    ("S11", {"option_b": "-5 degrees", "quote_b": "-"}),
    ("S11", {"why_b": "The share is 5 * 3, at $5, for a_b_c: rest."}),
    ("S11", {"quote_b": "not from **one** hard blow"}),
    ("H03", {"harm": "b; c"}),
    ("H03", {"harm": ""}),
]


@pytest.mark.parametrize(("code", "cells", "column"), BAD)
def test_a_fault_is_reported_with_row_and_column(
    code: str, cells: dict[str, str], column: str
) -> None:
    assert (3, column) in found(code, {"id": "sound", "stem": "What else is sound?"}, cells)


@pytest.mark.parametrize(("code", "cells"), GOOD)
def test_a_sound_row_is_let_pass(code: str, cells: dict[str, str]) -> None:
    assert found(code, cells) == []


def test_the_second_of_two_equal_ids_is_reported() -> None:
    assert found("S02", {}, {"stem": "Another one?"}) == [(3, "id")]


def test_the_second_of_two_equal_stems_is_reported() -> None:
    again = {"id": "again", "stem": "what is a  stress fracture"}
    assert found("S09", {}, again) == [(3, "stem")]


def test_more_keys_than_wrong_options_is_a_warning() -> None:
    (problem,) = problems("S06", {**MULTIPLE, "answer": "a;b;c"})
    assert (problem.severity, problem.column) == (Severity.WARNING, "answer")


def test_a_reason_that_says_nothing_is_a_warning() -> None:
    (problem,) = problems("S08", {"why_b": "x"})
    assert (problem.severity, problem.column) == (Severity.WARNING, "why_b")


def test_in_another_language_true_and_false_may_be_called_otherwise() -> None:
    spanish = Identity("grietas", "Grietas", language="es")
    cells = {**TRUE_FALSE, "option_a": "Verdadero", "option_b": "Falso"}
    assert problems("S05", cells, identity=spanish) == ()
    assert len(problems("S05", cells)) == 2


def test_all_of_the_above_is_said_once_with_the_right_mend() -> None:
    cells = {
        "option_a": "Athletes are often affected",
        "option_b": "A boot protects the foot",
        "option_c": "All of the above",
        "answer": "c",
    }
    found = report(cells, select=["S10", "W01", "W08", "G04"]).problems
    assert {p.code for p in found} == {"S10", "W01"}
    (problem,) = without_echoes(found)
    assert (problem.code, problem.column) == ("S10", "option_c")
    assert problem.mend.startswith("Ask for several right answers")


def test_words_are_found_in_the_cell_as_it_stands() -> None:
    (problem,) = problems("S08", {"why_c": "It  is still TODO."})
    assert ("It  is still TODO."[problem.start :].startswith("TODO"), problem.words) == (
        True,
        "TODO",
    )


def test_no_other_rule_sees_a_row_of_broken_structure() -> None:
    broken = {"answer": "", "quote_a": "nothing of the article", "stem": "____"}
    codes = {problem.code for problem in report(broken).problems if problem.row == 2}
    assert codes == {"S06"}


def test_the_sound_row_has_no_fault() -> None:
    bank = report({}, select=["S", "G", "W", "R", "H"])
    assert [p for p in bank.problems if p.code not in ("G07", "G09")] == []


@pytest.mark.parametrize(
    ("data", "row", "column"),
    [
        ("id,section\nx,overload,\nx\n", 3, ""),
        (",".join((*COLUMNS, "extra")) + "\n", 1, "extra"),
        (",".join(COLUMNS[1:]) + "\n", 1, "id"),
        (",".join((*COLUMNS, "id")) + "\n", 1, "id"),
    ],
)
def test_the_readers_faults_are_s01(data: str, row: int, column: str) -> None:
    found_there = {(p.code, p.row, p.column) for p in parse_bank(data.encode()).problems}
    assert ("S01", row, column) in found_there


def test_an_articles_heading_without_an_id_is_a01() -> None:
    _, faults = parse_article("# T\n\n## One {#one}\n\nText.\n\n## Two\n\nText.\n")
    assert [(p.code, p.row) for p in faults] == [("A01", 7)]


def test_the_base_row_has_every_column() -> None:
    assert set(ROW) == set(COLUMNS)
