"""List the other Pythons of this machine that the project promises to run on.

One line each, version and path, the oldest first: what pyenv has, and a ``python3.N`` on the PATH
where pyenv has none of that minor version. Left out are the version that runs this script, and
whatever can make no virtual environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

OLDEST = (3, 11)
_NEWEST_MINOR = 40
_ASK = "import ensurepip, sys, venv; print(*sys.version_info[:3], sys.version_info[3])"

Version = tuple[int, int, int]


def pythons(environment: Mapping[str, str], own: Version) -> dict[Version, Path]:
    """The interpreters by version, without ``own``; several of one version count once."""
    found: dict[Version, Path] = {}
    for path in _of_pyenv(environment):
        version = _version(path)
        if version is not None and version != own:
            found.setdefault(version, path)
    minors = {version[:2] for version in [*found, own]}
    for minor in range(OLDEST[1], _NEWEST_MINOR):
        name = shutil.which(f"python3.{minor}", path=environment.get("PATH", ""))
        if name is None or (3, minor) in minors:
            continue
        # A shim of pyenv's for a version that is not chosen ends with an error.
        version = _version(Path(name))
        if version is not None:
            found[version] = Path(name)
    return dict(sorted(found.items()))


def _of_pyenv(environment: Mapping[str, str]) -> Iterable[Path]:
    root = environment.get("PYENV_ROOT") or Path(environment.get("HOME", "/")) / ".pyenv"
    return sorted(Path(root).glob("versions/3.*/bin/python"))


def _version(python: Path) -> Version | None:
    """What an interpreter says it is; None where it is too old, unfinished or does not answer."""
    try:
        done = subprocess.run(
            [python, "-c", _ASK], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.fullmatch(r"(\d+) (\d+) (\d+) final\n", done.stdout)
    if done.returncode or said is None:
        return None
    version = (int(said[1]), int(said[2]), int(said[3]))
    return version if version[:2] >= OLDEST else None


if __name__ == "__main__":
    for version, path in pythons(os.environ, sys.version_info[:3]).items():
        print(".".join(map(str, version)), path)
