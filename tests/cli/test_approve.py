"""``approve`` on the command line: only the cells that it is about change."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import Font

from bme_quiz.cli import approve
from bme_quiz.cli.cells import with_cells
from bme_quiz.cli.workbook_cells import with_workbook_cells
from bme_quiz.content.bank import COLUMNS, parse_bank
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Table, read_table
from tests.support.command_line import change, make_folder, read, run
from tests.support.findings import ARTICLE
from tests.support.workbooks import (
    SHEET,
    bank_workbook,
    part,
    parts,
    sheet_xml,
    with_part,
    workbook_bytes,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


def test_approve_changes_the_checked_cells_only(folder: Path) -> None:
    path = folder / "bank.csv"
    odd = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    odd = odd.replace(b"Right: the crack is small.", b'"Right: the ""crack"" is\nsmall, yes."')
    path.write_bytes(odd)
    path.chmod(0o640)
    assert run("approve", "overload-1", "--questions", folder) == 0
    written = path.read_bytes()
    (cell,) = (row["checked"] for row in read_bytes(written) if row["checked"])
    assert written.replace(cell.encode(), b"") == odd
    assert path.stat().st_mode & 0o777 == 0o640
    assert {file.name for file in folder.iterdir()} == {"article.md", "bank.csv"}
    assert run("approve", "overload-1", "--questions", folder) == 0
    assert path.read_bytes() == written, "approving again changes nothing"


def checked(folder: Path) -> list[str]:
    return [row["checked"] for row in read_bytes((folder / "bank.csv").read_bytes())]


def test_approve_says_who_and_when(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = datetime.now(UTC).date()
    assert run("approve", "--all", "--by", " Ana  Ruiz ", "--questions", folder) == 0
    assert capsys.readouterr().out == f"Course folder: {folder}\n9 approved by Ana Ruiz\n"
    days = {before.isoformat(), datetime.now(UTC).date().isoformat()}
    assert {cell.split(" by ")[1].split(" on ")[0] for cell in checked(folder)} == {"Ana Ruiz"}
    assert {cell.split(" on ")[1] for cell in checked(folder)} <= days
    # Who approved first stays, unless somebody else is named.
    assert run("approve", "--all", "--questions", folder) == 0
    assert run("approve", "rest-5", "--by", "Bo Lee", "--questions", folder) == 0
    assert [" by Bo Lee on " in cell for cell in checked(folder)] == [n == 5 for n in range(9)]


def test_without_a_name_gits_or_the_accounts_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "nurse7")
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert run("approve", "--all", "--questions", folder) == 0
    assert all(" by nurse7 on " in cell for cell in checked(folder))


def test_a_cell_without_a_name_gets_one_when_it_is_approved_again(folder: Path) -> None:
    run("approve", "--all", "--by", "Ana", "--questions", folder)
    old = checked(folder)[0].split(" by ")[0]
    change(folder, 0, checked=old)
    assert run("check", folder, "--strict", "--select", "G07") == 0
    assert run("approve", "--all", "--by", "Bo", "--questions", folder) == 0
    assert checked(folder)[0].startswith(f"{old} by Bo on ")


def read_bytes(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_approve_refuses_what_is_broken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, 0, quote_a="nowhere")
    assert run("approve", "--all", "--questions", folder) == 1
    out = capsys.readouterr().out
    assert "not approved: overload-0 (G01 " in out
    assert re.search(r"\n8 approved by \S.*, 1 not\n\Z", out)
    assert run("approve", "nobody", "--questions", folder) == 2


def test_approve_accepts_a_changed_sentence(folder: Path) -> None:
    run("approve", "--all", "--questions", folder)
    edited = ARTICLE.replace("Athletes are often affected", "Athletes are often affected by it")
    (folder / "article.md").write_text(edited, encoding="utf-8")
    assert run("check", folder, "--select", "G07") == 1
    assert run("approve", "overload-2", "--questions", folder) == 0
    assert run("check", folder, "--select", "G07") == 0


@settings(max_examples=200)
@given(
    st.lists(st.tuples(*[st.text('ab",\n ', max_size=6)] * 3), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["new", 'n"e,w', ""]),
)  # fmt: skip
def test_a_cell_is_replaced_and_nothing_else(
    rows: list[tuple[str, ...]], line_end: str, quoting: int, cell: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["id", "checked", "last"])
    writer.writerows([["x" + row[0], *row[1:]] for row in rows])
    data = out.getvalue().encode()
    before = parsed(data)
    after = parsed(changed(data, {2: cell}))
    before[1][1] = cell
    assert after == before


@pytest.mark.parametrize(
    "record",
    ['x,"a"b,c', 'x,a"b,c', '"x"y"z",a,c', "x,,", 'x," a ",c', '"a""","b""",c'],
)
def test_odd_quotation_marks_are_survived(record: str) -> None:
    data = f"id,checked,last\n{record}\n".encode()
    wanted = parsed(data)
    if len(wanted[1]) > 1:
        wanted[1][1] = "new"
        assert parsed(changed(data, {2: "new"})) == wanted


def changed(data: bytes, cells: dict[int, str]) -> bytes:
    table = read_table(data, "table.csv", ["id", "checked"])
    return with_cells(data, table, "checked", cells)


def parsed(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_approve_keeps_the_sign_between_cells_and_what_stands_above(
    folder: Path, delimiter: str
) -> None:
    path = folder / "bank.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    lines = parsed(path.read_bytes())
    writer.writerow(["Our bank, spring"])
    writer.writerows(
        [[*line, "mine, yours; ours" if n else "Notes"] for n, line in enumerate(lines)]
    )
    before = f"\ufeffsep={delimiter}\r\n{out.getvalue()}".encode()
    path.write_bytes(before)
    assert run("approve", "overload-1", "--questions", folder) == 0
    after = path.read_bytes()
    table = parse_bank(after)
    (cell,) = (row.cells["checked"] for row in table.rows if row.cells["checked"])
    assert after.replace(cell.encode(), b"") == before
    assert table.rows[1].cells["checked"] == cell


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_approve_adds_the_column_that_it_writes_to(folder: Path, line_end: str) -> None:
    path = folder / "bank.csv"
    place = COLUMNS.index("checked")
    lines = [[c for n, c in enumerate(line) if n != place] for line in parsed(path.read_bytes())]
    lines[2][5] = "What, of all,\nis this?"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=line_end).writerows(lines)
    path.write_text(out.getvalue(), "utf-8", newline="")
    assert run("approve", "overload-0", "--questions", folder) == 0
    found = parsed(path.read_bytes())
    assert [line[:-1] for line in found] == lines
    assert found[0][-1] == "checked"
    assert [bool(line[-1]) for line in found[1:]] == [True, *[False] * (len(lines) - 2)]
    assert run("check", folder, "--select", "G07") == 0


@pytest.mark.parametrize("has_column", [True, False])
def test_approve_changes_the_checked_cells_of_a_workbook_only(
    folder: Path, has_column: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**cells, "Notes": "<mine> & yours"} for cells in read(folder)]
    (folder / "bank.csv").unlink()
    columns = [*(c for c in COLUMNS if has_column or c != "checked"), "Notes"]
    path = folder / "bank.xlsx"
    path.write_bytes(dressed(bank_workbook(rows, columns)))
    before = path.read_bytes()
    assert run("approve", "--all", "--questions", folder) == 0
    assert "9 approved" in capsys.readouterr().out
    after = path.read_bytes()
    old, new = parts(before), parts(after)
    assert {name for name in old if old[name] != new[name]} == {SHEET}
    assert list(old) == list(new)
    was, now = (cells_of(data) for data in (before, after))
    column = now[0].index("checked")
    assert all(line[column] for line in now[1:])
    assert [[c for n, c in enumerate(line) if n != column] for line in now] == [
        [c for n, c in enumerate(line) if n != column] for line in was
    ]
    book = load_workbook(io.BytesIO(after))
    assert book.active.freeze_panes == "C2"
    assert book.active.cell(2, 1).font.bold
    assert run("check", folder, "--select", "G07", "--strict") == 0
    assert run("approve", "--all", "--questions", folder) == 0
    assert path.read_bytes() == after, "approving again changes nothing"


def dressed(data: bytes) -> bytes:
    """A workbook with what people put into theirs, and a part that no library knows."""
    book = load_workbook(io.BytesIO(data))
    sheet = book.active
    sheet.freeze_panes = "C2"
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["F"].width = 50
    return with_part(workbook_bytes(book), "xl/custom/ours.xml", b"<ours/>")


def cells_of(data: bytes) -> list[list[str]]:
    rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in line] for line in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row r="2"><c r="A2"><v>1</v></c></row>', '<c r="A2"><v>1</v></c>{}</row>'),
        ('<row r="2"><c r="A2"/><c r="B2" s="3"/></row>', '<c r="A2"/>{}</row>'),
        ('<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2"/></row>', '>{}<c r="C2"/></row>'),
        ('<row r="2"><c r="A2"/><c r="C2" x="&gt;"/></row>', '<c r="A2"/>{}<c r="C2" x="&gt;"/>'),
        ('<row r="2" spans="1:3"/>', '<row r="2" spans="1:3">{}</row>'),
        ("<row/><row><c/><c><f>A1&gt;1</f><v>1</v></c></row>", "<row/><row><c/>{}</row>"),
    ],
)
def test_a_workbooks_cell_is_replaced_or_put_in_its_place(rows: str, expected: str) -> None:
    data = with_part(bank_workbook([], ["id", "checked"], "Bank"), SHEET, sheet_xml(rows))
    table = Table("b.xlsx", ("id", "checked"), (), (), delimiter="", sheet="Bank")
    sheet = part(with_workbook_cells(data, table, 1, {2: "a<b é"}), SHEET).decode()
    style = ' s="3"' if 's="3"' in rows else ""
    cell = f'<c r="B2"{style} t="inlineStr"><is><t xml:space="preserve">a&lt;b &#233;</t></is></c>'
    assert expected.format(cell) in sheet
    assert sheet.count("<row") == rows.count("<row")
    with pytest.raises(ContentError, match="no row 9"):
        with_workbook_cells(data, table, 1, {9: "x"})


def test_a_bank_that_is_changed_meanwhile_is_not_written_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed_meanwhile = (folder / "bank.csv").read_bytes() + b"x,y\n"
    real = approve.check

    def check_while_somebody_saves(*args: object, **more: object) -> object:
        (folder / "bank.csv").write_bytes(changed_meanwhile.replace(b"overload-1", b"overload-9"))
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(approve, "check", check_while_somebody_saves)
    assert run("approve", "--all", "--questions", folder) == 2
    assert "was changed meanwhile" in capsys.readouterr().err
    assert b"overload-9" in (folder / "bank.csv").read_bytes()
