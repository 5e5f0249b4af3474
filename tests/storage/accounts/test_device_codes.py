"""A code works once, for ten minutes."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import cycle

import pytest

from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.accounts.devices import LIFE, TRIES_OF_NEIGHBOURHOOD, Devices, Refusal
from bme_quiz.services.store import Store
from tests.support.attempts import ME, NOW, YOU, attempt, response

LATER = NOW + timedelta(minutes=10)
HERE = "192.0.2.7"


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


def test_a_code_is_eight_clear_letters_and_leads_to_the_learner(sqlite_store: Store) -> None:
    sqlite_store.attempts.add(ME, attempt())
    letters = cycle("BCDFGHJK")
    now = [NOW]
    devices = Devices(sqlite_store.device_codes, lambda: now[0], lambda _: next(letters))
    made = devices.new_code(ME)
    assert made is not None
    assert (made.text, made.expires_at) == ("BCDF-GHJK", NOW + LIFE)
    assert devices.claim("nonsense", YOU, HERE) is Refusal.UNKNOWN
    assert devices.claim(" bcdf ghjk ", YOU, HERE) == ME
    assert devices.claim("BCDF-GHJK", YOU, HERE) is Refusal.UNKNOWN
    assert devices.new_code("nobody") is None
    devices.new_code(ME)
    now[0] += LIFE
    assert devices.claim("BCDFGHJK", YOU, HERE) is Refusal.UNKNOWN


@pytest.fixture
def few_tries(monkeypatch: pytest.MonkeyPatch) -> int:
    """Tries that all have together: few, since each is stored durably."""
    monkeypatch.setattr("bme_quiz.services.accounts.devices.TRIES_OF_ALL", 40)
    return 40


def test_codes_cannot_be_guessed_quickly_even_with_a_new_cookie_each_time(
    sqlite_store: Store, few_tries: int
) -> None:
    devices = Devices(sqlite_store.device_codes, lambda: NOW)
    found = [devices.claim("BBBBBBBB", f"guesser-{n}", HERE) for n in range(40)]
    assert found == [Refusal.UNKNOWN] * 30 + [Refusal.TOO_MANY] * 10
    # From many addresses not either.
    many = [devices.claim("BBBBBBBB", f"g-{n}", f"10.0.{n % 4}.{n // 4}") for n in range(40)]
    assert many.count(Refusal.UNKNOWN) == few_tries - 30 + 4 * TRIES_OF_NEIGHBOURHOOD


def test_whoever_guesses_keeps_nobody_elses_code_from_working(
    sqlite_store: Store, few_tries: int
) -> None:
    sqlite_store.attempts.add(ME, attempt())
    devices = Devices(sqlite_store.device_codes, lambda: NOW)
    for number in range(few_tries + 10):
        devices.claim("BBBBBBBB", f"guesser-{number}", f"10.0.0.{number % 3}")
    assert devices.claim("BBBBBBBB", "guesser", "10.0.0.1") is Refusal.TOO_MANY

    def code() -> str:
        made = devices.new_code(ME)
        assert made is not None
        return made.text

    # A class behind another router, each with its own browser; and one without a cookie.
    found = [devices.claim(code(), f"student-{n}", "192.0.2.1") for n in range(8)]
    assert found == [ME] * 8
    assert devices.claim(code(), None, "192.0.2.1") == ME
    assert devices.claim(code(), YOU, "127.0.0.1", this_machine=True) == ME


def test_this_machine_has_a_limit_of_its_own(sqlite_store: Store) -> None:
    devices = Devices(sqlite_store.device_codes, lambda: NOW)
    found = [devices.claim("BBBBBBBB", YOU, "127.0.0.1", this_machine=True) for _ in range(6)]
    assert found == [Refusal.UNKNOWN] * 5 + [Refusal.TOO_MANY]


def test_no_code_has_letters_that_look_alike_or_make_words() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 20
    assert not set(ALPHABET) & set("AEIOULU01")
