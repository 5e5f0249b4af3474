"""Drawing questions and ordering options."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.drawing import draw, order_options
from tests.support.drawing import question, seeds

pools = st.dictionaries(
    st.sampled_from("ABCDEFGH"), st.integers(1, 12), min_size=1, max_size=8
).map(lambda sizes: [question(s, n) for s, size in sizes.items() for n in range(size)])


@given(pools, st.integers(1, 60), seeds)
def test_a_draw_never_repeats_and_has_as_many_as_asked_for(
    pool: list[Question], count: int, seed: int
) -> None:
    drawn = draw(pool, count, {}, seed)
    assert len({q.id for q in drawn}) == len(drawn) == min(count, len(pool))


@given(pools, st.integers(1, 60), seeds)
def test_each_section_gives_its_share_rounded_down_or_up(
    pool: list[Question], count: int, seed: int
) -> None:
    sizes = Counter(q.section for q in pool)
    given_ = Counter(q.section for q in draw(pool, count, {}, seed))
    for section, size in sizes.items():
        share = min(count, len(pool)) * size / len(pool)
        assert math.floor(share) <= given_[section] <= math.ceil(share)


@given(pools, st.integers(1, 60), seeds, st.randoms())
def test_the_same_seed_gives_the_same_draw_whatever_the_order_of_the_bank(
    pool: list[Question], count: int, seed: int, rng: object
) -> None:
    again = list(pool)
    rng.shuffle(again)  # type: ignore[attr-defined]
    assert draw(pool, count, {}, seed) == draw(again, count, {}, seed)


@given(pools, st.integers(1, 60), seeds, st.data())
def test_the_least_seen_come_first_within_a_section(
    pool: list[Question], count: int, seed: int, data: st.DataObject
) -> None:
    seen = {q.id: data.draw(st.integers(0, 3)) for q in pool}
    drawn = draw(pool, count, seen, seed)
    taken = {q.id for q in drawn}
    for section in {q.section for q in drawn}:
        inside = [seen[q.id] for q in drawn if q.section == section]
        outside = [seen[q.id] for q in pool if q.section == section and q.id not in taken]
        assert not outside or max(inside) <= min(outside)


def test_over_many_draws_a_small_section_gets_its_share_too() -> None:
    """1 question of 40 in draws of 10 is due in a quarter of them; 3 sigma of 2,000 draws."""
    pool = [question("A", n) for n in range(39)] + [question("B", 0)]
    hits = sum(any(q.section == "B" for q in draw(pool, 10, {}, seed)) for seed in range(2000))
    assert abs(hits / 2000 - 0.25) < 3 * math.sqrt(0.25 * 0.75 / 2000)


def test_a_draw_of_known_seed_stays_what_it_was() -> None:
    """Attempts store their draw; this guards the meaning of a stored seed all the same."""
    pool = [question(s, n) for s in "AB" for n in range(4)]
    assert [q.id for q in draw(pool, 4, {}, 7)] == ["A-00", "A-01", "B-03", "B-01"]


@given(seeds)
def test_options_are_shuffled_but_true_false_and_numbers_in_order_are_not(seed: int) -> None:
    plain = question("A", 1, ("red", "green", "blue", "grey"))
    assert sorted(order_options(plain, seed)) == list("abcd")
    assert order_options(plain, seed) == order_options(plain, seed)
    true_false = question("A", 2, ("True", "False"), "truefalse")
    assert order_options(true_false, seed) == ("a", "b")
    numbers = question("A", 3, ("2 weeks", "6 weeks", "12 weeks"))
    assert order_options(numbers, seed) == ("a", "b", "c")


def test_every_order_of_options_comes_up() -> None:
    plain = question("A", 1)
    assert len({order_options(plain, seed) for seed in range(200)}) == 6
