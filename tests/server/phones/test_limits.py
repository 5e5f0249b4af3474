"""Limits: so many at once, so many a second, in bounded memory; and what is logged of it."""

from __future__ import annotations

import pytest

from bme_quiz.server.http.throttled_log import throttled
from bme_quiz.server.phones import limits
from bme_quiz.server.phones.limits import Limits, Places, RefusalLog
from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.rooms.rooms import CODE_LENGTH, LIFE, MOST_PEOPLE
from tests.support.seconds import Seconds


@pytest.mark.parametrize(("neighbourhoods", "chance"), [(0, 0.0025), (10, 0.003), (100, 0.008)])
def test_guessing_for_an_hour_meets_a_session_as_seldom_as_is_said(
    neighbourhoods: int, chance: float
) -> None:
    tries = 3_600 * (
        limits.WRONG_CODES_OF_ALL.a_second
        + neighbourhoods * limits.WRONG_CODES_OF_NEIGHBOURHOOD.a_second
    )
    assert tries / len(ALPHABET) ** CODE_LENGTH < chance


def tries_of(found: Limits, address: str | None, count: int) -> int:
    """How many of these tries are let through."""
    return sum(found.take_try(address) is not None for _ in range(count))


def test_one_address_cannot_use_up_the_codes_of_all() -> None:
    clock = Seconds()
    found = Limits(clock)
    tried = 0
    for _ in range(6_000):
        clock.now += 0.01
        tried += tries_of(found, "192.0.2.1", 1)
    assert tried <= 600 + 60 * 20
    assert found.may_try_code("203.0.113.1")


def test_a_few_addresses_keep_no_hall_from_typing_its_code() -> None:
    clock = Seconds()
    found = Limits(clock)
    guessers = [f"192.0.2.{n}" for n in (1, 2, 3)] + ["2001:db8:1:2::", "2001:db8:1:3::"]
    mistyped = 0
    for second in range(60):
        clock.now += 1
        for guesser in guessers:
            tries_of(found, guesser, 30 if second else 1_000)
        # A hall behind one router: right codes cost nothing, however many are typed at once.
        for _ in range(100):
            taken = found.take_try("203.0.113.1")
            assert taken is not None
            found.give_try_back(taken)
        mistyped += tries_of(found, "203.0.113.1", 1)
    assert mistyped == 60
    # Those who guess are stopped: in each neighbourhood a share is left, and no more.
    assert tries_of(found, "192.0.2.4", 1_000) < 2
    assert tries_of(found, "2001:db8:1:4::", 1_000) < 2
    clock.now += 1
    assert tries_of(found, "198.51.100.1", 10) == 10


def test_all_together_try_no_more_than_is_said() -> None:
    clock = Seconds()
    found = Limits(clock)
    total = 0
    for _ in range(100):
        clock.now += 1
        for number in range(50):
            total += tries_of(found, f"192.0.{number // 5}.{number}", 30)
    of_all, share = limits.WRONG_CODES_OF_ALL, limits.WRONG_CODES_OF_NEIGHBOURHOOD
    most = of_all.at_once + 100 * of_all.a_second + 10 * (share.at_once + 100 * share.a_second)
    assert most * 0.9 < total <= most


def test_a_try_is_given_back_to_what_it_was_taken_from() -> None:
    found = Limits(Seconds())
    taken = [found.take_try(f"192.0.{n // 600}.1") for n in range(1_200)]
    assert tries_of(found, "203.0.113.1", 100) == limits.WRONG_CODES_OF_NEIGHBOURHOOD.at_once
    last = taken[-1]
    assert last is not None
    found.give_try_back(last)
    # To all, and not to the share of whoever asks next.
    assert tries_of(found, "203.0.113.1", 100) == 1


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


def test_this_machine_takes_seats_without_end_and_guesses_with_one() -> None:
    found = Limits(Seconds())
    assert all(found.take_seat(None, "room") for _ in range(2_000))
    for number in range(3):
        tries_of(found, f"192.0.2.{number}", 1_000)
    assert tries_of(found, None, 1_000) == limits.WRONG_CODES_OF_ADDRESS.at_once


def test_the_more_an_address_has_brought_the_sooner_a_session_is_full_for_it() -> None:
    clock = Seconds()
    found = Limits(clock)
    shares = []
    for _ in range(1_000):
        assert found.take_seat("192.0.2.1", "room")
        shares.append(found.share("192.0.2.1", "room"))
    assert shares == [1.0] * 30 + [0.8] * 270 + [0.6] * 700
    for address, session in (("192.0.2.1", "another"), ("203.0.113.1", "room"), (None, "room")):
        assert found.share(address, session) == 1.0
    # A hall of the largest size that is aimed at comes in behind one router, and others after it.
    assert MOST_PEOPLE * limits.SHARE_OF_CROWDS >= 5_000 + 1_000


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
        # At the end.
        "refused on the phones' pages: too many answers (and 999 more since)",
    ]
