"""A phone's pages: small, escaped, allowed little, and without a trace of the key before it is
shown."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import Question, QuestionType
from bme_quiz.routes import BARE
from bme_quiz.rules.quiz.marking import mark, verdict
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.server.http.templates import inline_css, inline_hash
from bme_quiz.server.phones import pages, script
from bme_quiz.server.phones.pages import POLICY, Pages, main_html
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.views import explain
from bme_quiz.services.rooms.phone_view import Asking, PhoneView, Revealed, Wait, Waiting
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import words
from tests.support.illustrated import ALT, illustrated

CODE = "BCDFGH"
LIMIT = 20_000
"""Bytes of page and script together, before anything is compressed."""

FRAME = '<noscript><iframe src="/r/BCDFGH/moved?step={step}" title='


def asking(question: Question, **changes: object) -> Asking:
    view = Asking(
        step=3,
        position=9,
        round=2,
        number=10,
        total=40,
        type=question.type,
        stem=question.stem,
        options=tuple((letter, question.option(letter).text) for letter in question.letters),
        picture=question.picture,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def revealed(course: Course, question: Question, ticked: tuple[str, ...] | None) -> Revealed:
    points = None if ticked is None else mark(question.type, question.key, question.letters, ticked)
    return Revealed(
        step=4,
        number=10,
        total=40,
        stem=question.stem,
        explanation=explain(course, question, question.letters, ticked),
        verdict=None if points is None else verdict(points),
        mark=points,
        next_number=11,
        picture=question.picture,
    )


def waiting(why: Wait, **changes: object) -> Waiting:
    return replace(Waiting(why, Kind.DISCUSS, 0, total=3), **changes)  # type: ignore[arg-type]


def whole(view: PhoneView) -> str:
    return Pages(CODE, alone=False).page(view).decode()


def words_of(html: str) -> str:
    """What a reader reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_every_question_of_the_bank_is_under_20_kb_with_the_script(own_course: Course) -> None:
    sizes = {}
    for question in own_course.questions:
        views = [asking(question), revealed(own_course, question, None)]
        for ticked in (question.letters[:1], question.letters, tuple(question.key)):
            views.append(revealed(own_course, question, ticked))
        largest = max(len(whole(view).encode()) for view in views)
        sizes[question.id] = largest + len(script.PLAIN)
    assert len(sizes) > 100
    assert max(sizes.values()) < LIMIT


def test_of_a_section_with_very_many_sources_some_are_shown(own_course: Course) -> None:
    cited = own_course.article.sources
    assert len(cited) > 20
    shown = pieces.sources(cited[:20], True)
    assert (shown.count("<li"), "The article lists 15 more." in shown) == (5, True)
    assert pieces.sources(cited[:5], True).count("<li") == 5
    assert "The article lists" not in pieces.sources(cited[:5], True)
    assert pieces.sources(cited[:20], False).count("<li") == 20


def test_of_two_questions_that_differ_in_the_key_the_same_is_asked(own_course: Course) -> None:
    for question in own_course.questions:
        turned = [o.is_key for o in question.options]
        turned = turned[1:] + turned[:1]
        options = tuple(
            replace(o, is_key=key, why=f"Because of {o.letter}.", quote=None, harmful=not o.harmful)
            for o, key in zip(question.options, turned, strict=True)
        )
        other = replace(question, options=options, hint="Another hint.")
        assert other.key != question.key or question.type is QuestionType.MULTIPLE
        assert whole(asking(question)) == whole(asking(other))


def test_nothing_of_why_or_of_the_article_is_in_a_page_that_asks(own_course: Course) -> None:
    for question in own_course.questions:
        page = words_of(whole(asking(question)))
        for shown in sorted((question.stem, *(o.text for o in question.options)), key=len):
            page = page.replace(shown, "", 1)
        for option in question.options:
            assert option.why not in page
            assert not option.quote or option.quote not in page
        assert not question.hint or question.hint not in page
        assert "<mark" not in whole(asking(question))


@given(st.text(min_size=1))
def test_whatever_a_course_says_is_text(typed: str) -> None:
    plain = asking_of(stem="x", option="y")
    assert asking_of(stem=f"x<{typed}", option=f"y<{typed}").count("<") == plain.count("<")


def asking_of(stem: str, option: str) -> str:
    view = Asking(1, 0, 1, 1, 1, QuestionType.SINGLE, stem, (("a", option), ("b", option)))
    return main_html(view, CODE, notice=stem)


@pytest.mark.parametrize("why", list(Wait))
def test_every_reason_to_wait_has_its_heading_and_something_to_read(why: Wait) -> None:
    page = whole(waiting(why))
    heading = pages.WAITS[why]
    assert f"<title>{heading} - BME Quiz</title>" in page
    assert page.count(f'<h1 tabindex="-1">{heading}</h1>') == 1
    main = words_of(page[page.index("</h1>") :])
    assert len(main) > len(words.DISCLAIMER) + len(words.PAGE_HELP) + 10
    assert words.DISCLAIMER in main


def test_a_question_is_a_group_of_large_choices_named_by_its_stem(small_course: Course) -> None:
    question = next(q for q in small_course.questions if q.type is QuestionType.SINGLE)
    main = main_html(asking(question), CODE)
    assert '<h1 tabindex="-1">Question 10 of 40</h1>' in main
    assert f"<fieldset>\n<legend>{question.stem}</legend>" in main
    assert main.count('type="radio" name="option"') == 3
    assert "checked" not in main
    assert f"<button>{words.SEND_ANSWER}</button>" in main
    assert "min-height:52px" in inline_css("room.css")


def test_where_several_may_be_right_there_are_check_boxes_and_it_is_said(
    small_course: Course,
) -> None:
    question = next(q for q in small_course.questions if q.type is QuestionType.MULTIPLE)
    main = main_html(asking(question), CODE)
    assert main.count('type="checkbox" name="option"') == 4
    legend = main[main.index("<legend>") : main.index("</legend>")]
    assert words.TICK_ALL in legend


def test_at_ones_own_pace_the_answer_is_checked_at_once(small_course: Course) -> None:
    main = main_html(asking(small_course.questions[0]), CODE, alone=True)
    assert f"<button>{words.CHECK_ANSWER}</button>" in main


@pytest.mark.parametrize(
    ("ticked", "line"),
    [
        (("a", "c"), "Correct."),
        (("a",), "Partly correct. This answer counts 0.5."),
        (("b",), "Not quite."),
        (None, "You did not answer this one."),
    ],
)
def test_what_was_answered_is_said_first_then_why_then_the_passage(
    small_course: Course, ticked: tuple[str, ...] | None, line: str
) -> None:
    question = next(q for q in small_course.questions if q.type is QuestionType.MULTIPLE)
    main = main_html(revealed(small_course, question, ticked), CODE)
    said = words_of(main)
    assert re.search(r'<h2 class="verdict[^"]*">(.*?)</h2>', main)[1] == line  # type: ignore[index]
    places = [said.index(line), said.index(question.stem)]
    places += [said.index(option.why) for option in question.options[:1]]
    places += [said.index("From the article"), said.index("Sources of")]
    assert places == sorted(places)
    assert "<mark>" in main
    assert main.count("and you chose it") == len(ticked or ())
    assert ">Next question</a>" in main


def test_own_answer_stands_in_the_receipt() -> None:
    own = ((1, "A brace"), (3, "Rest <b>now</b>"))
    view = waiting(Wait.IS_IN, number=2, stem="Which?", own=own)
    main = main_html(view, CODE)
    assert words.ANSWER_IS_IN in main
    assert "<li>1. A brace</li>" in main
    assert "<li>3. Rest &lt;b&gt;now&lt;/b&gt;</li>" in main


@pytest.mark.parametrize(
    ("view", "seconds"),
    [
        (waiting(Wait.LOBBY), 5),
        (waiting(Wait.TALK), 5),
        (waiting(Wait.OVER), None),
    ],
)
def test_without_script_a_page_that_waits_looks_again_by_itself(
    view: Waiting, seconds: int | None
) -> None:
    found = re.search(
        r'<noscript><meta http-equiv="refresh" content="(\d+);url=/r/BCDFGH"></noscript>',
        whole(view),
    )
    assert (int(found[1]) if found else None) == seconds


def test_without_script_a_ticked_choice_is_never_taken_away(small_course: Course) -> None:
    page = whole(asking(small_course.questions[0]))
    assert "http-equiv" not in page
    assert FRAME.format(step=3) in page


def test_without_script_an_explanation_is_never_taken_away_from_its_reader(
    small_course: Course,
) -> None:
    question = small_course.questions[0]
    led = replace(revealed(small_course, question, None), next_number=None)
    for view in (led, revealed(small_course, question, None)):
        page = whole(view)
        assert "http-equiv" not in page
        # At one's own pace nothing comes from outside.
        assert (FRAME.format(step=4) in page) is (view is led)


def test_a_frame_looks_again_until_it_has_something_to_say() -> None:
    still = pages.moved_page(BARE, CODE, has_moved=False)
    unseen = pages.moved_page(BARE, CODE, has_moved=None, status=503)
    moved = pages.moved_page(BARE, CODE, has_moved=True)
    for answer in (still, unseen):
        assert b'<meta http-equiv="refresh" content="5">' in answer.body
    assert (unseen.status_code, b"cannot be seen" in unseen.body) == (503, True)
    assert b"http-equiv" not in moved.body
    assert b'href="/r/BCDFGH" target="_top"' in moved.body
    for answer in (still, unseen, moved):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy
        # The icon that comes with every plain page.
        assert "img-src data:" in policy


def test_a_page_may_run_our_scripts_and_nothing_else_that_stands_in_it(
    small_course: Course,
) -> None:
    page = whole(asking(small_course.questions[0]))
    tags = re.findall(r"<script[^>]*>", page)
    assert tags == [
        f'<script defer src="{script.script_address(BARE)}" data-events="/r/{CODE}/events">',
        "<script>",
    ]
    [own] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert own == script.WITHOUT
    assert f"script-src 'self' {inline_hash(own)};" in pages.POLICY
    assert not re.search(r"\son\w+=|javascript:|\sstyle=", page)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(styles) == 2
    for css in styles:
        # A browser of some years ago would leave out the whole rule.
        assert ":is(" not in css
        assert inline_hash(css) in pages.POLICY
    assert "unsafe" not in pages.POLICY
    assert "default-src 'none'" in pages.POLICY
    assert "frame-ancestors 'none'" in pages.POLICY
    assert re.findall(r'(?:src|href)="(?!/|data:image)', page) == []


def test_what_is_sent_once_more_is_text() -> None:
    fields = [("step", "1"), ("option", '"><script>')]
    page = bytes(pages.send_again_page(BARE, "Wait <now>.", CODE, fields, 503).body).decode()
    assert '<input type="hidden" name="option" value="&#34;&gt;&lt;script&gt;">' in page
    assert "Wait &lt;now&gt;." in page
    assert f"<button>{words.SEND_AGAIN}</button>" in page


def test_pages_of_made_up_kinds_take_bounded_memory() -> None:
    made = Pages(CODE, alone=False)
    for number in range(2 * made._MOST):
        made.main(waiting(Wait.LOBBY, number=number))
    assert len(made._drawn) <= made._MOST


def test_the_script_is_sent_without_its_comments_and_nothing_else_is_missing() -> None:
    sent = script.PLAIN.decode()
    own = script._FILE.read_text("utf-8")
    assert "//" not in sent.replace("://", "")
    assert "/*" not in sent
    kept = [
        line.strip()
        for line in re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL).splitlines()
        if line.strip() and not line.strip().startswith("//")
    ]
    # A line may be joined with the next only where it cannot end a statement by its end.
    assert sent.rstrip() == re.sub(r"([;,{(\[])\n", r"\1", "\n".join(kept))


def test_a_picture_stands_above_the_stem_and_is_a_link_to_itself(tmp_path: Path) -> None:
    course = illustrated(tmp_path / "course")
    question = course.by_id["load-03"]
    shown = (
        '<p class="picture"><a class="zoom" href="/course/images/bone.svg" target="_blank" '
        f'title="Larger picture"><img src="/course/images/bone.svg" alt="{ALT}"></a></p>'
    )
    own = waiting(Wait.IS_IN, stem=question.stem, picture=question.picture)
    for view in (asking(question), revealed(course, question, None), own):
        page = whole(view)
        assert page.count(shown) == 1
        assert page.index(shown) < page.index(question.stem)
        assert len(page.encode()) + len(script.PLAIN) < LIMIT
    plain = course.by_id["load-01"]
    assert 'class="picture"' not in whole(asking(plain))
    assert "img-src 'self'" in POLICY


def test_words_from_a_box_are_marked_in_it_and_named(tmp_path: Path) -> None:
    course = illustrated(tmp_path / "course")
    page = whole(revealed(course, course.by_id["load-01"], ("a",)))
    assert '<details class="box" open><summary>Often misunderstood</summary>' in page
    assert "<mark>A brace does not take the load away</mark>" in page
    assert "<mark>Rest lets the bone mend</mark>" in page
    assert "From the box “Often misunderstood” in “What a load does”" in page
    # A passage of another section's main text opens no box.
    other = whole(revealed(course, course.by_id["rest-01"], None))
    assert '<details class="box"' not in other
