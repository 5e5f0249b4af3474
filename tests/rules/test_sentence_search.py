"""Search over the article's sentences: what fits better stands first."""

from __future__ import annotations

from bme_quiz.content.article_reader import parse_article
from bme_quiz.rules.checks.words import content_stems
from bme_quiz.rules.sentence_search import SentenceSearch
from tests.support.findings import ARTICLE

SEARCH = SentenceSearch(parse_article(ARTICLE)[0], content_stems)


def texts(words: str, around: str = "", *, limit: int = 3, section: str | None = None) -> list[str]:
    hits = SEARCH.best(words, around, limit=limit, section=section)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.sentence.text for hit in hits]


def test_the_sentence_with_most_of_the_words_stands_first() -> None:
    assert texts("Can a boot protect my foot?")[0] == "A boot protects the foot."
    assert texts("scans show cracks")[0] == "A scan can show the crack early."


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    assert texts("crack athletes")[0] == "Athletes are often affected."


def test_what_is_looked_for_weighs_more_than_what_stands_around() -> None:
    assert texts("boot", "crutches")[0] == "A boot protects the foot."
    assert texts("crutches", "boot")[0] == "Crutches can keep weight off the limb."


def test_one_section_alone_may_be_searched() -> None:
    assert texts("crack", section="rest") == [
        "Most cracks heal in 6 to 8 weeks, and about 5 percent need surgery."
    ]
    assert texts("crack", section="nowhere") == []


def test_nothing_fits_words_that_the_article_does_not_have() -> None:
    assert texts("zebra") == texts("") == texts("the of and") == []


def test_no_more_than_was_asked_for_is_given() -> None:
    assert len(texts("crack heal scan boot", limit=2)) == 2


def test_an_article_without_a_sentence_is_searched_too() -> None:
    empty = SentenceSearch(parse_article("# T\n\n## A {#a}\n")[0], content_stems)
    assert empty.best("crack") == []


def test_an_article_that_says_one_thing_over_and_over_is_searched_in_bounded_time() -> None:
    again, sections = "Rest helps bone. " * 500, 60
    text = "# T\n" + "".join(f"\n## S {n} {{#s-{n}}}\n\n{again}\n" for n in range(sections))
    search = SentenceSearch(parse_article(text)[0], content_stems)
    looked_at = []
    dampening = search._dampening
    search._dampening = lambda number: looked_at.append(number) or dampening(number)  # type: ignore[method-assign,func-returns-value]
    assert len(search.best("Rest helps the bone", limit=3)) == 3
    assert len(looked_at) == 20_000 < 3 * 500 * sections
