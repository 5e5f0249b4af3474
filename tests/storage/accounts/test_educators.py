"""The educator's passcode, kept in a database: one, hashed, and gone when replaced."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.accounts.educators import LOGIN_LIFE, Educators, Refusal
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.accounts.educators import Passcode
from bme_quiz.storage.engine.schema import metadata
from tests.support.attempts import NOW
from tests.support.programs import begin_together, programs, said
from tests.support.tries import LAPTOP, PHONE, QUICK, Clock, at_once, opened

CHOSEN = "Correct horse"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def educators(store: Store, clock: Clock) -> Educators:
    return Educators(store.educators, clock=clock, cost=QUICK)


def everything(store: Store) -> str:
    return store.database.read(
        lambda c: "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in c.execute(select(table))
        )
    )


def test_a_passcode_is_made_once_and_opens_however_it_is_typed(educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    groups = made.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert educators.prepare(None) is None
    for typed in (made, made.lower(), made.replace("-", ""), f" {made.replace('-', ' ')} "):
        assert educators.is_open(opened(educators, typed))


def test_nothing_else_opens(educators: Educators) -> None:
    assert educators.enter("", LAPTOP) is Refusal.WRONG  # there is no passcode yet
    made = educators.prepare(None)
    assert made is not None
    assert educators.enter("", LAPTOP) is Refusal.WRONG
    assert educators.enter(made[:-1], LAPTOP) is Refusal.WRONG
    assert educators.enter(made + "B", LAPTOP) is Refusal.WRONG
    token = opened(educators, made)
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for other in (None, "", swapped, token + "x", made, "' OR 1=1 --", "x" * 22):
        assert not educators.is_open(other)
        educators.leave(other)
    assert educators.is_open(token)


def test_a_login_lives_twelve_hours_or_until_it_is_left(educators: Educators, clock: Clock) -> None:
    made = educators.prepare(None)
    assert made is not None
    first = opened(educators, made)
    clock.pass_(hours=1)
    second, third = opened(educators, made), opened(educators, made)
    educators.leave(second)
    assert [educators.is_open(t) for t in (first, second, third)] == [True, False, True]
    clock.now = NOW + LOGIN_LIFE - timedelta(seconds=1)
    assert educators.is_open(first)
    clock.pass_(seconds=1)
    assert not educators.is_open(first)
    assert educators.is_open(third)


def test_nothing_can_be_read_off_a_copy_of_the_database(store: Store, educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    assert educators.enter("wrong", PHONE) is Refusal.WRONG
    token = opened(educators, made)
    kept = everything(store)
    assert "scrypt$" in kept
    for secret in (made, made.replace("-", ""), token, PHONE, LAPTOP):
        assert secret not in kept


def test_a_passcode_of_the_settings_wins_and_ends_logins_only_where_it_is_new(
    educators: Educators,
) -> None:
    made = educators.prepare(None)
    assert made is not None
    before = opened(educators, made)
    assert educators.prepare(CHOSEN) is None
    assert not educators.is_open(before)
    assert educators.enter(made, LAPTOP) is Refusal.WRONG
    token = opened(educators, f"  {CHOSEN} ")
    assert educators.enter(CHOSEN.lower(), LAPTOP) is Refusal.WRONG
    assert educators.enter(CHOSEN.replace(" ", ""), LAPTOP) is Refusal.WRONG
    assert educators.prepare(CHOSEN) is None
    assert educators.is_open(token)
    assert educators.prepare("another one") is None
    assert not educators.is_open(token)


def test_without_the_setting_the_passcode_of_before_stays(educators: Educators) -> None:
    educators.prepare(CHOSEN)
    token = opened(educators, CHOSEN)
    assert educators.prepare(None) is None
    assert educators.is_open(token)
    assert educators.is_open(opened(educators, CHOSEN))


def test_a_setting_with_the_letters_of_a_made_passcode_is_taken_as_typed(
    educators: Educators,
) -> None:
    made = educators.prepare(None)
    assert made is not None
    educators.prepare(made)
    assert educators.enter(made.lower(), LAPTOP) is Refusal.WRONG
    assert educators.is_open(opened(educators, made))


def test_a_new_passcode_ends_the_old_one_and_its_logins(educators: Educators) -> None:
    made = educators.prepare(None)
    assert made is not None
    token = opened(educators, made)
    renewed = educators.renew()
    assert renewed != made
    assert not educators.is_open(token)
    assert educators.enter(made, LAPTOP) is Refusal.WRONG
    assert educators.is_open(opened(educators, renewed))
    assert educators.prepare(None) is None


def test_a_passcode_that_is_replaced_while_it_is_checked_opens_nothing(store: Store) -> None:
    rows = store.educators
    old, new = Passcode("old", made=True), Passcode("new", made=True)
    assert rows.keep_first(old)
    rows.replace(new)
    assert not rows.admit(old, "digest", NOW, NOW + LOGIN_LIFE)
    assert not rows.is_open("digest", NOW)
    assert rows.admit(new, "digest", NOW, NOW + LOGIN_LIFE)


def test_keeping_the_first_can_be_repeated(store: Store) -> None:
    """After a commit whose acknowledgement was lost, it is done again."""
    mine, other = Passcode("mine", made=True), Passcode("other", made=True)
    assert [store.educators.keep_first(p) for p in (mine, mine, other)] == [True, True, False]
    assert store.educators.passcode() == mine


def test_what_has_passed_is_forgotten_at_a_start(
    educators: Educators, store: Store, clock: Clock
) -> None:
    made = educators.prepare(None)
    assert made is not None
    opened(educators, made)
    educators.enter("wrong", PHONE)
    only_passcode = "scrypt$"
    # The passcode, a login, and a try in the count of its address and in that of all.
    assert len(everything(store).splitlines()) == 4
    clock.pass_(hours=12)
    educators.prepare(None)
    (left,) = everything(store).splitlines()
    assert only_passcode in left


def test_programs_that_start_at_once_make_one_passcode(address: str) -> None:
    stores = [make_store(address) for _ in range(4)]
    made: list[str | None] = []
    at_once(4, lambda n: made.append(Educators(stores[n].educators, cost=QUICK).prepare(None)))
    (told,) = [text for text in made if text is not None]
    for store in stores:
        assert opened(Educators(store.educators), told)
        store.database.close()


START = """
import sys
from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.store import make_store
print("ready", flush=True)
sys.stdin.readline()
store = make_store(sys.argv[1])
print(Educators(store.educators).prepare(None))
store.database.close()
"""


@pytest.mark.slow
def test_processes_that_start_at_once_on_an_empty_database_print_one_passcode(
    address: str,
) -> None:
    command = [sys.executable, "-c", START, address]
    with programs(command, command, command) as started:
        begin_together(started)
        printed = [said(program) for program in started]
    assert printed.count("None") == 2
    (told,) = [text for text in printed if text != "None"]
    store = make_store(address)
    assert opened(Educators(store.educators), told)
    store.database.close()
