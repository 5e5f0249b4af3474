"""``new`` on the command line: a course that passes ``check`` and of which learners get nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bme_quiz.cli.main import main
from bme_quiz.content.bank import COLUMNS, OPTIONAL_COLUMNS, QuestionType
from bme_quiz.content.course import read_course
from bme_quiz.services.course import load_course
from tests.support.workbooks import workbook_bytes

FORMS = [([], "bank.csv"), (["--xlsx"], "bank.xlsx")]


@pytest.mark.parametrize(("words", "bank"), FORMS)
def test_a_new_course_passes_check_and_serves_no_example(
    tmp_path: Path, words: list[str], bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "knee-pain"
    assert main(["new", str(folder), *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Course folder: {folder}"
    assert lines[1] == f"Made course.toml, article.md, {bank}."
    assert {path.name for path in folder.iterdir()} == {"course.toml", "article.md", bank}
    assert main(["check", str(folder), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["errors"] == 0
    course = load_course(folder)
    assert course.questions == ()
    assert course.problems == ()


@pytest.mark.parametrize(("words", "bank"), FORMS)
def test_it_shows_an_example_of_each_kind(tmp_path: Path, words: list[str], bank: str) -> None:
    assert main(["new", str(tmp_path / "c"), *words]) == 0
    files = read_course(tmp_path / "c")
    assert files.bank.name == bank
    assert {row.cells["type"] for row in files.bank.rows} == set(QuestionType)
    assert {row.cells["status"] for row in files.bank.rows} == {"example"}
    assert set(COLUMNS) <= set(files.bank.columns) <= {*COLUMNS, *OPTIONAL_COLUMNS}
    assert len(files.article.sections) == 2
    assert files.identity is not None
    assert files.identity.require_approval
    assert (files.identity.id, files.identity.title) == ("c", "C")


def test_the_examples_are_questions_that_work(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    assert main(["new", str(folder), "--title", 'Of "hands" \\ & more']) == 0
    bank = folder / "bank.csv"
    bank.write_bytes(bank.read_bytes().replace(b",example,", b",,"))
    assert main(["approve", "--all", "--by", "Ana", str(folder)]) == 0
    course = load_course(folder)
    assert len(course.questions) == len(QuestionType)
    assert course.identity.title == course.article.title == 'Of "hands" \\ & more'
    assert main(["check", str(folder), "--select", "S,A,C,G01,G02,G03,G04,G05,G06,W,R,H"]) == 0


def test_the_workbook_offers_the_words_of_closed_columns(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "c"), "--xlsx"]) == 0
    book = load_workbook(tmp_path / "c" / "bank.xlsx")
    sheet = book["Questions"]
    header = [cell.value for cell in sheet[1]]
    offered = {}
    for one in sheet.data_validations.dataValidation:
        (cells,) = one.sqref.ranges
        assert (cells.min_row, cells.max_row) == (2, 501)
        offered[header[cells.min_col - 1]] = (one.formula1, one.showErrorMessage)
    assert offered == {
        "type": (f'"{",".join(QuestionType)}"', True),
        "level": ('"remember,understand,apply,analyze"', True),
        "audience": ('"both,patient,student"', True),
        "status": ('"example,retired"', True),
        "section": ('"why-wash,how-to-wash"', False),
        "card": ('"yes,no"', False),
    }
    # Text, so that 2-6 does not become a date.
    assert {cell.number_format for cell in sheet[300]} == {"@"}


def test_a_question_typed_into_the_workbook_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    assert main(["new", str(folder), "--xlsx"]) == 0
    path = folder / "bank.xlsx"
    book = load_workbook(path)
    sheet = book["Questions"]
    header = [cell.value for cell in sheet[1]]
    for position in range(1, len(header) + 1):
        sheet.cell(5, position).value = sheet.cell(2, position).value
    sheet.cell(5, header.index("id") + 1).value = "how-to-wash-09"
    sheet.cell(5, header.index("status") + 1).value = None
    sheet.cell(5, header.index("stem") + 1).value = "How long does the rubbing go on?"
    path.write_bytes(workbook_bytes(book))
    assert main(["approve", "how-to-wash-09", "--by", "Ana", str(folder)]) == 0
    assert [q.id for q in load_course(folder).questions] == ["how-to-wash-09"]
    again = load_workbook(io.BytesIO(path.read_bytes()))["Questions"]
    assert len(again.data_validations.dataValidation) == 6
    assert again.freeze_panes == "B2"


@pytest.mark.parametrize("there", ["article.md", ".DS_Store", "notes"])
def test_a_folder_that_is_not_empty_is_refused_and_left_alone(
    tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).write_text("mine", "utf-8")
    assert main(["new", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"is not empty (it holds '{there}')" in err
    assert [(p.name, p.read_text("utf-8")) for p in tmp_path.iterdir()] == [(there, "mine")]


def test_what_cannot_be_made_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for words in (["new"], ["new", str(tmp_path / "file")], ["new", str(tmp_path / "file" / "c")]):
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path)]) == 0
    assert (tmp_path / "article.md").is_file()
