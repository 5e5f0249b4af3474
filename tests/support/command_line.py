"""A course in a folder and the commands, for the tests of the command line."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from bme_quiz.cli import approve, check, find, suggest
from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.table import write_table
from tests.support.findings import ARTICLE, ROW

SPREAD = ("A stress fracture is", "Such a crack", "Athletes are", "A scan can", "The scan is")
REST = ("Crutches can", "A boot", "Most cracks", "People without")


def make_folder(folder: Path) -> Path:
    """A course without a fault once it is approved: every sentence asked about."""
    rows = []
    for n, quote in enumerate((*SPREAD, *REST)):
        section = "overload" if quote in SPREAD else "rest"
        names = ("one", "two", "six", "ten", "red", "big", "old", "new", "sad")
        rows.append(
            ROW
            | {
                "id": f"{section}-{n}",
                "section": section,
                "stem": f"What is {names[n]} of {names[n - 1]}?",
                "option_a": f"Crack off a bone, {'abc'[n % 3]}",
                "quote_a": quote,
            }
        )
    letters = "abcbacabc"
    for row, letter in zip(rows, letters, strict=True):
        for part in ("option", "why", "quote"):
            row[f"{part}_a"], row[f"{part}_{letter}"] = row[f"{part}_{letter}"], row[f"{part}_a"]
        row |= {"answer": letter, "harm": ""}
    write(folder, rows)
    (folder / "article.md").write_text(ARTICLE, encoding="utf-8")
    return folder


def write(folder: Path, rows: list[dict[str, str]]) -> None:
    (folder / "bank.csv").write_text(write_table(COLUMNS, rows), encoding="utf-8", newline="")


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / "bank.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    check.add_parser(commands)
    approve.add_parser(commands)
    find.add_parser(commands)
    suggest.add_parser(commands)
    args = parser.parse_args([str(argument) for argument in arguments])
    code = args.run(args)
    assert isinstance(code, int)
    return code


def change(folder: Path, number: int, **cells: str) -> None:
    rows = read(folder)
    rows[number] |= cells
    write(folder, rows)
