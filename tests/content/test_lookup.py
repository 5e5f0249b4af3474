"""Looking quotations up: the index finds what a scan of the text finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.lookup import WordIndex
from bme_quiz.content.render import section_html
from bme_quiz.content.text import match_form
from tests.support.findings import ARTICLE

text = st.text(st.sampled_from("ab_-. é1("), max_size=40)


def scanned(texts: tuple[str, ...], wanted: str) -> list[tuple[int, int]]:
    if not wanted:
        return []
    pattern = re.compile(
        (r"(?<!\w)" if wanted[0].isalnum() else "")
        + re.escape(wanted)
        + (r"(?!\w)" if wanted[-1].isalnum() else "")
    )
    return [(n, m.start()) for n, text in enumerate(texts) for m in pattern.finditer(text)]


@settings(max_examples=400)
@given(st.lists(text, max_size=3).map(tuple), text)
def test_the_index_finds_what_a_scan_finds(texts: tuple[str, ...], wanted: str) -> None:
    assert list(WordIndex(texts).find(wanted)) == scanned(texts, wanted)


@settings(max_examples=200)
@given(text, st.integers(0, 40), st.integers(0, 40))
def test_a_piece_of_the_text_is_found_as_by_a_scan(whole: str, start: int, end: int) -> None:
    wanted = whole[start:end]
    assert list(WordIndex((whole,)).find(wanted)) == scanned((whole,), wanted)


@pytest.mark.parametrize(
    ("quotation", "places"),
    [
        ("crack", 3),
        ("crac", 0),
        ("*a very small* crack", 1),
        ("A\u00a0scan  can", 1),
        ("Crutches can keep weight off the limb. A boot", 1),
        ("magnetic resonance imaging (MRI). Crutches", 0),
        ("", 0),
        ("**", 0),
        ("crack " * 100_000, 0),
        ("“A boot protects the foot”", 1),
        ('"A boot protects the foot."', 1),
        ("«A boot protects the foot»", 1),
        ("… A boot protects the foot …", 1),
        ("[...] protects the foot.", 1),
        ("a boot protects the foot", 1),
        ("Protects the foot.", 1),
        ("A boot pro\u00adtects the\u200b foot", 1),
        ("a very small crack.", 1),
        ("a boot protects a foot", 0),
        ("A BOOT protects the foot", 0),
        ('"."', 0),
    ],
)
def test_a_quotation_is_found_word_for_word_within_a_section(quotation: str, places: int) -> None:
    article, _ = parse_article(ARTICLE)
    assert len(article.find(quotation)) == places


def test_words_that_stand_as_they_are_given_are_not_looked_for_otherwise() -> None:
    article, _ = parse_article("# T\n\n## A {#a}\n\nRest helps. A rest helps.\n")
    assert [span.start for span in article.find("rest helps")] == [14]
    assert [span.start for span in article.find("Rest helps")] == [0]
    assert len(article.find("helps")) == 2


@pytest.mark.parametrize("quotation", ["A first find heals", "a \ufb01rst find heals"])
def test_the_page_marks_all_letters_of_words_with_signs_that_nobody_sees(quotation: str) -> None:
    article, _ = parse_article(
        "# T\n\n## A {#a}\n\nSo. A \ufb01r\u00adst **\ufb01nd** he\u200bals\u00ad. Yes.\n"
    )
    (section,) = article.sections
    (span,) = article.find(quotation)
    marked = section.text[span.start : span.end]
    assert match_form(marked) == "A first find heals"
    html = section_html(section, (span,))
    assert "So. <mark>A \ufb01r\u00adst " in html
    assert html.count("<mark>") >= 1
