"""Pictures of a terminal for the guide: what commands print, word for word.

    python -m tests.support.guide [DOCS]

writes them; a test holds them to what the commands print now.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from openpyxl import load_workbook

from bme_quiz.cli.main import main

_HOME = "/home/ana"
_LINE, _LETTER, _EDGE = 19, 8.1, 16
_COLUMNS = 96
# Of several spaces in a row a picture shows one.
_SPACE = "\u00a0"
_COURSE = "hand-washing"

OWN = {
    "id": "why-wash-01",
    "section": "why-wash",
    "type": "Single",
    "level": "understand",
    "audience": "both",
    "stem": "Why is soap used, and not water alone?",
    "answer": "a)",
    "option_a": "It takes more germs off the hands",
    "why_a": "Soap lifts germs off the skin; water alone leaves more of them.",
    "quote_a": "Water alone takes less germs off the hands",
    "option_b": "It makes the skin waterproof",
    "why_b": "Soap cleans the skin; it does not seal it.",
    "quote_b": "-",
    "option_c": "2-Jun",
    "why_c": "Soap works by lifting germs off.",
    "quote_c": "-",
}
"""A question with two slips, in the row below the examples."""


def pictures() -> dict[str, str]:
    """The pictures by file name."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / _COURSE
        made = _printed(["new", str(folder), "--xlsx"], folder)
        _write_own(folder / "bank.xlsx")
        found = _printed(["find", "water without soap germs", str(folder), "--most", "1"], folder)
        checked = _printed(["check", str(folder)], folder)
    new = [f"$ python -m bme_quiz new {_COURSE} --xlsx", *made]
    check = [f"$ python -m bme_quiz check {_COURSE}", *checked]
    find = [
        f'$ python -m bme_quiz find "water without soap germs" {_COURSE} --most 1',
        *found,
    ]
    return {
        "terminal-new.svg": drawn(new, "What the command new prints"),
        "terminal-check.svg": drawn(check, "What the command check prints"),
        "terminal-find.svg": drawn(find, "What the command find prints"),
    }


def drawn(lines: list[str], title: str) -> str:
    """Lines of a terminal as an SVG picture; long ones go on below, as on a terminal."""
    styled = [(part, _style(line)) for line in lines for part in _parts(line)]
    lines = [part for part, _ in styled]
    width = round(max(map(len, lines)) * _LETTER + 2 * _EDGE)
    height = len(lines) * _LINE + 2 * _EDGE
    texts = "\n".join(
        f'<text x="{_EDGE}" y="{_EDGE + (n + 0.75) * _LINE:g}"{style}>'
        f"{escape(line).replace(' ', _SPACE)}</text>"
        for n, (line, style) in enumerate(styled)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'role="img" aria-label="{title}">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="#1d2329"/>\n'
        '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13.5" '
        f'fill="#e6edf3" xml:space="preserve">\n{texts}\n</g>\n</svg>\n'
    )


def texts_of(svg: str) -> list[str]:
    """The lines that a picture shows."""
    found = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    return [unescape(text).replace(_SPACE, " ") for text in found]


def _parts(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line, _COLUMNS, subsequent_indent=indent, break_on_hyphens=False)


def _style(line: str) -> str:
    if line.startswith("$ "):
        return ' font-weight="bold"'
    if line.lstrip().startswith("error "):
        return ' fill="#ff9b93"'
    return ' fill="#9fd8ef"' if line.lstrip().startswith("= ") else ""


def _printed(words: list[str], folder: Path) -> list[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(words)
    return [
        line.replace(str(folder.parent), _HOME).rstrip() for line in out.getvalue().splitlines()
    ]


def _write_own(path: Path) -> None:
    book = load_workbook(path)
    sheet = book["Questions"]
    header = [cell.value for cell in sheet[1]]
    for column, text in OWN.items():
        sheet.cell(5, header.index(column) + 1).value = text
    book.save(path)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs") / "images"
    for name, picture in pictures().items():
        (target / name).write_text(picture, "utf-8")
