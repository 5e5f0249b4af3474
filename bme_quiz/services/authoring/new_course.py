"""New course: the files that an author begins from, with an example of each kind of question."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bme_quiz.content.bank import Audience, Level, QuestionType, parse_bank
from bme_quiz.content.course import ARTICLE_FILE, BANK_FILE
from bme_quiz.content.delimited import BYTE_ORDER_MARK
from bme_quiz.content.identity import IDENTITY_FILE, id_from_title
from bme_quiz.content.problems import ContentError

WORKBOOK_FILE = "bank.xlsx"

_SKELETON = Path(__file__).with_name("skeleton")
# Rows of the sheet that are made ready to be written in.
_READY_ROWS = 500
_WIDE = {"stem": 48, "option": 32, "why": 44, "quote": 44, "hint": 28, "id": 18, "section": 16}
_NARROW = 11

_CLOSED: Mapping[str, tuple[str, ...]] = {
    "type": tuple(QuestionType),
    "level": tuple(Level),
    "audience": tuple(Audience),
    "status": ("example", "retired"),
}
"""Columns with a few words only; a spreadsheet offers them and refuses others."""

_HELP = (
    "One question a row. The first rows are examples; learners never get them. Delete them when "
    "you no longer need them.",
    "A quotation is copied from the article, word for word; write - where the article is silent.",
    "Columns of your own may stand beside these; they are kept and not read.",
    "All cells are formatted as text, so that 2-6 stays 2-6 and does not become a date.",
)

_IDENTITY = """\
# What this course is. Everything but the id may be changed at any time.

id = "{id}"  # answers and cards hang on it: never change it once people learn here
title = {title}
language = "en"
summary = ""
licence = ""
reviewed_by = ""
# review_date = 2026-01-31

# Learners get a question only when somebody has read it and run: approve
require_approval = true

# Which section is what, by the id that its heading ends in.
# [roles]
# help = "when-to-get-help"
"""


def make_course(folder: Path, *, title: str = "", workbook: bool = False) -> tuple[str, ...]:
    """Write a course to begin from into a new or empty folder; the names of its files.

    Args:
        title: of the course; made of the folder's name where none is given.
        workbook: whether the bank is an Excel workbook rather than a CSV file.

    Raises:
        ContentError: the folder is not empty, or cannot be written to.
    """
    try:
        _refuse_what_is_there(folder)
        title = " ".join(title.split()) or _title_of(folder)
        files = _files(title, workbook)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with (folder / name).open("xb") as file:
                file.write(data)
    except OSError as error:
        raise ContentError(f"{folder} cannot be written to: {error.strerror}.") from None
    return tuple(files)


def _refuse_what_is_there(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ContentError(f"{folder} is a file; name a folder that is not there yet.")
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if found:
        raise ContentError(
            f"{folder} is not empty (it holds {found[0]!r}), and nothing is overwritten; name a "
            "folder that is not there yet."
        )


def _title_of(folder: Path) -> str:
    words = folder.absolute().name.replace("-", " ").replace("_", " ").split()
    return " ".join(words)[:1].upper() + " ".join(words)[1:] or "A course"


def _files(title: str, workbook: bool) -> dict[str, bytes]:
    article = (_SKELETON / ARTICLE_FILE).read_text("utf-8").replace("{title}", title)
    bank = (_SKELETON / BANK_FILE).read_bytes()
    # TOML writes text as JSON does, and a title may hold anything.
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return {
        IDENTITY_FILE: _IDENTITY.format(id=id_from_title(title), title=quoted).encode(),
        ARTICLE_FILE: article.encode(),
        **(
            {WORKBOOK_FILE: _workbook(bank, article)}
            if workbook
            else {BANK_FILE: BYTE_ORDER_MARK.encode() + bank}
        ),
    }


def _workbook(bank: bytes, article: str) -> bytes:
    """The bank as a workbook that helps to write in it."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    from bme_quiz.content.article_reader import parse_article

    table = parse_bank(bank)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Questions"
    for position, column in enumerate(table.columns, start=1):
        head = sheet.cell(1, position, column)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="FFDDE7F0")
        part = column.partition("_")[0]
        sheet.column_dimensions[get_column_letter(position)].width = _WIDE.get(part, _NARROW)
        for number in range(2, _READY_ROWS + 2):
            cell = sheet.cell(number, position)
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(table.rows, start=2):
        for position, column in enumerate(table.columns, start=1):
            sheet.cell(number, position).value = row.cells.get(column) or None
    sheet.freeze_panes = "B2"
    sections = tuple(section.id for section in parse_article(article)[0].sections)
    for column, offered in _CLOSED.items():
        _offer(sheet, table.columns.index(column), offered, closed=True)
    _offer(sheet, table.columns.index("section"), sections, closed=False)
    _offer(sheet, table.columns.index("card"), ("yes", "no"), closed=False)
    notes: Any = book.create_sheet("How to")
    notes.column_dimensions["A"].width = 100
    for number, words in enumerate(_HELP, start=1):
        notes.cell(number, 1, words).alignment = Alignment(wrap_text=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _offer(sheet: Any, position: int, words: tuple[str, ...], *, closed: bool) -> None:
    """Give a column a drop-down list.

    Args:
        closed: whether other words are refused.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(
        type="list",
        formula1=f'"{",".join(words)}"',
        allow_blank=True,
        showErrorMessage=closed,
        errorTitle="Not one of the words",
        error=f"Choose one: {', '.join(words)}.",
    )
    letter = get_column_letter(position + 1)
    offered.add(f"{letter}2:{letter}{_READY_ROWS + 1}")
    sheet.add_data_validation(offered)
