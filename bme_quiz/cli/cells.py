"""Editor of single cells of a table: all other bytes, quotation marks and line ends stay."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from bme_quiz.cli.workbook_cells import with_workbook_cells
from bme_quiz.content.delimited import Delimited, OpenQuotationMarkError, cell_spans, quoted
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Table


def with_cells(data: bytes, table: Table, column: str, cells: Mapping[int, str]) -> bytes:
    """A table's bytes with some cells of one column replaced, every other byte as it was.

    A column that the table has not is put behind its last one.

    Args:
        data: the file that ``table`` was read from.
        column: one of the columns that the table may have.
        cells: the new cell by the row's number in the spreadsheet.

    Raises:
        ContentError: one of these rows has no such cell.
    """
    position = table.positions.get(column, len(table.columns))
    is_new = column not in table.positions
    wanted = {table.header_row: column, **cells} if is_new else dict(cells)
    if table.is_workbook:
        return with_workbook_cells(data, table, position, wanted)
    text = Delimited.of(data.decode("utf-8"))
    parts = [text.prefix]
    delimiter = table.delimiter
    try:
        for record in text.records(delimiter):
            number, values = record.number, record.cells
            if number in wanted and position >= len(values) and not is_new:
                raise ContentError(f"Row {number} has no cell under '{column}'.")
            if is_new and number >= table.header_row and any(values):
                parts.append(_added(record.text, position, wanted.get(number, ""), delimiter))
            elif number in wanted:
                parts.append(_replaced(record.text, values, position, wanted[number], delimiter))
            else:
                parts.append(record.text)
    except OpenQuotationMarkError as error:
        raise ContentError(f"A quotation mark in row {error.row} is never closed.") from None
    return "".join(parts).encode("utf-8")


def _added(record: str, position: int, cell: str, delimiter: str) -> str:
    """A record with one cell more, at this place; what stands beyond it is empty."""
    spans = cell_spans(record, delimiter)
    body = record.rstrip("\r\n")
    kept = record[: spans[position - 1][1]] if position <= len(spans) else body
    gap = delimiter * max(position - len(spans), 0)
    return f"{kept}{gap}{delimiter}{quoted(cell, delimiter)}{record[len(body) :]}"


def _replaced(record: str, values: list[str], position: int, cell: str, delimiter: str) -> str:
    start, end = cell_spans(record, delimiter)[position]
    changed = f"{record[:start]}{quoted(cell, delimiter)}{record[end:]}"
    wanted = [*values[:position], cell, *values[position + 1 :]]
    lines = io.StringIO(changed, newline="")
    if next(csv.reader(lines, delimiter=delimiter, strict=False)) == wanted:
        return changed
    # Quotation marks so odd that the cell cannot be cut out: write the whole record anew.
    body = record.rstrip("\r\n")
    return delimiter.join(quoted(value, delimiter) for value in wanted) + record[len(body) :]
