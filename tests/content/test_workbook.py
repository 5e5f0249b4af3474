"""Workbooks: the same questions and the same messages as CSV, and none that keeps a server busy."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import tracemalloc
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bme_quiz.content.bank import COLUMNS, parse_bank
from bme_quiz.content.course import read_course
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import cell_name
from bme_quiz.content.workbook import cell_text
from bme_quiz.rules.checks.run import check
from tests.support.courses import ROWS, bank_bytes, row, write_course
from tests.support.workbooks import (
    SHEET,
    bank_workbook,
    hostile,
    part,
    sheet_of,
    sheet_xml,
    with_part,
    workbook_bytes,
)

HOSTILE = hostile()


def test_a_workbook_gives_the_same_questions_as_csv() -> None:
    table = parse_bank(bank_workbook(ROWS), "bank.xlsx")
    assert table.rows == parse_bank(bank_bytes(ROWS)).rows
    assert table.problems == ()
    assert table.is_workbook


def test_messages_are_the_same_and_name_the_cell(tmp_path: Path) -> None:
    rows = [row(), row(id="load-02", stem="Else?", answer="e", option_a="TODO")]
    folder = write_course(tmp_path / "c", rows)
    as_csv = check(read_course(folder))
    (folder / "bank.csv").unlink()
    (folder / "bank.xlsx").write_bytes(bank_workbook(rows))
    as_workbook = check(read_course(folder))
    assert as_csv.withheld == as_workbook.withheld == {3}
    assert [(p.code, p.row, p.column, p.message, p.mend) for p in as_workbook.problems] == [
        (p.code, p.row, p.column, p.message, p.mend) for p in as_csv.problems
    ]
    places = {p.column: p.cell for p in as_workbook.problems if p.row == 3}
    assert places["answer"] == "G3"
    assert places["option_a"] == "H3"
    assert {p.cell for p in as_csv.problems} == {""}
    assert any(p.place == "bank.xlsx:G3 load-02 answer" for p in as_workbook.problems)


@pytest.mark.parametrize(
    ("row_number", "position", "name"),
    [(12, 5, "F12"), (1, 25, "Z1"), (2, 26, "AA2"), (3, 701, "ZZ3")],
)
def test_a_cell_is_named_as_a_spreadsheet_names_it(
    row_number: int, position: int, name: str
) -> None:
    assert cell_name(row_number, position) == name


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("two\r\nlines", "General", "two\nlines"),
        ("a_x2014_b", "General", "a—b"),
        ("a_x005F_x2014_b", "General", "a_x2014_b"),
        (True, "General", "TRUE"),
        (12, "General", "12"),
        (12.0, "General", "12"),
        (0.1, "General", "0.1"),
        (0.33, "0%", "33%"),
        (0.333, "0.0%", "33.3%"),
        (3.5, "0.00", "3.50"),
        pytest.param(0.5, "0." + "0" * 5_000_000, "0.5" + "0" * 29, id="a format of megabytes"),
        (12500, "#,##0", "12,500"),
        (1.2e20, "General", "1.2E+20"),
        (datetime.fromisoformat("2026-06-02"), "d-mmm", "2-Jun"),
        (date(2026, 6, 2), "mmm-yy", "Jun-26"),
        (datetime.fromisoformat("2026-06-02"), "yyyy-mm-dd", "2026-06-02"),
        ("#NAME?", "General", "#NAME?"),
    ],
)  # fmt: skip
def test_a_cell_says_what_it_shows(value: object, number_format: str, text: str) -> None:
    assert cell_text(value, number_format) == text


def test_what_a_spreadsheet_made_of_a_range_is_an_error_in_any_cell() -> None:
    cells = [row(), row(id="load-02", stem="Else?")]
    data = bank_workbook([{**cells[0], "option_c": datetime.fromisoformat("2026-06-02")}, cells[1]])
    book = load_workbook(io.BytesIO(data))
    book.active.cell(2, 10).number_format = "d-mmm"
    book.active.cell(3, 8).value = "#NAME?"
    book.active.cell(3, 8).data_type = "e"
    table = parse_bank(workbook_bytes(book), "bank.xlsx")
    assert table.rows[0].cells["option_c"] == "2-Jun"
    assert table.rows[1].cells["option_a"] == "#NAME?"


def test_title_rows_other_sheets_and_columns_of_ones_own_are_passed_over() -> None:
    book = Workbook()
    notes = book.active
    notes.title = "Notes"
    notes.append(["Talk to Anna about the second question"])
    sheet = book.create_sheet("Our questions")
    sheet.append(["Our questions, spring"])
    sheet.append([])
    sheet.append([*(column.replace("_", " ").title() for column in COLUMNS), "Who wrote it"])
    for cells in ROWS:
        sheet.append([*(cells[column] for column in COLUMNS), "Anna"])
    sheet.append(["", "", ""])
    table = parse_bank(workbook_bytes(book), "bank.xlsx")
    assert [r.cells for r in table.rows] == [r.cells for r in parse_bank(bank_bytes(ROWS)).rows]
    assert [r.number for r in table.rows] == [4, 5, 6, 7]
    assert table.header_row == 3
    assert {p.severity.value for p in table.problems} == {"note"}


def test_a_workbook_without_such_a_sheet_names_its_sheets() -> None:
    with pytest.raises(
        ContentError, match=r"no sheet of it is the expected table \(it has 'Plan'\)"
    ):
        parse_bank(sheet_of([["colour", "size"], ["red", 3]], "Plan"), "bank.xlsx")


def test_two_such_sheets_are_one_too_many() -> None:
    book = load_workbook(io.BytesIO(bank_workbook(ROWS)))
    book.copy_worksheet(book.active).title = "Copy"
    with pytest.raises(ContentError, match="two sheets hold such a table, 'Questions' and 'Copy'"):
        parse_bank(workbook_bytes(book), "bank.xlsx")


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_is_refused_with_bounded_time_and_memory(what: str) -> None:
    data = HOSTILE[what]
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises(ContentError, match=r"bank\.xlsx") as refused:
            parse_bank(data, "bank.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in str(refused.value)
    # Far more than it takes, and far less than any of them asks for.
    assert time.process_time() - start < 20
    assert peak < 100_000_000


def test_a_sheet_that_lies_about_its_size_costs_nothing() -> None:
    sound = bank_workbook(ROWS)
    xml = part(sound, SHEET)
    start = xml.index(b"<dimension")
    end = xml.index(b">", start) + 1
    lying = xml[:start] + b'<dimension ref="A1:XFD1048576"/>' + xml[end:]
    table = parse_bank(with_part(sound, SHEET, lying), "bank.xlsx")
    assert len(table.rows) == len(ROWS)


def test_cells_far_to_the_right_are_passed_over() -> None:
    far = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="XFD1"><v>1</v></c></row>'
    )
    with pytest.raises(ContentError, match="no sheet of it is the expected table"):
        parse_bank(with_part(bank_workbook([]), SHEET, far), "bank.xlsx")


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_a_damaged_workbook_is_one_plain_sentence(noise: bytes, place: int) -> None:
    data = bytearray(bank_workbook(ROWS))
    place %= len(data)
    data[place : place + len(noise)] = noise
    with suppress(ContentError):
        parse_bank(bytes(data), "bank.xlsx")


def test_a_workbook_cut_at_any_place_is_one_plain_sentence() -> None:
    data = bank_workbook(ROWS)
    for end in range(4, len(data) - 1, 97):
        with pytest.raises(ContentError, match=r"bank\.xlsx"):
            parse_bank(data[:end], "bank.xlsx")


def test_openpyxl_is_loaded_only_where_a_workbook_is_read(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    program = (
        "import sys; from pathlib import Path\n"
        "from bme_quiz.cli.main import main\n"
        "from bme_quiz.services.course import load_course\n"
        "course = load_course(Path(sys.argv[1]))\n"
        "print(len(course.questions), 'openpyxl' in sys.modules)\n"
    )

    def said() -> str:
        command = [sys.executable, "-c", program, str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert said() == f"{len(ROWS)} False\n"
    (folder / "bank.csv").unlink()
    (folder / "bank.xlsx").write_bytes(bank_workbook(ROWS))
    assert said() == f"{len(ROWS)} True\n"
