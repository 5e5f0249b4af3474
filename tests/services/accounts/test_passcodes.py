"""Hashes of passcodes: right for one text, and told apart by nothing else."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.problems import ContentError
from bme_quiz.services.accounts import passcodes
from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.accounts.passcodes import COST, Cost, make_hash, matches, salt_of
from bme_quiz.services.settings import ENV_PASSCODE, read_settings
from bme_quiz.storage.accounts.educators import EducatorLogins

QUICK = Cost(n=2, r=1, p=1)
SALTS = st.binary(min_size=passcodes.SALT_BYTES, max_size=passcodes.SALT_BYTES)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS, SALTS)
def test_a_hash_matches_its_own_text_and_no_other(text: str, other: str, salt: bytes) -> None:
    kept = make_hash(text, salt, QUICK)
    assert matches(text, kept)
    assert matches(other, kept) == (text == other)
    assert salt_of(kept) == salt


@given(TEXTS, SALTS, SALTS)
def test_one_passcode_has_as_many_hashes_as_salts(text: str, salt: bytes, other: bytes) -> None:
    same = make_hash(text, salt, QUICK) == make_hash(text, other, QUICK)
    assert same == (salt == other)


def test_a_hash_brings_its_parameters_so_that_they_can_be_raised_later() -> None:
    older = make_hash("a passcode", b"s" * 16, Cost(n=4, r=2, p=3))
    salt = b64encode(b"s" * 16).decode()
    assert older.startswith(f"scrypt$4$2$3${salt}$")
    assert matches("a passcode", older)


def test_the_longest_hash_fits_its_column() -> None:
    assert len(make_hash("x", b"s" * passcodes.SALT_BYTES, COST)) < 200


def test_hashes_that_are_made_cost_what_is_recommended() -> None:
    # OWASP's list for scrypt: with N = 2^14 and r = 8, p is 5 or more.
    assert (COST.n, COST.r) == (2**14, 8)
    assert COST.p >= 5
    kept = make_hash("a passcode", b"s" * 16)
    digest = hashlib.scrypt(b"a passcode", salt=b"s" * 16, n=2**14, r=8, p=5, dklen=32)
    assert kept.endswith(b64encode(digest).decode())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1234567", "needs 8 to 200 signs; it has 7"),
        ("x" * 201, "needs 8 to 200 signs; it has 201"),
        ("12345678\x07x", "cannot be typed"),
        ("12345678\udcff", "cannot be typed"),
    ],
)
def test_a_passcode_that_cannot_do_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ContentError, match=f"{ENV_PASSCODE}.*{sentence}"):
        read_settings({ENV_PASSCODE: text})


def test_a_passcode_in_the_settings_is_taken_and_shown_nowhere() -> None:
    settings = read_settings({ENV_PASSCODE: "  correct horse  "})
    assert settings.passcode == "correct horse"
    assert "horse" not in repr(settings)
    assert read_settings({ENV_PASSCODE: " "}).passcode is None


def test_an_educators_door_makes_hashes_of_that_cost() -> None:
    # The tests' own door is cheaper; what it is made of, a new one takes from the same place.
    assert Educators(cast("EducatorLogins", None)).cost == passcodes.COST
