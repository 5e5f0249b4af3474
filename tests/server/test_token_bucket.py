"""Token buckets: so many at once, so many a second, whatever is asked and whenever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.server.token_bucket import Buckets, Rate, TokenBucket
from tests.support.seconds import Seconds

RATES = st.builds(Rate, st.floats(1, 50), st.floats(0, 20))
# Pauses and what is asked for after each.
ASKED = st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5)), min_size=1, max_size=60)


@given(RATES, ASKED)
def test_in_no_window_more_is_taken_than_it_holds_and_is_filled_with(
    rate: Rate, asked: list[tuple[float, float]]
) -> None:
    clock = Seconds()
    bucket = TokenBucket(rate, clock)
    taken: list[tuple[float, float]] = []
    for pause, cost in asked:
        clock.now += pause
        if bucket.take(cost):
            taken.append((clock.now, cost))
    for first, (began, _) in enumerate(taken):
        total = 0.0
        for at, cost in taken[first:]:
            total += cost
            assert total <= rate.at_once + rate.a_second * (at - began) + 1e-6


@given(RATES, ASKED)
def test_whoever_waits_as_told_keeps_to_the_rate(
    rate: Rate, asked: list[tuple[float, float]]
) -> None:
    clock = Seconds()
    bucket = TokenBucket(Rate(rate.at_once, rate.a_second + 0.1), clock)
    began, total = clock.now, 0.0
    for pause, cost in asked:
        clock.now += pause
        clock.now += bucket.spend(cost)
        total += cost
        assert total <= rate.at_once + (rate.a_second + 0.1) * (clock.now - began) + 1e-6
        assert bucket.tokens() >= -1e-6


@given(RATES, ASKED)
def test_waiting_never_takes_tokens_away_and_no_bucket_overflows(
    rate: Rate, asked: list[tuple[float, float]]
) -> None:
    clock = Seconds()
    bucket = TokenBucket(rate, clock)
    for pause, cost in asked:
        before = bucket.tokens()
        clock.now += pause
        assert before <= bucket.tokens() <= rate.at_once
        bucket.spend(cost)
        bucket.give_back(cost / 2)
        assert bucket.taken() == pytest.approx(rate.at_once - bucket.tokens())


@given(RATES, st.floats(0, 100))
def test_a_clock_that_goes_back_fills_nothing_and_empties_nothing(rate: Rate, back: float) -> None:
    clock = Seconds()
    bucket = TokenBucket(rate, clock)
    bucket.take(1)
    left = bucket.tokens()
    clock.now -= back
    assert bucket.tokens() == left
    clock.now += back
    assert bucket.tokens() == left


def test_one_that_is_never_filled_again_lets_nobody_wait_for_nothing() -> None:
    bucket = TokenBucket(Rate(1, 0), Seconds())
    assert bucket.take()
    assert bucket.wait() == float("inf")


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
