"""How good the writing rules are, measured on items whose flaws people have marked.

    python benchmarks/flaws.py PATH [--across]

PATH is a file with one JSON object a line: ``question``, ``choices``, ``answer`` (a letter)
and ``labels``, which says 1 for each flaw that the item has. Prints for each rule true and
false positives, misses, precision and recall with 95 % Wilson intervals; then the pooled
figures of the findings that are warnings, and of all.

With ``--across`` the rules' numbers are tuned anew for each subject (``dataset``) on the items of
all other subjects, the best F1 of all findings deciding, and the subject's own items are measured
with them: what may be expected of items that nobody has tuned on.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# Runs from a checkout as well as with the package installed.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.bank import COLUMNS, LETTERS
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row, Table
from bme_quiz.rules.checks import writing_cues, writing_hints, writing_stem
from bme_quiz.rules.checks.registry import all_rules
from bme_quiz.rules.checks.run import check

RULES = {
    "no_all_of_the_above": "W01",
    "no_none_of_the_above": "W02",
    "equal_length_options": "W03",
    "ordered_options": "W04",
    "no_fill_in_blank": "W05",
    "avoid_negatives": "W06",
    "avoid_k_type": "W08",
    "grammatical_consistency": "W09",
    "avoid_repetition": "W10",
    "no_absolute_terms": "W11",
    "no_vague_terms": "W12",
    "no_convergence_cues": "W13",
    "focused_stem": "W14",
    "no_logical_cues": "W15",
    "no_extraneous_info": "W16",
}
"""The rule for each label. The other labels need an understanding that no rule here has."""

GRID: dict[tuple[ModuleType, str], tuple[float, ...]] = {
    (writing_cues, "_LENGTH_RATIO"): (0.7, 0.75, 0.8, 0.85, 0.9, 0.95),
    (writing_cues, "_MIN_KEY_WORDS"): (2, 3, 4, 5),
    (writing_cues, "_SHORTEST_RATIO"): (1.4, 1.6, 2.0),
    (writing_hints, "_CLEARLY"): (1, 2, 3, 4),
    (writing_hints, "_ALIKE"): (0.3, 0.4, 0.5, 0.6),
    (writing_stem, "MAX_STEM_WORDS"): (40, 50, 60, 70, 80),
    (writing_stem, "_MIN_STEM_WORDS"): (3, 5, 7),
}
"""The numbers in the rules that are not given by their reason, and what is tried for each."""

Place = tuple[int, str]
"""An item's row and a rule's code."""

_ARTICLE = "# None\n\n## None {#none}\n\nThere is no article.\n"


def course_of(items: list[dict[str, Any]]) -> CourseFiles:
    """The items as a bank of a course whose article says nothing."""
    article, _ = parse_article(_ARTICLE)
    rows = tuple(Row(number, _cells(item, number)) for number, item in enumerate(items, start=2))
    return CourseFiles(article, Table("bank.csv", COLUMNS, rows, ()), (), (), ())


def _cells(item: dict[str, Any], number: int) -> dict[str, str]:
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {
        "id": f"item-{number}",
        "section": "none",
        "type": "single",
        "level": "remember",
        "audience": "student",
        "stem": item["question"],
        "answer": item["answer"].lower(),
    }
    for letter, choice in zip(LETTERS, item["choices"], strict=False):
        cells |= {f"option_{letter}": choice, f"why_{letter}": "-", f"quote_{letter}": "-"}
    return cells


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def figures(found: set[tuple[int, str]], marked: set[tuple[int, str]]) -> str:
    """One row of the table: counts, precision and recall with their intervals, F1."""
    hits, wrong, missed = len(found & marked), len(found - marked), len(marked - found)
    cells = [f"{hits:4} {wrong:4} {missed:4}"]
    for of in (hits + wrong, hits + missed):
        low, high = wilson(hits, of)
        cells.append(f"{hits / of:5.2f} [{low:.2f}, {high:.2f}]" if of else "    - [   -,    -]")
    total = 2 * hits + wrong + missed
    cells.append(f"{2 * hits / total:5.2f}" if total else "    -")
    return "  ".join(cells)


def findings(items: list[dict[str, Any]]) -> tuple[dict[Place, Severity], int]:
    """What the rules find, the heaviest severity of each, and how many rows were no question."""
    report = check(course_of(items), select=sorted(set(RULES.values())))
    found = {(p.row or 0, p.code): p.severity for p in reversed(report.problems)}
    for problem in report.problems:
        if problem.severity is Severity.WARNING:
            found[problem.row or 0, problem.code] = Severity.WARNING
    return found, len(report.withheld)


def marked_places(items: list[dict[str, Any]]) -> set[Place]:
    """What people have marked in the items."""
    return {
        (row, RULES[label])
        for row, item in enumerate(items, start=2)
        for label, flawed in item["labels"].items()
        if flawed and label in RULES
    }


def pooled(found: dict[Place, Severity], marked: set[Place]) -> Iterator[str]:
    """The figures of all warnings, and of all findings."""
    warned = {place for place, severity in found.items() if severity is Severity.WARNING}
    # The rules that warn, also those that found nothing to warn of here.
    warning_codes = {r.code for r in all_rules() if r.severity is Severity.WARNING}
    mine = {place for place in marked if place[1] in warning_codes}
    yield f"{'warnings':14}  {figures(warned, mine)}"
    yield f"{'all':14}  {figures(set(found), marked)}"


def tune(items: list[dict[str, Any]]) -> None:
    """Set each number of :data:`GRID`, one after the other, to the best for these items."""
    marked = marked_places(items)

    def f1() -> float:
        found = set(findings(items)[0])
        return 2 * len(found & marked) / max(len(found) + len(marked), 1)

    for (module, name), values in GRID.items():
        now = getattr(module, name)
        scores = {}
        for value in values:
            setattr(module, name, value)
            scores[value] = f1()
        best = max(scores.values())
        # Among equals the number that the rules have stays.
        setattr(
            module, name, now if scores.get(now) == best else max(scores, key=scores.__getitem__)
        )


def across(items: list[dict[str, Any]]) -> None:
    """Tune on all subjects but one, measure on that one, for each in turn; then all together."""
    given = {(module, name): getattr(module, name) for module, name in GRID}
    found: dict[Place, Severity] = {}
    marked: set[Place] = set()
    for subject in sorted({item["dataset"] for item in items}):
        for (module, name), value in given.items():
            setattr(module, name, value)
        tune([item for item in items if item["dataset"] != subject])
        own = [item for item in items if item["dataset"] == subject]
        mine, theirs = findings(own)[0], marked_places(own)
        chosen = ", ".join(f"{name} {getattr(module, name)}" for module, name in GRID)
        print(f"{subject}: {chosen}")
        print("\n".join(pooled(mine, theirs)))
        place = 1000 * (len(found) + 1)
        found |= {(place + row, code): severity for (row, code), severity in mine.items()}
        marked |= {(place + row, code) for row, code in theirs}
    print("all subjects, each measured with what was tuned on the others")
    print("\n".join(pooled(found, marked)))
    for (module, name), value in given.items():
        setattr(module, name, value)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="the items, one JSON object a line")
    parser.add_argument("--items", action="store_true", help="name the items behind each figure")
    parser.add_argument("--across", action="store_true", help="tune and measure on other subjects")
    args = parser.parse_args()
    lines = args.path.read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines if line.strip()]
    if args.across:
        across(items)
        return 0
    found, unread = findings(items)
    marked = marked_places(items)
    severities = Counter((code, severity) for (_, code), severity in found.items())
    print(f"{len(items)} items, {unread} of them not read as questions")
    print(f"{'':14}  {'TP':>4} {'FP':>4} {'FN':>4}  {'precision':>19}  {'recall':>19}     F1")
    for code in sorted(set(RULES.values())):
        mine = {place for place in marked if place[1] == code}
        for severity in (Severity.WARNING, Severity.NOTE):
            upto = {p for p, s in found.items() if p[1] == code and s in ("warning", severity)}
            if severities[code, severity]:
                both = severity is Severity.NOTE and severities[code, Severity.WARNING]
                label = "with notes" if both else severity.value
                print(f"{code} {label:10}  {figures(upto, mine)}")
            if args.items:
                print("   FP", sorted(r - 2 for r, _ in upto - mine))
                print("   FN", sorted(r - 2 for r, _ in mine - upto))
    print("\n".join(pooled(found, marked)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
