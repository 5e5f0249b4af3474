"""SQLite's ``-wal`` and ``-shm`` files: noticed when they are deleted or replaced in use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

NO_FILE = (0, 0)


def identity_of(path: Path) -> tuple[int, int]:
    """Device and inode of a file, by which another of the same name is told; NO_FILE for none."""
    try:
        found = path.stat()
    except OSError:
        return NO_FILE
    return (found.st_dev, found.st_ino)


class LogChangedError(Exception):
    """SQLite's write-ahead log is not the one that was opened: it was deleted or exchanged.

    What is written now would go into a file that has no name any more.
    """


@dataclass(slots=True)
class LogFiles:
    """SQLite's write-ahead log and its index, which stand beside the database while it is open.

    Connections go on using a log that was deleted under them. Answers in it would be gone with the
    last of these connections, and a connection that is opened later finds another log.

    Args:
        paths: of both.
    """

    paths: tuple[Path, ...] = ()
    _known: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def note(self) -> None:
        """Take those that stand there for the ones in use, unless that is known already."""
        for path in self.paths:
            if path not in self._known and (found := identity_of(path)) != NO_FILE:
                self._known[path] = found

    @property
    def are_known(self) -> bool:
        """Whether there were any to note; without the log's mode there are none."""
        return bool(self._known)

    def changed(self) -> bool:
        """Whether one of those in use stands no longer under its name."""
        return any(identity_of(path) != found for path, found in self._known.items())

    def remove(self) -> None:
        """Remove those that were in use; others that stand under their names are let be."""
        for path, found in self._known.items():
            if identity_of(path) == found:
                path.unlink(missing_ok=True)
