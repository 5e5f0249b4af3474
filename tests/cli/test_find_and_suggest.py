"""``find`` and ``suggest`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bme_quiz.content.bank import COLUMNS, parse_bank
from bme_quiz.content.table import write_table
from tests.support.command_line import change, make_folder, read, run
from tests.support.workbooks import bank_workbook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


def test_find_prints_sentences_to_copy_and_who_quotes_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("find", "a boot for the foot", folder, "--most", "1") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Course folder: {folder}",
        "section rest",
        "  A boot protects the foot.",
        "  quoted by rest-6",
    ]


def test_find_that_finds_nothing_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("find", "zebra", folder) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"Course folder: {folder}",
        "No sentence of the article has any of these words.",
    ]
    assert run("find", "zebra", folder / "none") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_find_looks_in_the_section_that_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("find", "a boot for a crack in the foot", folder, "--section", "overload") == 0
    sections = [line for line in capsys.readouterr().out.splitlines() if line[:8] == "section "]
    assert set(sections) == {"section overload"}
    assert run("find", "boot", folder, "--section", "nowhere") == 2
    assert "no section 'nowhere'. It has: overload, rest" in capsys.readouterr().err


def test_suggest_writes_a_copy_and_leaves_the_bank_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, 0, quote_a="", quote_b="")
    before = (folder / "bank.csv").read_bytes()
    assert run("suggest", folder) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"Course folder: {folder}"
    assert out[1] == f"{folder / 'bank-suggested.csv'}: 2 quotations proposed."
    assert (folder / "bank.csv").read_bytes() == before
    (folder / "bank-suggested.csv").replace(folder / "bank.csv")
    row = read(folder)[0]
    first = next(row[c] for c in row if c.endswith("quote_a"))
    assert first == "? A stress fracture is a very small crack in a bone."
    assert run("check", folder) == 1
    assert "nobody has confirmed it" in capsys.readouterr().out


def test_suggest_overwrites_no_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, 0, quote_a="")
    bank = (folder / "bank.csv").read_bytes()
    assert run("suggest", folder, "--out", folder / "bank.csv") == 2
    assert (folder / "bank.csv").read_bytes() == bank
    assert run("suggest", folder, "--out", folder / "none" / "x.csv") == 2
    assert run("suggest", folder, "--out", folder / "mine.csv") == 0
    assert run("suggest", folder, "--out", folder / "mine.csv") == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_suggest_with_nothing_to_propose_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("suggest", folder) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("Nothing to propose")
    assert not (folder / "bank-suggested.csv").exists()


def test_suggest_leaves_no_unread_row_out_of_the_copy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, 0, quote_a="")
    with (folder / "bank.csv").open("a", encoding="utf-8") as file:
        file.write("short,row\n")
    assert run("suggest", folder) == 2
    assert "bank.csv:11" in capsys.readouterr().err
    assert not (folder / "bank-suggested.csv").exists()


@pytest.mark.parametrize("name", ["bank.csv", "bank.xlsx"])
def test_suggest_keeps_ones_own_columns_and_the_form_of_the_file(folder: Path, name: str) -> None:
    change(folder, 0, quote_a="", quote_b="")
    rows = [{**cells, "Notes": "mine; yours"} for cells in read(folder)]
    columns = [*COLUMNS, "Notes"]
    data = bank_workbook(rows, columns)
    if name == "bank.csv":
        data = write_table(columns, rows).replace("mine; yours", "ours").replace(",", ";").encode()
    (folder / "bank.csv").unlink()
    (folder / name).write_bytes(data)
    assert run("suggest", folder) == 0
    copy = (folder / f"bank-suggested{Path(name).suffix}").read_bytes()
    before, after = parse_bank(data, name), parse_bank(copy, name)
    assert after.columns == before.columns
    changed = {
        (row.number, column)
        for row, old in zip(after.rows, before.rows, strict=True)
        for column in COLUMNS
        if row.cells[column] != old.cells[column]
    }
    assert changed == {(2, "quote_a"), (2, "quote_b")}
    assert after.rows[0].cells["quote_a"].startswith("? ")
