"""The one Markdown parser, so that what is looked up and what is shown are the same text."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)


def markdown_parser() -> MarkdownIt:
    """CommonMark with tables and footnotes.

    Raw HTML stays text: what an author types never becomes markup on the page by accident.
    """
    return MarkdownIt("commonmark", {"html": False}).enable("table").use(footnote_plugin)


def inline_text(token: Token) -> str:
    """The readable text of an inline token's children; pictures and notes have none."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)
