"""Rule S11: text that a program would read as something else, such as a formula or HTML."""

from __future__ import annotations

import re

from bme_quiz.content.bank import LETTERS, NO_QUOTE
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.base import Finding, Findings, row_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.texts import text_columns

# A plain negative number is the same number in a spreadsheet, so it may stand.
_FORMULA = re.compile(r"\s*+(?:[=@+]|-(?!\d[\d.,]*+\s*+(?:%|[^\W\d_]{0,12}+)\s*+\Z))")
_KINDS = (
    ("a list, heading or quotation in Markdown", r"\A\s*(?:#{1,6}\s|>|[*+]\s|\d{1,9}[.)]\s)"),
    ("Markdown for bold or italic", r"(?<![\w*\\])\*{1,3}(?=[^\s*])[^*]*(?<!\s)\*{1,3}(?![\w*])"),
    ("Markdown for italic", r"(?<!\w)_{1,2}(?=[^\s_])[^_]*(?<!\s)_{1,2}(?!\w)"),
    ("code in Markdown", r"`[^`]+`"),
    ("struck-out text in Markdown", r"~~[^~]+~~"),
    ("a link or picture in Markdown", r"\[[^\[\]]*\]\([^()]*\)"),
    ("an HTML tag", r"</?[a-zA-Z][^<>]*>|<!--"),
    ("an HTML entity", r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"),
    ("LaTeX", r"\$[^$]+\$|\\[(\[]|\\[a-zA-Z]{2,}"),
    ("an emoji's short name", r"(?<![\w:]):(?:[a-z][a-z0-9_+-]*:(?!\w)|[a-z]+\[|material/)"),
)  # fmt: skip
_MARKUP = re.compile("|".join(f"({pattern})" for _, pattern in _KINDS))
_MAYBE = re.compile(r"[*_`~\[<&$\\:#>+]|\A\s*\d{1,9}[.)]\s")


@row_rule("S11", "markup", Severity.ERROR)
def no_accidental_markup(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """No cell would be read as Markdown, LaTeX, HTML or a spreadsheet's formula by accident.

    Why: on the page signs would vanish or turn into something else, and a formula runs in
    the spreadsheet of the next person who opens the file.
    How: `=`, `+`, `-`, `@` at the start of a cell (a lone `-` under a quotation and a negative
    number are fine); pairs of `*`, `_`, `$` or backticks; links, tags, entities, `:names:`.
    A quotation may hold the article's own Markdown.
    Source: OWASP on CSV injection; CommonMark.
    Bad: `option_b`: =1+1
    Good: `option_b`: 1 + 1
    """
    columns = list(text_columns(row))
    quotes = [(f"quote_{x}", row.cells[f"quote_{x}"]) for x in LETTERS]
    for column, cell in (*columns, *quotes):
        if (found := _FORMULA.match(cell)) and not (
            column.startswith("quote_") and cell.strip() == NO_QUOTE
        ):
            yield Finding(
                "A spreadsheet reads a cell that begins like this as a formula.",
                "Begin with a letter or a digit.",
                column,
                found.group().strip(),
            )
    for column, cell in columns:
        if _MAYBE.search(cell) and (found := _MARKUP.search(cell)):
            kind = _KINDS[(found.lastindex or 1) - 1][0]
            yield Finding(
                f"This would be read as {kind}.", "Write it in plain words.", column, found.group()
            )
