"""A file caught half written is no edit: learners go on, and the author alone is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bme_quiz.content.problems import ContentError
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.last_good import LastGood
from tests.support.courses import ROWS, bank_bytes, row, write_course
from tests.support.seconds import Seconds
from tests.support.workbooks import bank_workbook

Load = Callable[[Path], Course]

WHOLE = bank_bytes(ROWS)


@pytest.fixture
def seconds() -> Seconds:
    """The clock by which what failed is tried again."""
    return Seconds()


@pytest.fixture
def load(seconds: Seconds) -> Load:
    return partial(load_course, clock=lambda: seconds.now)


@pytest.fixture
def folder(tmp_path: Path, load: Load) -> Path:
    made = write_course(tmp_path / "course", ROWS)
    assert len(load(made).questions) == len(ROWS)
    return made


def settled(path: Path) -> None:
    """Let a file be one that was written a while ago."""
    then = path.stat().st_mtime - 60
    os.utime(path, (then, then))


def cut(end: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(WHOLE[:end]) and None


def locked(path: Path) -> None:
    path.unlink()
    path.mkdir()


HEADER_END = WHOLE.index(b"\n") + 1
LAST_ROW = WHOLE.rindex(b"rest-02")
HALF_WRITTEN: dict[str, Callable[[Path], object]] = {
    "nothing": cut(0),
    "half of the header": cut(40),
    "the header": cut(HEADER_END),
    "the header without its end": cut(HEADER_END - 1),
    "half of a row": cut(HEADER_END + 60),
    "half of the last row": cut(LAST_ROW + 80),
    "all but the last sign": cut(len(WHOLE) - 1),
    "all but a row": cut(LAST_ROW),
    "an open quotation mark": lambda path: path.write_bytes(WHOLE[:LAST_ROW] + b'rest-02,"x,y\n'),
    "no file": lambda path: path.unlink(),
    "what cannot be opened": locked,
    "bytes of another kind": lambda path: path.write_bytes(b"\0" * 4096),
}


@pytest.mark.parametrize("state", HALF_WRITTEN)
def test_a_bank_caught_half_written_is_no_edit(
    load: Load, folder: Path, seconds: Seconds, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = load(folder)
    path = folder / "bank.csv"
    HALF_WRITTEN[state](path)
    for _ in range(3):
        held = load(folder)
        assert held.questions == before.questions
        assert held.bank_fingerprint == before.bank_fingerprint
        assert held.identity == before.identity
        assert held.held
        seconds.now += 2
    assert [
        m.startswith("learners go on with the course as it was: ") for m in caplog.messages
    ] == [True]
    # Just held, and now there: it is not waited for.
    load(folder)
    if path.is_dir():
        path.rmdir()
    edited = [*ROWS, row(id="load-09", stem="What else lets it mend?")]
    path.write_bytes(bank_bytes(edited))
    whole = load(folder)
    assert whole.held == ""
    assert len(whole.questions) == len(edited)


@pytest.mark.parametrize("end", range(0, len(WHOLE), 61))
def test_a_bank_cut_anywhere_while_it_is_written_is_no_edit(
    load: Load, folder: Path, end: int
) -> None:
    before = load(folder)
    (folder / "bank.csv").write_bytes(WHOLE[:end])
    assert load(folder).questions == before.questions


def test_a_workbook_cut_anywhere_is_no_edit(load: Load, tmp_path: Path, seconds: Seconds) -> None:
    folder = write_course(tmp_path / "course", ROWS)
    (folder / "bank.csv").unlink()
    data = bank_workbook(ROWS)
    (folder / "bank.xlsx").write_bytes(data)
    before = load(folder)
    for end in range(0, len(data), 499):
        (folder / "bank.xlsx").write_bytes(data[:end])
        seconds.now += 2
        assert load(folder).questions == before.questions
    (folder / "bank.xlsx").write_bytes(bank_workbook(ROWS[:2]))
    seconds.now += 2
    assert load(folder).questions == before.questions[:2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("article.md", None),
        ("course.toml", 'title = "Knees"\nid = "knees"\nlanguage = "en"\n'),
        ("glossary.csv", "term,definition,section,quote\nbone,hard,load,-\nload,heavy,load,-\n"),
    ],
)
def test_no_other_file_is_taken_without_its_end(
    load: Load, tmp_path: Path, seconds: Seconds, name: str, text: str | None
) -> None:
    folder = write_course(tmp_path / "course", ROWS)
    path = folder / name
    if text is not None:
        path.write_text(text, "utf-8")
    whole = path.read_bytes()
    before = load(folder)
    for end in (0, len(whole) // 3, whole.rindex(b"\n", 0, -1) + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        seconds.now += 2
        found = load(folder)
        assert found.questions == before.questions
        assert (found.identity, found.article, found.terms) == (
            before.identity,
            before.article,
            before.terms,
        )
    path.unlink()
    seconds.now += 2
    assert load(folder).identity == before.identity


def test_rows_that_were_taken_out_are_gone_once_the_file_is_settled(
    load: Load, folder: Path, seconds: Seconds
) -> None:
    path = folder / "bank.csv"
    path.write_bytes(bank_bytes(ROWS[:-1]))
    assert len(load(folder).questions) == len(ROWS)
    settled(path)
    seconds.now += 2
    assert len(load(folder).questions) == len(ROWS) - 1


def test_an_edit_of_any_other_kind_shows_at_once(load: Load, folder: Path) -> None:
    path = folder / "bank.csv"
    path.write_bytes(bank_bytes(ROWS[1:]))
    assert [q.id for q in load(folder).questions] == [r["id"] for r in ROWS[1:]]
    path.write_bytes(bank_bytes([row(stem="What lets a bone mend, of all things?")]))
    assert len(load(folder).questions) == 1


def test_what_never_could_be_read_is_an_error_each_time(load: Load, tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course", ROWS)
    (folder / "bank.csv").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(ContentError, match="is empty"):
            load(folder)
    (folder / "bank.csv").write_bytes(WHOLE)
    assert len(load(folder).questions) == len(ROWS)


def test_while_it_is_held_the_files_are_not_read_with_every_page(seconds: Seconds) -> None:
    found: list[int | ContentError] = [1]
    tries = 0

    def source() -> int:
        nonlocal tries
        tries += 1
        if isinstance(found[0], ContentError):
            raise found[0]
        return found[0]

    last = LastGood(source, seconds, "somebody goes on", held=lambda before, _why: before + 10)
    assert last() == 1
    found[0] = ContentError("gone")
    assert [last() for _ in range(5)] == [11] * 5
    assert tries == 2
    found[0] = 2
    assert last() == 11
    seconds.now += 2
    assert last() == 2


def test_a_course_that_is_held_is_one_and_the_same_object(
    load: Load, folder: Path, seconds: Seconds
) -> None:
    (folder / "bank.csv").unlink()
    held: list[Course] = []
    for _ in range(3):
        held.append(load(folder))
        seconds.now += 2
    assert held[0] is held[1] is held[2]
