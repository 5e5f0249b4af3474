"""Programs of a test's own end with it, however it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.programs import begin_together, programs, said

SAY = 'print("ready", flush=True); print(input() or "went on")'
STAY = "import time; print('ready', flush=True); time.sleep(3_600)"


def test_programs_begin_together_and_say_what_they_did() -> None:
    command = [sys.executable, "-c", SAY]
    with programs(command, command) as started:
        begin_together(started)
        assert [said(program) for program in started] == ["went on", "went on"]


def test_a_test_that_fails_leaves_no_program_and_no_open_pipe() -> None:
    command = [sys.executable, "-c", STAY]
    started: list[subprocess.Popen[str]] = []

    def fail() -> None:
        with programs(command, command) as both:
            started.extend(both)
            begin_together(both)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(started) == 2
    assert all(program.returncode is not None for program in started)
    pipes = [pipe for p in started for pipe in (p.stdin, p.stdout, p.stderr)]
    assert all(pipe is not None and pipe.closed for pipe in pipes)


def test_a_program_that_ends_before_it_is_ready_says_why() -> None:
    with (
        programs([sys.executable, "-c", "raise SystemExit('no database')"]) as started,
        pytest.raises(AssertionError, match="no database"),
    ):
        begin_together(started)
