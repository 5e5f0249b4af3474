"""Grouping: by question, what is said of many once, and nothing lost."""

from __future__ import annotations

from bme_quiz.rules.checks.grouping import grouped
from tests.support.findings import numbered, report


def test_every_finding_is_in_one_group() -> None:
    rows = [*numbered(3, why_b="TODO"), {"id": "x", "stem": "____", "hint": "???"}]
    problems = report(*rows).problems
    found = grouped(problems, "bank.csv")
    told = [p for question in found.questions for p in question.problems]
    told += [p for one in found.repeated for p in problems if p.message == one.first.message]
    told += found.others
    assert sorted(map(str, told)) == sorted(map(str, problems))


def test_a_question_says_how_many_findings_it_has() -> None:
    found = grouped(report({"stem": "____", "hint": "???"}).problems, "bank.csv")
    (question,) = found.questions
    assert (question.row, question.id) == (2, "overload-01")
    assert question.in_words.startswith("1 error, ")


def test_nobodys_approval_is_said_once_with_all_ids() -> None:
    found = grouped(report(*numbered(3), select=["G07"]).problems, "bank.csv")
    assert found.questions == found.others == ()
    (one,) = found.repeated
    assert one.ids == ("overload-01", "overload-02", "overload-03")
    assert grouped(report({}, select=["G07"]).problems, "bank.csv").repeated == ()
