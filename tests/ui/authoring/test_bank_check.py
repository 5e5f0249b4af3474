"""The author's page: whatever is uploaded, a plain sentence or a list of findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bme_quiz.content.course import CourseFiles
from bme_quiz.content.problems import ContentError
from bme_quiz.services.authoring.bank_check import BankCheck, check_upload, preview
from bme_quiz.services.quiz.views import OptionState
from bme_quiz.ui.shell import dependencies
from tests.support.courses import ARTICLE, ROOT, ROWS, bank_bytes, files, row
from tests.support.workbooks import bank_workbook

PAGE = str(ROOT / "bme_quiz" / "ui" / "screens" / "check.py")


def check_rows(rows: list[dict[str, str]], own: CourseFiles | None = None) -> BankCheck:
    return check_upload(("mine.csv", bank_bytes(rows)), None, own or files(ROWS))


def test_a_bank_is_checked_against_the_own_article_or_the_uploaded_one() -> None:
    other = ARTICLE.replace("Rest lets the bone mend.", "Time lets the bone mend.")
    bank = ("mine.csv", bank_bytes(ROWS))
    assert not check_upload(bank, None, files(ROWS)).report.errors
    found = check_upload(bank, ("mine.md", other.encode()), files(ROWS)).report.problems
    assert {(p.code, p.id) for p in found if p.column == "quote_b"} >= {
        ("G01", "load-01"),
        ("G01", "load-02"),
    }


def test_a_workbook_is_checked_as_a_csv_is() -> None:
    rows = [*ROWS, row(id="load-09", stem="Broken?", level="guess")]
    found = check_upload(("mine.xlsx", bank_workbook(rows)), None, files(ROWS)).report
    assert [(p.cell, p.code) for p in found.problems if p.column == "level"] == [("D6", "S04")]
    assert found.withheld == check_rows(rows).report.withheld


def test_the_figures_count_sound_questions() -> None:
    result = check_rows([*ROWS, row(id="load-09", stem="Broken?", level="guess")])
    assert result.key_positions() == {"a": 1, "b": 3, "c": 1, "d": 0, "e": 0}
    assert result.levels() == {"remember": 0, "understand": 4, "apply": 0, "analyze": 0}
    assert result.sections() == {"load": 2, "rest": 2}
    assert sum(result.key_lengths().values()) == 3
    assert set(result.coverage()) == {"load", "rest"}
    assert 0 < result.coverage()["load"] < 100


def test_a_preview_shows_what_a_learner_sees() -> None:
    result = check_rows(ROWS)
    for question in result.course.questions:
        asked, view = preview(result.course, question)
        assert asked.type is question.type
        assert view.stem == question.stem
        assert OptionState.CHOSEN_WRONG in [o.state for o in view.explanation.options]
        assert view.explanation.grounds.passages


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("scan.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        ("book.csv", b"PK\x03\x04" + bytes(100), "Excel"),
        ("old.csv", "id,stem\ncafé".encode("latin-1"), "not UTF-8"),
        ("big.csv", b"id,stem\n" + b"x" * 50_000_000, "20 MB at most"),
        ("list.csv", b"name,phone\nAnn,1\n", "not the expected table"),
        ("empty.csv", b"", "is empty"),
    ],
)
def test_a_wrong_file_gets_one_plain_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(ContentError, match=words) as caught:
        check_upload((name, data), None, files(ROWS))
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


def test_a_wrong_article_gets_one_plain_sentence() -> None:
    with pytest.raises(ContentError, match=r"mine\.md has no section"):
        check_upload(("m.csv", bank_bytes(ROWS)), ("mine.md", b"words"), files(ROWS))


def test_ten_thousand_broken_rows_are_all_listed() -> None:
    rows = [row(id=f"load-{n}", level="guess", stem=f"Stem {n}?") for n in range(10_000)]
    report = check_rows(rows).report
    assert sum(p.code == "S04" for p in report.problems) == 10_000
    assert len(report.withheld) == 10_000


def test_formulas_are_findings_and_not_values() -> None:
    report = check_rows([row(option_a='=HYPERLINK("http://x.example","y")')]).report
    assert ("S11", "option_a") in {(p.code, p.column) for p in report.problems}


def upload(app: AppTest, key: str, name: str, data: bytes) -> AppTest:
    app.file_uploader(key=key).set_value((name, data, "text/csv"))
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def app(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:  # noqa: ARG001 - sets the course to serve
    monkeypatch.setattr(dependencies, "may_check_banks", lambda: True)
    app = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not app.exception
    return app


def test_the_page_lists_findings_and_filters_them(app: AppTest) -> None:
    rows = [*ROWS, row(id="load-09", stem="Broken?", level="guess")]
    upload(app, "bank-file", "mine.csv", bank_bytes(rows))
    assert "5 rows: 1 error, " in app.error[0].value
    table = app.dataframe[0].value
    assert list(table.loc[table["kind"] == "error", "rule"]) == ["S04"]
    assert table.loc[table["rule"] == "S04", ["row", "id", "column"]].to_numpy().tolist() == [
        [6, "load-09", "level"]
    ]
    app.multiselect(key="check-kinds").set_value(["error"])
    app.run()
    assert len(app.dataframe[0].value) == 1


def test_the_page_never_says_success_over_garbage(app: AppTest) -> None:
    upload(app, "bank-file", "scan.csv", b"\x89PNG\r\n\x1a\n")
    assert not app.success
    assert "picture" in app.get("text")[0].value
    upload(app, "bank-file", "head.csv", bank_bytes([]))
    assert not app.success
    assert "0 rows" in app.error[0].value
