"""Escaping of text from content: shown as typed, never as markup."""

from __future__ import annotations

import re
from html import escape

from bme_quiz.content.remembered import remembered

# Only marks that could become markup: Streamlit gives the label as written, backslashes
# and all, to screen readers as the group's name.
_MARKUP = re.compile(r"([\\`*_\[\]<>$~|&^])")
_LINE_START = re.compile(r"^([#+\-=!]|\d+(?=[.)]))")
_WEB = re.compile(r"(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?<=@)(?=\w)", re.IGNORECASE)
# Streamlit replaces these after Markdown was read, so a backslash does not stop it: emoji
# shortcodes such as ":smile:", ":material/home:", and arrows or signs between spaces.
# A colon before a letter begins a directive (":red[text]") even where its bracket is escaped.
_SHORTCODE = re.compile(r":(?=[A-Za-z]|[\w+-]+:)")
_SIGN = re.compile(r"(?:(?<=\s)|^)(<->|->|<-|--|>=|<=|~=)(?=\s|$)")
_JOINER = "\u2060"


def html(text: str) -> str:
    """Text for HTML, in an element or in a quoted attribute."""
    return escape(text, quote=True)


# Every learner's page asks for the same stems and options.
@remembered(4096)
def label(text: str) -> str:
    """Text for a widget's label, which Streamlit reads as Markdown with LaTeX and directives.

    Marks with a meaning are escaped (CommonMark 2.4); a word joiner, which shows nothing and
    takes no room, parts what Streamlit replaces after Markdown was read: shortcodes, arrows,
    bare web and e-mail addresses.
    """
    parted = _SHORTCODE.sub(f":{_JOINER}", " ".join(text.split()))
    parted = _SIGN.sub(lambda m: m.group(1)[0] + _JOINER + m.group(1)[1:], parted)
    parted = _WEB.sub(_JOINER, parted)
    escaped = _MARKUP.sub(r"\\\1", parted)
    # "1." would begin a list; a backslash may not stand before a digit, a joiner may.
    return _LINE_START.sub(
        lambda m: f"{m.group()}{_JOINER}" if m.group()[0].isdigit() else f"\\{m.group()}", escaped
    )
