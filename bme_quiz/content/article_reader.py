"""Parser of ``article.md``: Markdown in, an :class:`~bme_quiz.content.article.Article` out.

An article has one ``#`` title; a section is a ``##`` or ``###`` heading that ends in its id,
``## How long, and what to expect {#how-long}``. What stands before the first section is the
head: who wrote it, who reviewed it. Sources are footnotes. A block quote with a title in bold at a
section's end is its box; see :mod:`bme_quiz.content.boxes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from bme_quiz.content.article import Article, Box, Section, Sentence, Source, Span
from bme_quiz.content.bounds import MAX_HEADING, MAX_LINES, MAX_SECTION_ID
from bme_quiz.content.boxes import BOX_OPEN, take_box
from bme_quiz.content.boxes import Report as BoxReport
from bme_quiz.content.files import read_file
from bme_quiz.content.foreign import foreign_file
from bme_quiz.content.markdown import PLAIN, Beyond, inline_text, markdown_parser
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.text import fingerprint, fold_spaces, sentence_spans, without_comments

NOT_ASKED = "<!-- not asked -->"
MAX_ARTICLE_BYTES = 5_000_000

_HEADING_ID = re.compile(r"(?<!\s)\s*+\{#([^{}\s]++)\}\s*+\Z")
_SECTION_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def read_article(path: Path) -> tuple[Article, list[Problem]]:
    """Read an article from a file.

    Raises:
        ContentError: there is no such file, or it is not UTF-8 text of a sane size.
    """
    return parse_article(read_file(path, "article"), path.name)


def parse_article(data: bytes | str, name: str = "article.md") -> tuple[Article, list[Problem]]:
    """Read an article from its bytes; problems are findings with the codes A01 to A04.

    Raises:
        ContentError: the bytes are not UTF-8 text, too large, or hold no section at all.
    """
    text = _decode(data, name) if isinstance(data, bytes) else data
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise ContentError(
            f"{name} has {lines:,} lines; an article has {MAX_LINES:,} at most. Part it in two."
        )
    parser = markdown_parser()
    tokens = parser.parse(text)
    body, sources = _split_off_sources(tokens)
    problems = [_beyond(found, name) for found in parser.beyond.values()]
    title, head, sections = _sections(body, name, problems)
    if not sections:
        raise ContentError(
            f"{name} has no section; a section begins with a heading like '## Title {{#its-id}}'."
        )
    problems += _dead_links(body, {section.id for section in sections}, name)
    article = Article(
        title=title,
        head=head,
        sections=sections,
        sources=sources,
        fingerprint=fingerprint(*(part for s in sections for part in (s.id, s.title, s.text))),
    )
    return article, problems


def _beyond(found: Beyond, name: str) -> Problem:
    return Problem(
        "A03",
        Severity.ERROR,
        name,
        found.message,
        found.mend,
        row=found.line,
        words=found.words,
    )


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_ARTICLE_BYTES:
        raise ContentError(
            f"{name} has {len(data):,} bytes; an article has {MAX_ARTICLE_BYTES:,} at most."
        )
    if kind := foreign_file(data):
        raise ContentError(
            f"{name} is {kind}, not text; save its text as Markdown: plain text in UTF-8, with "
            "headings such as '## Title {#its-id}'."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ContentError(
            f"{name}, line {line}: this is not UTF-8 text; save the file as UTF-8."
        ) from None


def _split_off_sources(tokens: list[Token]) -> tuple[list[Token], tuple[Source, ...]]:
    """Part the body from the footnotes, which the parser gathers at the end."""
    body: list[Token] = []
    sources: list[Source] = []
    note: list[Token] | None = None
    number = ""
    for token in tokens:
        if token.type == "footnote_open":
            note, number = [], str(token.meta.get("label") or token.meta["id"] + 1)
        elif token.type == "footnote_close":
            inner = tuple(t for t in note or [] if t.type != "footnote_anchor")
            text = fold_spaces(" ".join(inline_text(t) for t in inner if t.type == "inline"))
            sources.append(Source(number, text, inner))
            note = None
        elif note is not None:
            note.append(token)
        elif not token.type.startswith("footnote_block"):
            body.append(token)
    # The parser gives them in the order of first mention; readers look for them by number.
    sources.sort(key=lambda source: int(source.number) if source.number.isdecimal() else 10**6)
    return body, tuple(sources)


def _sections(
    tokens: list[Token], name: str, problems: list[Problem]
) -> tuple[str, Section, tuple[Section, ...]]:
    """Cut the body at its headings; report headings without a usable id."""

    def report(line: int, message: str, mend: str, words: str) -> None:
        problems.append(
            Problem("A01", Severity.ERROR, name, message, mend, row=line, words=words[:MAX_HEADING])
        )

    def report_box(line: int, message: str, mend: str, words: str) -> None:
        problems.append(
            Problem(
                "A04", Severity.WARNING, name, message, mend, row=line, words=words[:MAX_HEADING]
            )
        )

    title = ""
    head = _Draft("", "", 1, 1)
    drafts: list[_Draft] = []
    current = head
    seen: set[str] = set()
    for part in _parts(tokens):
        if isinstance(part, Token):
            current.tokens.append(part)
            continue
        line, level, text = part.line, part.level, part.text
        if len(text) > MAX_HEADING:
            report(
                line,
                f"This heading has {len(text):,} characters; a heading may have {MAX_HEADING}.",
                "Shorten it, or put an empty line between it and the text below.",
                text,
            )
            continue
        if level == 1:
            if title:
                report(line, "There are two titles.", "Keep one '#' heading; use '##'.", text)
            title = title or text
            continue
        found = _HEADING_ID.search(text)
        if level > 3 or found is None:
            report(
                line,
                "This heading has no section id." if level <= 3 else "This heading is too deep.",
                "End a '##' or '###' heading with an id, such as {#how-long}.",
                text,
            )
            continue
        section_id, heading = found.group(1), text[: found.start()]
        sound = _SECTION_ID.match(section_id) and len(section_id) <= MAX_SECTION_ID
        if not sound or section_id in seen:
            report(
                line,
                f"The section id '{section_id[:MAX_SECTION_ID]}' "
                + ("stands twice." if section_id in seen else "is not well formed."),
                "Use lower-case letters, digits and hyphens, each id once and no longer than "
                f"{MAX_SECTION_ID} of them.",
                section_id,
            )
            continue
        seen.add(section_id)
        current = _Draft(section_id, heading, level, line)
        drafts.append(current)
    if not title:
        report(1, "The article has no title.", "Begin the file with '# Title'.", "")
    return title, head.finish(report_box), tuple(draft.finish(report_box) for draft in drafts)


def _dead_links(tokens: list[Token], sections: set[str], name: str) -> Iterator[Problem]:
    """Links within the article that lead to no section."""
    for token in tokens:
        for child in token.children or ():
            address = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if address.startswith("#") and address[1:] not in sections:
                yield Problem(
                    "A02",
                    Severity.WARNING,
                    name,
                    f"The link '{address}' leads to no section.",
                    "Name a section by its id, such as (#how-long).",
                    row=(token.map or [0])[0] + 1,
                    words=address,
                )


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: int
    text: str


def _parts(tokens: list[Token]) -> Iterator[_Heading | Token]:
    """The body's tokens, with the three tokens of a top-level heading as one heading."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open" and token.level == 0:
            line = (token.map or [0])[0] + 1
            yield _Heading(line, int(token.tag[1]), fold_spaces(inline_text(tokens[position + 1])))
            position += 3
        else:
            yield token
            position += 1


class _FoldedText:
    """A text put together from pieces, without being copied for each of them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.ends_in_space = False

    def add(self, piece: str) -> None:
        """Put a piece at the end."""
        if piece:
            self.parts.append(piece)
            self.length += len(piece)
            self.ends_in_space = piece.endswith(" ")


class _Draft:
    """A section while its tokens are gathered."""

    def __init__(self, section_id: str, title: str, level: int, line: int) -> None:
        self.id, self.title, self.level, self.line = section_id, title, level, line
        self.tokens: list[Token] = []

    def finish(self, report_box: BoxReport) -> Section:
        """Fold the text and fix, in each text token's ``meta``, where it begins in it."""
        text = _FoldedText()
        notes: list[tuple[int, str]] = []
        sentences: list[Sentence] = []
        tokens = take_box(self.tokens, report_box, in_section=bool(self.id))
        box: Box | None = None
        for token in tokens:
            if token.type == BOX_OPEN:
                if text.length and not text.ends_in_space:
                    text.add(" ")
                box = Box(token.meta["title"], text.length)
            if token.type != "inline" or PLAIN in token.meta:
                continue
            asked = not _take_comments(token)
            if text.length and not text.ends_in_space:
                text.add(" ")
            begin, first = text.length, len(text.parts)
            for child in token.children or []:
                if child.type in ("softbreak", "hardbreak") and not text.ends_in_space:
                    text.add(" ")
                elif child.type == "footnote_ref":
                    # Never more than one space stands at the end.
                    place = text.length - text.ends_in_space
                    notes.append((place, str(child.meta.get("label") or "")))
                elif child.type in ("text", "code_inline"):
                    content = re.sub(r"\s+", " ", child.content)
                    child.content = content.lstrip() if text.ends_in_space else content
                    child.meta = {**child.meta, "start": text.length}
                    text.add(child.content)
            block_text = "".join(text.parts[first:])
            block = Span(self.id, begin, begin + len(block_text.rstrip()))
            for start, end in sentence_spans(block_text):
                span = Span(self.id, begin + start, begin + end)
                sentences.append(
                    Sentence(block_text[start:end], span, block, asked, in_box=box is not None)
                )
        return Section(
            id=self.id,
            title=self.title,
            level=self.level,
            line=self.line,
            tokens=tuple(tokens),
            text="".join(text.parts).rstrip(),
            sentences=tuple(sentences),
            notes=tuple(notes),
            box=box,
        )


def _take_comments(token: Token) -> bool:
    """Remove HTML comments from an inline token; say whether one was the not-asked mark."""
    marked = False
    for child in token.children or []:
        if child.type == "text" and "<!--" in child.content:
            marked = marked or NOT_ASKED in child.content
            child.content = without_comments(child.content).rstrip(" ")
    return marked
