"""A whole discussion: an educator with keys, and three phones. One runs no script, one is loaded
anew in the middle, one comes late. The report is added up by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bme_quiz.content.bank import Question
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from bme_quiz.ui.shell import words
from tests.support.courses import MULTIPLE, TRUE_FALSE, row, write_course
from tests.support.server import Server
from tests.support.session_walk import LAPTOP, PASSCODE, Lectern, NewContext, Phone

ROWS = [row(), MULTIPLE, {**TRUE_FALSE, "audience": "both"}]
RIGHT = {"load-01": "b", "rest-01": "ac", "rest-02": "b"}
WRONG = {"load-01": "c", "rest-01": "bd", "rest-02": "a"}
CORRECT, NOT_QUITE = "Correct.", "Not quite."


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(write_course(tmp_path / "course", ROWS))


@pytest.fixture
def server(course: Course, tmp_path: Path) -> Iterator[Server]:
    env = {ENV_DATABASE: f"sqlite:///{tmp_path / 'quiz.db'}", ENV_PASSCODE: PASSCODE}
    with Server(course.folder, **env) as started:
        yield started


def test_a_discussion_with_a_phone_without_script_one_loaded_anew_and_one_late(
    server: Server, course: Course, new_context: NewContext
) -> None:
    lectern = Lectern(new_context(viewport=LAPTOP).new_page(), server.url)
    lectern.sign_in()
    lectern.start("Discuss")
    straight_in, join_address, code = lectern.straight_in, lectern.join_address, lectern.code
    plain = Phone(new_context(java_script_enabled=False).new_page())
    loader = Phone.of(new_context())
    for phone in (plain, loader):
        phone.page.goto(straight_in)
        phone.sees("You are in.")
    # Without script a person is in once the page has looked again, cookie in hand.
    lectern.counts("2 have joined")

    # The first question: the one is right, the other wrong.
    lectern.press("PageDown", words.REVEAL_ANSWER)
    plain.sees("Question 1 of 3")
    loader.sees("Question 1 of 3")
    first = plain.asked(course.questions)
    assert loader.asked(course.questions) == first
    plain.answers(first, RIGHT[first.id])
    loader.choose(first, WRONG[first.id])
    loader.page.reload()
    loader.sees("Question 1 of 3")
    assert loader.asked(course.questions) == first
    loader.page.locator("input:checked").evaluate_all("boxes => boxes.map((b) => b.click())")
    loader.answers(first, WRONG[first.id])
    loader.page.reload()
    loader.sees(words.ANSWER_IS_IN)
    chosen = {first.option(letter).text for letter in WRONG[first.id]}
    # Each behind its number on the wall.
    listed = loader.page.locator(".chosen li").all_inner_texts()
    assert {text.partition(". ")[2] for text in listed} == chosen
    lectern.counts("2 of 2 have answered")
    lectern.press("ArrowRight", words.NEXT_QUESTION)
    loader.shows_verdict(NOT_QUITE)
    plain.shows_verdict(CORRECT)
    assert lectern.bars() == told(first, {RIGHT[first.id]: 1, WRONG[first.id]: 1}, 2)

    # The second: somebody comes late and types the code as people do.
    lectern.press("PageDown", words.REVEAL_ANSWER)
    late = Phone.of(new_context())
    late.page.goto(join_address)
    late.page.get_by_label("The code").fill(code.lower().replace("-", " "))
    late.page.get_by_role("button", name=words.JOIN).click()
    late.sees("Question 2 of 3")
    loader.sees("Question 2 of 3")
    # Nothing is taken away from whoever reads an explanation without script; a frame says it.
    plain.moves_on()
    plain.sees("Question 2 of 3")
    second = late.asked(course.questions)
    late.answers(second, RIGHT[second.id])
    plain.answers(second, RIGHT[second.id])
    loader.answers(second, WRONG[second.id])
    lectern.counts("3 of 3 have answered")
    lectern.press("PageDown", words.NEXT_QUESTION)
    loader.page.reload()
    loader.shows_verdict(NOT_QUITE)
    late.shows_verdict(CORRECT)
    assert lectern.bars() == told(second, {RIGHT[second.id]: 2, WRONG[second.id]: 1}, 3)

    # The third: the phone without script does not answer, and its frame says that it went on.
    lectern.press("Enter", words.REVEAL_ANSWER)
    plain.page.reload()
    plain.sees("Question 3 of 3")
    late.sees("Question 3 of 3")
    loader.sees("Question 3 of 3")
    third = late.asked(course.questions)
    late.answers(third, WRONG[third.id])
    loader.answers(third, RIGHT[third.id])
    lectern.counts("2 of 3 have answered")
    lectern.press("PageDown", words.END_SESSION)
    plain.moves_on()
    plain.shows_verdict("You did not answer this one.")
    late.shows_verdict(NOT_QUITE)
    loader.shows_verdict(CORRECT)
    assert lectern.bars() == told(third, {RIGHT[third.id]: 1, WRONG[third.id]: 1}, 2)

    lectern.ends()
    plain.page.reload()
    for phone in (late, loader, plain):
        phone.sees("The session has ended. Thank you.")

    # By hand: two, three and two answered; one, two and one were right.
    expected = [
        (first, {RIGHT[first.id]: 1, WRONG[first.id]: 1}),
        (second, {RIGHT[second.id]: 2, WRONG[second.id]: 1}),
        (third, {RIGHT[third.id]: 1, WRONG[third.id]: 1}),
    ]
    columns = ("number", "question_id", "answered", "option", "chosen", "all_right")
    found = sorted(tuple(row[name] for name in columns) for row in lectern.report())
    assert found == sorted(
        (str(number), question.id, str(sum(given.values())), letter, str(count), str(right))
        for number, (question, given) in enumerate(expected, 1)
        for letter, count in by_option(question, given).items()
        for right in [given[RIGHT[question.id]]]
    )
    assert {r["joined"] for r in lectern.report()} == {"3"}
    assert {r["chosen_percent"] for r in lectern.report()} == {""}
    page = lectern.page
    expect(page.get_by_text("3 people joined, 3 answered.")).to_be_visible()
    harmful = page.locator(".beliefs.harmful > li")
    expect(harmful).to_have_count(1)
    expect(harmful).to_contain_text(course.by_id["load-01"].option("c").text)
    report = page.locator(".room-report")
    assert "%)" not in report.inner_text(), "of fewer than five people no percentage is given"
    expect(page.locator(".prompt")).to_be_visible()


def by_option(question: Question, given: dict[str, int]) -> dict[str, int]:
    """How often each option was ticked, of answers by their letters."""
    return {
        letter: sum(count for letters, count in given.items() if letter in letters)
        for letter in question.letters
    }


def told(question: Question, given: dict[str, int], answered: int) -> dict[str, list[str]]:
    """What the wall says beside each option; percentages begin at five people."""
    return {
        question.option(letter).text: [f"{count} of {answered}"]
        for letter, count in by_option(question, given).items()
    }
