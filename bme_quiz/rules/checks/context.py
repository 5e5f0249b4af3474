"""Context of a run: what rules ask of the article and glossary, worked out once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property

from bme_quiz.content.article import Article, Section, Sentence, Span
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.glossary import Term
from bme_quiz.content.identity import Roles, default_identity
from bme_quiz.content.text import match_form, same_text_form
from bme_quiz.rules.checks.words import content_stems
from bme_quiz.rules.sentence_search import SentenceSearch


class SectionIndex:
    """A section with its sentences found by offset and its words by stem."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self._starts = [sentence.span.start for sentence in section.sentences]
        self._ends = [sentence.span.end for sentence in section.sentences]

    def sentence_numbers(self, span: Span) -> range:
        """Which sentences a stretch touches, as positions in ``section.sentences``."""
        return range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end))

    def sentences_at(self, span: Span) -> tuple[Sentence, ...]:
        """The sentences that a stretch touches."""
        return tuple(self.section.sentences[n] for n in self.sentence_numbers(span))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the section's content words, its title included."""
        return frozenset(content_stems(f"{self.section.title} {self.section.text}"))


class Context:
    """The course as the rules see it.

    Attributes:
        article: the article.
        terms: the glossary.
        bank: the name of the bank's file, for findings about the bank as a whole.
        sections: the article's sections by id.
        requires_approval: nothing may be served that nobody has approved.
        language: of the texts, as a BCP 47 tag.
        roles: which section is what.
        images: file names of the course's pictures; None where that is not known.
        published: the questions of the course's editions.
    """

    def __init__(self, course: CourseFiles) -> None:
        self.article: Article = course.article
        self.terms: tuple[Term, ...] = course.terms
        self.bank: str = course.bank.name
        identity = course.identity or default_identity(course.article)
        self.requires_approval = identity.require_approval
        self.language = identity.language
        self.roles: Roles = identity.roles
        self.images = course.images
        self.published = course.published
        self.sections: dict[str, SectionIndex] = {
            section.id: SectionIndex(section) for section in course.article.sections
        }

    @property
    def is_english(self) -> bool:
        """Whether the course is written in English, whose words some rules go by."""
        return self.language.partition("-")[0].lower() == "en"

    def find(self, quotation: str) -> tuple[Span, ...]:
        """Every place of a quotation; see :meth:`Article.find`."""
        return self.article.find(quotation)

    @cached_property
    def affirmed(self) -> dict[str, str]:
        """The article's sentences: folded for comparison, and as they stand."""
        return {
            folded: sentence.text
            for section in self.article.sections
            for sentence in section.sentences
            if (folded := same_text_form(match_form(sentence.text)))
        }

    @cached_property
    def sentences(self) -> SentenceSearch:
        """The article's sentences by the stems of their content words."""
        return SentenceSearch(self.article, content_stems)

    @cached_property
    def stem_counts(self) -> Counter[str]:
        """How often each content word's stem stands in the article."""
        return Counter(
            stem for section in self.article.sections for stem in content_stems(section.text)
        )
