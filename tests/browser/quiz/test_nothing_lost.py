"""A learner comes back exactly where they were, whatever happened to the server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.content.bank import Question
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import row, write_course
from tests.support.server import Server

ROWS = [row(id=f"load-{n:02d}", stem=f"Case {n}: which step lets a bone mend?") for n in range(6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course", ROWS)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "quiz.db"


@pytest.fixture
def server(folder: Path, database: Path) -> Iterator[Server]:
    with Server(folder, **{ENV_DATABASE: f"sqlite:///{database}"}) as started:
        yield started


@pytest.fixture
def course(folder: Path) -> Course:
    return load_course(folder)


def choose(page: Page, question: Question, right: bool) -> None:
    for position in walk.positions(page, question, right):
        page.locator(walk.OPTION).nth(position - 1).click()


def answer(page: Page, course: Course, right: bool = True) -> str:
    question = walk.question_on(page, course.questions)
    choose(page, question, right)
    walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    return question.stem


def go_on(page: Page) -> None:
    walk.press(page, words.NEXT_QUESTION, ".st-key-options")


def responses_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM responses").fetchone()[0])


# A person's finger is never that fast; a test's clicks come early or late as the machine likes.
_PRESS_AS_SOON_AS_ENABLED = """button => {
    const watch = new MutationObserver(() => {
        if (button.disabled) return;
        watch.disconnect();
        button.click();
    });
    watch.observe(button, { attributes: true });
}"""

_PRESS_ONCE_MORE = """name => document.querySelectorAll("button").forEach(button => {
    if (button.innerText.trim() === name) button.click();
})"""


def test_three_answers_a_killed_server_and_question_four(
    server: Server, phone: Page, course: Course
) -> None:
    walk.start(phone, server.url)
    answered = []
    for right in (True, False, True):
        answered.append(answer(phone, course, right))
        go_on(phone)
    expect(phone.locator(walk.STEP)).to_have_text("Question 4 of 6")
    fourth, options = walk.shown_stem(phone), walk.shown_options(phone)

    server.kill()
    server.start()
    phone.reload()
    expect(phone.locator(walk.STEP)).to_have_text("Question 4 of 6")
    assert walk.shown_stem(phone) == fourth
    assert walk.shown_options(phone) == options
    expect(phone.get_by_text(words.CONNECTION_LOST)).to_have_count(0)

    walk.press(phone, words.STOP_HERE, ".score")
    expect(phone.locator(".score")).to_contain_text("2 of 3 points")
    assert phone.locator(".review h3").all_inner_texts() == answered


def test_an_explanation_is_there_again_after_closing_the_browser(
    server: Server, new_context: Callable[..., BrowserContext], course: Course
) -> None:
    context = new_context()
    page = context.new_page()
    walk.start(page, server.url)
    stem = answer(page, course)
    page.close()
    server.kill()
    server.start()
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator(walk.VERDICT)).to_be_visible()
    assert page.locator(".explanation .stem").first.inner_text() == stem


def test_a_tap_after_a_lost_session_counts_or_is_said_to_be_lost(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    question = walk.question_on(phone, course.questions)
    choose(phone, question, True)
    check = phone.get_by_role("button", name=words.CHECK_ANSWER)
    lost, verdict = phone.get_by_text(words.CONNECTION_LOST), phone.locator(walk.VERDICT)
    server.kill()
    expect(check).to_be_disabled()
    check.evaluate(_PRESS_AS_SOON_AS_ENABLED)
    server.start()
    # Whether the new session knows the button by then is a matter of milliseconds: it counts, or
    # it is said and a second tap counts. That one finds no button where the first has counted.
    expect(verdict.or_(lost).first).to_be_visible(timeout=60_000)
    phone.evaluate(_PRESS_ONCE_MORE, words.CHECK_ANSWER)
    expect(verdict).to_contain_text("Correct")
    expect(lost).to_have_count(0)
    assert responses_in(database) == 1


def test_a_lost_session_is_said_before_the_next_tap(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    choose(phone, walk.question_on(phone, course.questions), True)
    server.kill()
    # Streamlit's own dialog would take the focus and ask about the internet.
    expect(phone.get_by_text(words.CONNECTION_AWAY)).to_be_visible()
    phone.get_by_test_id("stDialog").wait_for(state="attached", timeout=60_000)
    expect(phone.get_by_test_id("stDialog")).to_be_hidden()
    expect(phone.locator(".st-key-options")).to_be_visible()
    server.start()
    expect(phone.get_by_text(words.CONNECTION_LOST)).to_be_visible(timeout=60_000)
    expect(phone.get_by_text(words.CONNECTION_AWAY)).to_be_hidden()
    expect(phone.locator(".st-key-options input:checked")).to_have_count(1)
    walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
    expect(phone.locator(walk.VERDICT)).to_contain_text("Correct")
    expect(phone.get_by_text(words.CONNECTION_LOST)).to_have_count(0)
    assert responses_in(database) == 1


def test_a_second_tab_follows_the_first(server: Server, phone: Page, course: Course) -> None:
    walk.start(phone, server.url)
    second = phone.context.new_page()
    second.goto(server.url)
    expect(second.get_by_role("button", name=words.CHECK_ANSWER)).to_be_visible()
    assert walk.shown_stem(second) == walk.shown_stem(phone)
    stem = answer(phone, course, right=True)
    # The second tab still shows the question; a wrong answer there changes nothing.
    choose(second, walk.question_on(second, course.questions), False)
    walk.press(second, words.CHECK_ANSWER, walk.VERDICT)
    expect(second.locator(walk.VERDICT)).to_contain_text("Correct")
    assert second.locator(".explanation .stem").first.inner_text() == stem


def test_three_fast_clicks_are_one_response(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    choose(phone, walk.question_on(phone, course.questions), True)
    phone.get_by_role("button", name=words.CHECK_ANSWER).evaluate(
        "button => { button.click(); button.click(); button.click(); }"
    )
    expect(phone.locator(walk.VERDICT)).to_be_visible()
    walk.settled(phone)
    assert responses_in(database) == 1


def test_an_answer_that_cannot_be_stored_stays_on_the_screen(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    choose(phone, walk.question_on(phone, course.questions), True)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        phone.get_by_role("button", name=words.CHECK_ANSWER).click()
        expect(phone.get_by_text(words.NOT_STORED)).to_be_visible(timeout=20_000)
        expect(phone.locator(".st-key-options input:checked")).to_have_count(1)
    walk.settled(phone)
    walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
    expect(phone.get_by_text(words.NOT_STORED)).to_have_count(0)


def test_a_damaged_database_leaves_the_question_and_the_choice_standing(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    choose(phone, walk.question_on(phone, course.questions), True)
    good = database.with_name("good.db")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(good),))
    bad = database.with_name("bad.db")
    bad.write_bytes(b"garbage!" * 2_000)
    bad.replace(database)
    phone.get_by_role("button", name=words.CHECK_ANSWER).click()
    expect(phone.get_by_text(words.NOT_STORED)).to_be_visible()
    expect(phone.locator(".st-key-options input:checked")).to_have_count(1)
    # A new visitor gets a sentence and a way to try again, no traceback.
    visitor = phone.context.new_page()
    visitor.goto(server.url)
    expect(visitor.get_by_text(words.STORE_AWAY)).to_be_visible()
    assert "Traceback" not in visitor.content()
    good.replace(database)
    walk.settled(phone)
    walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
    walk.press(visitor, words.TRY_AGAIN, walk.VERDICT)


def test_questions_changed_meanwhile_are_dropped_and_the_others_go_on(
    server: Server, phone: Page, course: Course, folder: Path
) -> None:
    walk.start(phone, server.url)
    answered = answer(phone, course)
    go_on(phone)
    now = walk.question_on(phone, course.questions)
    # In another order: a file that has merely lost its end is taken for one caught half written.
    write_course(folder, [r for r in reversed(ROWS) if r["id"] != now.id])
    phone.reload()
    expect(phone.get_by_text(words.dropped(1))).to_be_visible()
    expect(phone.locator(walk.STEP)).to_have_text("Question 2 of 5")
    assert walk.shown_stem(phone) not in (now.stem, answered)


def test_study_on_another_device(
    server: Server, new_context: Callable[..., BrowserContext], course: Course
) -> None:
    first = new_context().new_page()
    walk.start(first, server.url)
    answer(first, course)
    go_on(first)
    stem = walk.shown_stem(first)
    first.goto(f"{server.url}/progress")
    first.get_by_role("button", name=words.OTHER_DEVICE).click()
    code = first.locator(".device-code [aria-hidden]").inner_text()

    second = new_context().new_page()
    second.goto(f"{server.url}/progress")
    second.get_by_role("link", name="I have a code from another device").click()
    second.get_by_label("The code").fill("BBBB-BBBB")
    second.get_by_role("button", name="Carry on here").click()
    expect(second.get_by_role("alert")).to_contain_text("does not work")
    second.get_by_label("The code").fill(code.lower().replace("-", " "))
    second.get_by_role("button", name="Carry on here").click()
    expect(second.locator(walk.STEP)).to_have_text("Question 2 of 6")
    assert walk.shown_stem(second) == stem


def test_erasing_after_a_confirmation_leaves_nothing(
    server: Server, phone: Page, course: Course, database: Path
) -> None:
    walk.start(phone, server.url)
    answer(phone, course, right=False)
    before = {c["name"]: c["value"] for c in phone.context.cookies()}["bme_learner"]
    phone.goto(f"{server.url}/progress")
    expect(phone.get_by_text("You have answered one question")).to_be_visible()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Download my data (CSV)").click()
    assert "Not" not in download.value.suggested_filename
    assert "which step lets a bone mend?" in download.value.path().read_text("utf-8")
    walk.press(phone, words.ERASE_MY_DATA, f"text={words.ERASE_QUESTION}")
    walk.press(phone, words.KEEP_MY_DATA, ".lead")
    walk.press(phone, words.ERASE_MY_DATA, f"text={words.ERASE_QUESTION}")
    walk.press(phone, words.ERASE_EVERYTHING, f"text={words.ERASED}")
    assert before.encode() not in b"".join(
        path.read_bytes() for path in database.parent.glob("quiz.db*")
    )
    phone.get_by_role("button", name="Give this browser a new number").click()
    expect(phone.get_by_role("button", name=words.START_QUIZ)).to_be_visible()
    after = {c["name"]: c["value"] for c in phone.context.cookies()}["bme_learner"]
    assert after != before
