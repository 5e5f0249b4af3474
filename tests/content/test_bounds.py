"""What is longer than anybody writes is named, with its place, and takes nothing else with it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import cookie_parser
from starlette.types import Message, Receive, Scope, Send

from bme_quiz.content import bounds, glossary
from bme_quiz.content.article import Article
from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.bank import parse_bank
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.problems import ContentError, Problem
from bme_quiz.content.render import section_html, source_html
from bme_quiz.content.table import write_table
from bme_quiz.content.text import same_text_form, sentence_spans, without_comments
from bme_quiz.rules.checks.readability import syllables
from bme_quiz.rules.checks.reading import _named_in_brackets
from bme_quiz.rules.checks.run import check
from bme_quiz.rules.checks.words import stem
from bme_quiz.rules.numbers import row_of_numbers
from bme_quiz.server.http.clients import Clients
from bme_quiz.server.http.cookie import PlainCookies, plain_cookies
from bme_quiz.services.settings import read_settings
from tests.support.courses import ARTICLE, OWN_QUESTIONS, ROWS, bank_bytes, course_of, files, row
from tests.support.loops import run

HEAD = "# T\n\n## A {#a}\n\n"


def read(body: str) -> tuple[Article, list[Problem]]:
    article, problems = parse_article(f"{HEAD}{body}\n")
    return article, [p for p in problems if p.code == "A03"]


# Tables


@pytest.mark.parametrize("column", ["stem", "why_b", "quote_c", "hint", "checked", "id", "answer"])
def test_a_cell_that_is_too_long_withholds_its_question_alone(column: str) -> None:
    whole = row(id="load-09", **{column: "x " * 2_500} if column != "id" else {})
    rows = [*ROWS, {**whole, column: "x " * 2_501}]
    course = files(rows)
    (problem,) = [p for p in check(course).problems if p.code == "S01"]
    assert (problem.row, problem.column) == (6, column)
    assert problem.id == ("load-09" if column != "id" else " ".join(["x"] * 30))
    assert "5,002 characters" in problem.message
    assert "5,000" in problem.message
    assert len(problem.words) <= 60
    assert {q.id for q in course_of(rows).questions} == {r["id"] for r in ROWS}


def test_a_cell_of_just_the_length_is_read() -> None:
    table = parse_bank(bank_bytes([row(hint="x" * bounds.MAX_CELL)]))
    assert [len(one.cells["hint"]) for one in table.rows] == [bounds.MAX_CELL]
    assert table.problems == ()


def test_a_quotation_mark_that_nothing_closes_is_named_by_its_row() -> None:
    bank = bank_bytes(ROWS) + b'load-09,"load' + bank_bytes(ROWS)[300:] * 9
    problems = parse_bank(bank).problems
    assert [p.row for p in problems] == [6]


def test_a_first_row_of_thousands_of_columns_is_one_sentence() -> None:
    with pytest.raises(ContentError, match=r"b\.csv, row 1: it names 200,000 columns"):
        parse_bank(b"a," * 200_000, "b.csv")


def test_a_table_of_too_many_rows_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bme_quiz.content.table.MAX_ROWS", 4)
    assert len(parse_bank(bank_bytes(ROWS)).rows) == 4
    with pytest.raises(ContentError, match="more than 4 rows"):
        parse_bank(bank_bytes([*ROWS, row(id="load-09")]))


def test_a_column_with_an_endless_name_is_named_by_its_beginning() -> None:
    data = bank_bytes(ROWS).replace(b"id,", b"id," + b"y" * 9_000 + b",", 1)
    assert all(len(p.message) < 600 and len(p.words) <= 60 for p in parse_bank(data).problems)


def terms_of(*terms: str) -> bytes:
    rows = [{"term": t, "definition": "d", "section": "load", "quote": "-"} for t in terms]
    return write_table(glossary.COLUMNS, rows).encode()


def test_a_term_that_is_too_long_is_left_out_and_named() -> None:
    terms, problems = parse_glossary(
        terms_of("a" * bounds.MAX_TERM, "b" * (bounds.MAX_TERM + 1), "edema")
    )
    assert [term.term[:2] for term in terms] == ["aa", "ed"]
    assert [(p.code, p.row, p.column) for p in problems] == [("S01", 3, "term")]
    assert f"{bounds.MAX_TERM + 1} characters" in problems[0].message


def test_a_glossary_of_too_many_terms_is_one_sentence() -> None:
    with pytest.raises(ContentError, match="2,001 terms"):
        parse_glossary(terms_of(*(f"t{n}" for n in range(bounds.MAX_TERMS + 1))))


# The article


def test_a_paragraph_that_is_too_long_is_shown_as_typed_and_not_quoted() -> None:
    long = "One *word* more. " * 600
    article, problems = read(f"Before it.\n\n{long}\n\nBehind *it*.")
    assert [(p.row, p.file) for p in problems] == [(7, "article.md")]
    assert "10,199 characters" in problems[0].message
    section = article.sections[0]
    assert section.text == "Before it. Behind it."
    html = section_html(section)
    assert html.count("One *word* more.") == 600
    assert "Behind <em>it</em>" in html


def test_a_question_that_quotes_too_long_a_paragraph_is_withheld() -> None:
    article = ARTICLE.replace("Rest lets the bone mend.", f"Rest lets it. {'x' * 10_000}")
    course = course_of([row(quote_b="Rest lets it"), ROWS[2]], article)
    assert {q.id for q in course.questions} == {"rest-01"}


def test_a_footnote_whose_number_has_thousands_of_digits_is_named() -> None:
    digits = "9" * 4_301
    article, problems = read(f"It hurts.[^{digits}] It heals.[^2]\n\n[^{digits}]: B\n\n[^2]: C")
    assert [p.row for p in problems] == [7]
    assert "4,301 characters" in problems[0].message
    assert [source.number for source in article.sources] == ["2"]
    assert digits in section_html(article.sections[0])


def test_a_footnotes_number_of_just_the_length_is_read() -> None:
    label = "9" * bounds.MAX_LABEL
    article, problems = read(f"It hurts.[^{label}]\n\n[^{label}]: B")
    assert [source.number for source in article.sources] == [label]
    assert problems == []


def test_lists_and_quotations_too_deep_in_one_another_keep_their_words() -> None:
    article, problems = read("> " * 40 + "deep down\n\nBehind it.")
    assert [p.row for p in problems] == [5]
    html = section_html(article.sections[0])
    assert "deep down" in html
    assert "Behind it." in html
    article, problems = read("\n".join("  " * n + f"- item {n}" for n in range(40)))
    assert problems
    assert all(f"item {n}" in section_html(article.sections[0]) for n in range(40))
    assert read("> - > - a")[1] == []


def test_an_address_that_is_too_long_is_shown_as_typed() -> None:
    article, problems = read(f"A [link](/{'x' * 2_000}) and [one](/{'x' * 1_990}).")
    assert [p.row for p in problems] == [5]
    html = section_html(article.sections[0])
    assert html.count("<a ") == 1
    assert f"[link](/{'x' * 2_000})" in html


def test_a_title_that_is_too_long_is_left_out() -> None:
    article, problems = read(f'A [link].\n\n[link]: /x "{"y" * 2_001}"')
    assert [p.row for p in problems] == [7]
    assert '<a href="/x">link</a>' in section_html(article.sections[0])


def test_an_address_used_everywhere_does_not_grow_without_end() -> None:
    uses = "\n\n".join(["[a] " * 2_000] * 10)
    article, problems = read(f"{uses}\n\n[a]: /{'x' * 1_900}")
    assert len(section_html(article.sections[0])) < 3 * 3_000_000
    assert len(problems) == 1
    assert "addresses" in problems[0].message


def test_tables_that_short_rows_fill_up_do_not_grow_without_end() -> None:
    wide = "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|\n" * 300
    article, problems = read("\n\n".join([wide] * 40) + "\n\nBehind them.")
    assert len(problems) == 1
    assert "cells" in problems[0].message
    html = section_html(article.sections[0])
    assert html.count("<td") < 60_000
    assert html.count("|a|a|") >= 38
    assert "Behind them." in html


def test_headings_and_ids_that_are_too_long_are_named() -> None:
    text = f"# T\n\n## {'w ' * 300}{{#a}}\n\nx\n\n## B {{#{'b' * 101}}}\n\n## C {{#c}}\n\ny"
    article, problems = parse_article(text)
    assert [section.id for section in article.sections] == ["c"]
    assert [(p.code, p.row) for p in problems] == [("A01", 3), ("A01", 7)]
    assert all(len(p.words) <= 500 and len(p.message) < 300 for p in problems)


def test_an_article_of_too_many_lines_is_one_sentence() -> None:
    with pytest.raises(ContentError, match=r"mine\.md has 50,00\d lines"):
        parse_article(HEAD + "\n" * 50_000, "mine.md")


def test_words_that_stand_everywhere_are_not_looked_for() -> None:
    paragraphs = "\n\n".join(["the bone " * 500] * 5)
    article = ARTICLE.replace("A load pushes", f"{paragraphs}\n\nA load pushes")
    report = check(files([row(quote_b="the bone the")], article), select=["G01"])
    (problem,) = report.problems
    assert "thousands of times" in problem.message
    assert problem.column == "quote_b"


def test_the_shipped_course_is_well_inside_every_bound() -> None:
    article = (OWN_QUESTIONS / "article.md").read_text("utf-8")
    assert max(map(len, article.split("\n\n"))) * 1.5 < bounds.MAX_PARAGRAPH
    assert article.count("\n") * 100 < bounds.MAX_LINES
    bank = parse_bank((OWN_QUESTIONS / "bank.csv").read_bytes())
    assert max(len(cell) for one in bank.rows for cell in one.cells.values()) * 10 < bounds.MAX_CELL


def test_sources_keep_their_order_and_marks_their_places() -> None:
    body = "".join(f"Word {n} here[^{n}] and so on. " for n in range(300, 0, -1))
    notes = "\n".join(f"[^{n}]: Source {n}" for n in range(1, 301))
    article, problems = read(f"{body}\n\n{notes}")
    assert problems == []
    assert [source.number for source in article.sources] == [str(n) for n in range(1, 301)]
    section = article.sections[0]
    assert [section.sources_at(s.span) for s in section.sentences[:3]] == [
        ("300",),
        ("299",),
        ("298",),
    ]
    assert source_html(article.sources[0]) == "Source 1"


# Numbers, words, settings, cookies


def test_options_that_look_like_versions_are_no_numbers() -> None:
    assert row_of_numbers(["1.2.3", "1.2.4"]) is None
    assert row_of_numbers(["1.2 kg", "1.3 kg"]) == (1.2, 1.3)
    assert row_of_numbers([" about 1,000 mg ", "about 2,000 mg"]) == (1000, 2000)


def test_endless_words_are_not_remembered() -> None:
    for word in ("a" * 5_000, "b" * 41):
        assert stem(word)
        assert syllables(word)
    known = [stem.__globals__["_known_stem"], syllables.__globals__["_known_syllables"]]
    before = [cache.cache_info().currsize for cache in known]
    assert (stem("c" * 41), syllables("c" * 41)) == ("c" * 41, 1)
    assert [cache.cache_info().currsize for cache in known] == before


def test_a_port_of_thousands_of_digits_is_one_sentence() -> None:
    with pytest.raises(ContentError, match="a port is a number"):
        read_settings({"BME_QUIZ_PORT": "9" * 5_000})


def test_cookies_that_would_take_long_are_taken_out_and_others_stay() -> None:
    header = b'a=1; b="' + b"\\" * 60_000 + b'"; bme_seat=abc; c="x y"'
    assert plain_cookies(header) == b'a=1; bme_seat=abc; c="x y"'
    assert cookie_parser(plain_cookies(header).decode()) == {
        "a": "1",
        "bme_seat": "abc",
        "c": "x y",
    }


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_nothing_behind_the_front_sees_such_a_cookie(kind: str) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def nothing() -> Message:
        return {"type": "http.request"}

    async def ignore(_message: Message) -> None:
        return

    headers = [(b"cookie", b'a=1; b="\\\\"'), (b"x-path", b"c:\\d"), (b"cookie", b"c=2")]
    scope = {"type": kind, "headers": headers}
    run(PlainCookies(app)(scope, nothing, ignore))
    assert seen[0]["headers"] == [(b"cookie", b"a=1"), (b"x-path", b"c:\\d"), (b"cookie", b"c=2")]
    assert scope["headers"] is headers


# The quick ways find what the plain patterns find


_END = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s+["'“‘(\[]?[A-Z0-9À-Þ])""")
_LAST = re.compile(r"([\w.]+)$")
_SHORT = {"e.g", "i.e", "dr", "mr", "mrs", "ms", "st", "vs", "fig", "approx", "prof", "cf"}
PIECES = st.sampled_from(
    [*".!?…\"')”’ ", " ", " A", " 1", "a", "e.g", "i.e", "Dr", "approx", "xapprox", "É", " (B", "_"]
)


@given(st.lists(PIECES, max_size=16).map(lambda parts: " ".join("".join(parts).split())))
def test_sentences_are_those_of_the_plain_patterns(text: str) -> None:
    wanted, start = [], 0
    for end in _END.finditer(text):
        last = _LAST.search(text, start, end.start())
        if end.group()[0] == "." and last and last.group(1).lower() in _SHORT:
            continue
        wanted.append((start, end.end()))
        start = end.end() + (text[end.end() : end.end() + 1] == " ")
    if text[start:].strip():
        wanted.append((start, len(text)))
    assert sentence_spans(text) == wanted


@given(st.lists(st.sampled_from(["<!--", "-->", " ", "\n", "a", "-", "<!", ">"]), max_size=14))
def test_comments_are_those_of_the_plain_pattern(parts: list[str]) -> None:
    text = "".join(parts)
    assert without_comments(text) == re.sub(r"(?s)\s*<!--.*?-->\s*", " ", text)


@given(
    st.lists(
        st.sampled_from(["a", "Ab", "AB", "(", ")", " (AB)", " ", "s", "(the ", "also ", "-", "1"]),
        max_size=12,
    )
)
def test_abbreviations_in_brackets_are_those_of_the_plain_pattern(parts: list[str]) -> None:
    text = "".join(parts)
    plain = re.compile(
        r"[a-z]\w*\W{0,3}\((?:the |also |called |or |short )*(?P<name>[A-Z]{2,5})s?\)"
    )
    assert list(_named_in_brackets(text)) == [found["name"] for found in plain.finditer(text)]


@given(st.text("ab éﬁ½\u0301\u0316\ufdfa .", max_size=3_000))
def test_a_long_text_folds_as_a_short_one(text: str) -> None:
    whole = " ".join(unicodedata.normalize("NFKC", text).split()).casefold().rstrip(" .!?;:,")
    longest = max(map(len, text.split(" ")), default=0)
    assert longest > 900 or same_text_form(text) == whole


def test_the_front_of_everything_takes_such_cookies_out() -> None:
    from bme_quiz.server.http.app import app_parts

    order = [one.cls for one in app_parts()["middleware"]]
    # Who asks is told by other headers; all others may read a cookie.
    assert order[:2] == [Clients, PlainCookies]
