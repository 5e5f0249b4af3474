"""A PostgreSQL server of the tests' own: private folder, loopback only, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from benchmarks.processes import free_port

_DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, the newest version where there are several."""
    versions = [p for p in _DEBIAN.glob("*/bin") if (p / "initdb").exists()]
    if versions:
        return max(versions, key=lambda p: float(p.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class PrivatePostgres:
    """A server that can be stopped and started; ``fsync`` is on, as in life."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Not below pytest's folder, which no other user may enter; PostgreSQL refuses root.
        self.folder = Path(tempfile.mkdtemp(prefix="bme-quiz-pg-"))
        self.port = free_port()
        self._as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as_other:
            shutil.chown(self.folder, "postgres")
        try:
            self._run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8")
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c max_connections=100"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` says goodbye, ``immediate`` is a crash."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """Stop it for good where it runs, and remove its files."""
        try:
            if (self.folder / "data" / "postmaster.pid").exists():
                self.stop("immediate")
        finally:
            shutil.rmtree(self.folder)

    def address(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits pg_ctl's output; a pipe would be held open for as long as it runs.
        with (self.folder / "setup.log").open("ab") as log:
            subprocess.run(
                [*self._as_other, str(self._programs / program), *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                check=True,
                timeout=120,
            )
