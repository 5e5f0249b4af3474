"""Tables as people have them are understood, or one sentence says what they are and what to do."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import COLUMNS, REQUIRED_COLUMNS, parse_bank, question_from_row
from bme_quiz.content.course import read_course
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.meant import meant_cells
from bme_quiz.content.problems import ContentError, Severity
from bme_quiz.content.spreadsheets import damage
from bme_quiz.content.table import Table, read_table
from bme_quiz.rules.checks.run import check, sound_questions
from bme_quiz.services.course import load_course
from tests.support.courses import (
    ARTICLE,
    MULTIPLE,
    ROWS,
    TRUE_FALSE,
    bank_bytes,
    files,
    row,
    write_course,
)
from tests.support.workbooks import bank_workbook

PLAIN = parse_bank(bank_bytes(ROWS))
NAMES = list(COLUMNS)


def written(
    rows: list[dict[str, str]],
    columns: list[str] = NAMES,
    delimiter: str = ",",
    header: list[str] | None = None,
    line_end: str = "\r\n",
) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(header or columns)
    writer.writerows([[cells[column] for column in columns] for cells in rows])
    return out.getvalue()


def shifted(table: Table, rows: int) -> list[tuple[int, dict[str, str]]]:
    return [(r.number - rows, dict(r.cells)) for r in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("above", "rows_above"),
    [
        ("", 0),
        ("\ufeff", 0),
        ("\ufeff\ufeff", 0),
        ("sep={}\r\n", 0),
        ("\ufeffsep={}\r\n", 0),
        ("\r\n", 1),
        ("\r\n\r\n\r\n", 3),
        ("Our questions, spring\r\n", 1),
        ("Our questions{0}spring{0}\r\n\r\n", 2),
    ],
)
def test_commas_semicolons_and_tabs_whatever_stands_above(
    delimiter: str, above: str, rows_above: int
) -> None:
    text = above.format(delimiter) + written(ROWS, delimiter=delimiter)
    table = parse_bank(text.encode())
    assert shifted(table, rows_above) == shifted(PLAIN, 0)
    assert {p.severity for p in table.problems} <= {Severity.NOTE}
    said = " ".join(p.message for p in table.problems)
    names = {";": "semicolons", "\t": "tabs"}
    assert (delimiter == ",") != (names.get(delimiter, "parted by") in said)
    assert table.header_row == 1 + rows_above


def test_a_sep_line_that_is_wrong_is_not_believed() -> None:
    table = parse_bank(("sep=,\n" + written(ROWS, delimiter=";")).encode())
    assert shifted(table, 0) == shifted(PLAIN, 0)


@given(
    st.lists(
        st.fixed_dictionaries(
            {c: st.text('abc ,;\t"\n', max_size=8) for c in ("id", "stem", "note")}
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_whatever_stands_in_the_cells_the_sign_between_them_is_found(
    rows: list[dict[str, str]], delimiter: str
) -> None:
    text = written(rows, ["id", "stem", "note"], delimiter, line_end="\n")
    table = read_table(text.encode(), "t.csv", ["id", "stem", "note"])
    assert table.delimiter == delimiter
    filled = [cells for cells in rows if any(cell.strip() for cell in cells.values())]
    assert [dict(r.cells) for r in table.rows] == filled


def test_a_file_of_two_signs_says_that_it_cannot_be_told() -> None:
    text = ";".join(COLUMNS) + "\n" + written(ROWS).partition("\r\n")[2]
    text = "\n".join(
        line.replace(";", " ") if n else line for n, line in enumerate(text.split("\n"))
    )
    with pytest.raises(ContentError, match="can't be told what parts the cells, semicolons as in"):
        parse_bank(text.encode())


def test_rows_that_stand_in_one_cell_each_are_told_from_other_tables() -> None:
    lines = [",".join(COLUMNS), "x,load"]
    text = "".join('"' + line + '"\n' for line in lines)
    with pytest.raises(ContentError, match="the whole row stands in one cell"):
        parse_bank(text.encode())


@pytest.mark.parametrize(
    "name",
    [str.upper, str.title, lambda c: c.replace("_", " "), lambda c: f" {c.replace('_', '-')} "],
)
def test_names_of_columns_are_known_in_any_case_and_with_spaces(name: object) -> None:
    header = [name(column) for column in COLUMNS]  # type: ignore[operator]
    table = parse_bank(written(ROWS, header=header).encode())
    assert table.rows == PLAIN.rows
    assert table.problems == ()


@pytest.mark.parametrize(
    "left_out",
    [["hint"], ["harm"], ["checked"], ["option_e", "why_e", "quote_e"], ["hint", "harm"]],
)
def test_optional_columns_are_optional(left_out: list[str]) -> None:
    columns = [column for column in COLUMNS if column not in left_out]
    rows = [{**cells, "hint": "", "harm": ""} for cells in ROWS]
    table = parse_bank(written(rows, columns).encode())
    assert table.problems == ()
    assert table.rows == parse_bank(bank_bytes(rows)).rows
    files_ = files(rows)
    report = check(files(rows))
    assert report.errors == 0
    assert len(sound_questions(files_, report)) == len(rows)


def test_every_other_column_is_required_and_its_lack_is_said_once(tmp_path: Path) -> None:
    for column in REQUIRED_COLUMNS:
        columns = [c for c in COLUMNS if c != column]
        folder = write_course(tmp_path / column, ROWS)
        (folder / "bank.csv").write_text(written(ROWS, columns), "utf-8", newline="")
        report = check(read_course(folder), select=["S"])
        about = [p for p in report.problems if p.column == column]
        assert [(p.code, p.row, p.message) for p in about] == [
            ("S01", 1, f"The column '{column}' is missing.")
        ]
        assert load_course(folder).questions == ()


def test_an_option_needs_its_reason_and_its_quotation() -> None:
    columns = [c for c in COLUMNS if c not in ("why_c", "quote_d")]
    table = parse_bank(written(ROWS, columns).encode())
    assert [(p.row, p.column) for p in table.problems] == [(1, "why_c"), (1, "quote_d")]


def test_columns_of_ones_own_are_a_note_and_a_slip_is_a_warning() -> None:
    columns = [*COLUMNS, "who wrote it"]
    rows = [{**cells, "who wrote it": "Anna, in May"} for cells in ROWS]
    table = parse_bank(written(rows, columns).encode())
    assert table.rows == PLAIN.rows
    assert [(p.severity, p.column) for p in table.problems] == [(Severity.NOTE, "who wrote it")]
    slip = [column if column != "hint" else "hnit" for column in COLUMNS]
    table = parse_bank(written(ROWS, header=slip).encode())
    assert [(p.severity, p.column) for p in table.problems] == [(Severity.WARNING, "hnit")]
    assert "'hint' is missing" in table.problems[0].message


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        ({"answer": "b)"}, {"answer": "b"}),
        ({"answer": "(B)"}, {"answer": "b"}),
        ({"answer": "B."}, {"answer": "b"}),
        ({"answer": "Answer: b"}, {"answer": "b"}),
        ({"answer": "Rest from the load."}, {"answer": "b"}),
        ({**MULTIPLE, "answer": "a, c"}, {"answer": "a;c"}),
        ({**MULTIPLE, "answer": "A and C"}, {"answer": "a;c"}),
        ({**MULTIPLE, "answer": "a) c)"}, {"answer": "a;c"}),
        ({"type": "Single"}, {"type": "single"}),
        ({"type": "single choice"}, {"type": "single"}),
        ({**MULTIPLE, "type": "Multiple answers"}, {"type": "multiple"}),
        ({**TRUE_FALSE, "type": "True/False"}, {"type": "truefalse"}),
        ({**TRUE_FALSE, "answer": "FALSE"}, {"answer": "b"}),
        ({**TRUE_FALSE, "option_a": "TRUE", "option_b": "FALSE"}, {"option_a": "True"}),
        ({"level": "Analyse"}, {"level": "analyze"}),
        ({"audience": "Patients"}, {"audience": "patient"}),
        ({"harm": "a, c"}, {"harm": "a;c"}),
        ({"harm": "none"}, {"harm": ""}),
        ({"quote_a": "–"}, {"quote_a": "-"}),
    ],
)
def test_what_people_obviously_mean_is_understood(
    cells: dict[str, str], meant: dict[str, str]
) -> None:
    (found,) = parse_bank(bank_bytes([row(**cells)])).rows
    assert {column: found.cells[column] for column in meant} == meant
    report = check(files([row(**cells)]), select=["S"])
    assert [p for p in report.problems if p.severity is Severity.ERROR] == []
    assert question_from_row(found).key


@pytest.mark.parametrize(
    "cells", [{"answer": "ab"}, {"answer": "2"}, {"answer": "x"}, {"type": "multiple choice"}]
)
def test_what_is_not_obvious_stays_and_is_said(cells: dict[str, str]) -> None:
    report = check(files([row(**cells)]), select=["S"])
    assert [p.column for p in report.problems] == list(cells)


def test_what_was_always_understood_is_left_as_it_stands() -> None:
    for cell in ("a", "A", "a;c", "a; c", " A ; c", "", "a;", "f"):
        assert meant_cells(row(answer=cell, harm=cell))["answer"] == cell


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, st.text(max_size=20))))
def test_what_is_meant_is_meant_once(cells: dict[str, str]) -> None:
    assert meant_cells(meant_cells(cells)) == meant_cells(cells)


DAMAGED = [
    *("2-Jun", "7-Oct", "Jun-26", "02. Jun", "2-Mrz", "2026-06-02", "2026-06-02 00:00:00"),
    *("02/06/2026", "6/2/2026", "02.06.2026", "2-Jun-2026"),
    *("#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#BEZUG!", "#¿NOMBRE?", "Err:502"),
    *("see #REF! here", "#####", "########", "1.23E+11", "1,2E+10", "4E-05"),
    *("a_x2014_b", "line_x000D_"),
]
SOUND = [
    *("2 to 6 weeks", "2–6", "7-10", "1/2", "3 June", "June 2", "May", "May 2026"),
    *("12 October 2026",),
    *("# 1", "C#", "##", "number #1", "3.5", "-5 degrees", "2e", "E1", "H2-E5", "A1C", "1990"),
    *("x_y_z", "a_x_b", "Err", "17 May, 2020", "10.6", "6:30", "24/7"),
]  # fmt: skip


@pytest.mark.parametrize("cell", DAMAGED)
@pytest.mark.parametrize("column", ["option_b", "option_c", "why_a", "quote_c", "stem"])
def test_what_a_spreadsheet_broke_is_an_error_in_any_cell(cell: str, column: str) -> None:
    report = check(files([row(**{column: cell})]), select=["S20"])
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.severity) == (2, column, Severity.ERROR)
    assert problem.words in cell
    assert len(problem.mend) > 20
    assert report.withheld == {2}


@pytest.mark.parametrize("cell", SOUND)
def test_what_people_write_is_not_taken_for_damage(cell: str) -> None:
    assert damage(cell) is None


def test_a_date_that_is_meant_can_be_excused(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", [row(option_c="12-Oct")])
    (folder / "exceptions.csv").write_text(
        "id,rule,reason\nload-01,S20,The day is meant\n", "utf-8"
    )
    assert check(read_course(folder), select=["S20"]).withheld == frozenset()


def test_a_glossarys_damaged_row_is_left_out() -> None:
    data = b"term,definition,section,quote\nbone,#NAME?,load,-\nload,what pushes,load,-\n"
    terms, problems = parse_glossary(data)
    assert [term.term for term in terms] == ["load"]
    assert [(p.code, p.row, p.column) for p in problems] == [("S20", 2, "definition")]


def open_at(number: int, column: str, rows: list[dict[str, str]] = ROWS) -> bytes:
    """A bank in which a quotation mark is opened and never closed."""
    lines = written(rows).split("\r\n")
    cells = next(csv.reader([lines[number - 1]]))
    position = NAMES.index(column)
    cells[position] = f'"{cells[position] or "so"}'
    out = [f'"{c}"' if "," in c and not c.startswith('"') else c for c in cells]
    lines[number - 1] = ",".join(out)
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("number", [2, 3, 4, 5])
@pytest.mark.parametrize("column", ["checked", "hint", "stem", "option_b"])
def test_an_open_quotation_mark_is_an_error_where_it_is_opened_and_nothing_is_used(
    number: int, column: str
) -> None:
    plain = [{c: cell.replace(",", "").replace('"', "") for c, cell in r.items()} for r in ROWS]
    table = parse_bank(open_at(number, column, plain))
    (problem,) = [p for p in table.problems if p.severity is Severity.ERROR]
    assert (problem.code, problem.row, problem.column) == ("S01", number, column)
    assert "never closed" in problem.message
    assert table.rows == ()


def test_an_open_quotation_mark_that_a_later_one_seems_to_close_is_found_too() -> None:
    rows = [{**cells, "hint": "one, two"} for cells in ROWS]
    table = parse_bank(open_at(2, "checked", rows))
    assert [(p.row, p.column) for p in table.problems] == [(2, "checked")]
    assert table.rows == ()


def test_quotation_marks_and_line_breaks_that_are_closed_are_no_fault() -> None:
    rows = [{**cells, "hint": 'a "b"\nc, "d"', "why_a": '"so"'} for cells in ROWS]
    table = parse_bank(bank_bytes(rows))
    assert table.problems == ()
    assert len(table.rows) == len(rows)


@pytest.mark.parametrize("name", ["glossary.csv", "exceptions.csv"])
def test_no_other_table_is_used_with_an_open_quotation_mark(tmp_path: Path, name: str) -> None:
    folder = write_course(tmp_path / "c", [row(), row(id="load-02", stem="Else?", why_a="TODO")])
    tables = {
        "glossary.csv": 'term,definition,section,quote\nbone,hard,load,-\nload,"heavy,load,-\n',
        "exceptions.csv": 'id,rule,reason\nload-02,S08,fine\nload-01,S08,"so\n',
    }
    (folder / name).write_text(tables[name], "utf-8")
    read = read_course(folder)
    assert (read.terms, read.exemptions) == ((), ())
    (problem,) = [p for p in read.problems if "never closed" in p.message]
    assert (problem.file, problem.row) == (name, 3)


FOREIGN = {
    "GIFT": "::Q1:: What hurts? {=load ~rest}\n\nRest helps.{T}\n",
    "Moodle XML": '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n<question type="multichoice">\n',
    "Aiken": "What hurts?\nA. load\nB. rest\nANSWER: A\n",
    "Anki's text export": "#separator:tab\n#html:false\nWhat hurts?\tload\n",
    "text2qti": "Quiz title: Bones\n\n1. What hurts?\na) rest\n*b) load\n",
    "JSON": '[{"question": "What hurts?", "correct_answer": "load"}]\n',
    "a web page (HTML)": "<!DOCTYPE html>\n<html><body>What hurts?</body></html>\n",
    "QTI": '<?xml version="1.0"?>\n<assessmentItem identifier="q1">\n',
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_another_format_is_named(kind: str) -> None:
    with pytest.raises(ContentError) as said:
        parse_bank(FOREIGN[kind].encode())
    assert f"bank.csv looks like {kind}, not like a table" in str(said.value)


def test_an_article_is_no_gift() -> None:
    with pytest.raises(ContentError, match="not the expected table"):
        parse_bank(ARTICLE.encode())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bank.ods", "'bank.ods', which is not read: save its sheet as 'CSV UTF-8' or"),
        ("bank.xls", "'bank.xls', which is not read: save its sheet as"),
        ("bank.numbers", "'bank.numbers', which is not read"),
        ("Bank.CSV", "'Bank.CSV': rename it to bank.csv"),
        ("bank.csv.csv", "'bank.csv.csv': rename it to bank.csv"),
        ("Bank.XLSX", "'Bank.XLSX': rename it to bank.xlsx"),
        ("bank.xlsx.xlsx", "'bank.xlsx.xlsx': rename it to bank.xlsx"),
        ("bank.csv.txt", "'bank.csv.txt': rename it to bank.csv"),
    ],
)
def test_what_lies_there_in_the_banks_place_is_named(tmp_path: Path, name: str, words: str) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    (folder / "bank.csv").rename(folder / name)
    (folder / "~$bank.xlsx").write_bytes(b"")
    with pytest.raises(ContentError) as said:
        read_course(folder)
    assert "bank.csv does not exist" in str(said.value)
    assert words in str(said.value)


def test_two_banks_side_by_side_are_an_error_that_names_both(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    (folder / "bank.xlsx").write_bytes(bank_workbook(ROWS))
    with pytest.raises(ContentError, match=r"bank\.csv and bank\.xlsx; keep one"):
        read_course(folder)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (
            "bank.csv",
            bank_workbook(ROWS),
            "is an Excel workbook, whatever its name says; rename it",
        ),
        ("bank.xlsx", bank_bytes(ROWS), "is text and no Excel workbook"),
        ("bank.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected by a password"),
        ("bank.csv", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Office file"),
        ("bank.xlsx", b"%PDF-1.7", "a PDF"),
    ],
)
def test_a_file_under_a_wrong_name_is_told_by_its_bytes(name: str, data: bytes, words: str) -> None:
    with pytest.raises(ContentError) as said:
        parse_bank(data, name)
    assert words in str(said.value)


@pytest.mark.parametrize("name", ["Glossary.csv", "glossary.ods", "exceptions.csv.csv"])
def test_a_table_one_may_go_without_is_missed_where_it_lies_under_another_name(
    tmp_path: Path, name: str
) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    (folder / name).write_text("term,definition,section,quote\n", "utf-8")
    (problem,) = read_course(folder).problems
    assert problem.severity is Severity.WARNING
    assert name in problem.message


def test_other_tables_may_be_workbooks_too(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", [row(why_a="TODO")])
    columns = ["term", "definition", "section", "quote"]
    cells = [{"term": "bone", "definition": "hard", "section": "load", "quote": "-"}]
    (folder / "glossary.xlsx").write_bytes(bank_workbook(cells, columns))
    reason = [{"id": "load-01", "rule": "S08", "reason": "meant"}]
    (folder / "exceptions.xlsx").write_bytes(bank_workbook(reason, ["id", "rule", "reason"]))
    read = read_course(folder)
    assert [term.term for term in read.terms] == ["bone"]
    assert [(e.id, e.rule) for e in read.exemptions] == [("load-01", "S08")]


def test_an_article_from_a_word_processor_is_named(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    (folder / "article.md").rename(folder / "article.docx")
    with pytest.raises(ContentError, match=r"There is a file 'article\.docx', which is not read"):
        read_course(folder)
    docx = io.BytesIO()
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    (folder / "article.md").write_bytes(docx.getvalue())
    with pytest.raises(ContentError, match=r"article\.md is a Word document, not text"):
        read_course(folder)
