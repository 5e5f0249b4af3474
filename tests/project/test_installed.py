"""The program as others install it: a wheel, away from the project's folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess, free_port
from tests.support.courses import OWN_QUESTIONS, ROOT


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that finds the installed package and not the project's."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    # Offline, with what is installed: the wheel's own ranges are met by the pinned versions.
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run(
        [*pip, "install", "-q", *offline, "--target", str(folder / "site"), str(ROOT)],
        check=True,
        timeout=120,
    )
    return {
        **os.environ,
        "PYTHONPATH": str(folder / "site"),
        "BME_QUIZ_DATABASE": f"sqlite:///{folder / 'quiz.db'}",
    }


# The package is the installed one, and Streamlit finds the settings in it.
_LOOK = """
import os, sys, bme_quiz
from streamlit import config
from bme_quiz.server.http import serve, streamlit_internals
assert bme_quiz.__file__.startswith(os.environ["PYTHONPATH"])
streamlit_internals.anchor_config(serve.beside_settings())
config.get_config_options(force_reparse=True)
print(config.get_option("theme.dark.primaryColor"))
"""


@pytest.mark.slow
def test_the_wheel_brings_the_course_and_checks_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert looked.stdout.strip() == config["theme"]["dark"]["primaryColor"]
    done = subprocess.run(
        [sys.executable, "-m", "bme_quiz", "check"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    site = Path(environment["PYTHONPATH"])
    copied = site / "bme_quiz" / "course"
    for file in OWN_QUESTIONS.rglob("*.*"):
        assert (copied / file.relative_to(OWN_QUESTIONS)).read_bytes() == file.read_bytes()
    assert [p.name for p in (site / "bme_quiz" / ".streamlit").iterdir()] == ["config.toml"]


@pytest.mark.slow
def test_the_wheel_serves_with_its_own_files_and_settings(
    environment: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "bme_quiz", "--no-browser", "--port", str(port)]
    with ServerProcess(command, port, environment, cwd=tmp_path) as server:
        for address, part in (
            ("/", b"page.js"),
            ("/join", b"<form"),
            ("/course/images/four-groups.svg", b"<svg"),
        ):
            with urllib.request.urlopen(server.url + address, timeout=10) as answer:  # noqa: S310
                assert part in answer.read()
