"""What one network may add to what is kept, and who is not kept out by a stranger there."""

from __future__ import annotations

from bme_quiz.server.http.additions import OF_PERSON, NetworkAdditions
from bme_quiz.services.quota import Added
from tests.support.seconds import Seconds

HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
PEOPLE = 10
AT_ONCE, A_DAY = (amount * PEOPLE for amount in OF_PERSON[Added.QUIZ])


def taken(limits: NetworkAdditions, network: str, *, known: bool = False, count: int = 1) -> int:
    """How many are let through of more than may be."""
    return sum(
        limits.take(Added.QUIZ, count, network, lambda: known) for _ in range(4 * AT_ONCE // count)
    )


def test_newcomers_use_half_and_leave_the_rest_to_who_was_here_before() -> None:
    limits = NetworkAdditions(PEOPLE, Seconds())
    assert taken(limits, HERE) == AT_ONCE / 2
    assert taken(limits, HERE, known=True) == AT_ONCE / 2
    # What is known of a stranger opens nothing more, and others have their own.
    assert taken(limits, HERE, known=True) == 0
    assert taken(limits, ELSEWHERE) == AT_ONCE / 2
    assert limits.take(Added.ENTRY, 1, HERE, lambda: False)


def test_a_day_later_there_is_as_much_as_a_day_brings() -> None:
    seconds = Seconds()
    limits = NetworkAdditions(PEOPLE, seconds)
    taken(limits, HERE, known=True)
    seconds.now += 24 * 3600
    assert abs(taken(limits, HERE, known=True) - A_DAY) <= 1


def test_a_long_quiz_counts_for_several() -> None:
    limits = NetworkAdditions(PEOPLE, Seconds())
    assert taken(limits, HERE, count=4) == AT_ONCE / 2 / 4


def test_a_neighbourhood_has_four_times_as_much_in_all() -> None:
    limits = NetworkAdditions(PEOPLE, Seconds())
    found = [taken(limits, f"203.0.113.{n}", known=True) for n in range(10)]
    assert sum(found) == 4 * AT_ONCE
    assert taken(limits, ELSEWHERE, known=True) == AT_ONCE


def test_the_database_is_asked_only_where_it_matters() -> None:
    limits = NetworkAdditions(PEOPLE, Seconds())
    asked: list[int] = []

    def known() -> bool:
        asked.append(1)
        return True

    for _ in range(AT_ONCE // 2):
        assert limits.take(Added.QUIZ, 1, HERE, known)
    assert not asked
    assert limits.take(Added.QUIZ, 1, HERE, known)
    assert asked
    taken(limits, HERE, known=True)
    asked.clear()
    assert not limits.take(Added.QUIZ, 1, HERE, known)
    assert not asked
