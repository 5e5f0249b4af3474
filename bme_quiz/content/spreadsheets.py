"""Damage that spreadsheets do to cells: dates made of ranges, error values, numbers in science
notation, signs written as escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bme_quiz.content.problems import Problem, Severity
from bme_quiz.content.table import Table

CODE = "S20"

# English, and what the spreadsheets of other languages write that differs.
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
    "|mär|mrz|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic"
    "|gen|mag|giu|lug|set|ott|mrt|mei|fev|out"
)
_DATE = re.compile(
    rf"\d{{1,2}}(?:-|\. ?)(?:{_MONTHS})\.?(?:[-. ]\d{{2,4}})?"
    rf"|(?:{_MONTHS})\.?[- ]\d{{2}}"
    r"|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}\.\d{1,2}\.\d{4}",
    re.IGNORECASE,
)
# The names in front of the sign differ by language: #NAME?, #NOM?, #¿NOMBRE?, #BEZUG!, #NV.
_ERROR_VALUE = re.compile(
    r"#(?:[¿¡]?[A-ZÀ-Þ]{2,12}(?:/0)?[!?]|N/A|NV|N/D|SPILL!|CALC!|GETTING_DATA|DIV/0!)|Err:\d{3}"
)
_TOO_NARROW = re.compile(r"#{3,}")
_SCIENCE = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]?\d{1,3}", re.IGNORECASE)
_ESCAPE = re.compile(r"_x[0-9A-F]{4}_", re.IGNORECASE)
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Damage:
    """What a spreadsheet did to a cell: what happened, how to mend it, and the words."""

    message: str
    mend: str
    words: str


def damage(cell: str) -> Damage | None:
    """What a spreadsheet did to a cell; None where it did nothing."""
    if "_x" in cell.casefold() and (found := _ESCAPE.search(cell)):
        sign = chr(int(found.group()[2:6], 16))
        meant = f"'{sign}'" if sign.isprintable() else "a line break or another sign"
        return Damage(
            f"A program wrote {found.group()} in place of {meant}.",
            "Type the sign itself, or delete these letters.",
            found.group(),
        )
    if "#" in cell or "Err:" in cell:
        if found := _ERROR_VALUE.search(cell):
            return Damage(
                "The spreadsheet took this cell for a formula and shows an error in its place.",
                "Type the text again, in a cell that is formatted as text.",
                found.group(),
            )
        if _TOO_NARROW.fullmatch(cell.strip()):
            return Damage(
                "The column was too narrow, and these signs were saved in place of what stood "
                "there.",
                "Make the column wider, type the text again, and save.",
                cell.strip()[:_LONGEST_VALUE],
            )
    value = cell.strip()
    if len(value) > _LONGEST_VALUE:
        return None
    if _DATE.fullmatch(value):
        return Damage(
            "This is a date, which spreadsheets make of ranges and fractions such as 2-6 or 1/2.",
            "Format the cell as text and type it again, or write the words: 2 to 6.",
            value,
        )
    if _SCIENCE.fullmatch(value):
        return Damage(
            "The spreadsheet wrote this number in science notation, and may have cut off digits.",
            "Format the cell as text and type the number again.",
            value,
        )
    return None


def damaged_cells(table: Table) -> Iterator[Problem]:
    """The cells of a table that a spreadsheet broke, as problems."""
    for row in table.rows:
        for column, cell in row.cells.items():
            if cell and (found := damage(cell)) is not None:
                yield Problem(
                    CODE,
                    Severity.ERROR,
                    table.name,
                    found.message,
                    found.mend,
                    row=row.number,
                    id=" ".join(row.cells.get("id", "")[:60].split()),
                    column=column,
                    words=found.words,
                    start=cell.find(found.words),
                    cell=table.cell(row.number, column),
                )
