"""The article: sections with ids, sentences, passages and sources.

Each section knows its text *folded*: Markdown, footnote marks and white space taken out,
blocks joined by one space. Quotations are looked up in that text, and its offsets are what
the renderer marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from bme_quiz.content.lookup import WordIndex
from bme_quiz.content.markdown import COMMENT, inline_text, markdown_parser
from bme_quiz.content.text import fold_spaces, match_form

_MARKDOWN_GROWTH = 10
"""How much longer Markdown may be than the text it makes, with all its links."""

_MAYBE_MARKDOWN = re.compile(r"[\\`*_\[\]<&\0]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a section's folded text: ``section.text[start:end]``."""

    section: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``asked`` is False where the author marked its block as not asked."""

    text: str
    span: Span
    block: Span
    asked: bool


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A footnote: its number as printed, its Markdown tokens and its plain text.

    Equal to itself alone, and so hashable.
    """

    number: str
    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A section, or the head (whose id is empty). Equal to itself alone, and so hashable.

    Attributes:
        tokens: the Markdown tokens of the body, for the renderer.
        text: the folded text in which quotations are found.
        notes: where a footnote mark stands: offset in ``text`` and the source's number.
        line: the line of the heading in the file, from 1.
    """

    id: str
    title: str
    level: int
    line: int
    tokens: tuple[Token, ...]
    text: str
    sentences: tuple[Sentence, ...]
    notes: tuple[tuple[int, str], ...]

    def sentences_at(self, span: Span) -> tuple[Sentence, ...]:
        """The sentences that a stretch of this section touches."""
        return tuple(
            s for s in self.sentences if s.span.start < span.end and span.start < s.span.end
        )

    def sources_at(self, span: Span) -> tuple[str, ...]:
        """Numbers of the sources that the sentences at ``span`` rest on, in order.

        Where these sentences cite nothing, the sources of their paragraph are given.
        """
        sentences = self.sentences_at(span)
        for stretches in ([s.span for s in sentences], [s.block for s in sentences]):
            found = [
                number
                for offset, number in self.notes
                if any(part.start < offset <= part.end for part in stretches)
            ]
            if found:
                return tuple(dict.fromkeys(found))
        return ()


@dataclass(frozen=True)
class Article:
    """A whole article, read once and shared frozen."""

    title: str
    head: Section
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    fingerprint: str

    def section(self, section_id: str) -> Section | None:
        """The section with this id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)

    def source(self, number: str) -> Source | None:
        """The source with this number, or None."""
        return next((s for s in self.sources if s.number == number), None)

    def find(self, quotation: str) -> tuple[Span, ...]:
        """Every place where a quotation stands in the article, word for word.

        Markdown, white space and curly quotation marks are folded on both sides; a place
        begins and ends between words, so that "rest" is not found in "restore".
        """
        if len(quotation) > _MARKDOWN_GROWTH * (self._words.longest + 100):
            # Longer than any section can be: not worth the parsing, which takes long then.
            return ()
        wanted = match_form(plain_text(quotation))
        return tuple(
            Span(self.sections[number].id, start, start + len(wanted))
            for number, start in self._words.find(wanted)
        )

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex(tuple(match_form(section.text) for section in self.sections))


def plain_text(markdown: str) -> str:
    """A piece of inline Markdown as folded plain text, without footnote marks or comments."""
    # Most quotations hold no Markdown at all, and parsing is most of the cost of a look-up.
    if _MAYBE_MARKDOWN.search(markdown) is None:
        return fold_spaces(markdown)
    without_notes = re.sub(r"\[\^[^\]\s]+\]", "", COMMENT.sub(" ", markdown))
    tokens = markdown_parser().parseInline(fold_spaces(without_notes))
    return fold_spaces("".join(inline_text(token) for token in tokens))
