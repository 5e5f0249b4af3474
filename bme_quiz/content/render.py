"""Renderer of Markdown tokens as HTML, with stretches of the text in ``<mark>``.

Every page, whether drawn by Streamlit or not, gets its HTML from here. All text is escaped by
the Markdown renderer; raw HTML in an article was never parsed as such.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bme_quiz.content.article import Made, Section, Source, Span
from bme_quiz.content.boxes import BOX_OPEN
from bme_quiz.content.files import IMAGE_NAME, IMAGES_FOLDER
from bme_quiz.content.glossary import Term
from bme_quiz.content.markdown import IN_LINK, markdown_parser
from bme_quiz.content.remembered import remembered
from bme_quiz.routes import BARE, IMAGE, Addresses, box_anchor, source_anchor


@dataclass(frozen=True, slots=True)
class _Wrap:
    """HTML to put round a stretch of a section's text."""

    start: int
    end: int
    before: str
    after: str


class _Renderer(RendererHTML):
    def __init__(self, on_article_page: bool, addresses: Addresses) -> None:
        super().__init__()
        self._on_article_page = on_article_page
        self._addresses = addresses

    def footnote_ref(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        if not self._on_article_page:
            return ""  # The list of sources that it would lead to stands on the article's page.
        number = escape(str(tokens[idx].meta.get("label") or ""))
        anchor = source_anchor(number)
        return f'<sup><a href="#{anchor}" aria-label="Source {number}">{number}</a></sup>'

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A link to a section, which the article names by its bare id, leads to its anchor."""
        token = tokens[idx]
        address = str(token.attrs.get("href", ""))
        if address.startswith("#"):
            place = self._addresses.section(address[1:], on_article_page=self._on_article_page)
            token = token.copy(attrs={**token.attrs, "href": place})
        return self.renderToken([token], 0, options, env)

    def wrap(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return tokens[idx].content

    def box_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A box is closed until somebody opens it, or words in it are marked."""
        meta = tokens[idx].meta
        # Elsewhere several sections may stand on one page, and nothing leads into their boxes.
        place = f' id="{escape(meta["anchor"])}"' if self._on_article_page else ""
        opened = " open" if meta["is_open"] else ""
        return f'<details class="box"{place}{opened}><summary>{escape(meta["title"])}</summary>\n'

    def box_close(self, *_: Any) -> str:
        return "</details>\n"

    def image(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Pictures are the course's own files; nothing is fetched from elsewhere."""
        token = tokens[idx]
        name = str(token.attrs.get("src", ""))
        folder, _slash, file = name.partition("/")
        alt = escape(token.content, quote=True)
        if folder != IMAGES_FOLDER or IMAGE_NAME.fullmatch(file) is None:
            return alt
        is_link = IN_LINK not in token.meta
        return picture_html(file, token.content, self._addresses, is_link=is_link)


def picture_html(file: str, alt: str, addresses: Addresses, *, is_link: bool = True) -> str:
    """A picture as HTML, a link to itself: alone, it can be enlarged.

    Args:
        file: its name, which is one of a picture.
        alt: what it shows.
        addresses: how it is addressed.
        is_link: False where it stands in a link of its own.
    """
    address = escape(addresses.to(IMAGE, name=file))
    shown = f'<img src="{address}" alt="{escape(alt, quote=True)}">'
    if not is_link:
        return shown
    return f'<a class="zoom" href="{address}" target="_blank" title="Larger picture">{shown}</a>'


def section_html(
    section: Section,
    marks: Iterable[Span] = (),
    terms: Iterable[Term] = (),
    *,
    on_article_page: bool = False,
    addresses: Addresses = BARE,
) -> str:
    """The body of a section as HTML.

    Args:
        section: the section.
        marks: the stretches to set in ``<mark>``; those of other sections are left out.
        terms: glossary terms to explain where each first stands.
        on_article_page: whether links stay on the page, and footnote marks are shown, which link
            to ``#source-N``.
        addresses: how links and pictures are addressed.
    """
    marks, terms = tuple(marks), tuple(terms)
    wanted = (marks, terms, on_article_page, addresses)
    # Made once for everybody: to render a section costs more than all the rest of its page.
    found = section.made.get(wanted)
    if found is None:
        found = _section_html(section, marks, terms, on_article_page, addresses)
        _keep(section.made, wanted, found)
    return found


# Ways in which one section is shown; a question's explanation is one.
_MOST_MADE = 500


def _keep(made: Made, wanted: Hashable, html: str) -> None:
    if len(made) >= _MOST_MADE:
        made.clear()
    made[wanted] = html


def _section_html(
    section: Section,
    marks: Sequence[Span],
    terms: Sequence[Term],
    on_article_page: bool,
    addresses: Addresses,
) -> str:
    wraps = [_Wrap(m.start, m.end, "<mark>", "</mark>") for m in marks if m.section == section.id]
    edges = {edge for wrap in wraps for edge in (wrap.start, wrap.end)}
    # A term that a mark's edge cuts would become two buttons.
    wraps += [
        wrap
        for wrap in _term_wraps(section, terms)
        if not any(wrap.start < edge < wrap.end for edge in edges)
    ]
    standing = _Standing(wraps)
    marked = any(section.touches_box(mark) for mark in marks)
    tokens = [
        _with_wraps(token, standing)
        if token.type != BOX_OPEN
        else token.copy(
            meta={**token.meta, "anchor": box_anchor(section.id), "is_open": marked},
        )
        for token in section.tokens
    ]
    return _render(tokens, on_article_page, addresses)


def source_html(source: Source) -> str:
    """A source as HTML on one line; links are kept."""
    found = source.made.get("")
    if found is None:
        html = _render(list(source.tokens), False, BARE)
        found = source.made[""] = html.replace("<p>", "").replace("</p>", "").strip()
    return found


def _render(tokens: list[Token], on_article_page: bool, addresses: Addresses) -> str:
    parser = _parser(on_article_page, addresses)
    return str(parser.renderer.render(tokens, parser.options, {}))


@lru_cache(maxsize=64)
def _parser(on_article_page: bool, addresses: Addresses) -> MarkdownIt:
    """A parser with our renderer; nothing in it changes while it renders."""
    parser = markdown_parser()
    parser.renderer = _Renderer(on_article_page, addresses)
    return parser


def _term_wraps(section: Section, terms: Iterable[Term]) -> list[_Wrap]:
    """One wrap a term, round its first place in the section; longer terms win."""
    taken: list[tuple[int, int]] = []
    wraps = []
    pieces = list(_free_pieces(section))
    begins = [begin for begin, _ in pieces]
    for term in sorted(terms, key=lambda t: -len(t.term)):
        for found in term.places_in(section.text):
            start, end = found.span()
            # A term that Markdown splits (one word of it bold) has no single place to wrap.
            place = bisect_right(begins, start) - 1
            if place < 0 or end > pieces[place][1]:
                continue
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            wraps.append(_Wrap(start, end, *term_wrap(term)))
            break
    return wraps


def _free_pieces(section: Section) -> Iterator[tuple[int, int]]:
    """Where the pieces of text lie that are no part of a link: no button stands in a link."""
    for token in section.tokens:
        in_link = 0
        for child in token.children or []:
            in_link += (child.type == "link_open") - (child.type == "link_close")
            if child.meta.get("start") is not None and child.content and not in_link:
                yield child.meta["start"], child.meta["start"] + len(child.content)


def text_html(text: str, terms: Iterable[Term]) -> tuple[str, tuple[Term, ...]]:
    """Plain text as HTML with each term explained where it first stands, and the terms left over.

    The terms left over are those to explain further down the page.
    """
    return _text_html(text, tuple(terms))


@remembered(4096)
def _text_html(text: str, terms: tuple[Term, ...]) -> tuple[str, tuple[Term, ...]]:
    """Made once for everybody: each term is looked for in each stem and option."""
    places: list[tuple[int, int, Term]] = []
    left = []
    for term in sorted(terms, key=lambda t: -len(t.term)):
        for found in term.places_in(text):
            start, end = found.span()
            if not any(start < b and a < end for a, b, _ in places):
                places.append((start, end, term))
                break
        else:
            left.append(term)
    html, at = [], 0
    for start, end, term in sorted(places, key=lambda place: place[0]):
        before, after = term_wrap(term)
        html += [escape(text[at:start]), before, escape(text[start:end]), after]
        at = end
    return "".join([*html, escape(text[at:])]), tuple(left)


def term_wrap(term: Term) -> tuple[str, str]:
    """HTML before and after a term: a button that opens its explanation in place."""
    return (
        '<button type="button" class="term" aria-expanded="false">',
        f'</button><span class="term-meaning" hidden> {escape(term.definition)} </span>',
    )


class _Standing:
    """The wraps of a section, asked for piece by piece from its front to its end."""

    def __init__(self, wraps: Iterable[_Wrap]) -> None:
        self._coming = sorted(enumerate(wraps), key=lambda one: one[1].start, reverse=True)
        self._now: list[tuple[int, _Wrap]] = []

    def between(self, start: int, end: int) -> list[_Wrap]:
        """The wraps that a piece of the text touches, in the order in which they were given."""
        while self._coming and self._coming[-1][1].start < end:
            self._now.append(self._coming.pop())
        self._now = [one for one in self._now if start < one[1].end]
        return [wrap for _, wrap in sorted(self._now, key=lambda one: one[0])]


def _with_wraps(token: Token, standing: _Standing) -> Token:
    if not token.children:
        return token
    children: list[Token] = []
    for child in token.children:
        children.extend(_split(child, standing) if "start" in child.meta else [child])
    return token.copy(children=children)


def _split(child: Token, standing: _Standing) -> list[Token]:
    """Cut one text token where wraps begin and end, and put their HTML round the pieces."""
    start = child.meta["start"]
    end = start + len(child.content)
    inside = standing.between(start, end)
    if not inside:
        return [child]
    cuts = sorted({start, end, *(p for w in inside for p in (w.start, w.end) if start < p < end)})
    result: list[Token] = []
    for left, right in itertools.pairwise(cuts):
        around = [w for w in inside if w.start <= left and right <= w.end]
        # The wider wrap is the outer one, so that a term inside a mark nests properly.
        around.sort(key=lambda w: w.start - w.end)
        result += [_html(w.before) for w in around]
        result.append(child.copy(content=child.content[left - start : right - start]))
        result += [_html(w.after) for w in reversed(around)]
    return result


def _html(content: str) -> Token:
    return Token("wrap", "", 0, content=content)
