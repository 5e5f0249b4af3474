"""Claims that a clinician is asked to review: those of treatment, urgency and outlook.

Which they are is told by the text alone. In a section that ``course.toml`` lists under
``[review]``: each sentence that cites a source itself, its box included. In the section on when to
get help: every sentence of the main text besides, since each is about urgency. Elsewhere: each
sentence with a number that cites a source itself. Questions and what is marked as not asked are
left out; a marked line that is no sentence, such as "Same day", stands above those it is said of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from bme_quiz.content.article import Article, Section, Sentence, Span
from bme_quiz.content.identity import Identity
from bme_quiz.rules.numbers import quantities

_SENTENCE_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Claim:
    """Sentences that follow one another and rest on the same sources.

    Attributes:
        said_of: the line above that they are said of; empty for none.
        sources: numbers of the sources; empty where none is cited.
        in_box: whether they stand in the section's box.
    """

    text: str
    said_of: str
    sources: tuple[str, ...]
    in_box: bool


@dataclass(frozen=True, slots=True)
class ReviewedSection:
    """A section with what is claimed in it."""

    section: Section
    claims: tuple[Claim, ...]


def claims_to_review(article: Article, identity: Identity) -> tuple[ReviewedSection, ...]:
    """The sections with their claims, in the article's order; those without any are left out.

    A course that lists no section has all of them reviewed.
    """
    found = []
    for section in article.sections:
        is_listed = not identity.review or section.id in identity.review
        is_help = section.id == identity.roles.help
        claims = tuple(_claims(section, is_listed=is_listed, is_help=is_help))
        if claims:
            found.append(ReviewedSection(section, claims))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """What sentences that are told together have in common."""

    block: Span
    said_of: str
    sources: tuple[str, ...]
    in_box: bool


def _claims(section: Section, *, is_listed: bool, is_help: bool) -> Iterator[Claim]:
    placed: list[tuple[_Place, str]] = []
    said_of = ""
    for sentence in section.sentences:
        if not sentence.asked and not sentence.text.endswith(_SENTENCE_ENDS):
            said_of = sentence.text.rstrip(":")
            continue
        # What is said of a list is not said of the box below it.
        if sentence.in_box:
            said_of = ""
        own = section.own_sources_at(sentence.span)
        if _is_claim(sentence, own, is_listed=is_listed, is_help=is_help):
            sources = section.sources_at(sentence.span)
            place = _Place(sentence.block, said_of, sources, sentence.in_box)
            placed.append((place, sentence.text))
    for place, group in groupby(placed, key=lambda one: one[0]):
        text = " ".join(sentence for _, sentence in group)
        yield Claim(text, place.said_of, place.sources, place.in_box)


def _is_claim(sentence: Sentence, own: tuple[str, ...], *, is_listed: bool, is_help: bool) -> bool:
    if not sentence.asked or sentence.is_question:
        return False
    if is_help and not sentence.in_box:
        return True
    return bool(own) and (is_listed or bool(quantities(sentence.text)))
