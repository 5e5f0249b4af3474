"""Which card comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.cards.queue import OTHERS_BETWEEN, Moment, Queue, make_queue
from bme_quiz.rules.cards.scheduling import Rating, Review, Schedule, State, review
from bme_quiz.rules.days import beginning_of, day_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGAIN, HARD, GOOD, EASY = Rating


def moment(now: datetime) -> Moment:
    day = day_of(now, UTC)
    return Moment(now, day, beginning_of(day + timedelta(days=1), UTC))


def rate(before: Schedule | None, rating: Rating, at: datetime) -> Schedule:
    return review(before, Review(1, rating, at, day_of(at, UTC)))


def due_at(due: datetime) -> Schedule:
    last = due - timedelta(days=5)
    return Schedule(
        State.REVIEW, due, None, 5.0, 5.0, GOOD, last, day_of(last, UTC), day_of(last, UTC), 3
    )


class Sitting:
    """A learner at the table: cards without siblings, ten seconds each."""

    def __init__(self, known: dict[str, Schedule], unmet: list[str], most_new: int = 10) -> None:
        self.known = known
        self.unmet = unmet
        self.most_new = most_new
        self.siblings: dict[str, set[str]] = {card: set() for card in (*known, *unmet)}
        self.now = NOON
        self.seen: list[str] = []

    def queue(self) -> Queue:
        recent = list(reversed(self.seen))[:OTHERS_BETWEEN]
        return make_queue(
            self.known, self.unmet, self.most_new, recent, self.siblings, moment(self.now)
        )

    def rate(self, rating: Rating) -> str:
        card = self.queue().first
        assert card is not None
        if card in self.unmet:
            self.unmet.remove(card)
            self.most_new -= 1
        self.known[card] = rate(self.known.get(card), rating, self.now)
        self.seen.append(card)
        self.now += timedelta(seconds=10)
        return card


def test_reviews_come_before_new_cards_and_the_longest_due_first() -> None:
    known = {
        "late": due_at(NOON - timedelta(days=3)),
        "tonight": due_at(NOON + timedelta(hours=9)),
        "early": due_at(NOON - timedelta(days=9)),
        "tomorrow": due_at(NOON + timedelta(hours=17)),
    }
    queue = Sitting(known, ["one", "two", "three"], most_new=2).queue()
    assert queue.due == ("early", "late", "tonight")
    assert queue.new == ("one", "two")
    assert queue.left == 5


def test_a_failed_card_comes_back_after_three_others() -> None:
    sitting = Sitting({}, [f"n{number}" for number in range(8)])
    failed = sitting.rate(AGAIN)
    assert [sitting.rate(EASY) for _ in range(4)] == ["n1", "n2", "n3", failed]


@given(st.lists(st.sampled_from(Rating), min_size=1, max_size=60))
def test_between_failing_and_coming_back_lie_three_to_five_others(ratings: list[Rating]) -> None:
    sitting = Sitting({}, [f"n{number:02d}" for number in range(60)], most_new=60)
    failed: dict[str, int] = {}
    for place, rating in enumerate(ratings):
        card = sitting.rate(rating)
        if card in failed:
            assert 3 <= place - failed.pop(card) - 1 <= 5
        if rating is AGAIN:
            failed[card] = place
    # Those that have not come back were failed a moment ago.
    assert all(len(ratings) - place - 1 <= 5 for place in failed.values())


def test_where_nothing_else_is_left_a_failed_card_comes_at_once() -> None:
    sitting = Sitting({}, ["only"])
    assert [sitting.rate(AGAIN), sitting.rate(GOOD), sitting.rate(GOOD)] == ["only"] * 3
    assert sitting.queue().first is None


def test_two_last_cards_take_turns() -> None:
    sitting = Sitting({}, ["one", "two"])
    assert [sitting.rate(AGAIN) for _ in range(4)] == ["one", "two", "one", "two"]


def test_a_step_waits_for_its_minutes_while_there_is_something_else() -> None:
    sitting = Sitting({}, [f"n{number:02d}" for number in range(70)], most_new=70)
    first = sitting.rate(GOOD)
    shown = [sitting.rate(EASY) for _ in range(60)]
    # Ten minutes at ten seconds a card are sixty cards; the first of them is the one just rated.
    assert shown.index(first) == 59


def test_of_siblings_only_the_first_is_shown_and_the_other_the_next_day() -> None:
    sitting = Sitting({"a": due_at(NOON), "b": due_at(NOON + timedelta(hours=1))}, ["c", "d"])
    sitting.siblings = {"a": {"b"}, "b": {"a"}, "c": {"a"}, "d": set()}
    queue = sitting.queue()
    assert (queue.due, queue.new) == (("a",), ("d",))
    assert sitting.rate(AGAIN) == "a"
    # A failed card is not hidden by itself, and its sibling stays hidden for the day.
    queue = sitting.queue()
    assert (queue.ahead, queue.due, queue.new) == (("a",), (), ("d",))
    sitting.now += timedelta(days=1)
    sitting.known["a"] = due_at(NOON + timedelta(days=9))
    assert sitting.queue().due == ("b",)


def test_a_card_reviewed_today_is_not_due_again_on_a_day_of_25_hours() -> None:
    learned = due_at(NOON)
    reviewed = rate(learned, GOOD, NOON)
    soon = replace(reviewed, due=NOON + timedelta(hours=15))
    assert Sitting({"a": soon}, []).queue().left == 0


def test_a_card_that_is_in_no_deck_any_more_is_left_out() -> None:
    sitting = Sitting({"gone": due_at(NOON), "here": due_at(NOON)}, [])
    del sitting.siblings["gone"]
    assert sitting.queue().due == ("here",)
