"""The one Markdown parser, for looking quotations up and for showing the text alike.

CommonMark lets a few lines of text ask for any amount of work: tables whose short rows are filled
up, addresses that are defined once and used everywhere, footnote marks that never end. The rules
that allow it are held to the bounds of :mod:`bme_quiz.content.bounds` here. Nothing is left out
for it: what is beyond a bound is text as it was typed, and is noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph, reference, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

from bme_quiz.content.bounds import (
    MAX_ADDRESS,
    MAX_ADDRESSES,
    MAX_DEPTH,
    MAX_LABEL,
    MAX_PARAGRAPH,
    MAX_TABLE_CELLS,
)

PLAIN = "plain"
"""Key in the ``meta`` of an inline token that is too long to be read as Markdown."""

IN_LINK = "in_link"
"""Key in the ``meta`` of a picture's token that stands in a link."""

_MAX_WORDS = 300


@dataclass(frozen=True, slots=True)
class Beyond:
    """Something beyond a bound: its line, from 1, what is said of it, and its first words."""

    line: int
    message: str
    mend: str
    words: str = ""


class BoundedParser(MarkdownIt):
    """CommonMark with tables and footnotes, in time linear in the text.

    Raw HTML stays text: what an author types never becomes markup on the page by accident.

    Attributes:
        beyond: what was beyond a bound in the texts parsed so far.
    """

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable("table").use(footnote_plugin)
        blocks = self.block.ruler
        blocks.before("table", "too_deep", _too_deep)
        blocks.at("table", _table, {"alt": ["paragraph", "reference"]})
        blocks.at("footnote_def", _footnote_def, {"alt": ["paragraph", "reference"]})
        blocks.at("reference", _reference, {"alt": []})
        self.inline.ruler.at("footnote_ref", _footnote_ref)
        self.core.ruler.at("inline", _inline)
        self.beyond: dict[tuple[int, str], Beyond] = {}
        self._line = 0

    def parse(self, src: str, env: Any = None) -> list[Token]:
        """The tokens of a text; what is beyond a bound in it is added to :attr:`beyond`."""
        self._line = 0
        return super().parse(src, env)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """An address as it stands in HTML; one that is too long is left as it is."""
        return url if len(url) > MAX_ADDRESS else super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether an address may be linked to."""
        if len(url) <= MAX_ADDRESS:
            return super().validateLink(url)
        self.note_beyond(
            self._line,
            f"The address of this link has {len(url):,} characters; it may have {MAX_ADDRESS:,}.",
            "Write a shorter address; until then the link is shown as it is typed.",
            url,
        )
        return False

    def note_beyond(self, line: int, message: str, mend: str, words: str = "") -> None:
        """Add something to :attr:`beyond`, once for each line."""
        self.beyond.setdefault((line, mend), Beyond(line, message, mend, words[:_MAX_WORDS]))

    def at_line(self, line: int) -> None:
        """Say to which line belongs what is beyond a bound from here on."""
        self._line = line


def markdown_parser() -> BoundedParser:
    """A new parser for articles, quotations and sources."""
    return BoundedParser()


def inline_text(token: Token) -> str:
    """The readable text of an inline token's children; pictures and notes have none."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def _parser(state: StateBlock | StateCore) -> BoundedParser:
    parser = state.md
    assert isinstance(parser, BoundedParser)  # noqa: S101 - its own rules call this
    return parser


def _inline(state: StateCore) -> None:
    """Read the text of each block, as the library's rule does; too long a one stays as typed."""
    parser = _parser(state)
    addresses = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        line = (token.map or [0])[0] + 1
        token.children = []
        if len(token.content) > MAX_PARAGRAPH:
            token.meta = {**token.meta, PLAIN: True}
            child = Token("text", "", 0)
            child.content = token.content
            token.children.append(child)
            parser.note_beyond(
                line,
                f"This paragraph has {len(token.content):,} characters; "
                f"a paragraph may have {MAX_PARAGRAPH:,}.",
                "Part it with empty lines; until then it is shown as it is typed, and nothing can "
                "be quoted from it.",
                token.content,
            )
            continue
        parser.at_line(line)
        parser.inline.parse(token.content, parser, state.env, token.children)
        _note_links(token.children)
        addresses += sum(
            len(str(value))
            for child in token.children
            if child.type in ("link_open", "image")
            for value in child.attrs.values()
        )
        if addresses > MAX_ADDRESSES and state.env.get("references"):
            # Only addresses that are defined apart grow so: each costs its link three characters.
            state.env["references"].clear()
            parser.note_beyond(
                line,
                f"The addresses of all links up to here have more than {MAX_ADDRESSES:,} "
                "characters.",
                "Write fewer links; those further down whose address is defined apart are shown "
                "as they are typed.",
            )


def _note_links(children: list[Token]) -> None:
    """Note of each picture whether it stands in a link."""
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "image" and depth:
            child.meta = {**child.meta, IN_LINK: True}


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """From a certain depth on, lines are a paragraph; the library would leave them out."""
    if state.level < MAX_DEPTH:
        return False
    _parser(state).note_beyond(
        start + 1,
        f"Lists and quotations stand more than {MAX_DEPTH // 2} deep in one another.",
        "Take some of them apart; until then the innermost are shown as they are typed.",
        state.getLines(start, start + 1, 0, False).strip(),
    )
    return paragraph(state, start, end, silent)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, as long as the article's tables have not become too many cells."""
    cells = state.env.get("table_cells", 0)
    if cells > MAX_TABLE_CELLS:
        return False
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if not silent:
        added = sum(token.type in ("th_open", "td_open") for token in state.tokens[before:])
        state.env["table_cells"] = cells + added
        if cells + added > MAX_TABLE_CELLS:
            _parser(state).note_beyond(
                start + 1,
                f"With this table the article's tables have {cells + added:,} cells; all of them "
                f"may have {MAX_TABLE_CELLS:,}.",
                "Write smaller tables; those further down are shown as they are typed.",
            )
    return True


def _footnote_def(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The text of a footnote, if its label is no longer than labels may be."""
    place = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("[^", place) or state.is_code_block(start):
        return False
    close = state.src.find("]", place, place + MAX_LABEL + 3)
    if close < 0:
        line_end = state.eMarks[start]
        close = state.src.find("]:", place, line_end)
        if close >= 0 and state.src.find(" ", place, close) < 0 and not silent:
            _parser(state).note_beyond(
                start + 1,
                f"This footnote's number has {close - place - 2:,} characters; "
                f"it may have {MAX_LABEL}.",
                "Give it a shorter number; until then the footnote is shown as it is typed.",
                state.src[place:close],
            )
        return False
    return footnote_def(state, start, end, silent)


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """A footnote's mark; its end is looked for no further than a label may reach."""
    if not state.src.startswith("[^", state.pos):
        return False
    if state.src.find("]", state.pos, state.pos + MAX_LABEL + 3) < 0:
        return False
    return footnote_ref(state, silent)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The definition of a link's address; too long a title of it is left out."""
    parser = _parser(state)
    parser.at_line(start + 1)
    if not reference(state, start, end, silent):
        return False
    defined = state.env.get("references")
    newest = next(reversed(defined.values()), None) if defined else None
    if newest is not None and len(newest["title"]) > MAX_ADDRESS:
        parser.note_beyond(
            start + 1,
            f"The title of this link has {len(newest['title']):,} characters; "
            f"it may have {MAX_ADDRESS:,}.",
            "Write a shorter title; until then the link has none.",
            newest["title"],
        )
        newest["title"] = ""
    return True
