"""Editor of single cells of a CSV file: all other bytes, quotation marks and line ends stay."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from bme_quiz.content.problems import ContentError

_MARK = b"\xef\xbb\xbf"


def with_cells(data: bytes, column: str, cells: Mapping[int, str]) -> bytes:
    """A CSV file's bytes with some cells of one column replaced, every other byte as it was.

    Args:
        data: the file, UTF-8.
        column: the column's name in the first row.
        cells: the new cell by the row's number; the header is row 1.

    Raises:
        ContentError: there is no such column, or not in one of these rows.
    """
    mark = _MARK if data.startswith(_MARK) else b""
    position: int | None = None
    parts = []
    for number, (record, values) in enumerate(_records(data[len(mark) :].decode("utf-8")), start=1):
        if position is None:
            header = [name.strip() for name in values]
            if column not in header:
                raise ContentError(f"There is no column '{column}' to write to.")
            position = header.index(column)
        if number in cells and position >= len(values):
            raise ContentError(f"Row {number} has no cell under '{column}'.")
        parts.append(
            _replaced(record, values, position, cells[number]) if number in cells else record
        )
    return mark + "".join(parts).encode("utf-8")


def _records(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each record as its text, line ends and all, and its cells."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for values in csv.reader(lines(), strict=False):
        yield "".join(taken), values
        taken.clear()


def _replaced(record: str, values: list[str], position: int, cell: str) -> str:
    start, end = _cell_spans(record)[position]
    written = _quoted(cell)
    changed = f"{record[:start]}{written}{record[end:]}"
    wanted = [*values[:position], cell, *values[position + 1 :]]
    if next(csv.reader(io.StringIO(changed, newline=""), strict=False)) == wanted:
        return changed
    # Quotation marks so odd that the cell cannot be cut out: write the whole record anew.
    body = record.rstrip("\r\n")
    return ",".join(map(_quoted, wanted)) + record[len(body) :]


def _quoted(cell: str) -> str:
    if any(letter in cell for letter in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _cell_spans(record: str) -> list[tuple[int, int]]:
    """Where each cell's text begins and ends, quotation marks included."""
    end = len(record.rstrip("\r\n"))
    spans = []
    start = place = 0
    while True:
        if record.startswith('"', place):
            place += 1
            # Of two quotation marks in a row, the pair is one mark of the cell's own.
            while place < end and (record[place] != '"' or record.startswith('""', place)):
                place += 2 if record[place] == '"' else 1
        comma = record.find(",", place, end)
        place = end if comma < 0 else comma
        spans.append((start, place))
        if comma < 0:
            return spans
        start = place = comma + 1
