"""Limits: so many at once, so many a second, in bounded memory; and what is logged of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.server.phone import limits
from bme_quiz.server.phone.limits import (
    Buckets,
    Limits,
    Places,
    Rate,
    RefusalLog,
    is_this_machine,
    network_of,
)
from bme_quiz.server.throttled_log import throttled
from bme_quiz.services.codes import ALPHABET
from bme_quiz.services.rooms import CODE_LENGTH, LIFE, MOST_PEOPLE
from tests.phone.samples import Seconds


@given(
    at_once=st.integers(1, 20),
    a_second=st.floats(0.1, 10),
    pauses=st.lists(st.floats(0, 5), max_size=60),
)
def test_in_any_time_no_more_is_taken_than_the_rate_allows(
    at_once: int, a_second: float, pauses: list[float]
) -> None:
    clock = Seconds()
    bucket = Buckets(Rate(at_once, a_second), clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        might = bucket.has("one")
        assert bucket.take("one") is might
        taken += might
        assert taken <= at_once + a_second * (clock.now - 1_000) + 1e-6


def test_whoever_is_refused_need_only_wait() -> None:
    clock = Seconds()
    bucket = Buckets(Rate(2, 0.5), clock)
    assert [bucket.take("one") for _ in range(3)] == [True, True, False]
    # Asking meanwhile does not put it off.
    clock.now += 1
    assert not bucket.take("one")
    clock.now += 1
    assert bucket.take("one")
    assert bucket.take("other")


def test_what_is_given_back_may_be_taken_again_and_no_bucket_overflows() -> None:
    bucket = Buckets(Rate(2, 1), Seconds())
    assert [bucket.take("one") for _ in range(3)] == [True, True, False]
    bucket.give_back("one")
    assert [bucket.take("one") for _ in range(2)] == [True, False]
    for _ in range(5):
        bucket.give_back("one")
    assert [bucket.take("one") for _ in range(3)] == [True, True, False]


def test_a_flood_of_keys_takes_bounded_memory_and_forgets_the_oldest() -> None:
    bucket = Buckets(Rate(1, 0.001), Seconds(), most=3)
    for key in ("a", "b", "c", "d"):
        bucket.take(key)
    assert len(bucket._buckets) == 3
    assert not bucket.has("d")
    assert bucket.has("a")


def test_wrong_codes_of_all_are_what_the_length_of_a_code_was_chosen_for() -> None:
    """Half a day's guessing meets one given session with a chance of three percent."""
    rate = limits.WRONG_CODES_OF_ALL
    tries = rate.at_once + rate.a_second * LIFE.total_seconds()
    assert tries / len(ALPHABET) ** CODE_LENGTH < 0.03


def test_one_address_cannot_use_up_the_codes_of_all() -> None:
    clock = Seconds()
    found = Limits(clock)
    tried = 0
    for _ in range(6_000):
        clock.now += 0.01
        tried += found.take_try("guesser")
    assert tried <= 600 + 60 * 20
    assert found.may_try_code("other")
    # Many addresses together are stopped all the same.
    for number in range(2_000):
        found.take_try(f"guesser {number}")
    assert not found.may_try_code("other")
    clock.now += 1
    assert found.may_try_code("other")


@pytest.mark.parametrize("seconds", [0, 1, 60])
def test_a_hall_of_a_thousand_behind_one_address_comes_in(seconds: int) -> None:
    clock = Seconds()
    found = Limits(clock)
    for _ in range(1_000):
        assert found.take_seat("router", "room")
        clock.now += seconds / 1_000


def test_whoever_pretends_to_be_many_is_stopped_and_nobody_else() -> None:
    clock = Seconds()
    found = Limits(clock)
    assert sum(found.take_seat("crowd", "room") for _ in range(5_000)) == 1_500
    assert found.take_seat("other", "room")
    clock.now += 10
    assert sum(found.take_seat("crowd", "room") for _ in range(5_000)) == 500


def test_however_long_it_pretends_one_address_fills_no_session() -> None:
    clock = Seconds()
    found = Limits(clock)
    came_in = 0
    for _ in range(10):
        clock.now += 30
        came_in += sum(found.take_seat("crowd", "room") for _ in range(1_600))
    rate = limits.SEATS_OF_ADDRESS_IN_SESSION
    assert rate.at_once == MOST_PEOPLE / 2
    assert came_in == rate.at_once + 270 * rate.a_second
    assert found.take_seat("other", "room")
    assert found.take_seat("crowd", "another room")
    assert rate.at_once + LIFE.total_seconds() * rate.a_second < MOST_PEOPLE
    # Whoever is really there and comes after the flood is let in all the same.
    assert not found.take_seat("crowd", "room")
    clock.now += 60
    assert sum(found.take_seat("crowd", "room") for _ in range(50)) > 4


def test_of_who_took_no_seat_nothing_stays_counted() -> None:
    found = Limits(Seconds())
    for _ in range(3 * MOST_PEOPLE):
        assert found.take_seat("router", "room")
        found.give_seat_back("router", "room")
    found.give_seat_back(None, "room")
    assert sum(found.take_seat("router", "room") for _ in range(5_000)) == 1_500


def test_one_address_holds_less_than_half_of_the_streams_and_nobody_is_remembered() -> None:
    places = Places()
    taken = 0
    while places.has_one_for("crowd"):
        places.take("crowd")
        taken += 1
    # A hall behind one router has its place, and so have others.
    assert 3_000 < taken < places.most / 2
    while places.has_one_for(None):
        places.take(None)
    assert places.taken == places.most
    assert not places.has_one_for("other")
    for _ in range(taken):
        places.leave("crowd")
    assert places.has_one_for("crowd")
    assert not places._taken_by


def test_this_machine_is_not_limited() -> None:
    found = Limits(Seconds())
    assert all(found.take_seat(None, "room") for _ in range(2_000))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_of_an_ipv6_address_only_the_network_counts(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_by_its_addresses(host: str) -> None:
    assert is_this_machine(host)
    assert network_of(host) is None


@pytest.mark.parametrize("host", ["127.0.0.2", "192.0.2.1", "", None, "unix:"])
def test_another_machine_is_not_this_one(host: str | None) -> None:
    assert not is_this_machine(host)


def test_a_flood_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = Seconds()
    log = RefusalLog()
    with throttled(clock):
        for round_of in range(2):
            for _ in range(1_000):
                log.note("too many answers")
            log.note("a wrong code")
            clock.now += 61 * (1 - round_of)
    assert caplog.messages == [
        "refused on the phones' pages: too many answers",
        "refused on the phones' pages: a wrong code",
        "refused on the phones' pages: too many answers (and 999 more)",
        "refused on the phones' pages: a wrong code",
    ]
