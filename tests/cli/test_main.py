"""The program as people call it: plain sentences and exit codes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bme_quiz.cli.main import main
from tests.support.connections import open_connections
from tests.support.courses import ROOT, ROWS, row, write_course


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bme_quiz", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--color"], "unrecognized arguments: --color"),
        (["serve", "--port", "99999"], "'99999' is not a port"),
        (["serve", "--base-path", "a b"], "argument --base-path: 'a b' is not a path; write one"),
        (["juggle"], "invalid choice: 'juggle'"),
        (["--questions", "nowhere", "--no-browser"], "There is no folder"),
    ],
)
def test_what_cannot_run_gets_one_line_and_exit_code_2(words: list[str], expected: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize("missing", ["article.md", "bank.csv"])
def test_a_folder_without_its_files_gets_one_line(tmp_path: Path, missing: str) -> None:
    folder = write_course(tmp_path / "c", ROWS)
    (folder / missing).unlink()
    for words in (["--no-browser", "--questions", str(folder)], ["check", str(folder)]):
        done = run(*words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "does not exist" in done.stderr


def test_a_port_in_use_gets_one_line(small_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("--port", port, "--no-browser", "--questions", str(small_folder))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert "choose another with --port" in done.stderr


def test_a_start_that_fails_leaves_nothing_open(small_folder: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "--no-browser", "--questions", str(small_folder)]) == 2
    assert open_connections(tmp_path) == []


def test_a_broken_row_is_named_with_row_id_column_and_mend(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "c", [row(), row(id="load-02", stem="Else?", answer="e")])
    done = run("check", str(folder))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    place = next(n for n, text in enumerate(lines) if "S06" in text)
    line = lines[place]
    assert "bank.csv:3 load-02: 1 error" in lines[place - 1]
    assert "[answer]" in line
