"""Figures of a group, against examples worked by hand and over generated groups."""

from __future__ import annotations

from itertools import chain
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.rooms.statistics import (
    Changes,
    NoInterval,
    Pair,
    changes,
    class_gain,
    facility,
    question_gain,
    student_t,
    wilson,
)
from bme_quiz.rules.rounding import percent

MARKS = st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0])
PAIRS = st.tuples(MARKS, MARKS)
PEOPLE = st.lists(st.lists(PAIRS, max_size=4), max_size=12)

W, R = 0.0, 1.0


def person(before: str, after: str) -> list[Pair]:
    """Somebody's answers, ``r`` for right and ``w`` for wrong."""
    return [(float(b == "r"), float(a == "r")) for b, a in zip(before, after, strict=True)]


def test_facility_is_the_mean_mark() -> None:
    assert facility([1.0, 0.5, 0.0, 1.0]) == 0.625
    with pytest.raises(ValueError, match="nobody answered"):
        facility([])


# Worked by hand. 8 of 10, z² = 3.8415: centre (0.8 + 0.19207) / 1.38415 = 0.71674,
# half 1.95996 √(0.016 + 0.0096036) / 1.38415 = 0.22657.
# 0 of 10: 0 to 2 × 0.19207 / 1.38415 = 0.27753.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilsons_interval_is_what_it_is_by_hand(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_stays_within_0_and_1(case: tuple[int, int]) -> None:
    hits, n = case
    found, mirrored = wilson(hits, n), wilson(n - hits, n)
    assert 0.0 <= found.low <= hits / n <= found.high <= 1.0
    assert found.low == pytest.approx(1 - mirrored.high)
    assert (found.low, found.high) != (0.0, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, n)


def test_changes_are_counted_by_what_was_fully_right() -> None:
    pairs = [(W, R), (0.5, R), (R, R), (R, 0.5), (W, W), (0.5, 2 / 3), (W, R)]
    assert changes(pairs) == Changes(learned=3, kept=1, lost=1, never=2)


@given(st.lists(PAIRS))
def test_changes_add_up(pairs: list[Pair]) -> None:
    found = changes(pairs)
    assert found.total == len(pairs)
    assert found.kept + found.lost == sum(before == 1.0 for before, _ in pairs)
    assert found.kept + found.learned == sum(after == 1.0 for _, after in pairs)


def test_the_gain_is_the_share_of_what_was_missing() -> None:
    # Missing before: 3 + 2 + 1 = 6 of 12, after: 1 + 1 + 1 = 3 of 12. Gain (9 − 6) / (12 − 6).
    group = [person("wwwr", "rrwr"), person("wwrr", "rwrr"), person("wrrr", "rwrr")]
    found = class_gain(group)
    assert found is not None
    assert (found.people, found.pairs) == (3, 12)
    assert (found.pre, found.post, found.value) == (0.5, 0.75, 0.5)
    assert found.interval is None
    assert found.why_none is NoInterval.FEW_PEOPLE


def test_marks_in_steps_count_as_what_they_are() -> None:
    # Missing before 0.5 + 1 = 1.5 of 2, after 0 + 0.5 = 0.5: two thirds are gained.
    found = class_gain([[(0.5, 1.0), (0.0, 0.5)]])
    assert found is not None
    assert found.pre == 0.25
    assert found.post == 0.75
    assert found.value == pytest.approx(2 / 3)


def test_a_gain_below_0_says_that_more_is_missing() -> None:
    found = class_gain([person("wrr", "www")])
    assert found is not None
    assert found.value == -2.0


@pytest.mark.parametrize("after", ["rr", "rw", "ww"])
def test_where_all_was_right_before_there_is_no_gain(after: str) -> None:
    found = class_gain([person("rr", after)] * 8)
    assert found is not None
    assert found.pre == 1.0
    assert (found.value, found.interval) == (None, None)
    assert found.why_none is NoInterval.NOTHING_MISSING


def test_nobody_has_no_gain_and_who_answered_once_does_not_count() -> None:
    assert class_gain([]) is None
    assert class_gain([[], []]) is None
    found = class_gain([[], person("w", "r")])
    assert found is not None
    assert found.people == 1


def test_too_little_missing_or_no_spread_gives_the_gain_without_an_interval() -> None:
    nine_missing = [person("wrrr", "rrrr")] * 4 + [person("wwwww", "rwwww")]
    assert (few := class_gain(nine_missing)) is not None
    assert few.value == pytest.approx(5 / 9)
    assert few.why_none is NoInterval.FEW_MISSING
    alike = [person("ww", "rw")] * 6
    assert (same := class_gain(alike)) is not None
    assert (same.value, same.why_none) == (0.5, NoInterval.NO_SPREAD)


def test_where_few_lacked_anything_there_is_no_interval() -> None:
    # Of six people one lacked all: another group might have nobody like that.
    group = [person("w" * 10, "r" * 5 + "w" * 5)] + [person("r" * 10, "r" * 9 + "w")] * 5
    found = class_gain(group)
    assert found is not None
    assert found.value == 0.0
    assert found.why_none is NoInterval.FEW_LACKING


def test_an_interval_is_what_it_is_by_hand_where_all_lacked_the_same() -> None:
    # All lacked 2, so the gain is 1 less half the mean of what is missing after: 0, 1, 1, 1, 2.
    # Mean 1, variance 2/4, t of 4 degrees 2.776: 0.5 ± 2.776 √(0.5/5) / 2.
    found = class_gain([person("ww", after) for after in ("rr", "rw", "rw", "rw", "ww")])
    assert found is not None
    assert found.interval is not None
    assert found.value == 0.5
    assert found.interval.low == pytest.approx(0.5 - 0.43893, abs=2e-4)
    assert found.interval.high == pytest.approx(0.5 + 0.43893, abs=2e-4)


def test_an_interval_is_what_it_is_by_hand_where_people_lacked_more_and_less() -> None:
    # Before 1, 2, 3, 4, 5; after 1, 0, 2, 1, 2. Means 3 and 1.2, variances 2.5 and 0.7,
    # covariance 0.75; t²/n = 2.77645²/5 = 1.54173. 9 − 3.85432 = 5.14568,
    # 3.6 − 1.15630 = 2.44370, 1.44 − 1.07921 = 0.36079.
    # √(2.44370² − 5.14568 × 0.36079) = 2.02817; (2.44370 ± 2.02817) / 5.14568 = 0.86906, 0.08075.
    group = [
        person("w" + "r" * 4, "w" + "r" * 4),
        person("ww" + "r" * 3, "rrrrr"),
        person("www" + "rr", "wwrrr"),
        person("wwwwr", "wrrrr"),
        person("wwwww", "wwrrr"),
    ]
    found = class_gain(group)
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(0.6)
    assert found.interval.low == pytest.approx(1 - 0.86906, abs=5e-4)
    assert found.interval.high == pytest.approx(1 - 0.08075, abs=5e-4)


@given(PEOPLE, st.integers(2, 40))
def test_both_ends_of_an_interval_are_where_the_t_test_turns(
    people: list[list[Pair]], times: int
) -> None:
    people = [pairs for pairs in people if pairs] * times
    found = class_gain(people)
    if found is None or found.interval is None:
        return
    n = len(people)
    for end in (found.interval.low, found.interval.high):
        missing = [(sum(1 - b for b, _ in p), sum(1 - a for _, a in p)) for p in people]
        d = [after - (1 - end) * before for before, after in missing]
        mean = sum(d) / n
        error = (sum((x - mean) ** 2 for x in d) / (n - 1) / n) ** 0.5
        if end < 1:
            assert abs(mean) == pytest.approx(student_t(n - 1) * error, rel=1e-4, abs=1e-6)
        else:
            assert abs(mean) <= student_t(n - 1) * error * 1.0001 + 1e-6


@given(st.lists(PAIRS, max_size=60))
def test_a_question_has_the_gain_of_people_with_one_pair_each(pairs: list[Pair]) -> None:
    assert question_gain(pairs) == class_gain([[pair] for pair in pairs])


def test_a_hall_has_its_gain_from_those_who_are_alike() -> None:
    """So that it costs no more than counting: a person drawn at a time took seconds."""
    few = [person("wwwrr", after) for after in ("rrrrr", "rrwrr", "wwwrr", "rwrrr", "wwwwr")]
    found = class_gain(few * 1_000)
    assert found is not None
    assert found.people == 5_000
    assert found.interval is not None
    assert found.value == pytest.approx(1 - 9 / 15)
    assert found.interval.high - found.interval.low < 0.03


def test_the_interval_of_a_class_is_where_theory_puts_it() -> None:
    """Against the ratio's standard error by the delta method, which large groups come near to."""
    random = Random(5)
    group = []
    for _ in range(200):
        before = [random.random() < 0.5 for _ in range(10)]
        after = [b or random.random() < 0.6 for b in before]
        group.append([(float(b), float(a)) for b, a in zip(before, after, strict=True)])
    found = class_gain(group)
    assert found is not None
    assert found.value is not None
    assert found.interval is not None
    left = 1 - found.value
    missing = [(sum(1 - b for b, _ in p), sum(1 - a for _, a in p)) for p in group]
    spread = sum((a - left * b) ** 2 for b, a in missing) / 199
    error = (spread / 200) ** 0.5 / (sum(b for b, _ in missing) / 200)
    assert found.interval.low == pytest.approx(found.value - 1.96 * error, abs=0.004)
    assert found.interval.high == pytest.approx(found.value + 1.96 * error, abs=0.004)


@pytest.mark.slow
def test_the_interval_of_twelve_people_holds_the_true_gain_as_often_as_it_says() -> None:
    """Everybody gains half of what they lack, whatever they lacked: the true gain is 0.5."""
    random = Random(11)
    held = []
    for _ in range(200):
        group = []
        for _ in range(12):
            ease = random.choice((0.2, 0.5, 0.8))
            before = [random.random() < ease for _ in range(6)]
            after = [b or random.random() < 0.5 for b in before]
            group.append([(float(b), float(a)) for b, a in zip(before, after, strict=True)])
        found = class_gain(group)
        assert found is not None
        assert found.interval is not None
        held.append(found.interval.low <= 0.5 <= found.interval.high)
    assert 0.91 <= sum(held) / len(held) <= 0.98


@given(PEOPLE, st.randoms(use_true_random=False))
def test_a_gain_is_defined_or_says_why_and_the_order_of_people_does_not_matter(
    people: list[list[Pair]], random: Random
) -> None:
    found = class_gain(people)
    shuffled = random.sample(people, len(people))
    assert class_gain([random.sample(p, len(p)) for p in shuffled]) == found
    pairs = list(chain.from_iterable(people))
    assert (found is None) == (not pairs)
    if found is None:
        return
    assert found.pairs == len(pairs)
    assert found.pre == pytest.approx(facility([b for b, _ in pairs]))
    assert found.post == pytest.approx(facility([a for _, a in pairs]))
    assert (found.interval is None) == (found.why_none is not None)
    assert (found.value is None) == (found.why_none is NoInterval.NOTHING_MISSING)
    if found.value is not None:
        assert found.value == pytest.approx((found.post - found.pre) / (1 - found.pre))
        assert found.value <= 1
    if found.interval is not None:
        assert found.interval.low < found.interval.high <= 1


@pytest.mark.parametrize(
    ("part", "of", "whole"),
    [
        *((1, 8, 13), (1, 200, 1), (57, 200, 29), (0, 5, 0), (5, 5, 100), (2, 3, 67)),
        *((0.1 + 0.2, 8, 4), (0.285, 1, 29), (0.145, 1.0, 15), (2.5, 100, 3), (49.4, 100, 49)),
    ],
)
def test_a_percentage_is_whole_and_halves_go_up(part: float, of: float, whole: int) -> None:
    assert percent(part, of) == whole


@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_of_counts_is_exact(case: tuple[int, int]) -> None:
    count, of = case
    assert percent(count, of) == (200 * count + of) // (2 * of)


@pytest.mark.parametrize(
    ("degrees", "value"),
    [(4, 2.7764), (7, 2.3646), (9, 2.2622), (14, 2.1448), (29, 2.0452), (99, 1.9842)],
)
def test_students_t_is_the_tables(degrees: int, value: float) -> None:
    assert student_t(degrees) == pytest.approx(value, abs=1e-3)
