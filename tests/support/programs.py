"""Programs of a test's own, side by side, which end with it however it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support.courses import ROOT

PATIENCE = 120.0
"""Seconds within which a program must have done its work, whatever else the machine does."""


@contextmanager
def programs(*commands: Sequence[str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Start these, with pipes to each; whatever still runs at the end is ended.

    A program that a failing test left behind would go on, and its open pipes would be complained of
    in whatever test comes next.
    """
    started: list[subprocess.Popen[str]] = []
    pipe = subprocess.PIPE
    try:
        for command in commands:
            started.append(
                subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
            )
        yield started
    finally:
        for program in started:
            if program.poll() is None:
                program.kill()
        for program in started:
            with program:
                pass


def begin_together(started: Sequence[subprocess.Popen[str]]) -> None:
    """Let programs go on that have each said a line when ready, and wait for one in return."""
    for program in started:
        assert program.stdout is not None
        ready = program.stdout.readline()
        assert ready == "ready\n", (ready, program.stderr and program.stderr.read())
    for program in started:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()


def said(program: subprocess.Popen[str]) -> str:
    """What a program prints until it ends by itself, which must be well."""
    out, complaints = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, complaints
    return out.strip()
