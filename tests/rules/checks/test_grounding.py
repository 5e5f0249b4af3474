"""Grounding (G01 to G06, G08, G10): failing and passing rows of each rule."""

from __future__ import annotations

import pytest

from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import Severity
from tests.support.findings import TRUE_FALSE, found, problems

IN_REST = {"section": "rest", "quote_a": "Most cracks heal in 6 to 8\nweeks"}
FALSE = {"answer": "b"}
BLOW = {"quote_a": "repeated loading, not from one hard blow", "option_a": "repeated loading"}
FIVE = {"quote_a": "about 5 percent need surgery"}

BAD = [
    ("G01", {"quote_a": ""}, "quote_a"),
    ("G01", {"quote_a": "-"}, "quote_a"),
    ("G01", {"quote_a": "A stress fracture is a tiny crack"}, "quote_a"),
    ("G01", {"quote_a": "a Stress fracture is a very small crack"}, "quote_a"),
    ("G01", {"quote_a": "crack in a bon"}, "quote_a"),
    ("G01", {"quote_a": "can"}, "quote_a"),
    ("G01", {"quote_a": "Athletes are often affected. A scan can show"}, ""),
    ("G01", {"quote_a": "(MRI). Crutches can"}, "quote_a"),
    ("G02", {"section": "rest"}, "quote_a"),
    ("G03", {"quote_b": ""}, "quote_b"),
    ("G03", {"quote_b": "from one soft blow"}, "quote_b"),
    ("G03", {"quote_c": "crack"}, "quote_c"),
    ("G04", {"option_b": "athletes are  often affected"}, "option_b"),
    ("G04", {"option_b": "Not from one hard blow."}, "quote_b"),
    ("G04", {"stem": "A boot", "option_b": "protects the foot"}, "option_b"),
    ("G04", {**TRUE_FALSE, "stem": "True or false: A boot protects the foot.", **FALSE}, "stem"),
    ("G03", {"option_b": "one hard blow", "quote_b": "-", **BLOW}, "option_b"),
    ("G04", {"option_b": "A boot protects the foot. Athletes are often affected."}, "option_b"),
    ("G05", {"option_a": "A crack that heals in 6 weeks"}, "option_a"),
    ("G05", {**IN_REST, "option_a": "They heal in 4 days"}, "option_a"),
    ("G05", {**IN_REST, "option_a": "Of 200 patients, 20 need surgery", **FIVE}, "option_a"),
    ("G05", {**IN_REST, "option_a": "They heal in 6 to 9 weeks"}, "option_a"),
    ("G05", {**IN_REST, "option_a": "They heal in 6 to 8 months"}, "option_a"),
    ("G05", {**IN_REST, "option_a": "They heal in three weeks"}, "option_a"),
    ("G05", {**IN_REST, **TRUE_FALSE, "stem": "Cracks heal in 9 weeks."}, "stem"),
    ("G06", {"option_a": "Tiny osseous discontinuity"}, "option_a"),
    ("G08", {"hint": "It is a very small crack in a bone, is it not?"}, "hint"),
    ("G08", {"hint": "Bones may have cracks, and these are small."}, "hint"),
    ("G08", {"option_a": "Six", "hint": "Count to six."}, "hint"),
]  # fmt: skip

GOOD = [
    ("G01", {"quote_a": "A **stress  fracture** is\na very small crack in a bone."}),
    ("G01", {"quote_a": "The scan is called magnetic resonance imaging (MRI)."}),
    ("G01", {"quote_a": "“a stress fracture is a very small crack.”"}),
    ("G01", {"quote_a": "a stress frac\u00adture is a very\u200b small crack…"}),
    ("G02", IN_REST),
    ("G03", {"quote_b": "-"}),
    ("G03", {"quote_b": "A boot protects the foot"}),
    ("G03", {"option_b": "a boot", "quote_b": "-"}),
    ("G04", {"option_b": "Athletes are never affected"}),
    ("G04", {"option_b": "A boot protects the foot. Athletes are never affected."}),
    ("G04", {"option_b": "Athletes are often affected", "option_c": "All of the above"}),
    ("G04", {"stem": "Which is NOT true?", "option_b": "Athletes are often affected."}),
    ("G04", {**TRUE_FALSE, "stem": "A boot protects the foot.", "answer": "a"}),
    ("G05", {**IN_REST, "option_a": "They heal in six to eight weeks"}),
    ("G05", {**IN_REST, "option_a": "They heal in 6 weeks or more"}),
    ("G05", {**IN_REST, "option_a": "They heal in 42 to 56 days"}),
    ("G05", {**IN_REST, "option_a": "One in twenty needs surgery", **FIVE}),
    ("G05", {**IN_REST, "option_a": "Of 200 patients, 10 of 200 need surgery", **FIVE}),
    ("G05", {"option_a": "One crack that a 3T scanner or T2 shows"}),
    ("G05", {**TRUE_FALSE, "stem": "They heal in 9 weeks.", "answer": "b"}),
    ("G06", {"option_a": "Very small bone cracks"}),
    ("G08", {"hint": "Think of what a small bone does."}),
    ("G08", {**TRUE_FALSE, "hint": "It may be true for athletes."}),
]


@pytest.mark.parametrize(("code", "cells", "column"), [case for case in BAD if case[2]])
def test_a_fault_is_reported_with_its_column(code: str, cells: dict[str, str], column: str) -> None:
    assert (2, column) in found(code, cells)


@pytest.mark.parametrize(("code", "cells"), GOOD)
def test_a_grounded_row_is_let_pass(code: str, cells: dict[str, str]) -> None:
    assert found(code, cells) == []


def test_the_words_where_a_quotation_leaves_the_article_are_underlined() -> None:
    (problem,) = problems("G01", {"quote_a": "A stress fracture is a very big crack"})
    assert problem.words == "big"


def test_a_section_nobody_knows_is_s03s_business_alone() -> None:
    assert found("G02", {"section": "nowhere"}) == []
    assert found("G06", {"section": "nowhere"}) == []


def term(section: str, quote: str) -> Term:
    return Term("crack", "A small break.", section, quote, 2)


@pytest.mark.parametrize(
    ("entry", "columns"),
    [
        (term("overload", "a very small crack"), []),
        (term("overload", ""), []),
        (term("rest", "a very small crack"), ["quote"]),
        (term("overload", "crack"), ["quote"]),
        (term("overload", "no such words"), ["quote"]),
        (term("nowhere", "a very small crack"), ["section"]),
    ],
)
def test_the_glossary_is_held_to_the_article(entry: Term, columns: list[str]) -> None:
    faults = problems("G10", {}, terms=[entry])
    assert [(p.file, p.row, p.column) for p in faults] == [("glossary.csv", 2, c) for c in columns]


@pytest.mark.parametrize(
    ("cells", "severity"),
    [
        ({"option_a": "A crack that heals in 6 weeks"}, Severity.ERROR),
        ({"option_a": "A crack that heals in 6 weeks", "level": "apply"}, Severity.WARNING),
        ({"option_a": "More at 80 than at 40"}, Severity.WARNING),
        ({**IN_REST, "option_a": "They heal in 9 weeks", "level": "apply"}, Severity.ERROR),
    ],
)
def test_a_number_that_a_case_brings_along_withholds_nothing(
    cells: dict[str, str], severity: Severity
) -> None:
    assert {problem.severity for problem in problems("G05", cells)} == {severity}


def test_an_option_that_the_keys_quotation_speaks_of_is_a_warning() -> None:
    (problem,) = problems("G03", {"option_b": "one hard blow", "quote_b": "-", **BLOW})
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("quote", "marked", "words"),
    [
        ("A stress fracture is a tiny crack", "is a [very small] crack in a bone.", "tiny"),
        ("A stress fracture is very small", "fracture is [a] very small crack", "very"),
        ("not from one very hard blow", "from one [ ] hard blow.", "very"),
        ("Most cracks heal in 4 to 8 weeks", "Most cracks heal in [6] to 8 weeks,", "4"),
    ],
)
def test_a_quotation_that_is_not_found_is_shown_beside_the_nearest_sentence(
    quote: str, marked: str, words: str
) -> None:
    (problem,) = problems("G01", {"quote_a": quote})
    assert marked in problem.message
    assert problem.words == words


def test_words_that_are_near_to_nothing_are_said_to_be() -> None:
    (problem,) = problems("G01", {"quote_a": "Zebras have stripes"})
    assert problem.message.endswith("nor a sentence like them.")
    assert problem.words == "Zebras have stripes"


def test_missing_words_are_named_whole() -> None:
    (problem,) = problems("G06", {"option_a": "Everybody thinks nothing of three zebras"})
    assert "(everybody, thinks, nothing, three, zebras)" in problem.message


def test_of_a_long_sentence_what_stands_round_the_difference_is_shown() -> None:
    words = " ".join(f"bone{n}" for n in range(140))
    article = f"# T\n\n## A {{#overload}}\n\nA crack {words} heals.\n"
    quote = f"crack {words}".replace("bone60 ", "bone ")
    (problem,) = problems("G01", {"quote_a": quote}, article=article)
    assert "[bone60]" in problem.message
    assert len(problem.message) < 800
