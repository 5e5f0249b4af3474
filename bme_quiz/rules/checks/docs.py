"""Generator of ``docs/rules.md`` from the rules' docstrings.

    python -m bme_quiz.rules.checks.docs [DOCS]

What was measured stands in ``_rules_measured.md`` beside it, written by hand after a run of
the benchmarks, and is put in at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bme_quiz.rules.checks.base import Rule
from bme_quiz.rules.checks.registry import all_rules

PAGE = "rules.md"
MEASURED = "_rules_measured.md"

_GROUPS = {
    "S": "Structure",
    "A": "The article's file",
    "G": "Grounding: the bank against the article",
    "W": "Writing",
    "B": "The bank as a whole",
    "R": "Reading",
    "H": "Health",
    "X": "Exceptions",
}
_LABELS = {"Bad": "Bad row", "Good": "Good row"}

_INTRODUCTION = """\
<!-- Made by `python -m bme_quiz.rules.checks.docs` from the rules' docstrings: do not edit. -->

# The checker's rules

`python -m bme_quiz check` holds a question bank to {count} rules. An **error** withholds the
question from learners until it is mended; a **warning** is printed and fails the check under
`--strict`; a **note** is a hint for a reviewer, shown with `--notes`, and often harmless.

A row in which S02, S04, S05 or S06 finds an error is no question; all other rules that need a
question pass it over. A finding that was looked at and accepted is written into
`exceptions.csv` beside the bank, with its reason: `id,rule,reason`.

One more rule is a test of this package's own bank rather than a rule for every bank: no key
may rest on a statement that the literature disputes or has overtaken (H04).
"""


def page(rules: tuple[Rule, ...], measured: str) -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION.format(count=len(rules)), _table(rules)]
    for letter, title in _GROUPS.items():
        mine = [rule for rule in rules if rule.code.startswith(letter)]
        parts.append(f"## {title}\n")
        parts += [_entry(rule) for rule in mine]
    parts.append(measured.strip() + "\n")
    return "\n".join(parts)


def _table(rules: tuple[Rule, ...]) -> str:
    lines = ["| code | name | severity | what must hold |", "|---|---|---|---|"]
    for rule in rules:
        summary = rule.doc.summary.replace("|", "\\|")
        lines.append(f"| {rule.code} | {rule.name} | {rule.severity} | {summary} |")
    return "\n".join(lines) + "\n"


def _entry(rule: Rule) -> str:
    lines = [f"### {rule.code} {rule.name} ({rule.severity})\n", f"{rule.doc.summary}\n"]
    if rule.doc.detail:
        lines.append(f"{rule.doc.detail}\n")
    lines += [f"- **{_LABELS.get(name, name)}**: {text}" for name, text in rule.doc.parts]
    return "\n".join(lines) + "\n"


def current(folder: Path) -> str:
    """What the page in a folder of documents ought to hold."""
    measured = folder / MEASURED
    return page(all_rules(), measured.read_text(encoding="utf-8") if measured.exists() else "")


def main(arguments: list[str]) -> int:
    """Write the page."""
    folder = Path(arguments[0]) if arguments else Path("docs")
    (folder / PAGE).write_text(current(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
