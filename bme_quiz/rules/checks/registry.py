"""Registry of all rules, and choosing among them by code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from bme_quiz.rules.checks.base import Rule, registered

# Importing a module registers its rules; a rule module that is not named here does not run.
_MODULES = (
    "files",
    "structure",
    "sets",
    "pictures",
    "published",
    "spreadsheets",
    "texts",
    "markup",
    "grounding",
    "grounding_text",
    "approval",
    "coverage",
    "writing_options",
    "writing_stem",
    "writing_cues",
    "writing_hints",
    "pairs",
    "bank",
    "reading",
    "article",
    "health",
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by group and code."""
    for module in _MODULES:
        import_module(f"bme_quiz.rules.checks.{module}")
    return registered()


def rule(code: str) -> Rule | None:
    """The rule with this code, or None."""
    return next((rule for rule in all_rules() if rule.code == code.upper()), None)


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The codes of the rules to report.

    Args:
        select: codes or their beginnings (``W``, ``W1``, ``W03``); empty means all.
        ignore: likewise, taken out again.

    Raises:
        ValueError: one of them begins no rule's code.
    """
    codes = frozenset(rule.code for rule in all_rules())
    wanted = _matching(codes, select) if (select := tuple(select)) else codes
    return wanted - _matching(codes, tuple(ignore))


def _matching(codes: frozenset[str], prefixes: tuple[str, ...]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for prefix in prefixes:
        matching = frozenset(code for code in codes if code.startswith(prefix.upper()))
        if not prefix or not matching:
            raise ValueError(f"there is no rule {prefix!r}; see docs/rules.md for all of them")
        found |= matching
    return found
