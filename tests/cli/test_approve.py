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

from bme_quiz.cli.cells import with_cells
from tests.support.command_line import change, make_folder, run
from tests.support.findings import ARTICLE


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
    assert capsys.readouterr().out == "9 approved by Ana Ruiz\n"
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
    after = parsed(with_cells(data, "checked", {2: cell}))
    before[1][1] = cell
    assert after == before


@pytest.mark.parametrize(
    "record",
    ['x,"a"b,c', 'x,a"b,c', '"x"y"z",a,c', 'x,"open', "x,,", 'x," a ",c', '"a""","b""",c'],
)
def test_odd_quotation_marks_are_survived(record: str) -> None:
    data = f"id,checked,last\n{record}\n".encode()
    wanted = parsed(data)
    if len(wanted[1]) > 1:
        wanted[1][1] = "new"
        assert parsed(with_cells(data, "checked", {2: "new"})) == wanted


def parsed(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))
