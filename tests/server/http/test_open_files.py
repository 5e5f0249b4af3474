"""A hall needs more open files than most systems begin with."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.courses import ROOT

resource = pytest.importorskip("resource")

# In a process of its own: what is raised here would hold for all tests after it.
_SCRIPT = """
import resource
from bme_quiz.server.http.open_files import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(allow_open_files({wanted}), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "then"),
    [(128, 2_000, 1_500, 1_500), (128, 500, 1_500, 500), (300, 500, 200, 300)],
    ids=["as many as wanted", "as many as the system allows", "never fewer than there were"],
)
def test_the_limit_is_raised(soft: int, hard: int, wanted: int, then: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(soft=soft, hard=hard, wanted=wanted)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.split() == [str(then), str(then), str(hard)]
