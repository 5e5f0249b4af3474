"""A server as a process of its own, on loopback: started, waited for, and ended by its id."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
"""Seconds within which a server must have answered."""
_LAST_SECONDS = 30.0


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """A server that has answered once it is started, and ends with its ``with`` block.

    Args:
        command: what starts it.
        port: where it then listens.
        env: its whole environment.
        cwd: the folder it is started in.
        stdout: where what it prints goes; None for here.
        stderr: where its complaints go; None for here.
        base: the path that everything on it stands behind; mostly empty.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        env: Mapping[str, str],
        cwd: Path = ROOT,
        stdout: int | None = None,
        stderr: int | None = None,
        base: str = "",
    ) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}{base}"
        self._command = command
        self._env = env
        self._cwd = cwd
        self._stdout = stdout
        self._stderr = stderr
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The running process's id."""
        assert self._process is not None, "it has not been started"
        return self._process.pid

    def start(self, patience: float = PATIENCE) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time; nothing runs then.
        """
        self._process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=self._env,
            stdout=self._stdout,
            stderr=self._stderr,
        )
        try:
            self._await_health(self._process, time.monotonic() + patience)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Tell it to end; where it does not, end it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_LAST_SECONDS)
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def _await_health(self, process: subprocess.Popen[bytes], end: float) -> None:
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not answer in time")
