"""Editor of single cells of an ``.xlsx`` file: all else in it stays as the spreadsheet wrote it.

The workbook is not read and saved anew, which would lose what no library knows of. In the XML of
the one sheet the cells are replaced where they stand; every other part of the archive is copied.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Table, cell_name
from bme_quiz.content.workbook import sheet_part

_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")


def with_workbook_cells(
    data: bytes, table: Table, position: int, cells: Mapping[int, str]
) -> bytes:
    """A workbook's bytes with some cells of one column of its table replaced.

    Args:
        data: the file that ``table`` was read from, within the bounds of reading.
        position: the column's, from 0.
        cells: the new cell by the row's number.

    Raises:
        ContentError: the sheet has not one of these rows.
    """
    part = sheet_part(data, table.sheet)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as written:
        written.comment = archive.comment
        for info in archive.infolist():
            content = archive.read(info)
            if info.filename == part:
                content = _with_cells(content, position, cells)
            written.writestr(info, content, info.compress_type)
    return out.getvalue()


@dataclass
class _Place:
    """Where a row's new cell goes.

    Attributes:
        start, end: the bytes that it replaces; equal where it is put between two.
        style: of the cell that it replaces.
        opens: how the row's element must be written anew because it was empty.
    """

    start: int
    end: int
    style: str = ""
    opens: tuple[str, str] | None = None


@dataclass
class _Finder:
    """The places of one column's cells in a sheet's XML, by row."""

    content: bytes
    position: int
    wanted: frozenset[int]
    places: dict[int, _Place] = field(default_factory=dict)
    prefix: str = ""

    def find(self) -> None:
        """Go through the sheet."""
        parser = expat.ParserCreate()
        row = column = row_start = 0
        inside = 0
        cell: tuple[int, str] | None = None

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, row_start, column, cell, inside
            start = parser.CurrentByteIndex
            local = tag.rpartition(":")[2]
            if local == "row":
                row = int(attributes.get("r") or row + 1)
                column, row_start = 0, start
                self.prefix = tag[: -len(local)]
            elif local == "c" and not inside:
                found = _REFERENCE.fullmatch(attributes.get("r", ""))
                column = _column(found[1]) if found else column + 1
                if row in self.wanted and row not in self.places:
                    if column == self.position + 1:
                        cell = (start, attributes.get("s", ""))
                    elif column > self.position + 1:
                        self.places[row] = _Place(start, start)
                inside = 1
            elif inside:
                inside += 1

        def end(tag: str) -> None:
            nonlocal cell, inside
            local = tag.rpartition(":")[2]
            if inside:
                inside -= 1
                if not inside and cell is not None:
                    here = parser.CurrentByteIndex
                    if not self._is_empty(cell[0], here):
                        here = self.content.index(b">", here) + 1
                    self.places[row] = _Place(cell[0], here, cell[1])
                    cell = None
            elif local == "row" and row in self.wanted and row not in self.places:
                here = parser.CurrentByteIndex
                if self._is_empty(row_start, here):
                    # A row without a cell, <row r="3"/>: the sign before its end goes.
                    self.places[row] = _Place(here - 2, here, opens=(">", f"</{tag}>"))
                else:
                    self.places[row] = _Place(here, here)

        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        parser.Parse(self.content, True)

    def _is_empty(self, start: int, here: int) -> bool:
        """Whether an element is written as one tag, <c/>: the parser then stands behind it, and
        else before its closing tag."""
        return self.content[here - 2 : here] == b"/>" and (
            self.content.rfind(b"<", start, here) == start
        )


def _with_cells(content: bytes, position: int, cells: Mapping[int, str]) -> bytes:
    if not content.lstrip(b"\xef\xbb\xbf").startswith((b"<?xml", b"<")):
        raise ContentError("The sheet's XML is not in UTF-8, so it can't be written to.")
    finder = _Finder(content, position, frozenset(cells))
    finder.find()
    missing = sorted(set(cells) - set(finder.places))
    if missing:
        raise ContentError(f"The sheet has no row {missing[0]}.")
    parts, done = [], 0
    for row, place in sorted(finder.places.items(), key=lambda item: item[1].start):
        parts.append(content[done : place.start])
        written = _cell(row, position, cells[row], place.style, finder.prefix)
        if place.opens is not None:
            written = place.opens[0] + written + place.opens[1]
        parts.append(written.encode("ascii", "xmlcharrefreplace"))
        done = place.end
    return b"".join([*parts, content[done:]])


def _cell(row: int, position: int, text: str, style: str, prefix: str) -> str:
    """A cell's element; text stands in it rather than among the workbook's shared strings."""
    styled = f" s={quoteattr(style)}" if style else ""
    begin = f'<{prefix}c r="{cell_name(row, position)}"{styled}'
    if not text:
        return f"{begin}/>"
    inner = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is>'
    return f'{begin} t="inlineStr">{inner}</{prefix}c>'


def _column(letters: str) -> int:
    """A column's number, from 1, of its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
