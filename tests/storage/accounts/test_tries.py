"""Limited tries: no count exceeds its allowance, whoever asks at once, or sets back the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.accounts.tries import WINDOW, Allowance, Tries, key_of
from tests.support.attempts import NOW
from tests.support.tries import at_once

OWN = Allowance("own", 3)
ALL = Allowance("all", 5)
SPARE = Allowance("spare", 2)


@pytest.fixture
def tries(store: Store) -> Tries:
    return store.educators.tries


def of(who: str) -> list[list[Allowance]]:
    return [[Allowance(who, 3)], [ALL]]


def count(store: Store) -> int:
    return store.database.read(
        lambda c: c.exec_driver_sql("SELECT count(*) FROM tries").scalar_one()
    )


def test_a_try_needs_room_in_each_count_and_room_comes_back_with_time(tries: Tries) -> None:
    seconds = [timedelta(seconds=n) for n in range(7)]
    assert [tries.take(of("ann"), NOW + s) for s in seconds[:4]] == [("ann", "all")] * 3 + [None]
    assert [tries.take(of("ben"), NOW + s) for s in seconds[4:]] == [("ben", "all")] * 2 + [None]
    # The first is forgotten a minute after it was made, and no sooner.
    assert tries.take(of("cleo"), NOW + WINDOW) is None
    assert tries.take(of("cleo"), NOW + WINDOW + timedelta(milliseconds=1)) == ("cleo", "all")
    assert tries.take(of("cleo"), NOW + WINDOW + timedelta(milliseconds=2)) is None


def test_where_the_first_of_a_group_is_full_the_next_is_used(tries: Tries) -> None:
    groups = [[ALL, SPARE]]
    found = [tries.take(groups, NOW) for _ in range(8)]
    assert found == [("all",)] * 5 + [("spare",)] * 2 + [None]


def test_what_is_forgiven_may_be_tried_again(tries: Tries, store: Store) -> None:
    for _ in range(2):
        tries.take(of("ann"), NOW)
    used = tries.take(of("ann"), NOW)
    assert used is not None
    tries.forgive(used, "ann")
    # Of the count of all only the one that was right comes back.
    assert [tries.take(of("ann"), NOW) for _ in range(4)] == [("ann", "all")] * 3 + [None]
    assert [tries.take(of("ben"), NOW)] == [None]
    tries.forget(NOW + WINDOW + timedelta(seconds=1))
    assert count(store) == 0


def test_a_refused_try_is_not_written(
    tries: Tries, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        tries.take(of("ann"), NOW)

    def written(*_: object) -> None:
        raise AssertionError("a refused try was written")

    monkeypatch.setattr(store.database, "write", written)
    assert tries.take(of("ann"), NOW) is None


def test_of_many_that_ask_two_processes_at_once_no_more_are_let_through(address: str) -> None:
    stores = [make_store(address), make_store(address)]
    parties = [stores[0].educators.tries, stores[1].device_codes.tries]
    stores[0].database.open()
    most = Allowance("all", 30)
    found: list[tuple[str, ...] | None] = []
    at_once(120, lambda n: found.append(parties[n % 2].take([[most]], NOW)))
    assert count(stores[0]) == 30
    for store in stores:
        store.database.close()
    assert found.count(("all",)) == 30
    assert found.count(None) == 90


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3 * 365)])
def test_a_clock_that_was_set_back_keeps_nobody_out_for_longer_than_a_minute(
    tries: Tries, back: timedelta
) -> None:
    for _ in range(3):
        tries.take(of("ann"), NOW)
    earlier: datetime = NOW - back
    # The tries of just now still count, from this moment on.
    assert tries.take(of("ann"), earlier) is None
    assert tries.take(of("ann"), earlier + timedelta(seconds=30)) is None
    assert tries.take(of("ann"), earlier + WINDOW + timedelta(seconds=1)) == ("ann", "all")


def test_a_count_names_nobody() -> None:
    keys = {key_of(kind, who, salt) for kind in "ab" for who in "xy" for salt in (b"", b"salt")}
    assert len(keys) == 8
    assert all(len(key) == 32 for key in keys)
    assert "192.168.1.10" not in key_of("passcode", "192.168.1.10")
