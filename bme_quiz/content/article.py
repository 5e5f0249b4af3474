"""The article: sections with ids, sentences, passages and sources.

Each section knows its text *folded*: Markdown, footnote marks and white space taken out,
blocks joined by one space. Quotations are looked up in that text, and its offsets are what
the renderer marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from markdown_it.token import Token

from bme_quiz.content.bounds import MAX_LABEL
from bme_quiz.content.lookup import WordIndex
from bme_quiz.content.markdown import inline_text, markdown_parser
from bme_quiz.content.text import (
    MatchForm,
    fold_spaces,
    match_form,
    placed_match_form,
    without_comments,
)

_MARKDOWN_GROWTH = 10
"""How much longer Markdown may be than the text it makes, with all its links."""

# What people put round words that they quote.
_QUOTATION_MARKS = "\"'«»‹›„‚‟ "
_ELLIPSES = "….[] "

_MAYBE_MARKDOWN = re.compile(r"[\\`*_\[\]<&\0]")
_NOTE = re.compile(rf"\[\^[^\]\s]{{1,{MAX_LABEL}}}+\]")


Made = dict[Hashable, str]
"""HTML that was made of a text, by what else it was made with."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a section's folded text: ``section.text[start:end]``."""

    section: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        asked: False where the author marked its block as not asked.
        in_box: whether it stands in the section's box.
    """

    text: str
    span: Span
    block: Span
    asked: bool
    in_box: bool = False

    @property
    def is_question(self) -> bool:
        """Whether it asks, and so states nothing."""
        return self.text.rstrip("\"'”’) ").endswith("?")


@dataclass(frozen=True, slots=True)
class Box:
    """The box at a section's end, such as *Often misunderstood*.

    Attributes:
        title: not part of the section's text.
        start: where its own text begins in the section's, which it ends.
    """

    title: str
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A footnote: its number as printed, its Markdown tokens and its plain text.

    Equal to itself alone, and so hashable.
    """

    number: str
    text: str
    tokens: tuple[Token, ...]
    made: Made = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A section, or the head (whose id is empty). Equal to itself alone, and so hashable.

    Attributes:
        tokens: the Markdown tokens of the body, for the renderer.
        text: the folded text in which quotations are found; that of the box comes last.
        notes: where a footnote mark stands: offset in ``text`` and the source's number.
        line: the line of the heading in the file, from 1.
        box: None where the section has none.
        made: what the renderer made of it, which is kept as long as the section itself.
    """

    id: str
    title: str
    level: int
    line: int
    tokens: tuple[Token, ...]
    text: str
    sentences: tuple[Sentence, ...]
    notes: tuple[tuple[int, str], ...]
    box: Box | None = None
    made: Made = field(default_factory=dict, repr=False)

    @property
    def main_text(self) -> str:
        """The folded text without that of the box."""
        return self.text if self.box is None else self.text[: self.box.start].rstrip()

    def touches_box(self, span: Span) -> bool:
        """Whether a stretch of this section lies in its box, or reaches into it."""
        return self.box is not None and span.section == self.id and span.end > self.box.start

    def sentences_at(self, span: Span) -> tuple[Sentence, ...]:
        """The sentences that a stretch of this section touches."""
        first = bisect_right(self.sentences, span.start, key=lambda s: s.span.end)
        after = bisect_left(self.sentences, span.end, key=lambda s: s.span.start)
        return self.sentences[first:after]

    def sources_at(self, span: Span) -> tuple[str, ...]:
        """Numbers of the sources that the sentences at ``span`` rest on, in order.

        Where these sentences cite nothing, the sources of their paragraph are given.
        """
        sentences = self.sentences_at(span)
        for stretches in ([s.span for s in sentences], [s.block for s in sentences]):
            # Stretches and marks both stand in the text's order; no two stretches overlap.
            found = dict.fromkeys(
                number for part in dict.fromkeys(stretches) for number in self._notes_in(part)
            )
            if found:
                return tuple(found)
        return ()

    def own_sources_at(self, span: Span) -> tuple[str, ...]:
        """Numbers of the sources whose marks stand in a stretch, or right behind it."""
        return tuple(dict.fromkeys(self._notes_in(span)))

    def _notes_in(self, part: Span) -> tuple[str, ...]:
        """The sources whose marks stand in a stretch, or right behind it."""
        first = bisect_right(self.notes, part.start, key=lambda note: note[0])
        after = bisect_right(self.notes, part.end, key=lambda note: note[0])
        return tuple(number for _, number in self.notes[first:after])


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
        return self._by_id.get(section_id)

    def source(self, number: str) -> Source | None:
        """The source with this number, or None."""
        return self._by_number.get(number)

    def find(self, quotation: str) -> tuple[Span, ...]:
        """Every place where a quotation stands in the article, word for word.

        Markdown, white space, curly quotation marks and what nobody sees (soft hyphens,
        zero-width signs, ligatures) are folded on both sides; a place begins and ends between
        words, so that "rest" is not found in "restore". Words that stand nowhere as they are
        given are looked for without the quotation marks, dots and full stop that people put
        round a quotation, and with the first letter's case turned. What
        :meth:`is_too_common` is looked for nowhere.
        """
        if len(quotation) > _MARKDOWN_GROWTH * (self._words.longest + 100):
            # Longer than any section can be: not worth the parsing, which takes long then.
            return ()
        for wanted in _readings(match_form(plain_text(quotation))):
            if places := tuple(self._places(wanted)):
                return places
        return ()

    def _places(self, wanted: str) -> Iterator[Span]:
        for number, start in self._words.find(wanted):
            first, end = self._forms[number].span(start, start + len(wanted))
            yield Span(self.sections[number].id, first, end)

    def is_too_common(self, quotation: str) -> bool:
        """Whether every word of a quotation stands in the article thousands of times."""
        return self._words.is_too_common(match_form(plain_text(quotation)))

    @cached_property
    def _by_id(self) -> dict[str, Section]:
        return {section.id: section for section in reversed(self.sections)}

    @cached_property
    def _by_number(self) -> dict[str, Source]:
        return {source.number: source for source in reversed(self.sources)}

    @cached_property
    def _forms(self) -> tuple[MatchForm, ...]:
        return tuple(placed_match_form(section.text) for section in self.sections)

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex(tuple(form.text for form in self._forms))


def _readings(wanted: str) -> Iterator[str]:
    """What a quotation may mean, the likeliest first: as it stands, bare, its case turned."""
    if not wanted:
        return
    yield wanted
    bare = wanted.strip(_QUOTATION_MARKS).lstrip(_ELLIPSES).rstrip(_ELLIPSES)
    bare = bare.strip(_QUOTATION_MARKS)
    if bare and bare != wanted:
        yield bare
    for text in dict.fromkeys((wanted, bare)):
        turned = text[:1].swapcase() + text[1:]
        # One letter for one: "ß" has two capitals, and no article begins with them.
        if text and turned != text and len(turned) == len(text):
            yield turned


def plain_text(markdown: str) -> str:
    """A piece of inline Markdown as folded plain text, without footnote marks or comments."""
    # Most quotations hold no Markdown at all, and parsing is most of the cost of a look-up.
    if _MAYBE_MARKDOWN.search(markdown) is None:
        return fold_spaces(markdown)
    without_notes = _NOTE.sub("", without_comments(markdown))
    tokens = markdown_parser().parseInline(fold_spaces(without_notes))
    return fold_spaces("".join(inline_text(token) for token in tokens))
