"""The sentence of a stem that asks, and whether it asks in the negative."""

from __future__ import annotations

import re

from bme_quiz.content.problems import Severity
from bme_quiz.content.text import sentence_spans

_MAX_LOOKED_AT = 2000
"""Of an enormous stem only the end is looked at; that is where the question stands."""

_CAPITALS = re.compile(r"\b(?:NOT|EXCEPT|LEAST|NEVER|CANNOT|FALSE|INCORRECT)\b")
_EXCEPT = re.compile(r"\bexcept\b(?! (?:for|that|when|if)\b.*\?)|\bwith the exception of\b", re.I)
_LEAST = re.compile(
    r"\bleast (?:likely|probable|appropriate|suitable|useful|helpful|accurate|true|correct|"
    r"important|effective|typical|characteristic|common|consistent)\b",
    re.I,
)
# A "not" that belongs to a clause of its own is not the question's.
_NEGATED_QUESTION = re.compile(
    # In the middle of a sentence "who" and "where" begin a clause, not a question.
    r"(?:\b(?:which|what)\b|\A\W*(?:who|whom|where|when)\b)"
    r"(?P<between>(?:(?!\b(?:why|if|because|that|who|whose|when|although|since|so|but|and)\b)[^?])*?)"
    r"(?P<negative>\b(?:not|never|cannot|no longer)\b|n['’]t\b)",
    re.I,
)
_NEGATED_COMPLETION = re.compile(r"(?P<negative>\b(?:not|never|cannot)\b|n['’]t\b)[^.?!]*:\Z", re.I)
_FALSE = re.compile(
    r"\b(?:which|what|choose|select|find|identify|mark|pick)\b[^?]*?"
    r"(?P<negative>\b(?:false|incorrect|untrue|wrong|inaccurate)\b)",
    re.I,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")


def lead_in(stem: str) -> str:
    """The sentence that asks: the last with a question mark, or else the last."""
    end = stem[-_MAX_LOOKED_AT:]
    parts = [end[start:stop] for start, stop in sentence_spans(end)]
    asking = [part for part in parts if "?" in part]
    return (asking or parts or [""])[-1]


def negative_words(stem: str) -> tuple[str, Severity] | None:
    """The words that make a stem's lead-in negative, and how much that weighs."""
    asked = _QUOTED.sub(lambda found: " " * len(found.group()), lead_in(stem))
    if (found := _CAPITALS.search(asked)) and not asked.isupper():
        weight = Severity.NOTE if found.group() in ("FALSE", "INCORRECT") else Severity.WARNING
        return found.group(), weight
    for pattern in (_EXCEPT, _LEAST):
        if found := pattern.search(asked):
            return found.group(), Severity.WARNING
    for pattern in (_NEGATED_QUESTION, _NEGATED_COMPLETION):
        if found := pattern.search(asked):
            return found["negative"], Severity.WARNING
    if found := _FALSE.search(asked):
        return found["negative"], Severity.NOTE
    return None
