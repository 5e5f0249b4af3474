"""The benchmarks run; what they measure is no matter here, for machines differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import earlier
from benchmarks.figures import Aim, Figure, percentile, ratio, table
from tests.support.courses import ROOT


def test_a_ratio_is_taken_round_by_round() -> None:
    figure = ratio("x", [2.0, 30.0, 4.0], [1.0, 10.0, 1.0], Aim(3))
    assert figure.rounds == [2.0, 3.0, 4.0]
    assert figure.cells() == ("x", "3 ×", "2 to 4", "≤ 3 ×", "met")


def test_an_aim_that_is_missed_is_said_to_be() -> None:
    text = table([Figure("a", [1.0], "ms"), Figure("b", [5.0], "×", Aim(6, at_most=False))])
    assert "NOT MET" in text
    assert text.count("\n") == 3


def test_percentiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 95), percentile([7.0], 95)) == (51, 96, 7)


def test_a_later_run_is_compared_ratio_by_ratio(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    before = [
        Figure("a", [1.0, 2.0], "×", Aim(3)),
        Figure("b", [5.0, 6.0], "×"),
        Figure("c", [1.0], "ms"),
    ]
    earlier.save(file, before, "here")
    known, where = earlier.read(file)
    assert where == "here"
    assert [(f.name, f.rounds, f.unit) for f in known] == [
        (f.name, f.rounds, f.unit) for f in before
    ]
    now = [Figure("a", [1.9, 3.0], "×"), Figure("b", [4.0], "×"), Figure("c", [1.0], "ms")]
    lines = earlier.comparison(known, [*now, Figure("new", [1.0], "×")]).splitlines()
    assert [[c.strip() for c in line.split("|")[1:-1]] for line in lines[2:]] == [
        ["a", "1.5 (1 to 2)", "2.45 (1.9 to 3)", "yes"],
        ["b", "5.5 (5 to 6)", "4 (4 to 4)", "NO"],
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"where": "", "figures": [{"name": "a"}]}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "figures.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="no figures"):
        earlier.read(file)


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            out, complaints = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            # Told to end it ends its servers first; killed it would leave them behind.
            process.terminate()
            raise
    assert process.returncode == 0, complaints
    return out


def test_an_unknown_benchmark_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "none"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "no benchmark none" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rerun", "room", "arrive", "memory", "hall"])
def test_each_runs(name: str) -> None:
    assert f"| {name}" in _run(name, "--quick")


@pytest.mark.slow
@pytest.mark.browser
def test_the_first_visit_runs() -> None:
    text = _run("first_visit", "--quick")
    assert "| first visit" in text or "there is no Chromium" in text
