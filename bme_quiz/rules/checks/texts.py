"""Rules on cells' texts: options alike, unfinished or broken text, stems alike (S07 to S09)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bme_quiz.content.bank import CARD, LETTERS
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.content.text import fingerprint, fold_spaces, same_text_form
from bme_quiz.rules.checks.base import Finding, Findings, Memory, Reads, memory_rule, row_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.structure import filled_letters

_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|TBD)\b|\?{3,}|\b[Ll]orem\b")
# What UTF-8 read as Windows-1252 or Latin-1 looks like: a lead byte's letter, then a
# continuation byte's; and characters that no spreadsheet should hold.
_MOJIBAKE = re.compile(
    "\ufffd|Ã[\u0080-\u00bf\u0192\u0160-\u017e\u2013-\u2122]|Â[\u0080-\u00bf]|â€.?|ï»¿|Î[\u0080-\u00bf]|Ï[\u0080-\u00bf\u0192]"
)
# Of a language that writes without spaces a whole sentence is one word.
_SHORTEST_REASON = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


_TEXT_COLUMNS = (
    "stem",
    *(f"{part}_{letter}" for part in ("option", "why") for letter in LETTERS),
    "hint",
    CARD,
)


def text_columns(row: Row) -> Iterator[tuple[str, str]]:
    """The columns that hold text for people, with their cells; quotations are not among them."""
    return ((column, cell) for column in _TEXT_COLUMNS if (cell := row.cells.get(column, "")))


@row_rule("S07", "options-alike", Severity.ERROR)
def options_differ(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """No two options say the same.

    Why: of two options alike, one is marked right and one wrong, or both are plainly wrong.
    How: compared after compatibility characters (NFKC), case, white space and final
    punctuation are folded.
    Source: Haladyna, Downing & Rodriguez 2002, on independent options.
    Bad: `option_b`: Rest · `option_c`: rest.
    Good: `option_b`: Rest · `option_c`: Running
    """
    seen: dict[str, str] = {}
    for letter in filled_letters(row):
        cell = fold_spaces(row.cells[f"option_{letter}"])
        # An option of punctuation alone folds to nothing; then the text itself is compared.
        form = same_text_form(cell) or cell
        if form in seen:
            yield Finding(
                f"Options {seen[form]} and {letter} are alike.",
                "Change one of them or take it out.",
                f"option_{letter}",
                cell,
            )
        seen.setdefault(form, letter)


@row_rule("S08", "unfinished", Severity.ERROR)
def texts_are_finished(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """No stem, option or reason is empty, a placeholder or broken text.

    A reason of one short word ("No", "x") is a warning.

    Why: learners would see it. Broken text is what is left when a file is saved in one
    encoding and read in another.
    How: empty cells; `TODO`, `FIXME`, `TBD`, three question marks, `lorem`; U+FFFD, pairs such
    as `Ã©`, control characters.
    Source: the bank's format.
    Bad: `why_a`: TODO
    Good: `why_a`: The article says so.
    """
    letters = filled_letters(row)
    if not row.cells["stem"].strip():
        yield Finding("The stem is empty.", "Write the question.", "stem")
    for letter in LETTERS:
        why = row.cells[f"why_{letter}"].strip()
        if letter in letters and not why:
            yield Finding(
                f"Nothing says why option {letter} is right or wrong.",
                "Write one sentence.",
                f"why_{letter}",
            )
        elif letter in letters and len(why.split()) < 2 and len(why) < _SHORTEST_REASON:
            yield Finding(
                "This is no reason: it teaches nothing.",
                "Say in one sentence why the option is right, or what is true instead.",
                f"why_{letter}",
                why,
                severity=Severity.WARNING,
            )
        elif letter not in letters and (why or row.cells[f"quote_{letter}"].strip()):
            yield Finding(
                f"Option {letter} is empty, but a reason or a quotation for it is not.",
                "Write the option, or clear the cells that belong to it.",
                f"option_{letter}",
            )
    everything = " ".join(row.cells.get(column, "") for column in _TEXT_COLUMNS)
    if everything.isascii() and everything.isprintable() and not _UNFINISHED.search(everything):
        return
    for column, cell in text_columns(row):
        if found := _UNFINISHED.search(cell):
            yield Finding("The text is not finished.", "Finish it.", column, found.group())
        if found := _MOJIBAKE.search(cell):
            yield Finding(
                "The text is broken: it was saved in one encoding and read in another.",
                "Type these letters again, and save the sheet as 'CSV UTF-8'.",
                column,
                found.group(),
            )
        if found := _CONTROL.search(cell):
            yield Finding(
                f"The text holds an invisible control character (U+{ord(found.group()):04X}).",
                "Delete it.",
                column,
                found.group(),
            )


@memory_rule("S09", "stems-alike", Severity.ERROR, Reads.ROWS)
class UniqueStem(Memory):
    """No two stems are the same.

    Why: the learner would meet one question twice, and the two would share one memory.
    How: compared after compatibility characters, case, white space and final punctuation
    are folded. Stems that are only nearly alike are rule W18's.
    Source: the bank's format.
    Bad: two rows whose stem is "What is bone marrow?"
    Good: "What is bone marrow?" and "What does bone marrow make?"
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: dict[str, int] = {}

    def feed(self, subject: Row) -> Findings:
        stem = fold_spaces(subject.cells["stem"])
        form = same_text_form(stem)
        if not form:
            return
        # The fingerprint stands for the text, so that a large bank is not held twice.
        first = self._seen.setdefault(fingerprint(form), subject.number)
        if first != subject.number:
            yield Finding(
                f"Row {first} has the same stem.",
                "Take one of the two out, or ask something else.",
                "stem",
                stem,
            )
