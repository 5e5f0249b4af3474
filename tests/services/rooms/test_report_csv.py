"""A session's report as a table for a spreadsheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind
from bme_quiz.services.rooms.report_csv import COLUMNS, report_csv
from tests.support.courses import course_of, row
from tests.support.room_reports import LOAD, MULTI, TRUTH, answers_of, report_of, room_of, rows_of


def cells(row_: dict[str, str], *names: str) -> list[str]:
    return [row_[name] for name in names]


def test_there_is_a_row_for_each_question_and_option() -> None:
    text = report_csv(
        report_of(
            room_of(Kind.DISCUSS, LOAD, MULTI, TRUTH),
            *answers_of(LOAD, 0, "a a b c b a b -"),
            *answers_of(MULTI, 1, "ac a ab ac - - - -"),
            *answers_of(TRUTH, 2, "a"),
        )
    )
    assert text.startswith("\ufeffdate,kind,joined,")
    assert text.count("\r\n") == text.count("\n")
    rows = rows_of(text)
    assert tuple(rows[0]) == COLUMNS
    assert [(r["number"], r["option"], r["chosen"], r["chosen_percent"]) for r in rows] == [
        ("1", "a", "3", "43"),
        ("1", "b", "3", "43"),
        ("1", "c", "1", "14"),
        ("2", "a", "4", ""),
        ("2", "b", "1", ""),
        ("2", "c", "2", ""),
        ("2", "d", "0", ""),
        ("3", "a", "", ""),
        ("3", "b", "", ""),
    ]
    first, lone = rows[0], rows[-1]
    assert cells(first, "date", "kind", "joined") == ["2026-03-02", "discuss", "8"]
    assert cells(first, "question_id", "section", "type") == [
        "load-01",
        "What a load does",
        "single",
    ]
    assert cells(rows[2], "is_right", "is_harmful", "option_text") == [
        "no",
        "yes",
        "Painkillers before the load",
    ]
    # 3 of 7 by Wilson: 16 to 75 %.
    assert cells(first, "all_right", "all_right_percent", "mean_mark") == ["3", "43", "0.429"]
    assert cells(first, "chosen_low", "chosen_high", "all_right_low") == ["16", "75", "16"]
    assert cells(first, "round", "learned", "gain", "class_gain") == [""] * 4
    assert cells(lone, "answered", "people", "all_right", "mean_mark") == ["1", "", "", ""]


def test_before_and_after_stand_in_rows_of_their_own() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, "b b b b a c", FIRST),
        *answers_of(LOAD, 0, "a a b b a -", SECOND),
    )
    rows = rows_of(report_csv(report))
    assert [(r["round"], r["option"], r["answered"], r["people"], r["chosen"]) for r in rows] == [
        ("before", "a", "6", "5", "1"),
        ("before", "b", "6", "5", "4"),
        ("before", "c", "6", "5", "0"),
        ("after", "a", "5", "5", "3"),
        ("after", "b", "5", "5", "2"),
        ("after", "c", "5", "5", "0"),
    ]
    for row_ in rows:
        assert cells(row_, "learned", "kept", "lost", "never") == ["0", "2", "2", "1"]
        # Missing before 1, after 3: a number, with its own sign.
        assert cells(row_, "gain", "gain_low", "class_gain") == ["-2.000", "", "-2.000"]


def test_each_form_is_also_counted_for_itself() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, TRUTH),
        *answers_of(LOAD, 0, "b b b - - - - - - c", FIRST),
        *answers_of(LOAD, 0, "b b b c c c c c c -", SECOND),
        *answers_of(TRUTH, 1, "a", FIRST),
        *answers_of(TRUTH, 1, "- b b", SECOND),
    )
    rows = rows_of(report_csv(report))
    names = ("round", "answered", "people", "chosen", "form_people", "form_chosen")
    assert [cells(r, *names) for r in rows if r["option"] != "a"] == [
        ["before", "4", "3", "3", "3", "3"],
        ["before", "4", "3", "0", "3", "0"],
        ["after", "9", "3", "3", "9", "3"],
        ["after", "9", "3", "0", "9", "6"],
        ["before", "1", "", "", "", ""],
        ["after", "2", "2", "2", "2", "2"],
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝", "\r\n@"])
def test_text_that_a_spreadsheet_would_run_stays_text(sign: str) -> None:
    text = f'{sign}HYPERLINK("http://x.example","a,b")'
    question = replace(
        LOAD, stem=text, options=tuple(replace(o, text=text, why=text) for o in LOAD.options)
    )
    (figures,) = report_of(room_of(Kind.DISCUSS, LOAD), *answers_of(LOAD, 0, "a b")).questions
    hostile = replace(
        report_of(room_of(Kind.DISCUSS, LOAD)),
        questions=(replace(figures, question=question, title=text),),
    )
    for row_ in rows_of(report_csv(hostile)):
        for name in ("question", "option_text", "section"):
            assert row_[name] == f'\'{sign.strip()}HYPERLINK("http://x.example","a,b")'
    assert len(rows_of(report_csv(hostile))) == 3


def test_a_cell_keeps_quotation_marks_commas_and_every_letter() -> None:
    stem = 'Is "rest", i.e. sparing; enough? Größe 漢字 ⟨g⟩'
    course = course_of([row(stem=stem)])
    question = course.by_id["load-01"]
    given = list(answers_of(question, 0, "a b"))
    report = make_report(room_of(Kind.DISCUSS, question), course.by_id, given, 2, {})
    assert {r["question"] for r in rows_of(report_csv(report))} == {stem}


def test_options_have_the_numbers_that_wall_and_phones_showed() -> None:
    room = room_of(Kind.DISCUSS, LOAD)
    turned = replace(room, drawn=(replace(room.drawn[0], order=("c", "a", "b")),))
    report = report_of(turned, *answers_of(LOAD, 0, "a a b c b"))
    assert [(o.number, o.option.letter) for o in report.questions[0].options] == [
        (1, "c"),
        (2, "a"),
        (3, "b"),
    ]
    assert [
        (r["option_number"], r["option"], r["chosen"]) for r in rows_of(report_csv(report))
    ] == [
        ("1", "c", "1"),
        ("2", "a", "2"),
        ("3", "b", "2"),
    ]
