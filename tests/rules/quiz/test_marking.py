"""The marking rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import LETTERS, QuestionType
from bme_quiz.rules.quiz.marking import Verdict, mark, verdict

options = st.integers(2, 5).map(lambda n: LETTERS[:n])


@st.composite
def multiple(draw: st.DrawFn) -> tuple[tuple[str, ...], set[str], set[str]]:
    letters = draw(st.integers(3, 5).map(lambda n: LETTERS[:n]))
    key = draw(st.sets(st.sampled_from(letters), min_size=2, max_size=len(letters) - 1))
    ticked = draw(st.sets(st.sampled_from(letters)))
    return letters, key, ticked


@pytest.mark.parametrize(
    ("key", "ticked", "expected"),
    [
        ("ab", "ab", 1.0),
        ("ab", "a", 0.5),
        ("ab", "abc", 0.5),
        ("ab", "ac", 0.0),
        ("ab", "cd", 0.0),
        ("abc", "ab", pytest.approx(2 / 3)),
        ("abc", "abcd", 0.0),  # everything ticked: no choice was made
        ("ab", "", 0.0),
    ],
)
def test_multiple(key: str, ticked: str, expected: float) -> None:
    assert mark(QuestionType.MULTIPLE, key, "abcd", ticked) == expected


@given(multiple())
def test_a_mark_lies_from_0_to_1_and_only_the_key_itself_gets_1(case: tuple) -> None:
    letters, key, ticked = case
    given_mark = mark(QuestionType.MULTIPLE, key, letters, ticked)
    assert 0.0 <= given_mark <= 1.0
    assert (given_mark == 1.0) == (ticked == key)


@given(multiple())
def test_ticking_everything_never_pays(case: tuple) -> None:
    letters, key, _ = case
    assert mark(QuestionType.MULTIPLE, key, letters, letters) == 0.0


@given(multiple())
def test_a_wrong_tick_more_never_raises_the_mark(case: tuple) -> None:
    letters, key, ticked = case
    before = mark(QuestionType.MULTIPLE, key, letters, ticked)
    for wrong in set(letters) - key - ticked:
        assert mark(QuestionType.MULTIPLE, key, letters, ticked | {wrong}) <= before


@given(options, st.data())
def test_single_is_all_or_nothing(letters: tuple[str, ...], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(letters))
    chosen = data.draw(st.sampled_from(letters))
    assert mark(QuestionType.SINGLE, {key}, letters, {chosen}) == float(chosen == key)


def test_letters_from_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match="among the options"):
        mark(QuestionType.SINGLE, "a", "abc", "e")
    with pytest.raises(ValueError, match="among the options"):
        mark(QuestionType.MULTIPLE, "", "abc", "a")


def test_verdicts_begin_with_their_words() -> None:
    assert verdict(1.0) is Verdict.CORRECT
    assert verdict(0.5) is Verdict.PARTLY
    assert verdict(0.0) is Verdict.NOT_QUITE
    assert [str(v) for v in Verdict] == ["Correct", "Partly correct", "Not quite"]
