"""Checks of sets, pictures, retired rows and published ids (S04, S12, S13, W20, C02)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bme_quiz.content.course import read_course
from bme_quiz.content.editions import with_published
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.rules.checks.run import check, sound_questions
from bme_quiz.services.authoring.publishing import publish
from tests.support.courses import ROWS, row, write_course
from tests.support.findings import course, found, numbered, problems, report
from tests.support.illustrated import (
    EXAMPLE,
    ILLUSTRATED,
    PICTURED,
    RETIRED,
    illustrated_files,
    write_illustrated,
)

ESSENTIALS = [{**cells, "sets": f"essentials:{n}"} for n, cells in enumerate(numbered(3), 1)]


def with_cells(number: int, **cells: str) -> list[dict[str, str]]:
    """Three essentials, one of them changed."""
    return [{**one, **(cells if n == number else {})} for n, one in enumerate(ESSENTIALS, 1)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (with_cells(2, sets="essentials"), "'essentials' is no place in a set"),
        (with_cells(2, sets="essentials:0"), "'essentials:0' is no place"),
        (with_cells(2, sets="Essentials:2"), "'Essentials:2' is no place"),
        (with_cells(2, sets="essentials:two;hip:1"), "'essentials:two' is no place"),
        (with_cells(2, sets="essentials:1"), "Place 1 of the set 'essentials' is taken"),
        (with_cells(2, sets="essentials:2;essentials:4"), "more than once"),
        (with_cells(3, sets="essentials:4"), "no question at place 3"),
        (with_cells(3, sets="essentials:7"), "no question at place 3 to 6"),
        (with_cells(1, sets="hip:1"), "no question at place 1"),
        (with_cells(2, status="retired"), "is retired is in the set 'essentials'"),
        (with_cells(2, status="example"), "is example is in the set 'essentials'"),
        (with_cells(2, audience="student"), "for patients, and this question is for students only"),
        ([{"sets": "hip:1", "audience": "student"}, {**numbered(1)[0], "sets": "hip:2",
          "audience": "patient"}], "'hip' is for patients"),
    ],
)  # fmt: skip
def test_s12_a_set_with_a_fault(rows: list[dict[str, str]], words: str) -> None:
    said = problems("S12", *rows)
    assert any(words in one.message for one in said), [one.message for one in said]
    assert {one.severity for one in said} == {Severity.WARNING}
    assert all(one.row is not None and one.id for one in said)


@pytest.mark.parametrize(
    "rows",
    [
        ESSENTIALS,
        ESSENTIALS[::-1],
        with_cells(2, sets=" essentials : 2 ; hip:1 "),
        with_cells(2, audience="patient"),
        [{"sets": "hip:1", "audience": "student"}],
        [{"sets": ""}],
        [{}],
    ],
)
def test_s12_a_whole_set(rows: list[dict[str, str]]) -> None:
    assert problems("S12", *rows) == ()


def test_s12_notes_an_essential_question_that_is_long() -> None:
    short = report(*ESSENTIALS, select=["S12"])
    assert short.problems == ()
    stem = " ".join(["word"] * 29) + "?"
    (note,) = problems("S12", *with_cells(2, stem=stem))
    assert (note.severity, note.row, note.column) == (Severity.NOTE, 3, "stem")
    assert "46 words" in note.message
    assert problems("S12", {"stem": stem, "sets": "hip:1"}) == ()


@pytest.mark.parametrize("cell", ["Retired", "old", "x" * 4000])
def test_s04_an_unknown_status_withholds_the_question(cell: str) -> None:
    files = course({"status": cell})
    found_there = check(files, select=["S04"])
    assert [(p.column, p.severity) for p in found_there.problems] == [("status", Severity.ERROR)]
    assert sound_questions(files, found_there) == ()


@pytest.mark.parametrize("status", ["retired", "example", " retired "])
def test_what_is_never_asked_is_held_to_nothing_but_its_structure(status: str) -> None:
    faults = {"quote_a": "no such words", "section": "gone", "why_a": "TODO", "harm": "a"}
    assert {p.code for p in report(faults).problems} >= {"G01", "S03", "S08", "H03"}
    assert {p.code for p in report({**faults, "status": status}).problems} <= {"G09", "B03", "R01"}
    broken = report({"status": status, "answer": "e"})
    assert [p.code for p in broken.problems if p.file == "bank.csv" and p.row] == ["S06"]
    assert found("S02", {"status": status, "id": "X"}) == [(2, "id")]


def test_an_id_of_a_retired_row_is_not_used_again() -> None:
    assert found("S02", {"status": "retired"}, {"stem": "Another one?"}) == [(3, "id")]


def test_retired_rows_are_counted_and_no_part_of_the_coverage() -> None:
    both = report({}, {**numbered(1)[0], "id": "overload-02", "status": "retired"})
    assert (both.questions, both.retired, both.withheld) == (2, 1, frozenset())
    assert both.coverage == report({}).coverage


def picture(**cells: str) -> dict[str, str]:
    return {"image": "bone.svg", "image_alt": "A leg with a mark at the shin.", **cells}


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (picture(image="https://example.org/bone.svg"), "image", "no picture of the course"),
        (picture(image="../bone.svg"), "image", "no picture of the course"),
        (picture(image="images/../bone.svg"), "image", "no picture of the course"),
        (picture(image="bone.gif"), "image", "no picture of the course"),
        (picture(image="bone"), "image", "no picture of the course"),
        (picture(image="Bone.svg"), "image", "There is no file images/Bone.svg"),
        (picture(image_alt=" "), "image_alt", "no text for people who do not see it"),
        (picture(image_alt="x" * 501), "image_alt", "501 characters"),
    ],
)
def test_s13_a_picture_that_cannot_be_shown_withholds_the_question(
    cells: dict[str, str], column: str, words: str
) -> None:
    files = replace(course(cells), images=frozenset({"bone.svg"}))
    made = check(files, select=["S13"])
    (problem,) = made.problems
    assert (problem.column, problem.severity) == (column, Severity.ERROR)
    assert words in problem.message
    assert sound_questions(files, made) == ()


def test_s13_lets_pictures_pass_that_are_there() -> None:
    there = frozenset({"bone.svg", "b_1-x.png", "c.webp", "d.jpeg"})
    for name in (*there, *(f"images/{name}" for name in there)):
        files = replace(course(picture(image=name)), images=there)
        assert check(files, select=["S13"]).problems == (), name
    # An upload comes without its pictures.
    assert problems("S13", picture(image="elsewhere.svg")) == ()
    (stray,) = problems("S13", {"image_alt": "A leg."})
    assert (stray.severity, stray.column) == (Severity.WARNING, "image_alt")


@pytest.mark.parametrize(
    ("alt", "gives_away"),
    [
        ("A drawing of a very small crack.", True),
        ("Two cracked things.", True),
        ("A crack, a torn muscle.", False),  # a wrong option is told of as well
        ("A leg with a mark at the shin.", False),
        ("A stress mark in a leg.", False),  # in the stem anyway, or in a wrong option
    ],
)
def test_w20_the_text_of_a_picture_does_not_tell_the_key(alt: str, gives_away: bool) -> None:
    said = problems("W20", picture(image_alt=alt))
    assert [(p.column, p.severity) for p in said] == (
        [("image_alt", Severity.WARNING)] if gives_away else []
    )


def published(folder: Path, rows: list[dict[str, str]]) -> list[Problem]:
    write_illustrated(folder, rows)
    files = with_published(folder, read_course(folder))
    return list(check(files, select=["C02"]).problems)


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    folder = write_illustrated(tmp_path / "course")
    publish(folder, date(2026, 1, 31))
    return folder


def changed(position: int, **cells: str) -> list[dict[str, str]]:
    return [{**one, **(cells if n == position else {})} for n, one in enumerate(ILLUSTRATED)]


def test_c02_a_published_question_stays(course_folder: Path) -> None:
    assert published(course_folder, ILLUSTRATED) == []
    assert published(course_folder, changed(0, status="retired", sets="")) == []
    mended = "A bone hurts after weeks of loads. Which of these steps lets it mend?"
    assert published(course_folder, changed(0, stem=mended)) == []
    (gone,) = published(course_folder, ILLUSTRATED[1:])
    assert "The question 'load-01' of edition 1 is gone." in gone.message
    assert (gone.severity, gone.id, gone.row) == (Severity.WARNING, "load-01", None)


def test_c02_a_published_id_is_not_given_to_another_question(course_folder: Path) -> None:
    other = {
        "stem": "Which picture shows marrow fluid brightly?",
        "option_a": "Ultrasound",
        "option_b": "A STIR sequence",
        "option_c": "A plain film",
    }
    (problem,) = published(course_folder, changed(0, **other))
    assert "Edition 1 has another question under this id." in problem.message
    assert (problem.row, problem.id) == (2, "load-01")
    # Also where the published one was retired.
    (reused,) = published(course_folder, changed(5, status="", **other))
    assert reused.id == "load-09"


def test_c02_reads_editions_that_kept_no_words(course_folder: Path) -> None:
    path = course_folder / "editions" / "1.json"
    kept = json.loads(path.read_text("utf-8"))
    del kept["words"]
    path.write_text(json.dumps(kept), "utf-8")
    assert published(course_folder, changed(0, stem="Something else altogether now?")) == []
    assert len(published(course_folder, ILLUSTRATED[1:])) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: kept | {"words": []},
        lambda kept: kept | {"words": {"load-01": 7}},
        lambda kept: kept | {"questions": None},
    ],
)
def test_a_broken_edition_is_one_sentence(
    course_folder: Path, spoil: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    path = course_folder / "editions" / "1.json"
    path.write_text(json.dumps(spoil(json.loads(path.read_text("utf-8")))), "utf-8")
    with pytest.raises(ContentError, match="is no edition as publish writes it"):
        with_published(course_folder, read_course(course_folder))


def test_the_sample_course_is_what_its_tests_take_it_for(tmp_path: Path) -> None:
    files = illustrated_files(tmp_path / "course")
    made = check(files)
    assert made.errors == 0
    asked = [question.id for question in sound_questions(files, made)]
    assert asked == [r["id"] for r in ILLUSTRATED if r not in (RETIRED, EXAMPLE)]
    assert PICTURED["id"] in asked


def test_a_bank_without_the_columns_is_as_it_was(tmp_path: Path) -> None:
    files = read_course(write_course(tmp_path / "course", [*ROWS, row(id="load-03", stem="So?")]))
    assert not set(files.bank.columns) & {"sets", "image", "image_alt", "status"}
    assert {p.code for p in check(files).problems}.isdisjoint({"S12", "S13", "W20", "C02"})
