"""Rules on the stem: blanks, negatives, focus and length (W05 to W07, W14, W16)."""

from __future__ import annotations

import re

from bme_quiz.content.bank import QuestionType
from bme_quiz.content.problems import Severity
from bme_quiz.content.text import sentence_spans
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item

MAX_STEM_WORDS = 60
_MIN_STEM_WORDS = 5

# A letter that a spreadsheet wrote as its number: no blank, but broken.
_ESCAPED = re.compile(r"_x[0-9a-f]{4}_", re.I)
_BLANK = re.compile(r"_{2,}|\.{5,}|…{2,}|\bfill in (?:the )?(?:blanks?|gaps?|missing)\b", re.I)
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|none|neither|nor|without)\b|n['’]t\b", re.I)

_DENIAL = re.compile(r"\b(?:not(?! only\b)|never|cannot)\b|n['’]t\b", re.I)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:that|which|who|whose|if|because|although|though|when|while|since|unless|until|and|"
    r"but)\b",
    re.I,
)

_COMMAND = re.compile(
    r"(?:\A|[.!?:,]\s+)(?:please )?(?:name|choose|select|pick|identify|find|mark|match|describe|"
    r"explain|state|calculate|compute|estimate|determine|complete|order|put|list|give|decide)\b",
    re.I,
)
_ASKS = re.compile(
    r"(?:\A|[.!:,]\s+)(?:in |on |at |of |for |to )?(?:which|what|who|how|why|when|where)\b", re.I
)
_BROKEN_OFF = re.compile(
    r"\b(?:a|an|the|of|in|on|at|to|for|with|by|from|is|are|be|and|or|this|that)\W*\Z", re.I
)
_ENDED = re.compile(r"[.!]\W*\Z")
_POINTING = re.compile(
    r"\b(?:following|below|these|statements?|options?|answers?|choices?)(?: \w+)?\W*\Z", re.I
)
_NUMBERED = re.compile(r"(?:\A|\s)\(?(?:[ivx]{1,4}|[1-9])[.)]\s", re.I)


def _blank(stem: str) -> re.Match[str] | None:
    return _BLANK.search(_ESCAPED.sub(" ", stem) if "_x" in stem.casefold() else stem)


def sentences(text: str) -> list[str]:
    """The sentences of a stem or option."""
    return [text[start:end] for start, end in sentence_spans(text)]


@item_rule("W05", "blank", Severity.WARNING)
def no_blank_in_stem(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The stem has no blank to fill in.

    Why: the reader must hold the sentence open and try each option in it; a question is
    easier to read and to read aloud.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006.
    Bad: `stem`: A stress fracture is a small ____ in a bone.
    Good: `stem`: What is a stress fracture?
    """
    if found := _blank(item.stem):
        yield Finding("The stem has a blank.", "Ask a question instead.", "stem", found.group())


@item_rule("W06", "negative-stem", Severity.WARNING)
def no_negative_lead_in(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The question is not asked in the negative.

    Asking for the one false statement ("Which is incorrect?") is a note: it reads more
    easily than a "not", but still teaches three true things as wrong answers.

    Why: readers overlook the word and answer the opposite question.
    How: only the sentence that asks counts, so that "should not run" in a case is fine; a
    "not" inside a clause of its own ("why it does not hurt") or in what is counted ("how many
    did not come") is none either. Of a true/false question the statement is looked at.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006; Case & Swanson.
    Bad: `stem`: Which of these is not a cause of stress fractures?
    Good: `stem`: Which of these explains why the leg does not hurt?
    """
    if item.is_true_false:
        if negation := _negation_of(item.statement):
            yield Finding(
                "The statement is a negative one; who judges it false has to deny a denial.",
                "Say what is so, and turn the answer round.",
                "stem",
                negation.group(),
            )
    elif found := item.negative:
        words, severity = found
        yield Finding(
            "The question is asked in the negative.",
            "Ask for what is true, or make it a multiple.",
            "stem",
            words,
            severity=severity,
        )


def _negation_of(statement: str) -> re.Match[str] | None:
    """The word that denies a whole statement; one in a clause of its own does not."""
    end = _CLAUSE.search(statement)
    return _DENIAL.search(statement, 0, end.start() if end else len(statement))


@item_rule("W07", "double-negative", Severity.WARNING)
def no_double_negative(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """A question in the negative has no negated option.

    Why: "which is not … does not …" takes the reader two turns.
    Source: Tarrant et al. 2006; Case & Swanson.
    Bad: `stem`: Which is NOT true? · `option_b`: It does not hurt
    Good: `stem`: Which is true? · `option_b`: It does not hurt
    """
    if item.question.type is QuestionType.TRUE_FALSE or not item.negative:
        return
    for option in item.options:
        if found := _NEGATION.search(option.text):
            yield Finding(
                "The stem is negative, and so is this option.",
                "Turn the stem round.",
                f"option_{option.letter}",
                found.group(),
            )


@item_rule("W14", "unfocused-stem", Severity.NOTE)
def stem_asks_something(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The stem asks a question that can be answered before the options are read.

    Why: a stem that only opens a topic leaves the reader to guess from the options what is
    meant.
    How: a statement that nothing is asked about; a question that breaks off ("What is the");
    fewer than five words; one that only points at the options ("Consider these statements:").
    A sentence that the options complete ("A stress fracture comes from") is none. Blanks are
    rule W05's.
    Source: Haladyna, Downing & Rodriguez 2002; Case & Swanson (the cover-the-options rule).
    Bad: `stem`: Stress fractures.
    Good: `stem`: What is a stress fracture?
    """
    stem = item.stem
    if "?" in stem or item.question.type is QuestionType.TRUE_FALSE or _blank(stem):
        return
    if item.is_true_false:
        return
    asks = _ASKS.search(stem)
    if len(item.stem_words) >= _MIN_STEM_WORDS and (
        _COMMAND.search(stem)
        or (asks and not _BROKEN_OFF.search(stem))
        or (not asks and _is_completion(stem))
    ):
        return
    yield Finding(
        "The stem asks no question.",
        "Ask one that can be answered without the options.",
        "stem",
        stem,
    )


def _is_completion(stem: str) -> bool:
    """Whether a stem without a question is a sentence that each option brings to its end."""
    return not _ENDED.search(stem) and not _POINTING.search(stem)


@item_rule("W16", "long-stem", Severity.NOTE)
def stem_is_short(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The stem has at most 60 words.

    Why: long stems measure reading, and what the answer does not need distracts.
    How: a list of numbered statements in the stem is not counted, since it is needed. A case
    often has its reason to be long, so this is a note. Long sentences are rule R04's.
    Source: Haladyna, Downing & Rodriguez 2002 (no window dressing).
    Bad: a stem that tells a story of 70 words before it asks
    Good: `stem`: What is a stress fracture?
    """
    marks = [found.start() for found in _NUMBERED.finditer(item.stem)]
    told = item.stem[: marks[0]] if len(marks) > 1 else item.stem
    number = len(told.split())
    if number > MAX_STEM_WORDS:
        yield Finding(
            f"The stem has {number} words.",
            f"Leave out what the answer does not need; aim at {MAX_STEM_WORDS} or fewer.",
            "stem",
        )
