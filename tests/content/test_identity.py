"""``course.toml``: what it says, what goes without it, and what is said of a value that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.course import read_course
from bme_quiz.content.identity import (
    LONGEST_ID,
    Identity,
    Roles,
    default_identity,
    id_from_title,
    parse_identity,
)
from bme_quiz.content.problems import ContentError, Severity
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import course_folder
from tests import earlier
from tests.support.courses import ARTICLE, OWN_QUESTIONS, ROWS, write_course

KNEES, _ = parse_article(ARTICLE.encode())
WHOLE = """
id = "knees"
title = "Of knees"
language = "pt-BR"
licence = "CC BY 4.0"
reviewed_by = "Dr. Anna Example"
review_date = 2026-01-31
summary = "Loads,\\nand rest."
site = "https://knees.example.org/quiz"
emergency_number = 112
require_approval = true

[roles]
summary = "load"
help = "rest"
ask = "load"
to_do = "rest"
"""


def said(text: str | bytes) -> list[tuple[str, Severity, str]]:
    """Place, severity and the two sentences of each problem."""
    _, problems = parse_identity(text if isinstance(text, bytes) else text.encode(), KNEES)
    return [(p.place, p.severity, f"{p.message} {p.mend}") for p in problems]


def test_everything_that_can_be_said_is_read() -> None:
    assert parse_identity(WHOLE.encode(), KNEES) == (
        Identity(
            id="knees",
            title="Of knees",
            is_stated=True,
            language="pt-BR",
            licence="CC BY 4.0",
            reviewed_by="Dr. Anna Example",
            review_date=date(2026, 1, 31),
            summary="Loads, and rest.",
            site="https://knees.example.org/quiz",
            emergency_number="112",
            require_approval=True,
            roles=Roles("load", "rest", "load", "rest"),
        ),
        (),
    )


def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing() -> None:
    data = b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()
    assert parse_identity(data, KNEES) == parse_identity(WHOLE.encode(), KNEES)


@pytest.mark.parametrize(
    ("line", "key", "sentence"),
    [
        ("language = 'pt_BR'", "language", "'pt_BR' is no language tag. Write one such as"),
        ("language = ['en']", "language", "It is no text."),
        ("title = '  '", "title", "It is empty."),
        ("summary = '" + "x" * 2001 + "'", "summary", "It has 2,001 signs. Write 2,000 at most."),
        ("review_date = 'soon'", "review_date", "'soon' is no day. Write one such as 2026-01-31."),
        ("site = 'quiz.example.org'", "site", "is no address. Write one such as"),
        ("emergency_number = 'help'", "emergency_number", "'help' is no number to call."),
        ("require_approval = 'yes'", "require_approval", "Write true or false, without marks."),
        ("roles = 'help'", "roles", "It is no table. Write a line [roles]"),
        ("[roles]\nhelp = 'walk'", "roles.help", "The article has no section 'walk'."),
        ("[roles]\nhelp = 3", "roles.help", "The article has no section '3'."),
    ],
)
def test_a_bad_value_is_named_with_its_mend_and_the_default_stands(
    line: str, key: str, sentence: str
) -> None:
    text = f"id = 'knees'\n{line}\n"
    ((place, severity, told),) = said(text)
    assert (place, severity) == (f"course.toml {key}", Severity.ERROR)
    assert sentence in told
    identity, _ = parse_identity(text.encode(), KNEES)
    assert identity == replace(default_identity(KNEES), id="knees", is_stated=True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("id = 'knees'\ncolour = 'red'", "colour"),
        ("id = 'k'\n[roles]\nquiz = 'load'", "roles.quiz"),
    ],
)
def test_an_unknown_key_is_named_and_harms_nothing(text: str, key: str) -> None:
    ((place, severity, told),) = said(text)
    assert (place, severity) == (f"course.toml {key}", Severity.WARNING)
    assert "passed over. Take it out, or write one of: " in told


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"id = 'Knee pain!'", r"course\.toml, id: 'Knee pain!' cannot be an id\. Write"),
        (b"id = 7", r"course\.toml, id: It is no text"),
        (b"id = '" + b"x" * 65 + b"'", "cannot be an id"),
        (b"id = knees", r"course\.toml cannot be read \(.*line 1"),
        (b"\n\nid = 'kn\xe9es'", "not UTF-8 text in line 3; save it as UTF-8"),
        (b"x = " + b"[" * 5_000, "cannot be read"),
        (b"x = '" + b"y" * 100_000 + b"'", "100,000 at most"),
    ],
)
def test_what_leaves_the_identity_open_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ContentError, match=sentence) as caught:
        parse_identity(data, KNEES)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_give_an_identity_or_one_sentence(data: bytes) -> None:
    try:
        identity, _ = parse_identity(data, KNEES)
    except ContentError:
        return
    assert id_from_title(identity.id) == identity.id


@given(st.text())
def test_every_title_makes_an_id(title: str) -> None:
    made = id_from_title(title)
    assert parse_identity(f"id = '{made}'".encode(), KNEES)[0].id == made
    assert len(made) <= LONGEST_ID


def test_ids_are_made_of_what_can_be_read_in_a_title() -> None:
    assert id_from_title("  Ödeme & Knie: 2. Auflage ") == "odeme-knie-2-auflage"
    assert id_from_title("骨髓水肿") != id_from_title("骨髓")


def test_without_the_file_title_and_id_are_the_articles(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path / "questions", ROWS))
    assert course.identity == Identity("knees-and-loads", "Knees and loads")
    assert course.help_section is None


def test_a_file_without_an_id_is_told_which_one_it_has(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "questions", ROWS)
    (folder / "course.toml").write_text('language = "de"', "utf-8")
    (problem,) = read_course(folder).problems
    assert problem.severity is Severity.WARNING
    assert problem.mend == 'Write id = "knees-and-loads" and never change it.'
    assert load_course(folder).identity.id == "knees-and-loads"


def test_a_help_section_of_the_earlier_name_is_the_help_until_roles_are_given() -> None:
    article = read_course(earlier.COURSE).article
    assert default_identity(article).roles == Roles(help="when-to-get-help")
    kept, _ = parse_identity(b"id = 'knees'", article)
    assert kept.roles == Roles(help="when-to-get-help")
    none, _ = parse_identity(b"id = 'knees'\n[roles]", article)
    assert none.roles == Roles()


def test_a_bad_value_is_told_to_the_author_on_the_start_page(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "questions", ROWS)
    (folder / "course.toml").write_text('id = "knees"\nlanguage = "English"', "utf-8")
    course = load_course(folder)
    assert [p.place for p in course.problems] == ["course.toml language"]
    assert len(course.questions) == len(ROWS)


def test_an_edit_of_the_file_shows_at_the_next_look(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "questions", ROWS)
    assert load_course(folder).identity.title == "Knees and loads"
    (folder / "course.toml").write_text('id = "knees"\ntitle = "Of knees"', "utf-8")
    assert load_course(folder).identity.title == "Of knees"


def test_a_folder_with_nothing_but_the_file_is_meant_as_a_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "course.toml").write_text('id = "knees"', "utf-8")
    assert course_folder("") == Path("questions")


def test_the_shipped_course_says_who_it_is() -> None:
    files = read_course(OWN_QUESTIONS)
    assert files.identity is not None
    assert (files.identity.id, files.identity.is_stated) == ("bone-marrow-edema", True)
    assert files.identity.roles.help == "when-to-get-help"
    assert [p for p in files.problems if p.file == "course.toml"] == []
