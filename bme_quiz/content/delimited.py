"""Delimited text: a CSV file's records, whichever sign parts its cells.

What people call CSV is parted by commas, by semicolons (spreadsheets in most of continental Europe)
or by tabs, and may begin with byte order marks and with a line ``sep=;`` for Excel. None of that
changes what the table says, and what is written back keeps all of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bme_quiz.content.problems import ContentError

BYTE_ORDER_MARK = "\ufeff"
"""What a file for spreadsheets begins with: Excel tells UTF-8 by it."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

MAX_TABLE_BYTES = 200_000_000

# Python's reader refuses a whole file for one cell above 128 KiB; here the cell is named and its
# row left out.
csv.field_size_limit(MAX_TABLE_BYTES)

_PREFIX = re.compile(
    f'{BYTE_ORDER_MARK}*(?:"?[sS][eE][pP]=(.)"?[;,\t ]*(?:\r\n|\n|\r))?{BYTE_ORDER_MARK}*'
)
# Records in which a table's first row is looked for.
FIRST_RECORDS = 40
# Of a file with one enormous first line no more is parsed for each sign that may part it.
_FIRST_SIGNS = 400_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the file.

    Attributes:
        number: its row in a spreadsheet, from 1.
        line: the file's line that it begins on, from 1.
        text: as it stands, line end and all.
        cells: what it holds.
    """

    number: int
    line: int
    text: str
    cells: list[str]


class OpenQuotationMarkError(Exception):
    """A quotation mark that begins a cell and is never closed, or closed in another row.

    Attributes:
        row: the row in which it stands.
        position: the cell's place in the row, from 0.
        words: what the cell begins with.
    """

    def __init__(self, row: int, position: int, words: str) -> None:
        super().__init__(f"row {row}")
        self.row, self.position, self.words = row, position, words


@dataclass(frozen=True, slots=True)
class Delimited:
    """A file's text, in its parts.

    Attributes:
        prefix: what stands before the first record: byte order marks and a ``sep=`` line.
        body: the records.
        named: the sign that the ``sep=`` line names; empty where there is none.
    """

    prefix: str
    body: str
    named: str

    @classmethod
    def of(cls, text: str) -> Delimited:
        """Part a file's text."""
        found = _PREFIX.match(text)
        end = found.end() if found else 0
        return cls(text[:end], text[end:], (found.group(1) or "") if found else "")

    def delimiter(self, score: Callable[[Sequence[str]], int]) -> str:
        """The sign that parts the cells: with it a row is best understood as the table's first.

        Where it makes no difference, what the ``sep=`` line says; else the comma.

        Args:
            score: how many of the table's columns a row names.
        """
        start = self.body[:_FIRST_SIGNS]
        found = {}
        for sign in dict.fromkeys((*filter(DELIMITERS.__contains__, [self.named]), *DELIMITERS)):
            reader = csv.reader(io.StringIO(start, newline=""), delimiter=sign, strict=False)
            try:
                found[sign] = max(map(score, islice(reader, FIRST_RECORDS)), default=0)
            except csv.Error:
                found[sign] = 0
        return max(found, key=lambda sign: found[sign])

    def records(self, delimiter: str) -> Iterator[Record]:
        """The records, in order.

        Raises:
            OpenQuotationMarkError: at the record in which a quotation mark stays open.
            csv.Error: the text is no CSV.
        """
        taken: list[str] = []

        def lines() -> Iterator[str]:
            for line in io.StringIO(self.body, newline=""):
                taken.append(line)
                yield line

        line = self.prefix.count("\n") + 1
        length = 0
        reader = csv.reader(lines(), delimiter=delimiter, strict=False)
        for number, cells in enumerate(reader, start=1):
            text = "".join(taken)
            length += len(text)
            if len(taken) > 1 or length == len(self.body):
                _check_closed(text, delimiter, number)
            yield Record(number, line, text, cells)
            line += len(taken)
            taken.clear()


def cell_spans(record: str, delimiter: str) -> list[tuple[int, int]]:
    """Where each cell's text begins and ends in a record, quotation marks included."""
    end = len(record.rstrip("\r\n"))
    spans = []
    start = place = 0
    while True:
        if record.startswith('"', place):
            place = _after_quoted(record, place, end)[0]
        sign = record.find(delimiter, place, end)
        place = end if sign < 0 else sign
        spans.append((start, place))
        if sign < 0:
            return spans
        start = place = sign + 1


def quoted(cell: str, delimiter: str) -> str:
    """A cell as it is written, in quotation marks where it must be."""
    if any(letter in cell for letter in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _after_quoted(record: str, place: int, end: int) -> tuple[int, bool]:
    """The place of the mark that closes a quoted cell, or the end; and whether there is one."""
    place += 1
    # Of two quotation marks in a row, the pair is one mark of the cell's own.
    while place < end and (record[place] != '"' or record.startswith('""', place)):
        place += 2 if record[place] == '"' else 1
    return place, place < end


def _check_closed(record: str, delimiter: str, number: int) -> None:
    """Look at each quoted cell of a record that holds several lines, or is the last.

    A quotation mark that nothing closes runs on to the next one in the file, which was meant to
    begin another cell: right behind it stands that cell's text.
    """
    # A line end in a cell that is still open is that cell's own.
    end = len(record)
    place = position = 0
    while place < end:
        if record[place] == '"':
            start = place
            place, is_closed = _after_quoted(record, place, end)
            runs_on = "\n" in record[start:place] or "\r" in record[start:place]
            after = record[place + 1 : place + 2]
            if not is_closed or (runs_on and after not in ("", delimiter, "\r", "\n", " ", "\t")):
                raise OpenQuotationMarkError(number, position, record[start : start + 60])
        sign = record.find(delimiter, place)
        if sign < 0:
            return
        place, position = sign + 1, position + 1


def decoded(data: bytes, name: str) -> str:
    """The text of a file.

    Raises:
        ContentError: it is not UTF-8, too large, or holds NUL characters.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise ContentError(
            f"{name} has {len(data):,} bytes; a table has {MAX_TABLE_BYTES:,} at most."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ContentError(f"{name} is UTF-16 text; save the sheet as 'CSV UTF-8'.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise ContentError(
            f"{name}, near line {row}: this is not UTF-8 text; save the sheet as 'CSV UTF-8'."
        ) from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise ContentError(f"{name}, near line {row}: there is a NUL character; remove it.")
    return text
