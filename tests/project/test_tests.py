"""The tests stand where what they test stands, and share what is made to be shared."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.courses import ROOT

TESTS = ROOT / "tests"
FILES = sorted(TESTS.rglob("*.py"))
# Beside the package's own folders: the whole product in a browser, servers as programs of their
# own, the project's files, what earlier releases left, and what tests share.
BESIDES = {"browser", "served", "project", "earlier", "support"}
OF_THE_PACKAGE = [
    folder.relative_to(ROOT / "bme_quiz").as_posix()
    for folder in (ROOT / "bme_quiz").rglob("*")
    if folder.is_dir() and folder.name != "__pycache__"
]


def folders_of_tests() -> list[str]:
    return sorted({p.parent.relative_to(TESTS).as_posix() for p in FILES if p.parent != TESTS})


@pytest.mark.parametrize("folder", folders_of_tests())
def test_a_folder_of_tests_is_one_of_the_package_s(folder: str) -> None:
    assert folder in OF_THE_PACKAGE or folder.split("/")[0] in BESIDES


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(TESTS)))
def test_what_tests_share_stands_in_one_place(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    froms = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {name for name in froms if name.split(".")[0] == "tests"}
    assert {
        name for name in own if name.split(".")[1:2] not in (["support"], ["earlier"], [])
    } == set()
