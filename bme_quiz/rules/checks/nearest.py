"""Nearest sentence to a quotation that the article does not have, and the difference marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from bme_quiz.content.article import Sentence, plain_text
from bme_quiz.content.text import fold_spaces, match_form
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.words import content_stems

_LEAST_ALIKE = 0.5
"""A sentence counts as near when it has this share of the quotation's content words."""

_LONGEST = 2_000
_MOST_WORDS = 80
"""Words are aligned in the square of their number."""

_LONGEST_SHOWN = 600
_BEFORE_SHOWN = 200

_NOTHING = "[ ]"
_TRIMMED = " .,;:!?…\"'«»"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The sentence that a quotation may have been copied from.

    Attributes:
        section: the id of its section.
        marked: the sentence, with what the quotation has otherwise in square brackets.
        words: the first words of the quotation that the sentence has otherwise.
    """

    section: str
    marked: str
    words: str


def nearest_sentence(quote: str, context: Context) -> Nearest | None:
    """The article's sentence most like a quotation; None where none is like it."""
    quote = fold_spaces(quote[:_LONGEST])
    wanted = set(content_stems(match_form(plain_text(quote))))
    hits = context.sentences.best(quote, limit=1)
    if not wanted or not hits:
        return None
    text = _long_enough(hits[0].sentence, len(quote.split()), context)
    if len(wanted & set(content_stems(match_form(text)))) < _LEAST_ALIKE * len(wanted):
        return None
    marked, words = _difference(quote, text)
    return Nearest(hits[0].sentence.span.section, marked, words or quote)


def _long_enough(sentence: Sentence, words: int, context: Context) -> str:
    """A sentence, with the next one behind it where the quotation goes on beyond its end."""
    index = context.sections[sentence.span.section]
    (number, *_) = index.sentence_numbers(sentence.span)
    following = index.section.sentences[number + 1 : number + 2]
    if words > 1.5 * len(sentence.text.split()) and following:
        return f"{sentence.text} {following[0].text}"
    return sentence.text


def _difference(quote: str, text: str) -> tuple[str, str]:
    """The text with what the quotation has otherwise in brackets; the quotation's first such words.

    What the text has before the quotation begins and after it ends is no difference.
    """
    given = [(found.start(), found.end()) for found in _WORD.finditer(quote)][:_MOST_WORDS]
    shown = _WORD.findall(text)[: 2 * _MOST_WORDS]
    ours = [_compared(quote[a:b], n in (0, len(given) - 1)) for n, (a, b) in enumerate(given)]
    theirs = [match_form(word) for word in shown]
    # A quotation may begin and end within the sentence, and differ in what stands around it.
    for number, word in enumerate(theirs):
        for end in {0, len(ours) - 1}:
            if _compared(word, True) == ours[end]:
                theirs[number] = ours[end]
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    parts: list[str] = []
    first = ""
    for place, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal" or (kind == "insert" and place in (0, len(steps) - 1)):
            parts += shown[c:d]
            continue
        parts.append(f"[{' '.join(shown[c:d])}]" if d > c else _NOTHING)
        if not first and given:
            # Where words are missing, the one behind the gap is pointed at.
            begin = min(a, len(given) - 1)
            first = quote[given[begin][0] : given[max(b - 1, begin)][1]]
    return _shortened(" ".join(parts)), first


def _shortened(marked: str) -> str:
    """A long text as what stands round its first difference."""
    if len(marked) <= _LONGEST_SHOWN:
        return marked
    start = max(marked.find("[") - _BEFORE_SHOWN, 0)
    end = start + _LONGEST_SHOWN
    return f"{'…' if start else ''}{marked[start:end]}{'…' if end < len(marked) else ''}"


def _compared(word: str, at_an_end: bool) -> str:
    """A word as it is compared; at the ends of a quotation its first case and marks are folded."""
    word = match_form(word)
    if not at_an_end:
        return word
    bare = word.strip(_TRIMMED) or word
    return bare[:1].casefold() + bare[1:]
