"""Quotations for authors: the right sentence is found, and proposals are marked as such."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bme_quiz.content.article import Span
from bme_quiz.content.bank import question_from_row
from bme_quiz.content.course import read_course
from bme_quiz.rules.checks.run import check
from bme_quiz.rules.passages import is_proposal, quotation_places
from bme_quiz.services.authoring.quotations import Quotations, search_of, stemmer, suggest
from tests.support.courses import OWN_QUESTIONS, ROOT
from tests.support.findings import TRUE_FALSE, course

OWN = read_course(OWN_QUESTIONS)


def key_queries() -> Iterator[tuple[str, str, Span]]:
    """Key, stem and the place of the quotation, of every key in the shipped bank."""
    for row in OWN.bank.rows:
        question = question_from_row(row)
        places = quotation_places(question, OWN.article.find)
        for option in question.options:
            if option.is_key and places.get(option.letter):
                says_only_true = option.text.casefold() in ("true", "false")
                key = question.stem if says_only_true else option.text
                yield key, "" if says_only_true else question.stem, places[option.letter][0]


@pytest.mark.parametrize("at_once", [True, False])
def test_the_right_sentence_is_among_the_first_three_for_the_shipped_keys(at_once: bool) -> None:
    search = search_of(OWN.article)
    found = []
    for key, stem, place in key_queries():
        # A question says in which section its key's quotation lies.
        section = place.section
        hits = (
            search.best(f"{stem} {key}", section=section)
            if at_once
            else search.best(key, stem, section=section)
        )
        spans = [hit.sentence.span for hit in hits]
        found.append(
            any(
                s.section == place.section and s.start < place.end and place.start < s.end
                for s in spans
            )
        )
    assert len(found) > 100
    assert sum(found) / len(found) >= 0.96


def test_a_found_sentence_says_where_it_is_and_who_quotes_it() -> None:
    files = course({}, {"id": "other", "stem": "Other?", "quote_b": "builds up over time"})
    first = Quotations(files).find("a crack builds up over time")[0]
    assert (first.section, first.is_quotable) == ("overload", True)
    assert first.text.startswith("Such a crack builds up over time")
    assert first.used_by == ("overload-01", "other")


def test_a_sentence_that_stands_twice_is_not_quotable() -> None:
    twice = "# T\n\n## A {#a}\n\nRest helps bone.\n\n## B {#b}\n\nRest helps bone.\n"
    found = Quotations(course(article=twice)).find("rest")
    assert [one.is_quotable for one in found] == [False, False]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "fractures", "fractured"),
        ("en-GB", "healing", "heals"),
        ("es", "lesiones", "lesión"),
        ("de", "Brüche", "Brüchen"),
    ],
)
def test_the_courses_language_picks_the_stemmer(language: str, one: str, other: str) -> None:
    stem = stemmer(language)
    assert stem(one.casefold()) == stem(other.casefold())


def test_words_of_a_language_without_a_stemmer_stay_as_they_are() -> None:
    assert stemmer("tlh")("fractures") == "fractures"


def test_proposals_fill_empty_cells_only_and_are_marked() -> None:
    blow = {"option_b": "It builds up through loading from one hard blow"}
    files = course(blow | {"quote_a": "", "quote_b": " ", "quote_c": "-"}, {"quote_b": ""})
    found = suggest(files)
    assert (found.proposed, found.passed_over) == (3, ())
    first, second = (row.cells for row in found.rows)
    assert first["quote_a"] == "? A stress fracture is a very small crack in a bone."
    assert first["quote_b"].startswith("? Such a crack builds up over time")
    assert first["quote_c"] == "-"
    assert second["quote_a"] == files.bank.rows[1].cells["quote_a"]
    changed = {column for column in first if first[column] != files.bank.rows[0].cells[column]}
    assert changed == {"quote_a", "quote_b"}


def test_a_keys_proposal_lies_in_the_rows_section() -> None:
    row = {"section": "rest", "option_a": "A very small crack in a bone", "quote_a": ""}
    (filled,) = suggest(course(row)).rows
    quote = filled.cells["quote_a"].removeprefix("? ")
    assert [span.section for span in course().article.find(quote)] == ["rest"]


def test_of_a_true_or_false_question_the_statement_is_looked_for() -> None:
    row = TRUE_FALSE | {"stem": "A boot can protect a foot.", "section": "rest", "quote_a": ""}
    (filled,) = suggest(course(row)).rows
    assert filled.cells["quote_a"] == "? A boot protects the foot."


def test_a_wrong_option_is_not_refuted_by_its_own_words() -> None:
    (filled,) = suggest(course({"option_b": "Athletes are often affected", "quote_b": ""})).rows
    assert "Athletes" not in filled.cells["quote_b"]


def test_where_nothing_fits_the_proposal_says_that_the_article_is_silent() -> None:
    row = {"stem": "Zebras?", "option_a": "Quagga", "option_b": "Okapi", "quote_b": ""}
    found = suggest(course(row))
    assert found.rows[0].cells["quote_b"] == "? -"
    assert found.silent == 1


@pytest.mark.parametrize("cells", [{"stem": ""}, {"answer": ""}])
def test_a_row_without_stem_or_answer_is_passed_over(cells: dict[str, str]) -> None:
    found = suggest(course({"quote_a": ""} | cells))
    assert (found.proposed, found.passed_over) == (0, ("overload-01",))


def test_the_checker_refuses_what_nobody_confirmed() -> None:
    found = suggest(course({"quote_a": "", "quote_b": "", "quote_c": ""}))
    cells = dict(found.rows[0].cells)
    assert all(is_proposal(cells[f"quote_{letter}"]) for letter in "abc")
    report = check(course(cells), select=["G01", "G03"])
    assert {(p.code, p.column) for p in report.problems} == {
        ("G01", "quote_a"),
        ("G03", "quote_b"),
        ("G03", "quote_c"),
    }
    assert report.withheld == {2}
    confirmed = {c: cells[c].removeprefix("? ") for c in ("quote_a", "quote_b")} | {"quote_c": "-"}
    assert check(course(cells | confirmed), select=["G01", "G03"]).problems == ()


def test_the_stemmer_is_loaded_by_authors_commands_alone() -> None:
    code = "import sys, bme_quiz.cli.main, bme_quiz.services.course; "
    code += "sys.exit('snowballstemmer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
