"""What a newcomer reads when the program starts for the first time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess, free_port
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["bme_quiz", "serve", "--no-browser", "--port"],
        ["streamlit", "run", "quiz_app.py", "--server.headless=true", "--server.port"],
    ],
    ids=["serve", "streamlit run"],
)
def test_a_start_says_in_one_line_where_answers_are_kept(
    command: list[str], small_folder: Path, tmp_path: Path
) -> None:
    file, printed = tmp_path / "answers" / "quiz.db", tmp_path / "printed"
    port = free_port()
    environment = {
        **os.environ,
        ENV_DATABASE: f"sqlite:///{file}",
        ENV_QUESTIONS: str(small_folder),
    }
    with (
        printed.open("wb") as out,
        ServerProcess(
            [sys.executable, "-m", *command, str(port)], port, environment, stdout=out.fileno()
        ),
    ):
        pass
    lines = printed.read_text("utf-8").splitlines()
    if "serve" in command:
        assert lines[0] == f"Course folder: {small_folder}"
    assert [line for line in lines if str(file) in line] == [f"Answers are kept in {file}"]
