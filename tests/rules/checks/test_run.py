"""The run: choosing rules, exceptions, withheld rows, sound questions."""

from __future__ import annotations

import pytest

from bme_quiz.content.course import Exemption
from bme_quiz.content.problems import Problem, Severity
from bme_quiz.rules.checks.registry import all_rules, chosen
from bme_quiz.rules.checks.run import check, sound_questions
from tests.support.findings import course, found, problems, report

SHORTENED = {"option_c": "", "why_c": "", "quote_c": ""}
ALL = {"option_c": "All of the above"}


def exempted(*lines: tuple[str, str, str]) -> list[Exemption]:
    return [Exemption(*line, row=n) for n, line in enumerate(lines, start=2)]


def test_rules_are_chosen_by_code_or_its_beginning() -> None:
    codes = {rule.code for rule in all_rules()}
    assert chosen() == codes
    assert chosen(["w01", "G"]) == {"W01"} | {code for code in codes if code[0] == "G"}
    assert chosen(["W"], ["W1"]) == {code for code in codes if code[0] == "W" and code[1] != "1"}


@pytest.mark.parametrize("word", ["Z", "W99", "", "w01x"])
def test_a_word_that_names_no_rule_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="there is no rule"):
        check(course({}), select=[word])


def test_problems_are_sorted_and_the_run_is_repeatable() -> None:
    rows = ({"stem": "____"}, ALL | {"id": "Bad id"}, {"why_a": "TODO", "id": "x"})
    first, second = report(*rows), report(*rows)
    assert first == second
    places = [(p.file, p.row or 0, p.column, p.code) for p in first.problems]
    assert places == sorted(places)


def test_rows_with_errors_are_withheld_and_the_rest_are_questions() -> None:
    rows = ({}, {"id": "x", "quote_a": "nowhere"}, {"id": "y", "answer": "z", "stem": "Why?"})
    files = course(*rows)
    result = check(files)
    assert result.withheld == {3, 4}
    assert [question.id for question in sound_questions(files, result)] == ["overload-01"]


def test_broken_structure_is_withheld_whatever_was_selected() -> None:
    result = report({"answer": ""}, select=["W"])
    assert (result.withheld, result.problems) == ({2}, ())


def test_sound_questions_never_raises_on_a_report_of_another_bank() -> None:
    assert sound_questions(course({"type": "?"}, {"level": "?"}), report()) == ()


def test_an_exception_excuses_its_finding() -> None:
    result = report(
        ALL, exemptions=exempted(("overload-01", "W01", "It is meant.")), select=["W01", "X"]
    )
    assert result.problems == ()
    assert [p.code for p in result.exempted] == ["W01"]


def test_an_excused_error_does_not_withhold() -> None:
    files = course(ALL, exemptions=exempted(("overload-01", "S10", "It is not shuffled.")))
    result = check(files)
    assert result.withheld == set()
    assert len(sound_questions(files, result)) == 1


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (("overload-01", "W02", "It is meant."), "rule"),
        (("no-such-id", "W01", "It is meant."), "rule"),
        (("overload-01", "W77", "It is meant."), "rule"),
        (("overload-01", "w01", "It is meant."), "rule"),
        (("overload-01", "S06", "It is meant."), "rule"),
        (("overload-01", "W01", ""), "reason"),
        (("", "B03", "It is meant."), "rule"),
    ],
)
def test_an_exception_that_excuses_nothing_is_reported(
    line: tuple[str, str, str], column: str
) -> None:
    rows = (ALL, {"id": "x", "section": "rest"})
    (problem,) = problems("X01", *rows, exemptions=exempted(line)) or _judged(line)
    assert (problem.file, problem.row, problem.column) == ("exceptions.csv", 2, column)
    assert problem.severity is Severity.WARNING


def _judged(line: tuple[str, str, str]) -> tuple[Problem, ...]:
    """With the excused rule run as well: whether it still applies is only known then."""
    rows = (ALL, {"id": "x", "section": "rest"})
    result = report(*rows, exemptions=exempted(line), select=["X01", line[1]])
    return tuple(p for p in result.problems if p.code == "X01")


def test_an_exception_for_the_bank_as_a_whole_names_no_question() -> None:
    line = exempted(("", "B03", "The second section is for reading only."))
    assert report({}, exemptions=line, select=["B03", "X"]).problems == ()


def test_an_exception_is_not_judged_when_its_rule_did_not_run() -> None:
    assert (
        report({}, exemptions=exempted(("overload-01", "W01", "why")), select=["X"]).problems == ()
    )


def test_the_second_of_two_equal_exceptions_is_reported() -> None:
    line = ("overload-01", "W01", "It is meant.")
    result = report(ALL, exemptions=exempted(line, line), select=["W01", "X"])
    assert [(p.code, p.row) for p in result.problems] == [("X01", 3)]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    check(course({}, {"id": "x"}), progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (2, 2)]


def test_two_options_are_enough_for_the_structure() -> None:
    assert found("S", SHORTENED) == []
