"""The bank as a whole (B01 to B05, G09), and questions against each other (W18, W19)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.distributions import binomial_tail, chi_square_tail
from bme_quiz.rules.checks.similar import Vocabulary, nearest_earlier
from tests.support.findings import ARTICLE, found, numbered, problems, report

SHORT = {"option_a": "Crack", "option_b": "Bruise of it", "option_c": "Tear of it"}
QUOTE_EACH = (
    "A stress fracture is",
    "Such a crack builds up",
    "Athletes are",
    "A scan can",
    "The scan is",
)


def spread(count: int, **cells: str) -> list[dict[str, str]]:
    """Rows whose key goes round the letters."""
    return [
        row | {"answer": letter, "harm": ""}
        for row, letter in zip(numbered(count, **cells), itertools.cycle("abc"), strict=False)
    ]


def test_b01_the_longest_option_is_right_too_often() -> None:
    assert found("B01", *numbered(30)) == [(None, "")]
    assert found("B01", *numbered(30, **SHORT)) == []
    assert found("B01", *numbered(19)) == [], "too few questions to say"
    assert found("B01", *spread(30)) == []


def test_b02_the_key_sits_in_one_place() -> None:
    uneven = problems("B02", *numbered(30))
    assert [(p.row, p.column) for p in uneven] == [(None, ""), (2, "answer")]
    assert found("B02", *spread(30)) == []


def test_b02_a_run_is_reported_where_it_begins() -> None:
    rows = spread(20)
    for row in rows[7:12]:
        row["answer"] = "b"
    (problem,) = problems("B02", *rows)
    assert (problem.row, problem.id, problem.words) == (9, "overload-08", "b")


def test_b02_a_run_that_chance_makes_is_a_note() -> None:
    rows = spread(300)
    for row in rows[7:12]:
        row["answer"] = "b"
    assert [p.severity for p in problems("B02", *rows)] == [Severity.NOTE]


def test_b03_a_section_without_questions() -> None:
    (problem,) = problems("B03", {})
    assert (problem.column, problem.words) == ("section", "rest")
    assert found("B03", {}, {"id": "rest-01", "section": "rest"}) == []


def test_b03_a_section_out_of_proportion() -> None:
    few = numbered(1, section="rest")
    rows = [*few, *(row | {"id": f"x-{n}"} for n, row in enumerate(spread(59)))]
    assert [p.words for p in problems("B03", *rows)] == ["remember", "rest"]


def test_b03_one_level_takes_nearly_all() -> None:
    rows = [
        *numbered(12),
        *(row | {"id": f"r{n}", "section": "rest"} for n, row in enumerate(numbered(9))),
    ]
    assert [p.words for p in problems("B03", *rows)] == ["remember"]
    for row in rows[:10]:
        row["level"] = "apply"
    assert found("B03", *rows) == []


def test_b04_a_section_without_anything_for_patients() -> None:
    (problem,) = problems("B04", {"audience": "student"})
    assert problem.words == "overload"
    assert found("B04", {"audience": "student"}, {"id": "x", "audience": "patient"}) == []


def test_b05_most_wrong_options_are_refuted() -> None:
    assert found("B05", {}) == []
    assert found("B05", {"quote_b": "-"}) == [(None, "")]
    assert report({}, select=["B05"]).figures == {"refuted_percent": 50.0}


def test_g09_counts_sentences_both_ways() -> None:
    rows = [row | {"quote_a": quote} for row, quote in zip(numbered(5), QUOTE_EACH, strict=True)]
    coverage = report(*rows, select=["G09"]).coverage
    overload, rest = coverage.sections
    assert (overload.questions, overload.sentences, overload.asked, overload.unasked) == (
        5,
        5,
        5,
        (),
    )
    assert (rest.questions, rest.sentences, rest.asked) == (0, 4, 0), "one is marked not asked"
    assert (coverage.asked, coverage.sentences, round(coverage.percent)) == (5, 9, 56)
    (problem,) = problems("G09", *rows)
    line = ARTICLE.splitlines().index("## Taking the load off {#rest}") + 1
    assert (problem.file, problem.row, problem.severity) == ("article.md", line, Severity.NOTE)


def test_g09_a_quotation_over_two_sentences_touches_both() -> None:
    quote = "blow. Athletes are often affected"
    (overload, _) = report({"quote_a": quote}).coverage.sections
    assert overload.asked == 2


def test_w18_names_the_earlier_row() -> None:
    rows = numbered(3)
    rows[0]["stem"] = "Why does a small crack in the long bone of the leg hurt so much?"
    rows[2]["stem"] = "Why does a tiny crack in the long bone of the leg hurt so much?"
    (problem,) = problems("W18", *rows)
    assert (problem.row, problem.column, problem.id) == (4, "stem", "overload-03")
    assert "row 2 (overload-01)" in problem.message


def test_w18_lets_different_questions_pass() -> None:
    rows = numbered(2)
    rows[0]["stem"], rows[1]["stem"] = "What is a bone bruise?", "What is a stress fracture?"
    assert found("W18", *rows) == []


def test_w19_a_stem_that_holds_another_key() -> None:
    rows = numbered(8)
    rows[6]["stem"] = "Why does a very small crack in a bone hurt?"
    rows[2]["option_a"] = "A very small crack in a bone"
    for row in (*rows[:2], *rows[3:]):
        row["option_a"] = "Rest"
    (problem,) = problems("W19", *rows)
    assert (problem.row, problem.column) == (4, "option_a")
    rows[6]["stem"] = "Why does a fracture hurt?"
    assert found("W19", *rows) == []


token_sets = st.lists(
    st.lists(st.integers(0, 12), min_size=1, max_size=9).map(lambda n: [f"w{x}" for x in n]),
    max_size=14,
)


@settings(max_examples=150)
@given(token_sets, st.sampled_from([0.5, 0.6, 0.8, 0.9, 1.0]))
def test_the_join_finds_what_comparing_all_pairs_finds(
    texts: list[list[str]], least: float
) -> None:
    assert joined(texts, least) == compared(texts, least)


@pytest.mark.parametrize("size", [2, 5, 20, 38, 40, 41, 45, 70])
def test_the_join_finds_pairs_of_any_size(size: int) -> None:
    one = [f"w{n}" for n in range(size)]
    for other in (one[1:], [*one, "more"], [*one[1:], "more"], one[size // 5 :], list(one)):
        texts = [one, ["noise"], other]
        assert joined(texts, 0.8) == compared(texts, 0.8)


def joined(texts: list[list[str]], least: float) -> dict[int, tuple[int, float]]:
    vocabulary = Vocabulary()
    sets = [vocabulary.numbers(text) for text in texts]
    return {
        later: (first, share) for later, first, share in nearest_earlier(sets, vocabulary, least)
    }


def compared(texts: list[list[str]], least: float) -> dict[int, tuple[int, float]]:
    found_pairs: dict[int, tuple[int, float]] = {}
    for later, text in enumerate(texts):
        for earlier in range(later):
            one, other = set(texts[earlier]), set(text)
            share = len(one & other) / len(one | other)
            if share >= least and share > found_pairs.get(later, (0, 0.0))[1]:
                found_pairs[later] = earlier, share
    return found_pairs


@pytest.mark.parametrize(
    ("tail", "arguments", "value"),
    [
        (binomial_tail, (8, 10, 0.5), 56 / 1024),
        (binomial_tail, (0, 10, 0.5), 1.0),
        (binomial_tail, (11, 10, 0.5), 0.0),
        (chi_square_tail, (3.841459, 1), 0.05),
        (chi_square_tail, (5.991465, 2), 0.05),
        (chi_square_tail, (11.344867, 3), 0.01),
        (chi_square_tail, (13.276704, 4), 0.01),
        (chi_square_tail, (0.0, 3), 1.0),
    ],
)
def test_the_tails_are_those_of_the_tables(
    tail: Callable[..., float], arguments: tuple[float, ...], value: float
) -> None:
    assert tail(*arguments) == pytest.approx(value, abs=1e-6)
