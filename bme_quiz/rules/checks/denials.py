"""Denials: sentences that say what is not so.

A sentence is one when a negation stands in its main clause. Which words are the main clause is told
by punctuation and conjunctions alone, so the count is the same for everybody who counts.
"""

from __future__ import annotations

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE
)
# What negates nothing: "not only the hip but the knee", "no more than two weeks".
_NO_NEGATION = re.compile(
    r"\bnot only\b|\bno (?:more|less|fewer|longer|later|sooner) than\b|\bno matter\b"
    r"|\bwhether or not\b|\bnot until\b|\blittle or no\b|\bif not\b",
    re.IGNORECASE,
)
_SUBORDINATING = (
    "if|when|whenever|who|whom|whose|which|that|where|until|unless|because|although|though|while|"
    "since"
)
# A clause ends at the next comma, colon or semicolon; one that begins the sentence, at its comma.
_FIRST_CLAUSE = re.compile(rf"\A(?:{_SUBORDINATING})\b[^,;:]*+,", re.IGNORECASE)
_CLAUSE = re.compile(rf"\s(?:{_SUBORDINATING})\b[^,;:]*+", re.IGNORECASE)


def is_denial(sentence: str) -> bool:
    """Whether a negation stands in a sentence outside its subordinate clauses.

    >>> is_denial("Plain X-rays cannot show edema.")
    True
    >>> is_denial("Call if you cannot stand.")
    False
    """
    if _NEGATION.search(sentence) is None:
        return False
    main = _CLAUSE.sub(" ", _FIRST_CLAUSE.sub(" ", _NO_NEGATION.sub(" ", sentence)))
    return _NEGATION.search(main) is not None
