"""``check`` on the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bme_quiz.cli import check
from bme_quiz.cli.folder import course_folder as course_folder_of
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import ENV_QUESTIONS, course_folder
from tests.support.command_line import change, make_folder, read, run, write
from tests.support.courses import OWN_QUESTIONS, ROOT, ROWS, write_course


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


def test_a_clean_bank_is_clean_under_strict(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("approve", "--all", "--by", "Ana", "--questions", folder) == 0
    assert capsys.readouterr().out == f"Course folder: {folder}\n9 approved by Ana\n"
    assert run("check", folder, "--strict") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Course folder: {folder}"
    assert lines[1].startswith("sentences asked about: 100 %")
    assert lines[-1].startswith("9 questions, 0 errors, 0 warnings")


def test_warnings_fail_under_strict_only(folder: Path) -> None:
    assert run("check", folder) == 0
    assert run("check", folder, "--strict") == 1
    assert run("check", folder, "--strict", "--ignore", "G07") == 0
    assert run("check", folder, "--strict", "--select", "S,G01") == 0


def test_an_error_is_shown_like_a_compilers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, 0, why_b="The reason\nis TODO still", option_c="x" * 300 + " ???")
    assert run("check", folder, "--select", "S08") == 1
    out = capsys.readouterr().out.splitlines()[1:]
    place = folder / "bank.csv"
    assert out[0] == f"{place}:2 overload-0: 2 errors; withheld from learners"
    assert out[1] == "  error S08 [option_c] The text is not finished."
    assert out[5:9] == [
        "  error S08 [why_b] The text is not finished.",
        "    | The reason is TODO still",
        "    |               ^^^^",
        "    = Finish it.",
    ]
    assert out[2].startswith("    | …xxx")
    assert out[3].endswith(" ^^^")
    assert len(out[2]) < 100
    assert (
        out[-1] == "9 questions, 2 errors, 0 warnings, 0 notes; 1 question withheld from learners"
    )


def test_notes_are_shown_on_request(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, 0, option_b="It always hurts")
    assert run("check", folder, "--select", "W11") == 0
    assert "(--notes shows the notes)" in capsys.readouterr().out
    assert run("check", folder, "--select", "W11", "--notes") == 0
    out = capsys.readouterr().out
    assert "bank.csv:2 overload-0: 1 note\n  note W11 [option_b]" in out


def test_what_is_said_of_many_questions_is_said_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "approved" in line] == [
        "9 questions: warning G07 Nobody has approved this question.",
        "Questions that nobody approved are served too: course.toml does not say "
        "require_approval = true.",
    ]
    assert "    overload-0, overload-1, overload-2" in "\n".join(lines)
    run("approve", "--all", "--by", "Ana", "--questions", folder)
    change(folder, 3, checked="")
    capsys.readouterr()
    assert run("check", folder) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert lines[0] == f"{folder / 'bank.csv'}:5 overload-3: 1 warning"
    assert lines[1] == "  warning G07 [checked] Nobody has approved this question."


def test_a_course_may_withhold_what_nobody_approved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "course.toml").write_text('id = "cracks"\nrequire_approval = true\n')
    assert run("check", folder) == 1
    out = capsys.readouterr().out
    assert "9 questions: error G07 Nobody has approved this question." in out
    assert "served too" not in out
    assert out.endswith("; 9 questions withheld from learners\n")
    assert load_course(folder).questions == ()
    assert run("approve", "--all", "--by", "Ana", "--questions", folder) == 0
    assert run("check", folder) == 0
    assert len(load_course(folder).questions) == 9


def test_json_is_what_the_document_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, 3, why_a="TODO: finish")
    (folder / "exceptions.csv").write_text("id,rule,reason\noverload-1,W01,never\n")
    assert run("check", folder, "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    document = (ROOT / "docs" / "check-json.md").read_text(encoding="utf-8")
    shown = json.loads(document.split("```json\n")[1].split("```")[0])
    assert data.keys() == shown.keys()
    assert data["version"] == shown["version"]
    assert data["summary"].keys() == shown["summary"].keys()
    assert data["coverage"].keys() == shown["coverage"].keys()
    assert data["coverage"]["sections"][0].keys() == shown["coverage"]["sections"][0].keys()
    assert all(problem.keys() == shown["problems"][0].keys() for problem in data["problems"])
    (unfinished,) = (p for p in data["problems"] if p["code"] == "S08")
    assert (unfinished["row"], unfinished["column"], unfinished["start"]) == (5, "why_a", 0)
    assert [p["file"] for p in data["problems"] if p["code"] == "X01"] == ["exceptions.csv"]
    assert data["summary"]["withheld"] == [5]


def test_github_lines_point_at_lines_of_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, 0, why_c="Two\nlines")
    change(folder, 1, why_c="100 % TODO, a:b")
    assert run("check", folder, "--format", "github", "--select", "S08") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        f"::error file={folder / 'bank.csv'},line=4,title=S08 overload-1 why_c"
        "::The text is not finished. Finish it."
    )


def test_exceptions_are_applied(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, 0, option_b="All of the above")
    (folder / "exceptions.csv").write_text(
        "id,rule,reason\noverload-0,W01,it is meant\noverload-0,S10,it is not shuffled\n"
    )
    assert run("check", folder, "--strict", "--select", "W01,S10,X") == 0
    assert "2 excused" in capsys.readouterr().out


def test_coverage_prints_a_section_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", folder, "--coverage") == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert lines.pop() == "marked not asked: 1 sentence, 10.0 %"
    assert [line.split() for line in lines[1:]] == [
        ["overload", "5", "5", "100%", "5"],
        ["rest", "4", "4", "100%", "4"],
        ["all", "9", "9", "100%", "9"],
    ]
    write(folder, read(folder)[:-1])
    assert run("check", folder, "--coverage", "--fail-under", "100") == 1
    out = capsys.readouterr().out
    assert "    not asked: People without pain may start again." in out
    assert "fails: 88.9 %" in out
    assert run("check", folder, "--fail-under", "88") == 0


@pytest.mark.parametrize("code", ["G01", "g01", "S01", "A01", "X01"])
def test_explain_prints_the_rules_documentation(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "--explain", code) == 0
    out = capsys.readouterr().out
    assert out.startswith(code.upper())
    assert "\nWhy: " in out
    assert "\nSource: " in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "/no/such/folder"),
        ("check", "--explain", "W99"),
        ("approve", "--questions", "/no/such/folder", "--all"),
        ("approve",),
        ("approve", "x", "--all"),
    ],
)
def test_what_cannot_run_is_one_line_on_standard_error(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_a_wrong_rule_or_file_cannot_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", folder, "--select", "Q") == 2
    (folder / "bank.csv").write_bytes(b"\x89PNG....")
    assert run("check", folder) == 2
    (folder / "article.md").unlink()
    assert run("check", folder) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 3)


def test_the_folder_may_come_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BME_QUIZ_QUESTIONS", str(folder))
    assert run("check") == 0


def folder_of_no_name() -> Path:
    return course_folder_of(argparse.Namespace())


def test_without_a_name_all_commands_take_the_questions_here_or_the_packages_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENV_QUESTIONS, raising=False)
    monkeypatch.chdir(tmp_path)
    assert folder_of_no_name() == course_folder("") == OWN_QUESTIONS
    # A folder of that name with nothing of a course is something else of the user's.
    (tmp_path / "questions").mkdir()
    assert folder_of_no_name() == course_folder("") == OWN_QUESTIONS
    write_course(tmp_path / "questions", ROWS)
    assert folder_of_no_name() == course_folder("") == Path("questions")
    # With something missing it is still the one that is meant, and never passed for another.
    (tmp_path / "questions" / "article.md").unlink()
    assert folder_of_no_name() == course_folder("") == Path("questions")
    assert run("check") == 2


def test_progress_shows_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter([0.0, 0.5, 1.5, 1.55, 2.0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with check.ProgressLine(clock=lambda: next(times)) as progress:
        for done in (10, 20, 30, 40):
            progress(done, 40)
    err = capsys.readouterr().err
    assert err.count("checking") == 2, "not before a second, and not ten times a second"
    assert "20 of 40 rows" in err
    assert err.endswith("\r\x1b[K")


def test_progress_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 5.0])
    with check.ProgressLine(clock=lambda: next(times)) as progress:
        progress(1, 2)
    assert capsys.readouterr().err == ""
