"""How often the search for quotations finds the right sentence, on a course's own bank.

    python benchmarks/quotations.py [DIR]

Each quotation of the bank is taken for unknown: its option and the stem are looked for, and a
sentence is right when the quotation touches it. Printed is the share that is found first, among
the first three and the first five: with all words in one query, as ``find`` takes them; with the
stem at half the weight; and as ``suggest`` asks, in the question's section for a key and with the
key's words for a wrong option.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

# Runs from a checkout as well as with the package installed.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bme_quiz.content.article import Span
from bme_quiz.content.bank import question_from_row
from bme_quiz.content.course import read_course
from bme_quiz.content.identity import DEFAULT_LANGUAGE
from bme_quiz.rules.passages import quotation_places
from bme_quiz.rules.sentence_search import Hit
from bme_quiz.services.authoring.quotations import search_of

RANKS = (1, 3, 5)


def rank(hits: list[Hit], place: Span) -> int:
    """At which place, from 1, the first sentence stands that a quotation touches; 99 for none."""
    for number, hit in enumerate(hits, start=1):
        span = hit.sentence.span
        if span.section == place.section and span.start < place.end and place.start < span.end:
            return number
    return 99


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("questions"))
    course = read_course(parser.parse_args().folder)
    search = search_of(
        course.article, course.identity.language if course.identity else DEFAULT_LANGUAGE
    )
    found: dict[tuple[str, str], list[int]] = {}
    for row in course.bank.rows:
        question = question_from_row(row)
        places = quotation_places(question, course.article.find)
        right = " ".join(option.text for option in question.options if option.is_key)
        for option in question.options:
            if not places.get(option.letter):
                continue
            place = places[option.letter][0]
            words, around = option.text, question.stem
            if words.casefold() in ("true", "false"):
                words, around = around, ""
            kind = "key" if option.is_key else "wrong option"
            section = question.section if option.is_key else None
            more = around if option.is_key else f"{around} {right}"
            for how, hits in (
                ("in one", search.best(f"{words} {around}", limit=5)),
                ("stem half", search.best(words, around, limit=5)),
                ("suggest", search.best(words, more, limit=5, section=section)),
            ):
                found.setdefault((kind, how), []).append(rank(hits, place))
    print(f"{'':24} {'n':>4}  " + "  ".join(f"first {n}" for n in RANKS))
    for (kind, how), ranks in sorted(found.items()):
        counts = Counter(n for one in ranks for n in RANKS if one <= n)
        shares = "  ".join(f"{counts[n] / len(ranks):7.3f}" for n in RANKS)
        print(f"{kind:12} {how:11} {len(ranks):4}  {shares}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
