"""A whole session with a form before and one after the talk. Nothing is revealed before the second
is in, and what was learned, kept, lost and never known is worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bme_quiz.content.bank import Question
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.rooms.rooms import clean_code
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from bme_quiz.ui.shell import words
from tests.support.courses import MULTIPLE, row, write_course
from tests.support.listener import Listener
from tests.support.phones import Phone as PlainClient
from tests.support.server import Server
from tests.support.session_walk import LAPTOP, PASSCODE, Lectern, NewContext, Phone

ONE, SEVERAL = "load-01", "rest-01"
"""One question of one right answer, b; one of two, a and c."""

# What everybody answers before and after the talk. A person's marks follow from the rule: one
# right answer counts 1; of several, each right one half, each wrong one takes half away.
#
#         ONE                    SEVERAL
# anna    c 0    b 1   learned   a   0.5  ac 1    learned
# ben     b 1    b 1   kept      ac  1    ac 1    kept
# cem     b 1    a 0   lost      b   0    ab 0    never
# dora    a 0    c 0   never     -        ac 1    (only once: left out)
# eli     c 0    b 1   learned   abc 0.5  a  0.5  never
ANSWERS = {
    "anna": {ONE: ("c", "b"), SEVERAL: ("a", "ac")},
    "ben": {ONE: ("b", "b"), SEVERAL: ("ac", "ac")},
    "cem": {ONE: ("b", "a"), SEVERAL: ("b", "ab")},
    "dora": {ONE: ("a", "c"), SEVERAL: ("", "ac")},
    "eli": {ONE: ("c", "b"), SEVERAL: ("abc", "a")},
}
CHANGES = {ONE: (2, 1, 1, 1), SEVERAL: (1, 1, 0, 2)}
"""Learned, kept, lost, never."""
# Missing before: 3 of 5 marks of ONE, after: 2 of 5. So the class gain is (3 - 2) / 3. SEVERAL was
# answered both times by fewer than five, so it is in no mean and not in the gain.
GAIN = 1 / 3
VERDICTS = {
    ONE: {"anna": "Correct.", "ben": "Correct.", "cem": "Not quite."},
    SEVERAL: {"anna": "Correct.", "ben": "Correct.", "cem": "Not quite."},
}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(
        write_course(
            tmp_path / "course", [row(), {**MULTIPLE, "why_d": "A brace carries no weight."}]
        )
    )


@pytest.fixture
def server(course: Course, tmp_path: Path) -> Iterator[Server]:
    env = {ENV_DATABASE: f"sqlite:///{tmp_path / 'quiz.db'}", ENV_PASSCODE: PASSCODE}
    with Server(course.folder, **env) as started:
        yield started


def told(question: Question, heard: str) -> list[str]:
    """What of a question's reasons stands in a text."""
    return [o.why for o in question.options if o.why in heard or escape(o.why) in heard]


def quoted(question: Question, heard: str) -> list[str]:
    """What of a question's quotations stands in a text; an explanation shows a whole section."""
    return [o.quote for o in question.options if o.quote and o.quote in heard]


def test_before_and_after_a_talk(server: Server, course: Course, new_context: NewContext) -> None:
    lectern = Lectern(new_context(viewport=LAPTOP).new_page(), server.url)
    wall = Listener(lectern.page)
    lectern.sign_in()
    lectern.start("Before and after a talk")
    straight_in, code = lectern.straight_in, clean_code(lectern.code)
    assert code is not None
    phones = {
        "anna": Phone.of(new_context()),
        "ben": Phone.of(new_context(java_script_enabled=False)),
        "cem": Phone.of(new_context()),
    }
    others = {name: PlainClient(server.port, code) for name in ("dora", "eli")}
    for phone in phones.values():
        phone.page.goto(straight_in)
        phone.sees("You are in.")
    for client in others.values():
        client.come_in()
    lectern.counts("5 have joined")

    def nothing_is_told(*questions: Question) -> None:
        heard = [wall.received.decode(errors="replace")]
        heard += ["\n".join([p.page.content(), *p.heard]) for p in phones.values()]
        for text in heard:
            for question in questions:
                assert told(question, text) == []
                assert len(questions) == 1 or quoted(question, text) == []

    def fill_in(form: int) -> None:
        """Everybody answers the form, 0 before and 1 after the talk."""
        for name, phone in phones.items():
            if form or name == "ben":
                phone.page.reload()
            for number in (1, 2):
                phone.sees(f"Question {number} of 2")
                question = phone.asked(course.questions)
                phone.choose(question, ANSWERS[name][question.id][form])
                if (name, number) == ("cem", 2):
                    phone.page.reload()
                    phone.sees("Question 2 of 2")
                    for box in phone.page.locator("input:checked").all():
                        box.uncheck()
                    phone.choose(question, ANSWERS[name][question.id][form])
                phone.send()
            phone.sees("All your answers are in.")
        for name, client in others.items():
            step = client.look().step
            for position, question in enumerate(order):
                if letters := ANSWERS[name][question.id][form]:
                    assert client.send(step, position, letters).status == 200

    lectern.press("PageDown", words.CLOSE_ANSWERS)
    phones["anna"].sees("Question 1 of 2")
    first = phones["anna"].asked(course.questions)
    order = [first, next(q for q in course.questions if q != first)]
    fill_in(0)
    lectern.counts("5 of 5 have begun", "4 of 5 have finished")
    # What the listeners would notice: a question's own text has come to all of them but the wall.
    assert all(any(first.stem in text for text in p.heard) for p in phones.values())
    nothing_is_told(*order)

    lectern.press("PageDown", words.OPEN_ANSWERS)
    phones["anna"].sees("Now comes the talk.")
    phones["cem"].sees("Now comes the talk.")
    nothing_is_told(*order)

    lectern.press("PageDown", words.REVEAL_ANSWER)
    phones["anna"].sees("Question 1 of 2")
    fill_in(1)
    lectern.counts("5 of 5 have begun", "5 of 5 have finished")
    nothing_is_told(*order)

    for number, question in enumerate(order, 1):
        lectern.press("PageDown", words.NEXT_QUESTION if number == 1 else words.END_SESSION)
        phones["ben"].page.reload()
        for name, phone in phones.items():
            phone.sees(f"Question {number} of 2")
            phone.shows_verdict(VERDICTS[question.id][name])
            assert told(question, "\n".join(phone.heard))
        assert lectern.bars() == on_the_wall(question)
        assert told(question, wall.received.decode(errors="replace"))
        nothing_is_told(*order[number:])
    lectern.ends()

    for question in order:
        rows = [r for r in lectern.report() if r["question_id"] == question.id]
        assert {r["round"] for r in rows} == {"before", "after"}
        found = {tuple(int(r[k]) for k in ("learned", "kept", "lost", "never")) for r in rows}
        assert found == {CHANGES[question.id]}
        people = {r["people"] for r in rows}
        assert people == {"5" if question.id == ONE else "4"}
    assert {r["class_gain"] for r in lectern.report()} == {f"{GAIN:.3f}"}
    report = lectern.page.locator(".room-report")
    expect(report).to_contain_text("5 people joined, 5 answered.")
    expect(report).to_contain_text("5 people answered questions both times; their 9 pairs")
    for name, count, percent in (
        *(("Learned", 3, 33), ("Kept", 2, 22)),
        *(("Lost", 1, 11), ("Never", 3, 33)),
    ):
        line = report.locator(".changes li").filter(has_text=name)
        expect(line).to_contain_text(f"{count} of 9 ({percent} %)")
    expect(report).to_contain_text(f"Class gain ⟨g⟩ {GAIN:.2f}")
    # 2 of 5 marks were there before, 3 after.
    expect(report).to_contain_text("The mean mark was 0.40 before and 0.60 after.")
    expect(report).to_contain_text("This and the gain are of 5 pairs")
    expect(report.locator(".limits")).to_contain_text("even without teaching")


def on_the_wall(question: Question) -> dict[str, list[str]]:
    """What stands beside each option: how many of those who answered both times ticked it."""
    both = [a[question.id] for a in ANSWERS.values() if all(a[question.id])]
    shown = {}
    for letter in question.letters:
        bars = []
        for form, name in enumerate(("Before", "After")):
            count = sum(letter in ticked[form] for ticked in both)
            percent = f" ({100 * count // 5} %)" if len(both) == 5 else ""
            bars.append(f"{name} {count} of {len(both)}{percent}")
        shown[question.option(letter).text] = bars
    return shown
