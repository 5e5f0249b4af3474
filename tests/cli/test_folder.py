"""Every command is about the folder that was named, wherever its name stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bme_quiz.cli.main import main
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS
from bme_quiz.services.store import make_store
from tests.support.command_line import make_folder
from tests.support.courses import OWN_QUESTIONS, ROWS, row, write_course


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A course with an error, which the shipped one has not."""
    return write_course(tmp_path / "broken", [row(answer="e"), row(id="load-02", stem="Else?")])


def words_for(command: str, folder: Path) -> list[list[str]]:
    """The ways to name a folder for a command."""
    here = str(folder)
    return [
        ["--questions", here, command],
        [f"--questions={here}", command],
        [here, command],
        ["--port", "9999", here, command],
        ["--no-browser", here, command],
        [command, "--questions", here],
        [command, here],
        [here, command, here],
        ["--questions", here, command, f"{here}/"],
    ]


@pytest.mark.parametrize("place", range(9))
def test_check_is_about_the_folder_that_was_named(
    broken: Path, place: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words_for("check", broken)[place]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Course folder: {broken}"
    assert any("load-01" in line for line in lines)
    assert any("S06" in line for line in lines)


@pytest.mark.parametrize("place", range(9))
def test_approve_writes_into_the_folder_that_was_named(
    tmp_path: Path, place: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path)
    shipped = hashlib.sha256((OWN_QUESTIONS / "bank.csv").read_bytes()).digest()
    before = (folder / "bank.csv").read_bytes()
    assert main([*words_for("approve", folder)[place], "--all", "--by", "Ana"]) == 0
    assert capsys.readouterr().out == f"Course folder: {folder}\n9 approved by Ana\n"
    assert (folder / "bank.csv").read_bytes() != before
    assert hashlib.sha256((OWN_QUESTIONS / "bank.csv").read_bytes()).digest() == shipped


def test_a_folder_may_stand_among_the_questions_that_were_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path)
    assert main(["approve", "overload-1", "--by", "Ana", str(folder), "overload-2"]) == 0
    assert "2 approved" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["find", "a boot for the foot"], ["suggest"]])
def test_find_and_suggest_are_about_the_folder_that_was_named(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path)
    named = ["--questions", str(folder)]
    option = ["--most", "2"] if command[0] == "find" else ["--out", str(tmp_path / "copy.csv")]
    behind = [*command, *option, str(folder)]
    for words in ([*named, *command], [*command, *named], [*command, str(folder)], behind):
        assert main(words) == 0
        assert capsys.readouterr().out.splitlines()[0] == f"Course folder: {folder}"


@pytest.mark.parametrize("place", [0, 2, 5, 6])
def test_publish_is_about_the_folder_that_was_named(
    tmp_path: Path, place: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path)
    assert main(words_for("publish", folder)[place]) == 0
    assert capsys.readouterr().out == f"Published edition 1: {folder / 'editions' / '1.json'}\n"
    assert [file.name for file in (folder / "editions").iterdir()] == ["1.json"]


def test_the_folder_named_comes_before_the_environments(
    broken: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(ENV_QUESTIONS, str(make_folder(tmp_path)))
    assert main(["--questions", str(broken), "check"]) == 1
    assert main(["check"]) == 0
    heads = [x for x in capsys.readouterr().out.splitlines() if x.startswith("Course folder")]
    assert heads == [f"Course folder: {broken}", f"Course folder: {tmp_path}"]


def test_what_programs_read_names_the_folder_on_standard_error(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--questions", str(broken), "check", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["summary"]["withheld"] == [2]
    assert err == f"Course folder: {broken}\n"


def test_two_folders_are_one_too_many(
    broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_course(tmp_path / "other", ROWS)
    for words in (
        ["--questions", str(broken), "check", str(other)],
        [str(broken), "approve", "load-01", str(other)],
    ):
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert str(broken) in err
        assert str(other) in err


def test_what_cannot_be_read_is_named_with_its_folder(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (broken / "bank.csv").write_bytes(b"\x89PNG....")
    for words in (["check"], ["approve", "--all"]):
        assert main(["--questions", str(broken), *words]) == 2
        assert str(broken) in capsys.readouterr().err


def test_a_word_that_is_no_folder_is_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nowhere", "check"])
    assert "invalid choice: 'nowhere'" in capsys.readouterr().err


def test_what_is_kept_is_that_of_the_course_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"sqlite:///{tmp_path / 'quiz.db'}"
    monkeypatch.setenv(ENV_DATABASE, address)
    store = make_store(address)
    store.database.open()
    one = write_course(tmp_path / "one", ROWS)
    two = write_course(tmp_path / "two", [row(id="other-01", stem="What else helps a bone?")])
    (two / "course.toml").write_text('id = "two"\n', "utf-8")
    for folder in (one, two):
        store.of(load_course(folder))
    never = write_course(tmp_path / "never", [row(id="never-01", stem="Who was never here?")])
    (never / "course.toml").write_text('id = "never"\n', "utf-8")
    capsys.readouterr()
    assert main(["--questions", str(two), "purge", "--older-than", "1d"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Course folder: {two}"
    for command in (["purge", "--older-than", "1d"], ["rebuild-cards"], ["responses"]):
        assert main(["--questions", str(never), *command]) == 2
        assert "was never served on" in capsys.readouterr().err
        assert main([*command, "--questions", str(two), "--course", "one"]) == 2
        assert "Two courses are named" in capsys.readouterr().err
    assert main(["--questions", str(two), "leeches"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Course folder: {two}"
    assert main(["--questions", str(two), "courses"]) == 0
    out, err = capsys.readouterr()
    assert err.splitlines()[0] == f"Course folder: {two}"
    assert "whole database" in err
    assert "two" in out
    store.database.close()
