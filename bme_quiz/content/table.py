"""CSV reader and writer for files that people edit in spreadsheets.

Rule S01: UTF-8 (a byte order mark is fine), the documented columns, every row the same width.
Whatever the bytes are, a table and a list of problems come out, or one plain sentence.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bme_quiz.content.bounds import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from bme_quiz.content.problems import ContentError, Problem, Severity

MAX_TABLE_BYTES = 200_000_000
_CODE = "S01"
_SHOWN = 60
BYTE_ORDER_MARK = "\ufeff"
"""What a file for spreadsheets begins with: Excel tells UTF-8 by it."""

# Python's reader refuses a whole file for one cell above 128 KiB; here the cell is named and its
# row left out.
csv.field_size_limit(MAX_TABLE_BYTES)

_FOREIGN_FILES = {
    b"PK\x03\x04": "an Excel or other zipped file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its spreadsheet number (the header is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read, and what was wrong with it (code S01)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_table(
    data: bytes, name: str, required: Sequence[str], optional: Sequence[str] = ()
) -> Table:
    """Read a CSV file from its bytes.

    Rows of the wrong width or with too long a cell are reported and left out; empty rows are
    passed over. Cells of optional columns that the file lacks are empty.

    Raises:
        ContentError: not a CSV in UTF-8, too large, or without a header that can be used.
    """
    text = _decode(data, name)
    problems: list[Problem] = []

    def report(
        message: str,
        mend: str,
        row: int | None,
        column: str = "",
        words: str = "",
        row_id: str = "",
    ) -> None:
        problems.append(
            Problem(
                _CODE,
                Severity.ERROR,
                name,
                message,
                mend,
                row=row,
                id=row_id,
                column=column[:_SHOWN],
                words=words[:_SHOWN],
            )
        )

    lines = csv.reader(io.StringIO(text, newline=""), strict=False)
    header = [cell.strip() for cell in next(_lines(lines, name), [])]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise ContentError(f"{name} is empty; its first row names the columns: {_list(required)}.")
    if len(header) > MAX_COLUMNS:
        raise ContentError(
            f"{name}, row 1: it names {len(header):,} columns, {MAX_COLUMNS} at most; "
            f"the columns are {_list(required)}."
        )
    missing = [column for column in required if column not in header]
    if len(missing) == len(required) and header[0].count(";") >= len(required) - 1:
        raise ContentError(
            f"{name}, row 1: the cells are parted by semicolons; save the sheet with commas."
        )
    if len(missing) == len(required):
        raise ContentError(
            f"{name}, row 1: this is not the expected table; the columns are {_list(required)}."
        )
    for column in missing:
        report(f"The column '{column}' is missing.", "Add it to the first row.", 1, column)
    for column in header:
        if column not in required and column not in optional:
            report(
                f"The column '{column[:_SHOWN]}' is not one of the documented ones.",
                f"Remove it or mend its name; the columns are {_list((*required, *optional))}.",
                1,
                column,
                column,
            )
        elif header.count(column) > 1:
            report(f"The column '{column}' stands twice.", "Keep one.", 1, column, column)
    known = (*required, *optional)
    rows = []
    for number, cells in enumerate(_lines(lines, name), start=2):
        if number > MAX_ROWS + 1:
            raise ContentError(f"{name} has more than {MAX_ROWS:,} rows; part it in two.")
        if not any(cell.strip() for cell in cells):
            continue
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(header):
            report(
                f"This row has {len(cells)} cells; the header has {len(header)}.",
                'Put a cell that holds a comma or a line break in "double quotes".',
                number,
                words=cells[0],
            )
            continue
        found = dict(zip(header, cells, strict=True))
        row = Row(number, {column: found.get(column, "") for column in known})
        too_long = [column for column in known if len(row.cells[column]) > MAX_CELL]
        for column in too_long:
            report(
                f"This cell has {len(row.cells[column]):,} characters; "
                f"a cell may have {MAX_CELL:,}.",
                "Shorten it, or look for a quotation mark above it that nothing closes; until then "
                "the row is left out.",
                number,
                column,
                row.cells[column],
                " ".join(row.cells.get("id", "")[:_SHOWN].split()),
            )
        if not too_long:
            rows.append(row)
    return Table(name, tuple(header), tuple(rows), tuple(problems))


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A table as CSV text with ``\\n`` line ends; cells are quoted where they must be."""
    out = io.StringIO(newline="")
    plain = csv.writer(out, lineterminator="\n")
    # The writer leaves a lone carriage return bare, and reading would take it for a row's end.
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(columns)
    for row in rows:
        cells = [row[column] for column in columns]
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)
    return out.getvalue()


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    number = 1
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error as error:
        raise ContentError(f"{name}, after row {number}: the CSV is broken ({error}).") from None


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_TABLE_BYTES:
        raise ContentError(
            f"{name} has {len(data):,} bytes; a table has {MAX_TABLE_BYTES:,} at most."
        )
    for start, kind in _FOREIGN_FILES.items():
        if data.startswith(start):
            raise ContentError(f"{name} is {kind}, not a CSV; save the sheet as 'CSV UTF-8'.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ContentError(f"{name} is UTF-16 text; save the sheet as 'CSV UTF-8'.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise ContentError(
            f"{name}, near line {row}: this is not UTF-8 text; save the sheet as 'CSV UTF-8'."
        ) from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise ContentError(f"{name}, near line {row}: there is a NUL character; remove it.")
    return text


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
