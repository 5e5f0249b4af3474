"""The article as a text to be read (R05, R06, and the note of R01)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bme_quiz.content.identity import Identity, Roles
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.denials import is_denial
from bme_quiz.rules.checks.run import check
from tests.support.findings import ARTICLE, course, problems, report

HEAVY = "Characteristically idiopathic inflammatory abnormalities necessitate investigation."


@pytest.mark.parametrize(
    "sentence",
    [
        "BME is not a disease.",
        "Plain X-rays cannot show BME.",
        "It isn't a cancer.",
        "It isn’t a cancer.",
        "Bone bruises are no rarity: they rank high.",
        "Nothing is drained.",
        "Never run on it.",
        "Neither helps.",
        "If it hurts, rest is not enough.",
        "It heals in weeks, not in days.",
        "When weight is taken off, which may take weeks, no surgery follows.",
    ],
)
def test_a_negation_in_the_main_clause_is_a_denial(sentence: str) -> None:
    assert is_denial(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Call for help if you cannot stand.",
        "A sign that does not settle calls for help.",
        "If no cause is found, doctors speak of a syndrome.",
        "MRI shows it in 18 of 100 knees without symptoms.",
        "It is non-specific.",
        "Boots are not only for comfort.",
        "It takes no more than two weeks.",
        "Now and then a scan shows little or no edema.",
        "A note stands here, and a knot.",
        "",
    ],
)
def test_what_a_clause_or_a_turn_of_phrase_negates_is_none(sentence: str) -> None:
    assert not is_denial(sentence)


def test_no_sentence_takes_long() -> None:
    assert is_denial("not " * 2_000)
    assert not is_denial("if not, " * 1_000 + "if" * 1_000)


def text_of(denials: int, others: int) -> str:
    lines = [f"Sign {n} is not a break." for n in range(denials)]
    lines += [f"Sign {n} is a break." for n in range(others)]
    return "# T\n\n## A {#overload}\n\n" + "\n\n".join(lines)


def test_r05_counts_denials_of_the_main_text() -> None:
    assert problems("R05", article=text_of(2, 23)) == (), "8 % of 25"
    (problem,) = problems("R05", article=text_of(3, 22))
    assert "3 of 25 sentences say what is not so: 12.0 %" in problem.message
    assert (problem.severity, problem.file, problem.row) == (Severity.NOTE, "article.md", 3)
    assert problem.words == "Sign 0 is not a break."
    assert problems("R05", article=text_of(19, 0)) == (), "too short to tell"
    spanish = replace(course(article=text_of(9, 16)), identity=Identity("t", "T", language="es"))
    assert check(spanish, select=["R05"]).problems == ()
    assert check(spanish, select=["R05"]).figures == {}
    box = "\n\n> **Box**\n>\n> " + "It is not so. " * 9 + "\n"
    assert problems("R05", article=text_of(2, 23) + box) == ()
    asking = "\n\n" + "Is it not so? " * 9
    assert problems("R05", article=text_of(2, 23) + asking) == ()
    figures = report(article=text_of(3, 22) + box, select=["R05"]).figures
    assert figures["denials_percent"] == 12.0


def words(number: int) -> str:
    return "word " * number


def test_r06_counts_words_without_boxes() -> None:
    box = f"\n\n> **Box**\n>\n> {words(100)}\n"
    fits = f"# T\n\n## A {{#overload}}\n\n{words(350)}{box}\n## B {{#rest}}\n\n{words(20)}\n"
    assert problems("R06", article=fits) == ()
    (problem,) = problems("R06", article=fits.replace(words(350), words(351)))
    assert problem.message == ("The section 'overload' has 351 words without its box; 350 at most.")
    assert (problem.row, problem.severity) == (3, Severity.NOTE)
    figures = report(article=fits, select=["R06"]).figures
    assert figures == {"article_words": 370, "longest_section_words": 350}


def test_r06_holds_the_summary_to_a_minute_and_all_of_it_to_a_quarter_of_an_hour() -> None:
    sections = "".join(f"## S {{#s-{n}}}\n\n{words(300)}\n\n" for n in range(10))
    text = f"# T\n\n## In short {{#short}}\n\n{words(151)}\n\n{sections}"
    files = replace(course(article=text), identity=Identity("t", "T", roles=Roles(summary="short")))
    found = check(files, select=["R06"])
    assert [p.message for p in found.problems] == [
        "The summary 'short' has 151 words; 150 at most."
    ]
    assert found.figures["summary_words"] == 151
    longer = f"{text}## More {{#more}}\n\n{words(50)}\n"
    assert "The main text has 3,201 words; 3,200 at most." in [
        p.message for p in check(course(article=longer), select=["R06"]).problems
    ]


def test_r01_notes_an_article_that_is_only_just_easy_enough() -> None:
    plain = ARTICLE + "\n\nThe bone is well. " * 60
    assert problems("R01", {}, article=plain) == ()
    (problem,) = problems("R01", {}, article=plain + f"\n\n{HEAVY} " * 10)
    assert problem.severity is Severity.NOTE
    assert "at 6 and 7 most people read it with ease" in problem.message
