"""The report's words: short, most important first, text of cells as typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from random import Random

import pytest

from bme_quiz.routes import BARE
from bme_quiz.rules.rooms.report import LIMITS
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, SeatAnswer
from bme_quiz.rules.rooms.statistics import NoInterval, class_gain
from bme_quiz.ui.rooms import report_lists, report_pieces
from bme_quiz.ui.rooms.report_figures import gain_in_words, signed
from tests.support.room_reports import (
    LOAD,
    LOAD_2,
    MULTI,
    TRUTH,
    answers_of,
    before_and_after,
    drawn,
    report_of,
    room_of,
    words_of,
)


def test_what_matters_most_comes_first() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, TRUTH),
        *answers_of(LOAD, 0, "a a c b c", FIRST),
        *answers_of(LOAD, 0, "a a b b b", SECOND),
        *answers_of(TRUTH, 1, "a a b b b", FIRST),
        *answers_of(TRUTH, 1, "b b b b b", SECOND),
    )
    titles = re.findall(r"<h2>(.*?)</h2>", drawn(report))
    assert titles == [
        "Report",
        "Put right first: what could do harm",
        "Other wrong answers chosen most often",
        "Sections to come back to",
        "Ask openly (teach-back)",
        "Before and after",
        "Question by question",  # for paper
        "Question by question",
    ]
    words = words_of(report)
    assert "“Painkillers before the load” before 2 of 5 (40 %), after 0 of 5 (0 %)" in words
    assert "The article: Painkillers leave the load unchanged" in words
    assert "“A brace while going on” before 2 of 5 (40 %), after 2 of 5 (40 %)" in words
    assert "What a load does: 60 % of the marks (5 people, 3 of 5 answers fully right)" in words
    assert "We have talked about “What a load does”" in words
    assert "5 people answered questions both times; their 10 pairs of answers" in words
    assert "Learned (wrong before, right after): 4 of 10 (40 %)" in words
    assert "The mean mark was 0.40 before and 0.80 after. Class gain ⟨g⟩ 0.67." in words
    assert "Fewer than 10 marks were missing before the talk" in words
    assert LIMITS in words


def test_one_person_alone_is_not_told_of() -> None:
    report = report_of(room_of(Kind.DISCUSS, LOAD, TRUTH), *answers_of(LOAD, 0, "c"), joined=1)
    words = words_of(report)
    assert "One person joined, 1 answered. One question is left out: not reached" in words
    assert "1 answered. That is too few to show how." in words
    assert "Painkillers" not in words
    assert "harm" not in words


def test_fewer_than_five_get_counts_without_percentages() -> None:
    words = words_of(before_and_after("a c b", "b b b"))
    assert "Right: before 1 of 3, after 3 of 3. Learned 2, kept 1, lost 0, never right 0." in words
    assert "Means and the class gain begin at five people who answered" in words
    figures = words.partition("Put right first")[2].replace("below 80 % of the marks", "")
    assert "%" not in figures
    assert "⟨g⟩" not in words


def test_a_multiple_question_tells_how_many_had_it_fully_right() -> None:
    report = report_of(room_of(Kind.OWN_PACE, MULTI), *answers_of(MULTI, 0, "ac ac a b abcd"))
    assert "5 answered. Fully right: 2 of 5 (40 %)." in words_of(report)
    assert "A boot (right) 3 of 5 (60 %)" in words_of(report)


def test_an_empty_session_says_so() -> None:
    words = words_of(report_of(room_of(Kind.DISCUSS, LOAD), joined=0))
    assert "0 people joined, 0 answered." in words
    assert words.endswith("Nobody has answered a question.")


def test_a_form_that_cannot_be_compared_says_why() -> None:
    words = words_of(before_and_after("a b c", "- - -"))
    assert "Nothing can be compared" in words
    assert "as it was answered after the talk; where too few answered then, as before it." in words
    assert "3 answered before, 0 after, 0 both times. Right: before 1 of 3." in words
    assert "⟨g⟩" not in words


def test_where_nothing_is_to_be_mended_it_says_so() -> None:
    report = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "b b b b b"))
    words = words_of(report)
    assert "Nobody chose an answer that is marked as harmful." in words
    assert "None was chosen by two people or more." in words
    assert "No section was below 80 % of the marks." in words
    assert "teach-back" not in words


def test_harm_that_only_those_who_came_late_chose_is_told_with_its_form() -> None:
    words = words_of(before_and_after("b " * 12, "- " * 12 + "c " * 12, joined=24))
    assert "“Painkillers before the load” before 0 of 12 (0 %), after 12 of 12 (100 %)" in words
    assert "marked as harmful" not in words
    assert "We have talked about “What a load does”" in words
    assert "0 both times. Right: after 0 of 12 (0 %)." in words


def test_that_nothing_could_do_harm_is_not_said_of_answers_that_are_not_counted() -> None:
    words = words_of(before_and_after("b b b b b", "b b b b b c c"))
    assert "Nobody chose" not in words
    assert "Of the answers counted here, none is marked as harmful. Left out to" in words
    assert "Left out to protect people (2 answers): questions that one person alone" in words
    assert "After the talk, none was chosen by two people or more of those counted here." in words
    assert "no section was below 80 % of the marks, by the answers counted here." in words
    words = words_of(before_and_after("b b b b b", "b b b b b c"))
    assert (
        "(one answer): questions that one person alone answered, and one to four people who"
        in words
    )
    alone = report_of(
        room_of(Kind.DISCUSS, LOAD, TRUTH),
        *answers_of(LOAD, 0, "b b"),
        *answers_of(TRUTH, 1, "a"),
    )
    words = words_of(alone)
    assert "Of the answers counted here, none is marked as harmful. Left out to protect" in words
    assert "(one answer): questions that one person alone answered. Other" in words
    words = words_of(replace(alone, withheld=0, unjudged=4))
    assert "Of the answers counted here, none is marked as harmful. Answers to questions" in words


def test_harm_that_is_told_does_not_hide_that_answers_are_not_counted() -> None:
    words = words_of(before_and_after("c b b b b", "b b b b b c c"))
    assert "before 1 of 5 (20 %), after 0 of 5 (0 %)" in words
    assert "Left out to protect people (2 answers)" in words


def test_on_paper_a_question_that_cannot_be_compared_stands_beside_those_that_can() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, TRUTH),
        *answers_of(LOAD, 0, "a b", FIRST),
        *answers_of(LOAD, 0, "b b", SECOND),
        *answers_of(TRUTH, 1, "- - - - -", FIRST),
        *answers_of(TRUTH, 1, "b b b b a", SECOND),
    )
    table = re.search(r"<tbody>(.*?)</tbody>", drawn(report))
    assert table is not None
    body = table[1].replace("\u00a0", " ")
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", r) for r in body.split("</tr>")[:2]]
    assert rows == [
        ["1 of 2", "2 of 2", "1", "1", "0", "0"],
        ["–", "4 of 5 (80 %)", "–", "–", "–", "–"],
    ]


def test_halves_of_a_percentage_go_up_wherever_one_stands() -> None:
    report = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "b a a a a a a a"))
    words = words_of(report)
    assert "Right: 1 of 8 (13 %)." in words
    assert "What a load does: 13 % of the marks (8 people" in words


def test_where_the_article_is_silent_it_says_so() -> None:
    silent = replace(
        LOAD, options=tuple(replace(o, quote=None) if o.harmful else o for o in LOAD.options)
    )
    report = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "c c"))
    belief = report.harmful[0]
    mute = replace(belief, question=silent, option=replace(belief.option, quote=None))
    assert "The article does not speak of this." in words_of(replace(report, harmful=(mute,)))


def test_more_harmful_beliefs_than_fit_on_paper_stay_on_the_screen() -> None:
    report = report_of(room_of(Kind.DISCUSS, LOAD, LOAD_2), *answers_of(LOAD, 0, "c c"))
    many = replace(report, harmful=report.harmful * 7)
    html = report_lists.harmful(many)
    assert html.count("<li>") == report_lists.PRINTED_HARMFUL == 5
    assert html.count('<li class="screen-only">') == 2
    assert '<p class="print-only fine">And 2 more, on the screen.</p>' in html
    assert "more, on the screen" not in report_lists.harmful(report)


def test_more_other_wrong_answers_than_fit_on_paper_are_told_of_there() -> None:
    report = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "a a"))
    html = report_lists.believed(replace(report, believed=report.believed * 5))
    assert html.count('<li class="screen-only">') == 2
    assert '<p class="print-only fine">And 2 more, on the screen.</p>' in html
    assert "on the screen" not in report_lists.believed(report)


def test_text_of_cells_is_shown_as_typed() -> None:
    nasty = '<img src=x onerror=alert(1)> *b* $x$ & "q" \''
    options = tuple(replace(o, text=nasty, why=nasty, quote=nasty) for o in LOAD.options)
    question = replace(LOAD, stem=nasty, options=options)
    report = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "a a c c b"))
    hostile = replace(
        report,
        harmful=tuple(replace(b, question=question, option=options[2]) for b in report.harmful),
        believed=tuple(replace(b, question=question, option=options[0]) for b in report.believed),
        to_revisit=tuple(replace(s, title=nasty) for s in report.to_revisit),
        weakest=report.weakest and replace(report.weakest, title=nasty),
        questions=tuple(
            replace(
                q,
                question=question,
                title=nasty,
                options=tuple(
                    replace(one, option=option)
                    for one, option in zip(q.options, options, strict=True)
                ),
            )
            for q in report.questions
        ),
    )
    html = report_pieces.report(hostile, '"><script>', date(2026, 3, 2), BARE)
    assert "<img" not in html
    assert "<script" not in html
    assert unescape(html).count(nasty) >= 14


@pytest.mark.parametrize(
    ("value", "text"), [(0.426, "0.43"), (-0.2, "−0.20"), (-0.001, "0.00"), (-2.0, "−2.00")]
)
def test_a_gain_has_two_decimals_and_a_real_minus(value: float, text: str) -> None:
    assert signed(value) == text


def test_every_missing_interval_has_its_sentence() -> None:
    shown = before_and_after("a a a a b", "b b a b a")
    both = shown.comparison
    assert both is not None
    assert both.gain is not None
    for why in NoInterval:
        gain = replace(both.gain, why_none=why, interval=None)
        if why is NoInterval.NOTHING_MISSING:
            gain = replace(gain, value=None, pre=1.0)
        html = report_pieces.comparison(replace(both, gain=gain))
        assert ("⟨g⟩" in html) == (why is not NoInterval.NOTHING_MISSING)
        assert re.search(r"interval|undefined", html)
        assert "of 100 groups" not in html


def test_an_interval_that_includes_0_is_called_what_it_is() -> None:
    random = Random(4)
    people = [[(float(random.random() < 0.5), float(random.random() < 0.5))] * 4 for _ in range(20)]
    chance = class_gain(people)
    surely = class_gain([[(0.0, 1.0)] * 4, [(0.0, 1.0), (0.0, 0.0)]] * 8)
    shown = before_and_after("a a a a b", "b b a b a").comparison
    assert shown is not None
    assert chance is not None
    assert surely is not None
    assert "this may well be chance" in report_pieces.comparison(replace(shown, gain=chance))
    sure = report_pieces.comparison(replace(shown, gain=surely))
    assert "well be chance" not in sure
    assert sure.count("in about 95 of 100 groups like this one") == 1
    assert gain_in_words(surely) in sure
    assert re.search(r"⟨g⟩ 0\.83 \(95 % interval 0\.\d\d to 0\.\d\d\)", sure)


def test_nothing_of_a_person_is_in_the_page() -> None:
    given: list[SeatAnswer] = list(answers_of(LOAD, 0, "a a b c b a b"))
    html = drawn(report_of(room_of(Kind.DISCUSS, LOAD), *given))
    assert not any(str(a.seat) in html for a in given)
    assert "14:30" not in html
