"""Stores that a whole process shares, and their end."""

from __future__ import annotations

from pathlib import Path

from bme_quiz.services.store import close_shared_stores, shared_store
from tests.support.attempts import ME, attempt
from tests.support.connections import open_connections


def test_an_address_has_one_store_until_all_are_closed(sqlite_address: str) -> None:
    store = shared_store(sqlite_address)
    store.attempts.add(ME, attempt())
    assert shared_store(sqlite_address) is store
    close_shared_stores()
    assert shared_store(sqlite_address) is not store
    assert shared_store(sqlite_address).attempts.latest(ME) == attempt()


def test_no_connection_outlives_the_shared_stores(tmp_path: Path) -> None:
    addresses = [f"sqlite:///{tmp_path / f'{n}.db'}" for n in range(10)]
    for address in addresses:
        shared_store(address).attempts.add(ME, attempt())
    # One that reads and one that writes, each.
    assert len(open_connections(tmp_path)) >= 2 * len(addresses)
    close_shared_stores()
    assert open_connections(tmp_path) == []
