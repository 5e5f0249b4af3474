"""Folding and splitting of text."""

from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.text import (
    fingerprint,
    fold_spaces,
    match_form,
    placed_match_form,
    same_text_form,
    sentence_spans,
)


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


def test_sentences_end_at_marks_before_a_capital() -> None:
    assert sentences("One here. Two there! Is this three? 4 weeks.") == [
        "One here.",
        "Two there!",
        "Is this three?",
        "4 weeks.",
    ]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    assert sentences("Dr. Ito gave 2.5 mg, e.g. Monday. Then it ended.") == [
        "Dr. Ito gave 2.5 mg, e.g. Monday.",
        "Then it ended.",
    ]


def test_a_quotation_mark_closes_its_sentence() -> None:
    assert sentences('She said "rest." Then she left.') == ['She said "rest."', "Then she left."]


@given(st.text())
def test_sentences_cover_the_text_in_order_and_lose_only_white_space(text: str) -> None:
    folded = fold_spaces(text)
    spans = sentence_spans(folded)
    assert all(a < b for a, b in spans)
    assert [p for s in spans for p in s] == sorted(p for s in spans for p in s)
    assert "".join("".join(folded[a:b] for a, b in spans).split()) == "".join(folded.split())


UNSEEN = st.text(st.sampled_from("abi f\u00ad\u200b\ufb01\u0301e\u0308“‑"))


@given(st.text() | UNSEEN)
def test_the_matching_form_says_where_each_stretch_of_it_stands(text: str) -> None:
    form = placed_match_form(text)
    assert match_form(form.text) == form.text == match_form(text)
    for start in range(len(form.text)):
        first, end = form.span(start, start + 1)
        assert 0 <= first < end <= len(text)
    if form.text:
        first, end = form.span(0, len(form.text))
        assert match_form(text[first:end]) == form.text


def test_what_nobody_sees_is_no_part_of_the_matching_form() -> None:
    shown = "soft\u00adhyphen zero\u200bwidth \ufb01nd cafe\u0301 non‑breaking “so”"
    assert match_form(shown) == 'softhyphen zerowidth find café non-breaking "so"'


def test_same_text_form_folds_case_width_spaces_and_final_marks() -> None:
    assert same_text_form("  Bone  Bruise. ") == same_text_form("ｂone bruise")
    assert same_text_form("bone bruises") != same_text_form("bone bruise")


@given(st.lists(st.text(), min_size=1), st.integers(min_value=0))
def test_a_fingerprint_depends_on_where_one_text_ends(texts: list[str], at: int) -> None:
    assert fingerprint(*texts) == fingerprint(*texts)
    assert fingerprint(*texts, "") != fingerprint(*texts)
    whole = "".join(texts)
    cut = at % (len(whole) + 1)
    if [whole[:cut], whole[cut:]] != texts:
        assert fingerprint(whole[:cut], whole[cut:]) != fingerprint(*texts)
