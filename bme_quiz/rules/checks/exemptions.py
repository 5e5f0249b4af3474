"""Reviewed exceptions: findings that they excuse are taken out, idle ones are reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bme_quiz.content.course import Exemption
from bme_quiz.content.problems import Problem, Severity
from bme_quiz.rules.checks.base import STRUCTURE
from bme_quiz.rules.checks.registry import rule

CODE = "X01"
NEVER_EXCEPTED = STRUCTURE | {"S01", "S13", "A01", "A03", CODE}
"""Without these there is no question to show, so a reason does not help."""


def apply_exemptions(
    problems: Sequence[Problem], exemptions: Iterable[Exemption], codes: frozenset[str]
) -> tuple[list[Problem], list[Problem]]:
    """Part the problems into those that stand and those that are excused.

    Args:
        problems: what the rules found.
        exemptions: what ``exceptions.csv`` holds.
        codes: the rules that were run; an exception for another cannot be judged.
    """
    valid: dict[tuple[str, str], Exemption] = {}
    standing: list[Problem] = []
    for exemption in exemptions:
        fault = _fault(exemption)
        if fault is None and (exemption.id, exemption.rule) in valid:
            fault = ("The same exception stands above.", "Take one of them out.", "rule")
        if fault is None:
            valid[exemption.id, exemption.rule] = exemption
        elif CODE in codes:
            standing.append(_problem(exemption, *fault))
    exempted: list[Problem] = []
    used = set()
    for problem in problems:
        key = (problem.id, problem.code)
        if key in valid:
            used.add(key)
            exempted.append(problem)
        else:
            standing.append(problem)
    for key, exemption in valid.items():
        if key not in used and exemption.rule in codes and CODE in codes:
            whose = f"question '{exemption.id}'" if exemption.id else "the bank as a whole"
            standing.append(
                _problem(
                    exemption,
                    f"The rule {exemption.rule} finds nothing to excuse in {whose}.",
                    "Take this line out.",
                    "rule",
                )
            )
    return standing, exempted


def _fault(exemption: Exemption) -> tuple[str, str, str] | None:
    """What is wrong with the line itself: message, mend and column."""
    if rule(exemption.rule) is None or not exemption.rule.isupper():
        return "There is no such rule.", "Write a rule's code, such as W03.", "rule"
    if exemption.rule in NEVER_EXCEPTED:
        return "This rule cannot be excepted.", "Mend what it finds.", "rule"
    if not exemption.reason:
        return "The exception gives no reason.", "Say why the finding is accepted.", "reason"
    return None


def _problem(exemption: Exemption, message: str, mend: str, column: str) -> Problem:
    words = exemption.rule if column == "rule" else ""
    return Problem(
        CODE,
        Severity.WARNING,
        exemption.file,
        message,
        mend,
        row=exemption.row,
        id=exemption.id,
        column=column,
        words=words,
        start=0 if words else None,
    )
