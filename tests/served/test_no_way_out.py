"""No request leaves the machine, whoever asks, and nobody waits for one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.courses import ROOT

pytestmark = pytest.mark.slow


def _unshare() -> list[str]:
    """What starts a program in network and mount namespaces of its own."""
    return ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


@pytest.fixture(scope="module")
def namespaces() -> list[str]:
    made = _unshare()
    tools = all(shutil.which(name) for name in ("unshare", "ip", "mount"))
    if not tools or subprocess.run([*made, "true"], capture_output=True).returncode:
        message = "no network namespace can be made here (Debian: apt-get install iproute2; root)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return made


@pytest.mark.parametrize("started_by", ["serve", "streamlit run"])
def test_nobody_is_asked_outside_and_nobody_waits(
    namespaces: list[str], tmp_path: Path, started_by: str
) -> None:
    done = subprocess.run(
        [*namespaces, sys.executable, "-m", "tests.support.no_way_out", str(tmp_path), started_by],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["asked"] == []
    assert found["left"] == []
    assert found["slowest"] <= max(0.5, 10 * found["calm"])
