"""What is installed to run, and what to test besides: the pins name it, all of it and no more."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bme_quiz.storage.engine.engines import make_engines, parse_url
from bme_quiz.storage.engine.errors import StorageError
from tests.support.courses import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def pins(file: str) -> dict[str, Version]:
    """The pinned packages of a requirements file, without those of a file that it names."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    found = {}
    for line in lines:
        if line.startswith(("#", "-r ")):
            continue
        name, _, version = line.partition("==")
        assert canonicalize_name(name) not in found, line
        found[str(canonicalize_name(name))] = Version(version)
    return found


def brought(requirements: Iterable[str]) -> set[str]:
    """Every package that comes where these are installed, on this system and Python."""
    waiting = [Requirement(text) for text in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (str(canonicalize_name(wanted.name)), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        for text in metadata.requires(wanted.name) or ():
            one = Requirement(text)
            chosen = ["", *wanted.extras]
            if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in chosen):
                waiting.append(one)
    return {name for name, _ in seen}


RUNTIME = brought(PROJECT["dependencies"])
DEVELOPMENT = brought(
    [*EXTRAS["postgresql"], *(text for text in EXTRAS["dev"] if not text.startswith("bme-quiz["))]
)


def test_running_installs_exactly_what_running_needs() -> None:
    assert set(pins("requirements.txt")) == RUNTIME


def test_testing_adds_exactly_what_only_testing_needs() -> None:
    assert set(pins("requirements-dev.txt")) == DEVELOPMENT - RUNTIME
    first = next(
        line
        for line in (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    assert first == "-r requirements.txt"


def test_every_pin_is_within_the_range_that_is_said_to_work() -> None:
    pinned = pins("requirements.txt") | pins("requirements-dev.txt")
    ranges = [*PROJECT["dependencies"], *EXTRAS["postgresql"], *EXTRAS["dev"]]
    for text in ranges:
        wanted = Requirement(text)
        if wanted.name != PROJECT["name"]:
            assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), text


def test_the_readmes_commands_install_what_they_need() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    run, test = (readme.partition(f"\n## {name}\n")[2] for name in ("Run", "Test"))
    installed = re.compile(r"pip install -q -r (\S+)")
    assert [installed.search(part)[1] for part in (run, test)] == [  # type: ignore[index]
        "requirements.txt",
        "requirements-dev.txt",
    ]


def test_a_missing_driver_of_postgresql_is_said_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    (driver,) = EXTRAS["postgresql"]
    with pytest.raises(StorageError) as said:
        make_engines(parse_url("postgresql://name@server/quiz"), 1.0)
    for place in (str(said.value), *(Path(ROOT, f).read_text("utf-8") for f in _SAYING)):
        assert f"pip install '{driver}'" in place


_SAYING = ("README.md", "requirements.txt", "docs/privacy.md")
