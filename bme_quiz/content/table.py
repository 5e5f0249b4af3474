"""Table reader for what people edit in spreadsheets: CSV and ``.xlsx``; and writer of CSV.

Rule S01: a first row that names the columns, every row as wide, nothing left open. Names are taken
in any case and with spaces; a title may stand above the first row; commas, semicolons and tabs part
the cells of a CSV file; columns that are nobody's but the author's are kept and not read. Whatever
the bytes are, a table and a list of problems come out, or one plain sentence.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from bme_quiz.content.bounds import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from bme_quiz.content.delimited import (
    BYTE_ORDER_MARK,
    DELIMITERS,
    FIRST_RECORDS,
    MAX_TABLE_BYTES,
    Delimited,
    OpenQuotationMarkError,
    decoded,
)
from bme_quiz.content.foreign import WORKBOOK, foreign_file, foreign_text
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.workbook import Sheet, open_sheets

__all__ = [
    "BYTE_ORDER_MARK",
    "MAX_TABLE_BYTES",
    "Row",
    "Table",
    "cell_name",
    "read_table",
    "write_table",
]

OPEN_MARK = "A quotation mark is opened here and never closed, so nothing of this file is used."
"""What is said of a file whose rows cannot be told from one another."""

CSV, XLSX = ".csv", ".xlsx"

_CODE = "S01"
_SHOWN = 60
# Names of columns that a row must have to be taken for the one that names them.
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read, and what was wrong with it (code S01).

    Attributes:
        columns: of the file, by the names that the program knows them by.
        header_row: the row that names the columns.
        missing: required columns that the file has not; their cells are empty.
        positions: where each known column stands in the sheet, from 0.
        delimiter: what parts the cells of a CSV file; empty for a workbook.
        sheet: the workbook's sheet that it stands on; empty for a CSV file.
        is_cut: whether the file ends in the middle of its last row.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    header_row: int = 1
    missing: frozenset[str] = frozenset()
    positions: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ","
    sheet: str = ""
    is_cut: bool = False

    @property
    def is_workbook(self) -> bool:
        """Whether it is an ``.xlsx`` file, whose cells are named as a spreadsheet does."""
        return not self.delimiter

    def cell(self, row: int | None, column: str) -> str:
        """The name of a workbook's cell, such as ``F12``; empty where it has none."""
        position = self.positions.get(column)
        if not self.is_workbook or row is None or position is None:
            return ""
        return cell_name(row, position)


def cell_name(row: int, position: int) -> str:
    """What a spreadsheet calls a cell, ``F12``.

    Args:
        row: from 1.
        position: the column's, from 0.
    """
    letters, left = "", position + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def read_table(
    data: bytes, name: str, required: Sequence[str], optional: Sequence[str] = ()
) -> Table:
    """Read a table from a file's bytes.

    Rows of the wrong width or with too long a cell are reported and left out; empty rows are
    passed over. Cells of optional columns that the file lacks are empty. Where a quotation mark
    stays open, that is reported and there is no row at all.

    Raises:
        ContentError: no table of these columns, too large, not in UTF-8, or not to be told whether
            commas, semicolons or tabs part its cells.
    """
    names = _Names(required, optional)
    with _opened(data, name, names) as source:
        return _Reading(name, names, source).table()


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


class _Names:
    """The columns of a table, and how people write their names."""

    def __init__(self, required: Sequence[str], optional: Sequence[str]) -> None:
        self.required, self.optional = tuple(required), tuple(optional)
        self.known = (*self.required, *self.optional)
        self._by_form = {_form(name): name for name in self.known}

    def meant(self, cell: str) -> str | None:
        """The column that a name in the first row means; None where it is none of them."""
        return self._by_form.get(_form(cell))

    def alike(self, cell: str) -> str | None:
        """The column that a name was most likely meant for, as one with a slip in it."""
        found = difflib.get_close_matches(_form(cell)[:_SHOWN], self._by_form, 1, 0.75)
        return self._by_form[found[0]] if found else None

    def score(self, cells: Sequence[str]) -> int:
        """How many columns a row names."""
        return len({self.meant(cell) for cell in cells[: MAX_COLUMNS + 1]} - {None})

    @property
    def enough(self) -> int:
        """How many it has to name, to be the first of a table."""
        return min(_ENOUGH, len(self.required))


def _form(name: str) -> str:
    """A column's name without regard to case, spaces, hyphens and underscores."""
    return re.sub(r"[\W_]+", "", name[:200].casefold())


@dataclass(frozen=True)
class _Source:
    """Rows of a file, whatever kind it is of, from the first on.

    Attributes:
        rows: begins to read; each row's number and cells.
        note: what is worth saying about how it is read.
        delimiter: what parts the cells of a CSV file.
        ends_in_line: whether a CSV file's last line has an end.
        sheet: the name of a workbook's sheet.
        looks_like: says what a text is that is no table; nothing where that is not known.
    """

    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    note: tuple[str, str] | None = None
    delimiter: str = ""
    ends_in_line: bool = True
    looks_like: Callable[[], str] = str
    sheet: str = ""


@contextmanager
def _opened(data: bytes, name: str, names: _Names) -> Iterator[_Source]:
    if not data:
        raise ContentError(
            f"{name} is empty; its first row names the columns: {_list(names.required)}."
        )
    kind = foreign_file(data)
    if kind == WORKBOOK or (kind and name.lower().endswith(XLSX)):
        if not name.lower().endswith(XLSX):
            raise ContentError(
                f"{name} is {WORKBOOK}, whatever its name says; rename it to "
                f"{name.rpartition('.')[0] or name}{XLSX}."
            )
        with open_sheets(data, name) as sheets:
            yield _sheet_source(sheets, name, names)
        return
    if kind:
        raise ContentError(
            f"{name} is {kind}, not a CSV; save the sheet as 'CSV UTF-8' or as 'Excel Workbook "
            "(.xlsx)'."
        )
    if name.lower().endswith(XLSX):
        raise ContentError(
            f"{name} is text and no Excel workbook, whatever its name says; save the sheet as "
            f"'Excel Workbook (.xlsx)', or rename it to {name[: -len(XLSX)]}{CSV}."
        )
    yield _text_source(Delimited.of(decoded(data, name)), name, names)


def _text_source(text: Delimited, name: str, names: _Names) -> _Source:
    delimiter = text.delimiter(names.score)

    def rows() -> Iterator[tuple[int, list[str]]]:
        number = 0
        try:
            for record in text.records(delimiter):
                number = record.number
                yield number, record.cells
        except csv.Error as error:
            raise ContentError(
                f"{name}, after row {number}: the CSV is broken ({error})."
            ) from None

    note = None
    if delimiter != ",":
        note = (
            f"The cells are parted by {DELIMITERS[delimiter]}; that is read as well as commas.",
            "Nothing need be done.",
        )
    return _Source(
        rows,
        note,
        delimiter,
        text.body.endswith(("\n", "\r")),
        lambda: foreign_text(text.body),
    )


def _sheet_source(sheets: Sequence[Sheet], name: str, names: _Names) -> _Source:
    """The sheet that holds the table.

    Raises:
        ContentError: none does, or several do.
    """
    found = []
    for sheet in sheets:
        first = islice(sheet.rows(), FIRST_RECORDS)
        best = max((names.score(cells) for _, cells in first), default=0)
        if best >= names.enough:
            found.append((best, sheet))
    if not found:
        tabs = ", ".join(f"'{sheet.name[:_SHOWN]}'" for sheet in sheets[:5]) or "none"
        raise ContentError(
            f"{name}: no sheet of it is the expected table (it has {tabs}); the columns are "
            f"{_list(names.required)}."
        )
    most = max(score for score, _ in found)
    best_sheets = [sheet for score, sheet in found if score == most]
    if len(best_sheets) > 1:
        raise ContentError(
            f"{name}: two sheets hold such a table, '{best_sheets[0].name[:_SHOWN]}' and "
            f"'{best_sheets[1].name[:_SHOWN]}'; keep one of them in this file."
        )
    note = None
    if len(sheets) > 1:
        note = (
            f"The sheet '{best_sheets[0].name[:_SHOWN]}' is read, and no other.",
            "Nothing need be done.",
        )
    return _Source(best_sheets[0].rows, note, sheet=best_sheets[0].name)


class _Reading:
    """One table as it is read."""

    def __init__(self, name: str, names: _Names, source: _Source) -> None:
        self._name, self._names, self._source = name, names, source
        self._problems: list[Problem] = []
        self._positions: dict[str, int] = {}
        self._header: list[str] = []
        self._header_row = 1
        self._lone_cells: list[str] = []
        self._last_is_short = False

    def table(self) -> Table:
        """Read it.

        Raises:
            ContentError: it is no such table.
        """
        rows: list[Row] = []
        try:
            above = self._find_header()
            missing = self._read_header(above)
            rows = list(self._rows())
        except OpenQuotationMarkError as error:
            self._report_open(error)
            missing, rows = frozenset(), []
        else:
            self._refuse_mixture(rows)
        return Table(
            self._name,
            tuple(self._names.meant(cell) or cell for cell in self._header),
            tuple(rows),
            tuple(self._problems),
            self._header_row,
            missing,
            self._positions,
            self._source.delimiter,
            self._source.sheet,
            self._last_is_short and not self._source.ends_in_line,
        )

    @property
    def _is_workbook(self) -> bool:
        return not self._source.delimiter

    def _find_header(self) -> list[str]:
        """Look for the row that names the columns; the words of those above it."""
        first: list[tuple[int, list[str]]] = []
        try:
            for number, cells in self._source.rows():
                if any(cell.strip() for cell in cells):
                    first.append((number, cells))
                if len(first) == FIRST_RECORDS or number > MAX_ROWS:
                    break
        except OpenQuotationMarkError:
            # It is met again, and said with the name of its column, when the rows are read.
            if not first:
                raise
        if not first:
            raise ContentError(
                f"{self._name} is empty; its first row names the columns: "
                f"{_list(self._names.required)}."
            )
        place = max(range(len(first)), key=lambda n: self._names.score(first[n][1]))
        number, cells = first[place]
        header = [cell.strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        if len(header) > MAX_COLUMNS:
            raise ContentError(
                f"{self._name}, row {number}: it names {len(header):,} columns, {MAX_COLUMNS} at "
                f"most; the columns are {_list(self._names.required)}."
            )
        if self._names.score(header) < self._names.enough:
            raise ContentError(self._not_expected(number, cells))
        self._header, self._header_row = header, number
        return [" ".join(" ".join(cells).split()) for _, cells in first[:place]]

    def _not_expected(self, number: int, cells: list[str]) -> str:
        columns = f"the columns are {_list(self._names.required)}."
        if kind := self._source.looks_like():
            return f"{self._name} looks like {kind}, not like a table; {columns}"
        for sign, words in DELIMITERS.items():
            inner = next(csv.reader([cells[0][:MAX_CELL]], delimiter=sign), [])
            if len(cells) == 1 and self._names.score(inner) >= self._names.enough:
                return (
                    f"{self._name}, row {number}: the whole row stands in one cell, with {words} "
                    "in it. In the spreadsheet, part the first column in columns (Data, 'Text to "
                    "Columns'), then save it again."
                )
        return f"{self._name}, row {number}: this is not the expected table; {columns}"

    def _read_header(self, above: list[str]) -> frozenset[str]:
        """Report what is wrong with the first row; the required columns that it lacks."""
        row = self._header_row
        if self._source.note is not None:
            self._report(*self._source.note, row, severity=Severity.NOTE)
        for words in above[:1]:
            self._report(
                "What stands above the row that names the columns is passed over.",
                "Nothing need be done.",
                1,
                words=words,
                severity=Severity.NOTE,
            )
        meant = [self._names.meant(cell) for cell in self._header]
        missing = frozenset(self._names.required) - set(meant)
        for name in self._names.required:
            if name in missing:
                self._report(
                    f"The column '{name}' is missing.", "Add it to the first row.", row, name
                )
        own: list[str] = []
        for position, cell in enumerate(self._header):
            column = meant[position]
            if column is None:
                alike = self._names.alike(cell) if cell else None
                if alike is not None and alike not in meant:
                    self._report(
                        f"The column '{cell[:_SHOWN]}' is not read; '{alike}' is missing.",
                        f"If it is meant, name it {alike}.",
                        row,
                        cell,
                        cell,
                        severity=Severity.WARNING,
                    )
                elif cell:
                    own.append(cell)
            elif column in self._positions:
                self._report(f"The column '{column}' stands twice.", "Keep one.", row, column, cell)
            # Of two columns of one name the second counts, as it always did.
            if column is not None:
                self._positions[column] = position
        for cell in own:
            self._report(
                f"The column '{cell[:_SHOWN]}' is your own: it is kept and not read.",
                "Nothing need be done.",
                row,
                cell,
                cell,
                severity=Severity.NOTE,
            )
        return missing

    def _rows(self) -> Iterator[Row]:
        width = len(self._header)
        for number, found in self._source.rows():
            if number <= self._header_row:
                continue
            cells = found
            if number > MAX_ROWS + self._header_row:
                raise ContentError(f"{self._name} has more than {MAX_ROWS:,} rows; part it in two.")
            if not any(cell.strip() for cell in cells):
                continue
            if self._is_workbook:
                cells = [*cells[:width], *[""] * (width - len(cells))]
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            self._last_is_short = len(cells) != width
            if len(cells) != width:
                if len(cells) == 1 and len(self._lone_cells) < FIRST_RECORDS:
                    self._lone_cells.append(cells[0])
                self._report(
                    f"This row has {len(cells)} cells; the header has {width}.",
                    self._quote_it(),
                    number,
                    words=cells[0],
                )
                continue
            row = Row(number, {c: self._cell(cells, c) for c in self._names.known})
            if not self._report_long(row):
                yield row

    def _cell(self, cells: list[str], column: str) -> str:
        position = self._positions.get(column)
        return "" if position is None else cells[position]

    def _quote_it(self) -> str:
        sign = {",": "comma", ";": "semicolon", "\t": "tab"}[self._source.delimiter]
        return f'Put a cell that holds a {sign} or a line break in "double quotes".'

    def _report_long(self, row: Row) -> bool:
        too_long = [column for column in self._names.known if len(row.cells[column]) > MAX_CELL]
        for column in too_long:
            self._report(
                f"This cell has {len(row.cells[column]):,} characters; "
                f"a cell may have {MAX_CELL:,}.",
                "Shorten it, or look for a quotation mark above it that nothing closes; until then "
                "the row is left out.",
                row.number,
                column,
                row.cells[column],
                " ".join(row.cells.get("id", "")[:_SHOWN].split()),
            )
        return bool(too_long)

    def _report_open(self, error: OpenQuotationMarkError) -> None:
        column = self._header[error.position] if error.position < len(self._header) else ""
        column = self._names.meant(column) or column
        self._report(
            OPEN_MARK,
            "Close it at the cell's end, or take it away; a quotation mark within a cell that has "
            'them round it is written twice (""so"").',
            error.row,
            column,
            error.words,
        )

    def _refuse_mixture(self, rows: Sequence[Row]) -> None:
        """Say it once where the first row's cells are parted by another sign than the others'.

        Raises:
            ContentError: they are.
        """
        lone = [cell for cell in self._lone_cells if cell]
        if rows or not lone:
            return
        for sign, words in DELIMITERS.items():
            if sign != self._source.delimiter and all(sign in cell for cell in lone):
                raise ContentError(
                    f"{self._name}: it can't be told what parts the cells, "
                    f"{DELIMITERS[self._source.delimiter]} as in row {self._header_row} or {words} "
                    "as in the rows below it. Use one of them throughout."
                )

    def _report(
        self,
        message: str,
        mend: str,
        row: int,
        column: str = "",
        words: str = "",
        row_id: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        position = self._positions.get(column)
        self._problems.append(
            Problem(
                _CODE,
                severity,
                self._name,
                message,
                mend,
                row=row,
                id=row_id,
                column=column[:_SHOWN],
                words=words[:_SHOWN],
                cell=cell_name(row, position) if self._is_workbook and position is not None else "",
            )
        )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
