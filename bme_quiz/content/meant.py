"""Cells of a bank as people write them, in the form that the rules know.

``b)`` is b, ``a, b`` is a;b, ``Single`` is single, ``TRUE`` under a true or false question's answer
is the letter of that option. What is not obvious stays as it stands, and the rules say what is
wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LETTERS = "abcdefgh"
_LONGEST = 200

_TYPES = {
    "single": "single",
    "singlechoice": "single",
    "singleanswer": "single",
    "oneanswer": "single",
    "multiple": "multiple",
    "multipleanswers": "multiple",
    "multipleanswer": "multiple",
    "multipleresponse": "multiple",
    "multipleselect": "multiple",
    "truefalse": "truefalse",
    "trueorfalse": "truefalse",
    "tf": "truefalse",
    "matching": "matching",
    "ordering": "ordering",
}
_LEVELS = {
    "remember": "remember",
    "remembering": "remember",
    "understand": "understand",
    "understanding": "understand",
    "apply": "apply",
    "applying": "apply",
    "analyze": "analyze",
    "analyse": "analyze",
    "analyzing": "analyze",
    "analysing": "analyze",
}
_AUDIENCES = {
    "both": "both",
    "all": "both",
    "everyone": "both",
    "everybody": "both",
    "patient": "patient",
    "patients": "patient",
    "student": "student",
    "students": "student",
}
_STATUSES = {"example": "example", "retired": "retired"}
_WORDS = {"type": _TYPES, "level": _LEVELS, "audience": _AUDIENCES, "status": _STATUSES}
_NONE = frozenset({"-", "–", "—", "−", "none", "no", "nothing", "n/a"})
_DASHES = frozenset({"-", "–", "—", "−", "--"})
_ANSWER = re.compile(r"(?:answers?|options?)?\s*+[:=]?\s*+(.*)", re.IGNORECASE | re.DOTALL)
_PARTED = re.compile(r"[;,/&+\s]++|(?<=[).\]])(?=\w|\()")
_LETTER = re.compile(r"[(\[]?([a-h])[)\].:]{0,2}", re.IGNORECASE)
_TRUTH = {"true": "true", "t": "true", "yes": "true", "false": "false", "f": "false", "no": "false"}


def meant_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row, those that are obvious in the form that the rules know."""
    found = dict(cells)
    for column, words in _WORDS.items():
        if (word := words.get(_form(cells.get(column, "")))) is not None:
            found[column] = word
    for column in cells:
        if column.startswith("quote_") and cells[column].strip() in _DASHES:
            found[column] = "-"
    if found.get("type") == "truefalse":
        for letter in _LETTERS[:2]:
            column = f"option_{letter}"
            if (text := cells.get(column, "").strip()).casefold() in ("true", "false"):
                found[column] = text.capitalize()
    if "answer" in cells:
        found["answer"] = _meant_answer(cells["answer"], found)
    harm = cells.get("harm", "")
    if harm.strip():
        is_none = len(harm) < _LONGEST and harm.strip().casefold() in _NONE
        found["harm"] = "" if is_none else _meant_letters(harm) or harm
    return found


def _form(cell: str) -> str:
    """A word without regard to case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", cell[:_LONGEST].casefold())


def _meant_answer(cell: str, row: Mapping[str, str]) -> str:
    options = {
        letter: _form(row[column])
        for letter in _LETTERS
        if (column := f"option_{letter}") in row and row[column].strip()
    }
    words = cell.strip().casefold()[:_LONGEST]
    if row.get("type") == "truefalse" and words in _TRUTH:
        same = [letter for letter, text in options.items() if text == _TRUTH[words]]
        if len(same) == 1:
            return same[0]
    if letters := _meant_letters(cell):
        return letters
    # The key in full, as many tables of questions have it.
    same = [letter for letter, text in options.items() if text and text == _form(cell)]
    return same[0] if len(same) == 1 and len(cell) < _LONGEST else cell


def _meant_letters(cell: str) -> str:
    """Letters as ``a;c``; nothing where the cell holds anything else."""
    if len(cell) > _LONGEST or not cell.strip():
        return ""
    if all(len(part.strip()) < 2 for part in cell.split(";")):
        # As it was always written: what a person approved is not to look edited.
        return cell
    found = _ANSWER.fullmatch(cell.strip())
    parts = [part for part in _PARTED.split(found[1] if found else "") if part]
    parts = [part for part in parts if part.casefold() != "and"]
    letters = [match[1].lower() if (match := _LETTER.fullmatch(part)) else "" for part in parts]
    return ";".join(letters) if letters and all(letters) else ""
