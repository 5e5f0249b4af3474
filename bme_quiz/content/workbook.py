"""Workbook reader: the sheets of an ``.xlsx`` file as rows of text, within bounds.

A workbook is a zip archive of XML. Before openpyxl reads it, each of its parts is gone through once
without keeping any of it: how many sheets, rows and elements there are, and that no part declares a
document type, which the format forbids and which entities that blow up need. What is within those
bounds takes openpyxl some seconds at most.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from bme_quiz.content.bounds import MAX_COLUMNS
from bme_quiz.content.foreign import DAMAGED, WORKBOOK, foreign_file
from bme_quiz.content.problems import ContentError

MAX_PARTS = 2_000
MAX_XML_BYTES = 60_000_000
MAX_SHEETS = 50
MAX_SHEET_ROWS = 100_000
MAX_ELEMENTS = 2_000_000
MAX_OTHER_ELEMENTS = 200_000
MAX_ROW_ELEMENTS = 20_000
MAX_NESTED = 100

_XML = (".xml", ".rels", ".vml")
_SHEETS = "xl/worksheets/"
_STRINGS = "xl/sharedstrings.xml"
_CHUNK = 1 << 16
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: as it stands on its tab.
        rows: begins to read: each row's number, from 1, and its cells as text; rows without any
            are left out.
    """

    name: str
    rows: Callable[[], Iterator[tuple[int, list[str]]]]


@contextmanager
def open_sheets(data: bytes, name: str) -> Iterator[tuple[Sheet, ...]]:
    """The sheets of a workbook, to be read while this is entered.

    Raises:
        ContentError: it is none, is damaged or protected, or holds more than is read.
    """
    if foreign_file(data) != WORKBOOK:
        raise ContentError(
            f"{name} is {foreign_file(data) or 'no workbook'}, not an Excel workbook; save the "
            "sheet as 'Excel Workbook (.xlsx)'."
        )
    _check_bounds(data, name)
    # Only who reads a workbook waits for its import.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # Of what it passes over: pictures, drop-down lists of newer kinds.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise _damaged(name) from error
    try:
        yield tuple(Sheet(sheet.title, _reader(sheet, name)) for sheet in book.worksheets)
    finally:
        book.close()


def _reader(sheet: Any, name: str) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    def rows() -> Iterator[tuple[int, list[str]]]:
        # What the file says of its own size is not to be believed.
        sheet.reset_dimensions()
        cells_of_rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1)
        number = 0
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    cells = next(cells_of_rows, None)
            except Exception as error:
                raise _damaged(name) from error
            if cells is None:
                return
            number += 1
            texts = [
                cell_text(cell.value, cell.number_format) if cell.value is not None else ""
                for cell in cells
            ]
            if any(texts):
                while not texts[-1]:
                    texts.pop()
                yield number, texts

    return rows


def cell_text(value: object, number_format: str = "General") -> str:
    """What a cell shows, as text.

    A date, which a spreadsheet makes of ``2-6``, stays recognisable as one.
    """
    match value:
        case str():
            text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
            return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, number_format)
        case datetime() | date():
            return _date(value, number_format)
        case time() | timedelta():
            return str(value)
        case _:
            return str(value)


# A spreadsheet itself takes no longer formats, and shows no more decimals.
_LONGEST_FORMAT, _MOST_DECIMALS = 255, 30


def _number(value: float, number_format: str) -> str:
    shown = number_format[:_LONGEST_FORMAT].split(";")[0]
    decimals = len(found[1]) if (found := re.search(r"\.(0+)", shown)) else 0
    decimals = min(decimals, _MOST_DECIMALS)
    if "%" in shown:
        return f"{value:.{decimals}%}"
    if re.fullmatch(r"#,##0(?:\.0+)?", shown):
        return f"{value:,.{decimals}f}"
    if re.fullmatch(r"0(?:\.0+)?", shown):
        return f"{value:.{decimals}f}"
    return f"{value:.15g}".upper()


def _date(value: date, number_format: str) -> str:
    form = number_format.lower()
    if "mmm" in form and "d" not in form:
        return f"{_MONTHS[value.month - 1]}-{value.year % 100:02}"
    if "mmm" in form and "y" not in form:
        return f"{value.day}-{_MONTHS[value.month - 1]}"
    return value.isoformat()[:10]


def _damaged(name: str) -> ContentError:
    return ContentError(
        f"{name} cannot be read as an Excel workbook: it is damaged or incomplete. Open it in the "
        "spreadsheet and save it anew as 'Excel Workbook (.xlsx)'."
    )


def _check_bounds(data: bytes, name: str) -> None:
    """Go through all parts of a workbook once.

    Raises:
        ContentError: there is more in it than is read, or it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise _beyond(name, f"{len(parts):,} parts", f"{MAX_PARTS:,}")
            texts = [part for part in parts if part.filename.lower().endswith(_XML)]
            size = sum(part.file_size for part in texts)
            if size > MAX_XML_BYTES:
                raise _beyond(name, f"{size / 1e6:,.0f} MB of text", f"{MAX_XML_BYTES // 10**6}")
            sheets = sum(part.filename.lower().startswith(_SHEETS) for part in texts)
            if sheets > 2 * MAX_SHEETS:
                raise _beyond(name, f"{sheets:,} sheets", f"{MAX_SHEETS}")
            count = _Count(name)
            for part in texts:
                with archive.open(part) as opened:
                    count.go_through(part.filename.lower(), opened)
    except (*DAMAGED, expat.ExpatError, LookupError):
        raise _damaged(name) from None


def _beyond(name: str, what: str, most: str) -> ContentError:
    return ContentError(
        f"{name} has {what}; {most} at most. Copy the rows that are meant into a new workbook: a "
        "sheet whose empty rows were given a colour or a border keeps them all."
    )


class _Count:
    """Counts of what the parts of a workbook hold."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._in_tables = self._elsewhere = self._sheets = 0

    def go_through(self, part: str, opened: Any) -> None:
        """Count one part's elements.

        Raises:
            ContentError: they are too many, or it declares a document type.
            ExpatError: it is no XML.
        """
        is_table = part.startswith(_SHEETS) or part == _STRINGS
        is_sheet = part.startswith(_SHEETS)
        nested = rows = in_row = 0

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal nested, rows, in_row
            nested += 1
            in_row += 1
            if is_table:
                self._in_tables += 1
                if self._in_tables > MAX_ELEMENTS:
                    raise _beyond(self._name, f"over {MAX_ELEMENTS:,} cells", f"{MAX_ELEMENTS:,}")
            else:
                self._elsewhere += 1
                if self._elsewhere > MAX_OTHER_ELEMENTS:
                    raise _beyond(self._name, "too many formats", f"{MAX_OTHER_ELEMENTS:,}")
            local = tag.rpartition(":")[2]
            if is_sheet and local == "row":
                rows, in_row = rows + 1, 0
                # Excel knows no row above the millionth.
                number = attributes.get("r", "")[:9]
                last = int(number) if number.isascii() and number.isdecimal() else rows
                if max(rows, last) > MAX_SHEET_ROWS:
                    raise _beyond(self._name, f"{max(rows, last):,} rows", f"{MAX_SHEET_ROWS:,}")
            elif is_table and local == "si":
                in_row = 0
            elif local == "sheet" and not is_table:
                self._sheets += 1
                if self._sheets > MAX_SHEETS:
                    raise _beyond(self._name, f"over {MAX_SHEETS} sheets", str(MAX_SHEETS))
            if (is_table and in_row > MAX_ROW_ELEMENTS) or nested > MAX_NESTED:
                raise _beyond(self._name, "a row of too many cells", f"{MAX_COLUMNS} columns")

        def end(_tag: str) -> None:
            nonlocal nested
            nested -= 1

        def refuse(*_: object) -> None:
            raise ContentError(
                f"{self._name} declares a document type, which no workbook does: it was not made "
                "by a spreadsheet, and is not read."
            )

        parser = expat.ParserCreate()
        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        while chunk := opened.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)


def sheet_part(data: bytes, title: str) -> str:
    """The name of the part of a workbook's archive in which a sheet stands.

    Raises:
        ContentError: there is none.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        targets: dict[str, str] = {}
        ids: list[tuple[str, str]] = []

        def relation(_tag: str, attributes: dict[str, str]) -> None:
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "sheet":
                ids.extend(
                    (attributes.get("name", ""), value)
                    for name, value in attributes.items()
                    if name.endswith(":id")
                )

        for part, handler in (
            ("xl/_rels/workbook.xml.rels", relation),
            ("xl/workbook.xml", sheet),
        ):
            parser = expat.ParserCreate()
            parser.StartElementHandler = handler
            parser.Parse(archive.read(part), True)
    for name, ident in ids:
        if name == title:
            target = targets.get(ident, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                return part
    raise ContentError(f"The sheet '{title[:60]}' cannot be found in the workbook.")
