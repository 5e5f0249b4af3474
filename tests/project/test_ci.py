"""What CI runs: every Python that is promised and there."""

from __future__ import annotations

import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.courses import ROOT

PYTHONS = runpy.run_path(str(ROOT / ".ci" / "pythons.py"))
OWN = (3, 12, 1)


@pytest.fixture
def machine(tmp_path: Path) -> Callable[..., dict[Any, Path]]:
    """Finds the Pythons of a machine where pyenv and the PATH have those that are named."""

    def make(path: Path, says: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{says}\n", "utf-8")
        path.chmod(0o755)

    def found(pyenv: dict[str, str], on_path: dict[str, str]) -> dict[Any, Path]:
        for name, says in pyenv.items():
            make(tmp_path / "pyenv" / "versions" / name / "bin" / "python", says)
        for name, says in on_path.items():
            make(tmp_path / "bin" / name, says)
        environment = {"PYENV_ROOT": str(tmp_path / "pyenv"), "PATH": str(tmp_path / "bin")}
        result: dict[Any, Path] = PYTHONS["pythons"](environment, OWN)
        return result

    return found


def test_every_python_from_the_oldest_promised_on_is_found(
    machine: Callable[..., dict[Any, Path]], tmp_path: Path
) -> None:
    pythons = machine(
        {
            "3.10.13": "echo 3 10 13 final",
            "3.13.0": "echo 3 13 0 final",
            "3.11.7": "echo 3 11 7 final",
            "3.12.1": "echo 3 12 1 final",
            "3.12.9": "echo 3 12 9 final",
            "3.15.0b1": "echo 3 15 0 beta",
        },
        {
            "python3.11": "echo 3 11 2 final",  # pyenv has one of that minor version
            "python3.13": "exit 127",  # a shim for a version that is not chosen
            "python3.14": "echo 3 14 2 final",
        },
    )
    of_pyenv = tmp_path / "pyenv" / "versions"
    assert list(pythons.items()) == [
        ((3, 11, 7), of_pyenv / "3.11.7" / "bin" / "python"),
        ((3, 12, 9), of_pyenv / "3.12.9" / "bin" / "python"),
        ((3, 13, 0), of_pyenv / "3.13.0" / "bin" / "python"),
        ((3, 14, 2), tmp_path / "bin" / "python3.14"),
    ]


def test_a_machine_with_one_python_has_no_other(
    machine: Callable[..., dict[Any, Path]],
) -> None:
    assert machine({}, {"python3.12": "echo 3 12 1 final", "python3.11": "exit 1"}) == {}


def test_the_oldest_python_is_the_same_wherever_it_is_said() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    major, minor = PYTHONS["OLDEST"]
    assert project["project"]["requires-python"] == f">={major}.{minor}"
    assert project["tool"]["mypy"]["python_version"] == f"{major}.{minor}"
    assert project["tool"]["ruff"]["target-version"] == f"py{major}{minor}"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"Needs Python {major}.{minor} or newer" in readme
