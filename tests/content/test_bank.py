"""The bank's optional columns, and that a bank without them is what it was, letter for letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bme_quiz.content.bank import (
    Picture,
    SetPlace,
    Status,
    image_file,
    parse_bank,
    question_from_row,
    row_status,
    set_places,
    write_bank,
)
from bme_quiz.content.course import read_course
from bme_quiz.content.editions import content_of, read_editions, with_published, write_edition
from bme_quiz.content.identity import parse_identity
from bme_quiz.rules.checks.approval import Approval
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.storage.quiz.attempt_rows import text_value
from tests.support import findings
from tests.support.courses import ROWS, course_of, row, write_course
from tests.support.illustrated import ALT, ILLUSTRATED, PICTURED, bank_of, illustrated

# As the release before the optional columns made them.
REVISIONS = {
    "load-01": "aca82ca083cd",
    "load-02": "d6fa66c5d6b3",
    "rest-01": "3edafcf06c81",
    "rest-02": "6896cbe31472",
}
BANK, ARTICLE = "a276992ea730", "eda0a0c29a18"
APPROVED = "s4f5d9702.p7a889ad6.q7e00b43e.ref306e04"
DIGEST = "09a75fb5e7e31487a7c1cd7a2fa8095222d9a1ff556a58fef00bb97d8514ab5f"
DIGEST_WITH_IDENTITY = "55e87edaf6738efc675da1f803faa15099bc3e29abf8e9efdfb4b257fb6e2dd4"


def approval_of(**cells: str) -> str:
    files = findings.course(cells)
    context = Context(files)
    return str(Approval.of(Item(files.bank.rows[0], context), context))


def test_without_the_columns_every_fingerprint_is_what_it_was(tmp_path: Path) -> None:
    course = course_of(ROWS)
    assert {q.id: q.revision for q in course.questions} == REVISIONS
    assert (course.bank_fingerprint, course.article.fingerprint) == (BANK, ARTICLE)
    assert approval_of() == APPROVED
    assert "image" not in text_value(course.by_id["load-01"])
    folder = write_course(tmp_path / "course", ROWS)
    assert content_of(folder, read_course(folder)).digest == DIGEST
    (folder / "course.toml").write_text('id = "knees"\ntitle = "Knees"\n', "utf-8")
    assert content_of(folder, read_course(folder)).digest == DIGEST_WITH_IDENTITY


def test_with_empty_columns_too() -> None:
    table = parse_bank(bank_of(ROWS).encode())
    assert table.problems == ()
    assert {q.id: q.revision for q in map(question_from_row, table.rows)} == REVISIONS
    assert write_bank(table.rows) == write_bank(parse_bank(write_bank(table.rows).encode()).rows)
    empty = {"image": " ", "image_alt": "", "sets": "", "status": ""}
    assert approval_of(**empty) == APPROVED


def test_a_picture_is_part_of_what_is_answered_to_and_sets_are_not() -> None:
    plain = course_of([row(id="load-03")]).questions[0]
    pictured, named = (
        question_from_row(parse_bank(bank_of([cells]).encode()).rows[0])
        for cells in (PICTURED, {**PICTURED, "image": "images/bone.svg", "image_alt": "Else."})
    )
    assert pictured.picture == Picture("bone.svg", ALT)
    assert pictured.revision == named.revision, "to mend its text is no new question"
    assert pictured.revision != plain.revision
    sets = question_from_row(parse_bank(bank_of([{**ROWS[0], "sets": "a:1"}]).encode()).rows[0])
    assert sets.revision == REVISIONS["load-01"]
    assert approval_of(sets="a:1", status="retired", card="yes") == APPROVED
    approvals = {approval_of(image="a.svg", image_alt=alt) for alt in ("One.", "Two.")}
    assert len(approvals | {APPROVED, approval_of(image="b.svg", image_alt="One.")}) == 4


def test_what_the_columns_hold_survives_being_written(tmp_path: Path) -> None:
    table = parse_bank(bank_of(ILLUSTRATED).encode())
    again = parse_bank(write_bank(table.rows).encode())
    assert [r.cells for r in again.rows] == [r.cells for r in table.rows]
    course = illustrated(tmp_path / "course")
    asked = ["load-01", "load-03", "rest-01", "load-02", "rest-02"]
    assert [q.id for q in course.questions] == asked
    assert [q.id for q in course.retired] == ["load-09"]
    assert {name: [q.id for q in of] for name, of in course.sets.items()} == {
        "essentials": ["load-01", "load-03", "rest-01"],
        "more": ["load-02"],
    }


@pytest.mark.parametrize(
    ("cell", "places", "unread"),
    [
        ("", (), ()),
        (" ; ", (), ()),
        ("essentials:1", (SetPlace("essentials", 1),), ()),
        (" a : 2 ;b-c:10", (SetPlace("a", 2), SetPlace("b-c", 10)), ()),
        ("a:1;b;c:x", (SetPlace("a", 1),), ("b", "c:x")),
        ("a:0", (), ("a:0",)),
        ("a:10000", (), ("a:10000",)),
        ("A:1", (), ("A:1",)),
        ("a b:1", (), ("a b:1",)),
        ("x" * 41 + ":1", (), ("x" * 41 + ":1",)),
        ("a:1:2", (), ("a:1:2",)),
    ],
)
def test_places_in_sets(cell: str, places: tuple[SetPlace, ...], unread: tuple[str, ...]) -> None:
    assert set_places(cell) == (places, unread)


def test_names_of_pictures() -> None:
    assert image_file("a.svg") == image_file("images/a.svg") == "a.svg"
    unusable = ("", "a", "a.gif", "../a.svg", "b/a.svg", "images/images/a.svg", "a.svg?x", "/a.svg")
    for cell in unusable:
        assert image_file(cell) == "", cell


def test_a_status_is_known_or_none() -> None:
    table = parse_bank(bank_of([{**ROWS[0], "status": s} for s in ("", " retired", "x")]).encode())
    assert [row_status(one) for one in table.rows] == [Status.ACTIVE, Status.RETIRED, None]


def test_sets_and_review_of_an_identity() -> None:
    article = course_of(ROWS).article
    text = '[sets]\nessentials = "The essentials"\nhip = 7\n[review]\nsections = ["rest", "gone"]\n'
    identity, problems = parse_identity(f'id = "a"\n{text}'.encode(), article)
    assert identity.set_title("essentials") == "The essentials"
    assert identity.set_title("hip") == "Hip"
    assert identity.set_title("foot-and-ankle") == "Foot and ankle"
    assert identity.review == ("rest",)
    assert [p.column for p in problems] == ["sets.hip", "review.sections"]
    for wrong in ("sets = 3", "review = []", "[review]\nwhat = 1", "[review]\nsections = 3"):
        found, said = parse_identity(f'id = "a"\n{wrong}\n'.encode(), article)
        assert (found.sets, found.review) == ((), ())
        assert len(said) == 1, wrong


def test_an_edition_keeps_the_words_of_its_questions(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course", ROWS)
    files = read_course(folder)
    content = content_of(folder, files)
    write_edition(folder, 1, date(2026, 1, 1), content, files)
    assert read_editions(folder)[0].digest == content.digest, "they are no part of its digest"
    known = {one.id: one for one in with_published(folder, files).published}
    assert known.keys() == {r["id"] for r in ROWS}
    assert {"bone", "aches", "rest"} <= known["load-01"].words
    assert "brace" not in known["load-01"].words
