"""A code works once, for ten minutes, and only so many may be tried."""

from __future__ import annotations

import threading
from datetime import timedelta

from bme_quiz.services.store import Store
from bme_quiz.storage.device_codes import Limits
from tests.storage.samples import ME, NOW, YOU, attempt, response

LATER = NOW + timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


def test_a_code_leads_to_its_learner_once(store: Store) -> None:
    store.attempts.add(ME, attempt())
    assert store.device_codes.add("digest", ME, NOW, LATER)
    assert store.device_codes.claim("other", NOW, YOU) is None
    assert store.device_codes.claim("digest", NOW, YOU) == ME
    assert store.device_codes.claim("digest", NOW, YOU) is None


def test_two_claims_at_the_same_moment_are_one(store: Store) -> None:
    store.attempts.add(ME, attempt())
    store.device_codes.add("digest", ME, NOW, LATER)
    gate = threading.Barrier(4)
    found: list[str | None] = []

    def claim(n: int) -> None:
        gate.wait()
        found.append(store.device_codes.claim("digest", NOW, f"other-{n}"))

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["None", "None", "None", ME]


def test_a_code_ends_with_its_time_and_with_the_next_one(store: Store) -> None:
    store.attempts.add(ME, attempt())
    store.device_codes.add("first", ME, NOW, LATER)
    assert store.device_codes.claim("first", LATER, YOU) is None
    store.device_codes.add("second", ME, NOW, LATER)
    assert store.device_codes.claim("first", NOW, YOU) is None
    assert store.device_codes.claim("second", LATER - timedelta(seconds=1), YOU) == ME


def test_a_learner_of_whom_nothing_is_kept_gets_no_code(store: Store) -> None:
    assert not store.device_codes.add("digest", ME, NOW, LATER)


def test_what_the_claiming_browser_had_practised_goes_over_and_the_first_goes_on(
    store: Store,
) -> None:
    store.attempts.add(ME, attempt("mine"))
    store.device_codes.add("digest", ME, NOW, LATER)
    store.attempts.add(YOU, attempt("theirs"))
    store.attempts.add_response(YOU, "theirs", response("load-01"), "rev")
    assert store.device_codes.claim("digest", NOW, YOU) == ME
    latest = store.attempts.latest(ME)
    assert latest is not None
    assert latest.id == "mine"
    assert store.attempts.times_answered(ME) == {"load-01": 1}
    assert store.attempts.latest(YOU) is None
    assert store.records.counts()["learners"] == 1


def test_tries_are_limited_for_one_and_for_all_and_come_back_with_time(store: Store) -> None:
    limits = Limits(by_one=3, by_all=5)
    codes = store.device_codes

    def may(learner: str, seconds: int) -> bool:
        now = NOW + timedelta(seconds=seconds)
        return codes.may_try(learner, now, now - MINUTE, limits)

    assert [may(ME, n) for n in range(4)] == [True, True, True, False]
    assert [may(YOU, n) for n in (4, 5, 6)] == [True, True, False]
    assert may(ME, 61)
