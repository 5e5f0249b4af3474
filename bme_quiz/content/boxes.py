"""Boxes: the block quote with a title in bold that may end a section of the article.

::

    > **Often misunderstood**
    >
    > - X-rays show bone; edema needs MRI.[^3]

Its text is part of the section's and can be quoted; what is counted of the article's main text
leaves it out, and pages show it closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token

from bme_quiz.content.bounds import MAX_HEADING
from bme_quiz.content.markdown import inline_text
from bme_quiz.content.text import fold_spaces

BOX_OPEN = "box_open"
"""Type of the token in place of the one that opens the block quote; its ``meta`` has the title."""
BOX_CLOSE = "box_close"

Report = Callable[[int, str, str, str], None]
"""Takes a line from 1, what is wrong, how to mend it, and the words."""


def take_box(tokens: Sequence[Token], report: Report, *, in_section: bool) -> list[Token]:
    """The tokens of a section, those round its box as :data:`BOX_OPEN` and :data:`BOX_CLOSE`.

    A block quote with a title that stands anywhere but at the section's end is reported and stays
    a block quote of the main text, title and all.

    Args:
        in_section: False for the text before the first section, which has no box.
    """
    result = list(tokens)
    for start, end, title in _titled_quotes(tokens):
        line = (tokens[start].map or [0])[0] + 1
        if not in_section:
            report(
                line,
                "This box stands before the first section.",
                "Put it at the end of a section, or take the bold title out of the quotation.",
                title,
            )
        elif end + 1 < len(tokens):
            report(
                line,
                "This box does not stand at the end of its section.",
                "A section has one box at most, and nothing below it before the next heading: "
                "move it there, or join it with the one that is there.",
                title,
            )
        elif len(title) > MAX_HEADING:
            report(
                line,
                f"The title of this box has {len(title):,} characters; "
                f"it may have {MAX_HEADING:,}.",
                "Shorten it.",
                title,
            )
        else:
            opening = Token(BOX_OPEN, "", 1, block=True, map=tokens[start].map)
            opening.meta = {"title": title}
            closing = Token(BOX_CLOSE, "", -1, block=True)
            result[start:] = [opening, *tokens[start + _TITLE_TOKENS : end], closing]
    return result


# The block quote's own token and the three of its first paragraph.
_TITLE_TOKENS = 4


def _titled_quotes(tokens: Sequence[Token]) -> list[tuple[int, int, str]]:
    """Block quotes whose first paragraph is bold words alone, with more below it.

    Returns:
        Place of the opening and of the closing token, and the title.
    """
    found = []
    start = -1
    for place, token in enumerate(tokens):
        if token.level != 0:
            continue
        if token.type == "blockquote_open":
            start = place
        elif token.type == "blockquote_close" and place > start + _TITLE_TOKENS:
            title = _bold_alone(tokens[start + 1 : start + _TITLE_TOKENS])
            if title:
                found.append((start, place, title))
    return found


def _bold_alone(paragraph: Sequence[Token]) -> str:
    """The words of a paragraph that consists of nothing but bold words; else nothing."""
    if [token.type for token in paragraph] != ["paragraph_open", "inline", "paragraph_close"]:
        return ""
    children = [child for child in paragraph[1].children or [] if child.type != "text"]
    texts = [child for child in paragraph[1].children or [] if child.type == "text"]
    outside = [child for child in texts if child.level == 0 and child.content.strip()]
    if [child.type for child in children] != ["strong_open", "strong_close"] or outside:
        return ""
    return fold_spaces(inline_text(paragraph[1]))
