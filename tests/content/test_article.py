"""Reading the article, looking up quotations and marking them."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.article import Article, Span
from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import ContentError
from bme_quiz.content.render import section_html, source_html, text_html
from tests.support.courses import ARTICLE


def article(text: str = ARTICLE) -> Article:
    found, problems = parse_article(text)
    assert problems == []
    return found


def text_of(html: str) -> str:
    """What a reader sees of a piece of HTML."""
    import html as lib

    return " ".join(lib.unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_sections_have_ids_titles_and_folded_text() -> None:
    found = article()
    assert found.title == "Knees and loads"
    assert [(s.id, s.title, s.level) for s in found.sections] == [
        ("load", "What a load does", 2),
        ("rest", "How to rest", 2),
    ]
    assert found.sections[1].text.startswith("Crutches keep weight off the leg. A boot protects")
    assert found.head.text == "Written for tests."
    assert [s.asked for s in found.head.sentences] == [False]


def test_a_quotation_is_found_whatever_its_spaces_markdown_and_quotation_marks() -> None:
    found = article(
        '# T\n\n## A {#a}\n\nThe *soft\npart* of a "bone" isn\'t [^1] hard.\n\n[^1]: S.\n'
    )
    for words in (
        "soft part of a",
        "*soft part* of",
        "soft   part\nof",
        "a “bone” isn’t",
        "isn't hard",
    ):
        assert len(found.find(words)) == 1, words


def test_words_must_be_exact_and_whole() -> None:
    found = article()
    assert found.find("Rest lets the bone mend")
    assert found.find("rest lets the bone mend") == found.find("Rest lets the bone mend")
    assert not found.find("Rest let the bone mend")
    assert not found.find("Rest lets the bone men")
    assert not found.find("est lets the bone mend")
    assert not found.find("  ")


def test_a_quotation_that_stands_twice_is_found_twice() -> None:
    found = article(
        "# T\n\n## A {#a}\n\nBone heals. So bone heals.\n\n## B {#b}\n\nSo bone heals.\n"
    )
    assert [s.section for s in found.find("bone heals")] == ["a", "b"]


def test_sources_are_those_of_the_sentence_or_else_of_its_paragraph() -> None:
    section = article().sections[0]
    assert section.sources_at(article().find("A load pushes")[0]) == ("1",)
    assert section.sources_at(article().find("Rest lets the bone mend")[0]) == ("1",)
    assert section.sources_at(article().find("A brace does not")[0]) == ()
    assert source_html(article().sources[0]) == (
        'A source about <em>loads</em>. <a href="https://doi.org/10.1000/loads">'
        "https://doi.org/10.1000/loads</a>"
    )


def test_the_passage_stands_in_mark_elements() -> None:
    found = article("# T\n\n## A {#a}\n\nThe **soft part** of bone. More.\n")
    html = section_html(found.sections[0], found.find("soft part of"))
    assert html == (
        "<p>The <strong><mark>soft part</mark></strong><mark> of</mark> bone. More.</p>\n"
    )


def test_a_picture_is_a_link_to_itself_unless_it_stands_in_one() -> None:
    text = "# T\n\n## A {#a}\n\n![Alt.](images/a.svg) [![Alt.](images/a.svg)](#a)\n"
    html = section_html(article(text).sections[0])
    shown = '<img src="/course/images/a.svg" alt="Alt.">'
    link = '<a class="zoom" href="/course/images/a.svg" target="_blank" title="Larger picture">'
    assert html == f'<p>{link}{shown}</a> <a href="/article#section-a">{shown}</a></p>\n'


def test_terms_are_explained_where_they_first_stand_inside_a_mark_too() -> None:
    found = article("# T\n\n## A {#a}\n\nBone marrow is soft. Marrow fills bones.\n")
    term = Term("bone marrow", "Soft <tissue>.", "a", "", 2)
    html = section_html(found.sections[0], found.find("Bone marrow is soft"), [term])
    assert html.count('class="term"') == 1
    assert ">Bone marrow</button>" in html
    assert "Soft &lt;tissue&gt;." in html
    assert html.index("<mark>") < html.index("<button") < html.index("</mark>")


def test_terms_in_plain_text_are_explained_once_and_the_others_left_over() -> None:
    bone = Term("bone marrow", "Soft.", "a", "", 2)
    boot = Term("boot", "Stiff.", "a", "", 3)
    html, left = text_html("Bone marrow <b> & bone marrow.", [boot, bone])
    assert html.count('class="term"') == 1
    assert html.startswith("<button")
    assert html.endswith(" &lt;b&gt; &amp; bone marrow.")
    assert left == (boot,)
    assert text_html("No term.", ()) == ("No term.", ())


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("## A {#a}\n\nx.\n", 1, "no title"),
        ("# T\n\n## A {#a}\n\nx.\n\n## B\n\ny.\n", 7, "no section id"),
        ("# T\n\n## A {#a}\n\nx.\n\n## B {#a}\n\ny.\n", 7, "stands twice"),
        ("# T\n\n## A {#a}\n\nx.\n\n## B {#Über uns}\n\ny.\n", 7, "no section id"),
        ("# T\n\n## A {#a}\n\nx.\n\n## B {#B_1}\n\ny.\n", 7, "not well formed"),
        ("# T\n\n# U\n\n## A {#a}\n\nx.\n", 3, "two titles"),
    ],
)
def test_a_broken_heading_is_reported_with_its_line(text: str, row: int, words: str) -> None:
    _, problems = parse_article(text)
    assert [(p.code, p.row) for p in problems] == [("A01", row)]
    assert words in problems[0].message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"# T\n\nno section\n", "no section"),
        (b"# T\n\n\xff\xfe", "line 3: this is not UTF-8"),
        (b"", "no section"),
        (b"x" * 5_000_001, "at most"),
    ],
)
def test_what_is_no_article_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        parse_article(data)


def test_raw_html_and_latex_in_an_article_stay_text() -> None:
    text = "A <script>alert(1)</script> and <img src=x onerror=y> and $x$."
    found = article(f"# T\n\n## A {{#a}}\n\n{text}\n")
    html = section_html(found.sections[0])
    assert "<script" not in html
    assert "<img" not in html
    assert text_of(html) == text


def test_a_picture_from_elsewhere_is_shown_as_its_words() -> None:
    found = article("# T\n\n## A {#a}\n\n![bone](https://x.example/a.png) ![cut](images/cut.svg)\n")
    html = section_html(found.sections[0])
    assert "x.example" not in html
    assert 'src="/course/images/cut.svg" alt="cut"' in html


words = st.text(alphabet="abc *_`[]<>&$\\~#.!?\"'é", min_size=1, max_size=60)


@given(words, words, st.data())
def test_whatever_is_marked_the_reader_sees_the_same_text(
    first: str, second: str, data: st.DataObject
) -> None:
    found, _ = parse_article(f"# T\n\n## A {{#a}}\n\nX{first}\n\nY{second}\n")
    section = found.sections[0]
    length = len(section.text)
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    plain = section_html(section)
    marked = section_html(section, [Span("a", start, end)])
    assert text_of(marked) == text_of(plain)
    assert marked.count("<mark>") == marked.count("</mark>")


@given(words)
def test_every_sentence_is_found_where_it_stands(text: str) -> None:
    found, _ = parse_article(f"# T\n\n## A {{#a}}\n\nX{text}\n")
    section = found.sections[0]
    for sentence in section.sentences:
        assert section.text[sentence.span.start : sentence.span.end] == sentence.text


@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_one_sentence(data: bytes) -> None:
    with suppress(ContentError):
        found, problems = parse_article(data)
        assert found.sections
        assert {p.code for p in problems} <= {"A01", "A03"}
