"""Every page, run by Streamlit itself, and the traps that quiz apps on Streamlit fall into."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Radio

from bme_quiz.services.settings import ENV_QUESTIONS
from bme_quiz.ui.shell import dependencies, navigation, words
from tests import earlier
from tests.support.app import labels, open_app, page_html, press
from tests.support.courses import MULTIPLE, OWN_QUESTIONS, ROOT, TRUE_FALSE, row, write_course
from tests.support.illustrated import write_illustrated

SCREENS = ROOT / "bme_quiz" / "ui" / "screens"
HELP = SCREENS / "get_help.py"
PAGES = sorted(set(SCREENS.glob("*.py")) - {HELP})


def start(app: AppTest, section: str | None = None) -> AppTest:
    if section:
        press(app, words.OPEN_CHOICES)
        app.multiselect[0].set_value([section])
    return press(app, words.START_QUIZ)


@pytest.fixture(autouse=True)
def course(small_folder: Path) -> Path:
    return small_folder


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_page_starts_by_itself(page: Path) -> None:
    app = open_app()
    app.switch_page(str(page)).run()
    assert not app.exception
    assert page_html(app)


def links(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.get("page_link")]


def test_disclaimer_and_help_are_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_QUESTIONS, str(OWN_QUESTIONS))
    app = open_app()
    assert words.DISCLAIMER in page_html(app).replace("&#x27;", "'")
    assert words.NOT_REVIEWED in page_html(app)
    assert words.PAGE_HELP in links(app)


def test_the_help_page_shows_the_section_that_the_course_names(course: Path) -> None:
    assert words.PAGE_HELP not in links(open_app())
    (course / "course.toml").write_text('id = "knees"\n[roles]\nhelp = "rest"\n', "utf-8")
    app = open_app()
    assert words.PAGE_HELP in links(app)
    app.switch_page(str(HELP)).run()
    assert not app.exception
    assert "Crutches keep weight off the leg." in page_html(app)


def test_a_course_of_the_release_before_keeps_its_help_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ENV_QUESTIONS, str(earlier.COURSE))
    app = open_app()
    assert words.PAGE_HELP in links(app)
    app.switch_page(str(HELP)).run()
    assert not app.exception
    assert "Call for help at once if the leg turns cold." in page_html(app)


def test_the_tab_is_called_after_the_course(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course / "course.toml").write_text('id = "knees"\ntitle = "Of knees"\n', "utf-8")
    seen: list[str] = []
    monkeypatch.setattr(st, "set_page_config", lambda **given: seen.append(given["page_title"]))
    open_app()
    assert seen == [f"{words.PAGE_QUIZ} · Of knees"]


def test_one_press_starts_the_default_quiz() -> None:
    app = press(open_app(), words.START_QUIZ)
    assert "Question 1 of 4" in page_html(app)
    assert words.CHECK_ANSWER in labels(app)


def test_nothing_is_preselected_and_checking_nothing_says_so() -> None:
    app = start(open_app(), "load")
    assert app.radio[0].value is None
    press(app, words.CHECK_ANSWER)
    assert [w.value for w in app.warning] == [words.NOTHING_CHOSEN]
    assert "Question 1 of 2" in page_html(app)
    app.run()
    assert not app.warning


def test_an_answer_is_explained_with_its_passage_marked() -> None:
    app = start(open_app(), "load")
    app.radio[0].set_value("a")
    press(app, words.CHECK_ANSWER)
    html = page_html(app)
    assert "Not quite." in html
    assert "<mark>Rest lets the bone mend</mark>" in html
    assert 'href="/article#section-load"' in html
    assert "Wrong, and you chose it" in html
    for why in ("A brace leaves the load where it was.", "Rest gives the bone the time it needs."):
        assert why in html
    assert "Sources of this passage" in html
    opened = '<details class="words" open><summary>The article\'s words</summary>'
    assert f"{opened}<q>A brace does not take the load away</q>" in html


def test_the_answered_question_is_a_list_and_not_a_disabled_widget() -> None:
    """Disabling a radio in the run that answers it wipes the visible choice."""
    app = start(open_app(), "load")
    app.radio[0].set_value("b")
    press(app, words.CHECK_ANSWER)
    assert not app.radio


def test_nothing_of_the_key_is_sent_before_the_answer() -> None:
    app = start(open_app())
    sent = page_html(app) + str(app.main)
    assert "Question 1 of 4" in sent  # it does look at what is sent
    for text in (*_keys_words(row()), *_keys_words(MULTIPLE), *_keys_words(TRUE_FALSE)):
        assert text not in sent


def _keys_words(cells: dict[str, str]) -> list[str]:
    columns = [f"{kind}_{letter}" for kind in ("why", "quote") for letter in "abcde"]
    return [cells[c] for c in columns if len(cells[c]) > 1]


def test_the_options_keep_their_order_when_the_page_is_redrawn() -> None:
    app = start(open_app(), "load")
    before = app.radio[0].options
    for _ in range(4):
        app.run()
        assert app.radio[0].options == before


def test_a_choice_is_not_carried_over_to_the_next_question() -> None:
    app = start(open_app(), "load")
    app.radio[0].set_value("b")
    press(app, words.CHECK_ANSWER)
    press(app, words.NEXT_QUESTION)
    assert app.radio[0].value is None


def test_a_multiple_question_has_a_box_for_each_option() -> None:
    app = start(open_app(), "rest")
    for _ in range(2):
        if app.checkbox:
            break
        app.radio[0].set_value("b")
        press(app, words.CHECK_ANSWER)
        press(app, words.NEXT_QUESTION)
    assert sorted(box.label for box in app.checkbox) == [
        "A boot",
        "A brace",
        "Crutches",
        "Walking on",
    ]
    assert not any(box.value for box in app.checkbox)
    next(box for box in app.checkbox if box.label == "Crutches").check()
    press(app, words.CHECK_ANSWER)
    assert "Partly correct." in page_html(app)
    assert "counts 0.5" in page_html(app)


def test_a_walk_to_the_results_and_on_to_what_was_missed() -> None:
    app = start(open_app(), "load")
    app.radio[0].set_value("a")
    press(app, words.CHECK_ANSWER)
    press(app, words.NEXT_QUESTION)
    app.radio[0].set_value("b")
    press(app, words.CHECK_ANSWER)
    assert words.NEXT_QUESTION in labels(app)  # the missed one is about to come back
    press(app, words.SEE_RESULTS)
    html = page_html(app)
    assert "1 of 2 points (50 %)" in html
    assert "One question was missed." in html
    assert "What a load does" in html
    assert "Speed does not count" in html
    press(app, words.RETRY_MISSED)
    assert "Question 1 of 1" in page_html(app)


def test_a_quiz_can_be_stopped_and_begun_anew() -> None:
    app = press(start(open_app()), words.STOP_HERE)
    assert "No question was answered." in page_html(app)
    press(app, words.NEW_QUIZ)
    assert words.START_QUIZ in labels(app)


def test_a_choice_that_admits_nothing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_course(tmp_path / "students", [row(audience="student")])
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))
    app = open_app()
    press(app, words.OPEN_CHOICES)
    app.radio(key="choice-audience").set_value("patient")
    press(app, words.START_QUIZ)
    assert [w.value for w in app.warning] == [words.NO_QUESTIONS]
    assert words.START_QUIZ in labels(app)


def test_the_article_offers_a_quiz_on_each_section() -> None:
    app = open_app()
    app.switch_page("screens/article.py").run()
    assert labels(app) == [words.QUIZ_ME] * 2
    html = page_html(app)
    assert '<h2 id="section-rest"' in html
    assert 'id="source-2"' in html
    app.button[1].click().run()
    assert not app.exception
    assert "Question 1 of 2" in page_html(app)


def test_broken_questions_are_told_to_the_author_and_the_rest_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(), row(id="load-02", stem="Else?", level="guess")]
    monkeypatch.setenv(ENV_QUESTIONS, str(write_course(tmp_path / "broken", rows)))
    app = open_app()
    assert [e.label for e in app.expander if e.label.startswith("For the author")]
    assert "bank.csv:3 load-02 level" in page_html(app)
    assert "Question 1 of 1" in page_html(press(app, words.START_QUIZ))


@pytest.mark.parametrize("missing", ["article.md", "bank.csv"])
def test_a_missing_file_gets_a_sentence_on_the_page(course: Path, missing: str) -> None:
    (course / missing).unlink()
    app = open_app()
    assert words.NO_COURSE in [e.value for e in app.error]
    assert any("does not exist" in t.value for t in app.get("text"))


@pytest.mark.parametrize("is_author", [True, False])
def test_a_bank_caught_half_written_is_told_to_the_author_alone(
    course: Path, monkeypatch: pytest.MonkeyPatch, is_author: bool
) -> None:
    monkeypatch.setattr(dependencies, "may_check_banks", lambda: is_author)
    app = open_app()
    before = page_html(app)
    (course / "bank.csv").write_text("id,section,type\n", "utf-8")
    app.run()
    assert not app.exception
    assert page_html(app) == before
    assert [w.value for w in app.warning] == ([words.COURSE_HELD] if is_author else [])
    told = [t.value for t in app.get("text")]
    assert told == (["bank.csv has no question."] if is_author else [])
    question = page_html(press(app, words.START_QUIZ))
    assert "Question 1 of" in question
    assert "bank.csv" not in question


def test_text_of_a_cell_reaches_the_page_as_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nasty = "<img src=x onerror=alert(1)> *b* $x$ & :red[y]"
    cells = row(option_a=nasty, why_a=nasty, stem=f"Is it {nasty}?")
    folder = write_course(tmp_path / "nasty", [cells])
    (folder / "exceptions.csv").write_text("id,rule,reason\nload-01,S11,what this test is about\n")
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))
    app = press(open_app(), words.START_QUIZ)
    assert r"\<img" in app.radio[0].label
    app.radio[0].set_value("a")
    press(app, words.CHECK_ANSWER)
    assert "<img" not in page_html(app)
    assert "&lt;img src=x onerror=alert(1)&gt; *b* $x$ &amp; :red[y]" in page_html(app)


def test_each_run_has_pages_of_its_own() -> None:
    """Streamlit marks on a page that it may be run; of a shared one, another run would see that."""
    open_app()
    one, other = navigation.pages(), navigation.pages()
    assert [page.url_path for page in one.values()] == [s.address for s in navigation.SCREENS]
    assert all(one[address] is not other[address] for address in one)
    made = navigation._made().values()
    assert [page._can_be_called for page in made] == [False] * len(made)


@pytest.fixture
def with_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The course with boxes, sets and pictures."""
    folder = write_illustrated(tmp_path / "illustrated")
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))
    return folder


def lead(app: AppTest) -> str:
    return next(part for part in page_html(app).split("<p") if part.startswith(' class="lead"'))


def radio(app: AppTest, text: str) -> Radio[str]:
    return next(one for one in app.radio if one.label == text)


@pytest.mark.usefixtures("with_sets")
def test_one_tap_starts_the_essentials_and_goes_on_with_them() -> None:
    app = open_app()
    assert "One tap starts “The essentials”: 3 questions, in order." in lead(app)
    press(app, words.START_QUIZ)
    assert "Question 1 of 3" in page_html(app)
    app.radio[0].set_value("b")
    press(app, words.CHECK_ANSWER)
    press(app, words.NEXT_QUESTION)
    assert 'src="/course/images/bone.svg"' in page_html(app)
    press(app, words.STOP_HERE)
    press(app, words.NEW_QUIZ)
    assert "One tap goes on with “The essentials”: 1 of 3 answered." in lead(app)
    press(app, words.START_QUIZ)
    assert "Question 1 of 2" in page_html(app)


@pytest.mark.usefixtures("with_sets")
def test_a_student_begins_with_a_draw_and_may_take_a_set() -> None:
    app = press(open_app(), words.OPEN_CHOICES)
    assert radio(app, "Which questions?").value == "essentials"
    assert radio(app, "Which questions?").options == [
        "The essentials: 3 questions, in order",
        "More: 1 question, in order",
        "A draw from the sections below",
    ]
    radio(app, "Who are you?").set_value("student").run()
    assert radio(app, "Which questions?").value == ""
    assert "One tap starts the quiz." in lead(app)
    press(app, words.START_QUIZ)
    assert "Question 1 of 4" in page_html(app), "four are for students, in any order"


@pytest.mark.usefixtures("with_sets")
def test_whoever_chooses_sections_gets_those() -> None:
    app = press(open_app(), words.OPEN_CHOICES)
    app.multiselect[0].set_value(["rest"])
    press(app, words.START_QUIZ)
    assert "Question 1 of 2" in page_html(app)


@pytest.mark.usefixtures("with_sets")
def test_sections_with_a_role_are_linked_from_the_start_page() -> None:
    page = page_html(open_app())
    assert '<a href="/article#section-in-short" target="_self">In short</a>' in page
    assert '<a href="/article#section-ask" target="_self">What to ask</a>' in page


def test_a_course_without_sets_and_roles_starts_as_ever() -> None:
    app = open_app()
    assert "One tap starts the quiz." in lead(app)
    assert "Read:" not in page_html(app)
    press(app, words.OPEN_CHOICES)
    assert [one.label for one in app.radio] == ["Number of questions", "Who are you?"]


@pytest.mark.usefixtures("with_sets")
def test_the_article_page_has_its_box_closed_and_its_drawings_as_links() -> None:
    app = open_app()
    app.switch_page(str(SCREENS / "article.py")).run()
    page = page_html(app)
    assert '<details class="box" id="box-load"><summary>Often misunderstood</summary>' in page
    assert '<a class="zoom" href="/course/images/bone.svg" target="_blank"' in page
