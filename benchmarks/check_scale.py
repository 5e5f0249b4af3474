"""How the check grows with the bank: time and memory for banks of three sizes.

    python benchmarks/check_scale.py [ROWS ...]

Makes an article of 20,000 words and banks that quote it (four options, reasons of a dozen
words, quotations, some near-duplicates), 1,000, 10,000 and 100,000 rows unless told otherwise.
Each size is read and checked in a process of its own; printed are seconds, processor time, peak
memory, and by which factor the processor time a row differs from that of the size before.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

# Runs from a checkout as well as with the package installed.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bme_quiz.content.bank import COLUMNS, LETTERS
from bme_quiz.content.course import ARTICLE_FILE, BANK_FILE, read_course
from bme_quiz.content.table import write_table
from bme_quiz.rules.checks.run import check

ARTICLE_WORDS = 20_000
SECTIONS = 20
_SYLLABLES = [consonant + vowel for consonant in "bdklmnprst" for vowel in "aeiou"]
_STARTS = ("What is said of", "Which of these is true of", "Why does somebody mention", "How is")


def make_course(folder: Path, rows: int) -> None:
    """Write an article and a bank of made-up words, the common ones common as in real text."""
    rng = random.Random(rows)
    vocabulary = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3))) for _ in range(4000)]
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]

    def words(number: int) -> list[str]:
        return rng.choices(vocabulary, weights, k=number)

    sentences: list[list[list[str]]] = []
    lines = ["# A long article"]
    for section in range(SECTIONS):
        body = [words(rng.randint(8, 20)) for _ in range(ARTICLE_WORDS // SECTIONS // 14)]
        sentences.append(body)
        lines.append(f"## Section {section} {{#section-{section}}}")
        texts = [" ".join(sentence).capitalize() + "." for sentence in body]
        lines += [" ".join(texts[n : n + 5]) for n in range(0, len(texts), 5)]
    (folder / ARTICLE_FILE).write_text("\n\n".join(lines), encoding="utf-8")

    def quote(section: int) -> str:
        sentence = rng.choice(sentences[section])
        return " ".join(sentence[1 : rng.randint(6, len(sentence))])

    bank = []
    stem = ""
    for number in range(rows):
        section = rng.randrange(SECTIONS)
        if number % 50 != 49:
            stem = f"{rng.choice(_STARTS)} {' '.join(words(rng.randint(4, 9)))}?"
        else:
            # Now and then the stem before with one word more.
            stem = f"{stem[:-1]} {words(1)[0]}?"
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {
            "id": f"q-{number}",
            "section": f"section-{section}",
            "type": "single",
            "level": rng.choice(("remember", "understand", "apply", "analyze")),
            "audience": "both",
            "stem": stem,
            "answer": rng.choice(LETTERS[:4]),
        }
        for letter in LETTERS[:4]:
            cells[f"option_{letter}"] = " ".join(words(rng.randint(3, 7))).capitalize()
            cells[f"why_{letter}"] = " ".join(words(12)).capitalize() + "."
            cells[f"quote_{letter}"] = quote(section)
        bank.append(cells)
    (folder / BANK_FILE).write_text(write_table(COLUMNS, bank), encoding="utf-8", newline="")


def measure(folder: Path) -> None:
    """Read and check one course, and print seconds of both, memory and what was found."""
    start = time.perf_counter()
    course = read_course(folder)
    read = time.perf_counter()
    report = check(course)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = Counter(problem.code for problem in report.problems)
    used = time.process_time()
    print(read - start, end - read, used, peak, len(report.problems), found["W18"])


def main() -> int:
    """Make the banks, measure each in a process of its own, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure)
        return 0
    print(
        "    rows  file MB   read s  check s  total s    CPU s  peak MB  ms/row  factor  problems"
        "    W18"
    )
    before = 0.0
    for rows in args.rows:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_course(folder, rows)
            size = (folder / BANK_FILE).stat().st_size / 1e6
            done = subprocess.run(
                [sys.executable, __file__, "--measure", name],
                capture_output=True,
                text=True,
                check=True,
            )
        read, checked, used, peak, problems, similar = map(float, done.stdout.split())
        # A row's share of processor time: what other programs do at the time matters less.
        each = 1000 * used / rows
        print(
            f"{rows:8,} {size:8.1f} {read:8.2f} {checked:8.2f} {read + checked:8.2f} {used:8.2f}"
            f" {peak:8.0f} {each:7.3f} {each / before if before else 1:7.2f} {problems:9,.0f}"
            f" {similar:6,.0f}"
        )
        before = each
    return 0


if __name__ == "__main__":
    sys.exit(main())
