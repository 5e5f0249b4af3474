"""Errors of storage, each with a sentence for a person."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used now; the text is one plain sentence for its keeper.

    Nothing was half written when this is raised, and trying again is always safe.
    """
