"""Passcodes are tried only so often, whoever tries, from wherever, at however many processes."""

from __future__ import annotations

import pytest

from bme_quiz.services.accounts.educators import (
    TRIES_OF_ONE,
    TRIES_OF_STRANGERS,
    Educators,
    Refusal,
)
from bme_quiz.services.store import Store, make_store
from tests.support.tries import LAPTOP, PHONE, QUICK, Clock, at_once, opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def educators(store: Store, clock: Clock) -> Educators:
    return Educators(store.educators, clock=clock, cost=QUICK)


def test_one_address_may_try_five_times_a_minute_and_the_minute_passes(
    educators: Educators, clock: Clock
) -> None:
    made = educators.prepare(None)
    assert made is not None
    found = [educators.enter("wrong", PHONE) for _ in range(7)]
    assert found == [Refusal.WRONG] * 5 + [Refusal.TOO_MANY] * 2
    assert educators.enter(made, PHONE) is Refusal.TOO_MANY  # not even the right one
    assert educators.is_open(opened(educators, made, LAPTOP))
    clock.pass_(seconds=61)
    assert educators.is_open(opened(educators, made, PHONE))


def test_many_addresses_together_may_try_thirty_times_a_minute(educators: Educators) -> None:
    educators.prepare(None)
    found = [educators.enter("wrong", f"10.0.0.{n}") for n in range(40)]
    assert found == [Refusal.WRONG] * 30 + [Refusal.TOO_MANY] * 10


def use_up_the_tries_of_strangers(educators: Educators) -> None:
    """Five tries from each of six addresses."""
    found = [educators.enter("wrong", f"10.0.0.{n % 6}") for n in range(TRIES_OF_STRANGERS)]
    assert found == [Refusal.WRONG] * TRIES_OF_STRANGERS


def test_guessers_lock_out_neither_this_machine_nor_a_known_browser(educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    opened(educators, made, LAPTOP)
    mark = educators.known_mark(None)
    use_up_the_tries_of_strangers(educators)
    assert educators.enter(made, LAPTOP) is Refusal.TOO_MANY
    assert educators.is_open(educators.enter(made, "127.0.0.1", this_machine=True))  # type: ignore[arg-type]
    # From whatever address it comes now, also one that guesses.
    for address in (LAPTOP, "10.0.0.1"):
        assert educators.is_open(educators.enter(made, address, known=mark))  # type: ignore[arg-type]


def test_whoever_is_not_kept_out_has_five_tries_a_minute_of_their_own(
    educators: Educators, clock: Clock
) -> None:
    made = educators.prepare(None)
    assert made is not None
    mark, other = educators.known_mark(None), educators.known_mark(None)
    expected = [Refusal.WRONG] * TRIES_OF_ONE + [Refusal.TOO_MANY] * 2
    assert [educators.enter("wrong", LAPTOP, known=mark) for _ in range(7)] == expected
    assert [educators.enter("wrong", LAPTOP, known=other) for _ in range(7)] == expected
    here = [educators.enter("wrong", "127.0.0.1", this_machine=True) for _ in range(7)]
    assert here == expected
    # They take nothing from anybody else.
    use_up_the_tries_of_strangers(educators)
    clock.pass_(seconds=61)
    assert opened(educators, made, LAPTOP)


def test_a_mark_is_known_as_long_as_the_passcode_is_the_same(educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    mark = educators.known_mark(None)
    assert mark is not None
    assert educators.known_mark(mark) == mark
    use_up_the_tries_of_strangers(educators)
    number, _, signature = mark.partition(".")
    forged = ["", ".", number, f"{number}.", f".{signature}", f"x{mark}", f"{mark}0", "\xe9.\xe9"]
    for brought in forged:
        assert educators.enter(made, LAPTOP, known=brought) is Refusal.TOO_MANY
        assert educators.known_mark(brought) not in (brought, mark)
    assert not educators.is_open(mark)
    renewed = educators.renew()
    assert educators.enter(renewed, LAPTOP, known=mark) is Refusal.TOO_MANY
    assert educators.known_mark(mark) != mark


@pytest.mark.parametrize("hours", [1, 3 * 365 * 24])
def test_a_clock_that_was_set_back_locks_out_for_a_minute_at_most(
    educators: Educators, clock: Clock, hours: int
) -> None:
    made = educators.prepare(None)
    assert made is not None
    use_up_the_tries_of_strangers(educators)
    clock.pass_(hours=-hours)
    assert educators.enter(made, LAPTOP) is Refusal.TOO_MANY
    clock.pass_(seconds=61)
    assert educators.is_open(opened(educators, made, LAPTOP))


def test_who_comes_in_has_all_tries_again(educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    for _ in range(3):
        for _ in range(TRIES_OF_ONE - 1):
            assert educators.enter("wrong", LAPTOP) is Refusal.WRONG
        opened(educators, made)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("a pipe", "another", False),
    ],
)
def test_of_an_ipv6_address_only_the_network_counts(
    educators: Educators, one: str, other: str, same: bool
) -> None:
    educators.prepare(None)
    for _ in range(TRIES_OF_ONE):
        assert educators.enter("wrong", one) is Refusal.WRONG
    assert educators.enter("wrong", other) is (Refusal.TOO_MANY if same else Refusal.WRONG)


def test_the_limit_holds_for_two_processes_and_for_tries_at_the_same_moment(address: str) -> None:
    stores = [make_store(address), make_store(address)]
    parties = [Educators(s.educators, clock=Clock(), cost=QUICK) for s in stores]
    parties[0].prepare(None)
    found: list[str | Refusal] = []
    at_once(16, lambda n: found.append(parties[n % 2].enter("wrong", PHONE)))
    for store in stores:
        store.database.close()
    assert found.count(Refusal.WRONG) == TRIES_OF_ONE
    assert found.count(Refusal.TOO_MANY) == 16 - TRIES_OF_ONE


def test_the_limit_outlives_a_restart(address: str) -> None:
    for expected in ([Refusal.WRONG] * 5, [Refusal.TOO_MANY] * 5):
        store = make_store(address)
        educators = Educators(store.educators, clock=Clock(), cost=QUICK)
        educators.prepare(None)
        assert [educators.enter("wrong", PHONE) for _ in range(5)] == expected
        store.database.close()


def test_who_tries_without_end_keeps_nobody_from_writing(
    educators: Educators, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    educators.prepare(None)
    for _ in range(TRIES_OF_ONE):
        educators.enter("wrong", PHONE)

    def written(*_: object) -> None:
        raise AssertionError("a refused try was written")

    monkeypatch.setattr(store.database, "write", written)
    assert educators.enter("wrong", PHONE) is Refusal.TOO_MANY


def test_a_link_lets_in_once_within_ten_minutes_until_the_passcode_is_another(
    educators: Educators, clock: Clock
) -> None:
    educators.prepare(None)
    link = educators.new_link()
    assert not educators.is_open(link)
    token = educators.enter_by_link(link)
    assert isinstance(token, str)
    assert educators.is_open(token)
    assert educators.enter_by_link(link) is Refusal.WRONG
    late, ended = educators.new_link(), educators.new_link()
    clock.pass_(minutes=11)
    assert educators.enter_by_link(late) is Refusal.WRONG
    ended = educators.new_link()
    educators.renew()
    assert educators.enter_by_link(ended) is Refusal.WRONG


def test_of_many_who_use_a_link_at_once_one_comes_in(address: str) -> None:
    stores = [make_store(address), make_store(address)]
    parties = [Educators(s.educators, clock=Clock(), cost=QUICK) for s in stores]
    parties[0].prepare(None)
    link = parties[0].new_link()
    found: list[str | Refusal] = []
    at_once(8, lambda n: found.append(parties[n % 2].enter_by_link(link)))
    for store in stores:
        store.database.close()
    assert found.count(Refusal.WRONG) == 7


def test_a_guesser_beside_an_educator_gains_no_guess_by_the_links(
    educators: Educators, clock: Clock
) -> None:
    made = educators.prepare(None)
    assert made is not None
    checked = 0
    for _ in range(10):
        # Half a minute in which both are as quick as they can.
        tried = [educators.enter("wrong", f"10.0.0.{n % 12}") for n in range(40)]
        checked += tried.count(Refusal.WRONG)
        assert isinstance(educators.enter_by_link(educators.new_link()), str)
        clock.pass_(seconds=30)
    # Five minutes of at most thirty a minute, by all strangers together.
    assert checked <= 6 * TRIES_OF_STRANGERS
