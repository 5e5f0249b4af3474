"""Lead-in: the sentence of a stem that asks, and whether it asks in the negative."""

from __future__ import annotations

import re

from bme_quiz.content.problems import Severity
from bme_quiz.content.text import sentence_spans

_MAX_LOOKED_AT = 2000
"""Of an enormous stem only the end is looked at; that is where the question stands."""

_CAPITALS = re.compile(r"\b(?:NOT|EXCEPT|LEAST|NEVER|CANNOT|FALSE|INCORRECT)\b")
_EXCEPT = re.compile(
    r"\bexcept\b(?=(?P<clause> (?:for|that|when|if)\b)?)|\bwith the exception of\b", re.I
)
_ALL_BUT = re.compile(r"\ball but\b(?! one\b)|\ball\b[^.?!]{0,200}\bbut\W*\Z", re.I)
# Who counts those that did not come is not asked in the negative.
_QUANTITY = re.compile(
    r"\bhow (?:many|much|often|long)\b|"
    r"\b(?:number|share|percentage|proportion|fraction|part) of\b",
    re.I,
)
_LEAST = re.compile(
    r"\bleast (?:likely|probable|appropriate|suitable|useful|helpful|accurate|true|correct|"
    r"important|effective|typical|characteristic|common|consistent)\b",
    re.I,
)
# In the middle of a sentence "who" and "where" begin a clause, not a question.
_QUESTION = re.compile(r"\b(?:which|what)\b|\A\W*(?:who|whom|where|when)\b", re.I)
# A "not" that belongs to a clause of its own is not the question's.
_QUESTION_ENDS = re.compile(
    r"\?|\b(?:why|if|because|that|who|whose|when|although|since|so|but|and)\b", re.I
)
_NEGATIVE = re.compile(r"\b(?:not|never|cannot|no longer)\b|n['’]t\b", re.I)
_SHORT_NEGATIVE = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.I)
_SEARCH = re.compile(r"\b(?:which|what|choose|select|find|identify|mark|pick)\b", re.I)
_SEARCH_ENDS = re.compile(r"\?")
_FALSE = re.compile(r"\b(?:false|incorrect|untrue|wrong|inaccurate)\b", re.I)
_CLOSING = {"“": "”", '"': '"', "‘": "’"}
_OPENING = re.compile('[“"‘]')


def lead_in(stem: str) -> str:
    """The sentence that asks: the last with a question mark, or else the last."""
    end = stem[-_MAX_LOOKED_AT:]
    parts = [end[start:stop] for start, stop in sentence_spans(end)]
    asking = [part for part in parts if "?" in part]
    return (asking or parts or [""])[-1]


def negative_words(stem: str) -> tuple[str, Severity] | None:
    """The words that make a stem's lead-in negative, and how much that weighs."""
    asked = _without_quoted(lead_in(stem))
    if _QUANTITY.search(asked):
        return None
    if (found := _CAPITALS.search(asked)) and not asked.isupper():
        weight = Severity.NOTE if found.group() in ("FALSE", "INCORRECT") else Severity.WARNING
        return found.group(), weight
    found = (
        _exception(asked)
        or _ALL_BUT.search(asked)
        or _LEAST.search(asked)
        or _first_after(asked, _QUESTION, _NEGATIVE, _QUESTION_ENDS)
        or _negated_completion(asked)
    )
    if found:
        return found.group(), Severity.WARNING
    if found := _first_after(asked, _SEARCH, _FALSE, _SEARCH_ENDS):
        return found.group(), Severity.NOTE
    return None


def _without_quoted(text: str) -> str:
    """A text with spaces in place of what stands in quotation marks, the marks too."""
    kept = []
    place = 0
    unclosed = set()
    for opening in _OPENING.finditer(text):
        start, mark = opening.start(), opening.group()
        if start < place or mark in unclosed:
            continue
        end = text.find(_CLOSING[mark], start + 1) + 1
        if not end:
            unclosed.add(mark)
            continue
        kept += [text[place:start], " " * (end - start)]
        place = end
    return "".join([*kept, text[place:]])


def _exception(asked: str) -> re.Match[str] | None:
    """The words that ask for an exception; "except when" in a question is a clause."""
    last = asked.rfind("?")
    return next(
        (one for one in _EXCEPT.finditer(asked) if not one["clause"] or one.end("clause") > last),
        None,
    )


def _first_after(
    asked: str, begins: re.Pattern[str], wanted: re.Pattern[str], ends: re.Pattern[str]
) -> re.Match[str] | None:
    """The first place of ``wanted`` with a ``begins`` before it and no ``ends`` between the two.

    Gone through once from front to back, whatever stands in it.
    """
    place = 0
    while begin := begins.search(asked, place):
        end = ends.search(asked, begin.end())
        if found := wanted.search(asked, begin.end(), end.start() if end else len(asked)):
            return found
        if end is None:
            return None
        place = end.end()
    return None


def _negated_completion(asked: str) -> re.Match[str] | None:
    """The negative of a sentence that the options complete, behind a colon."""
    if not asked.endswith(":"):
        return None
    begin = max(map(asked.rfind, ".?!")) + 1
    return _SHORT_NEGATIVE.search(asked, begin)
