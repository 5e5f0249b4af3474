"""Flesch-Kincaid grade of a text, with a syllable counter of its own.

Grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59 (Kincaid, Fishburne, Rogers
& Chissom 1975). The counter takes groups of vowels and corrects the commonest exceptions of
English spelling; its slips (about one word in twenty) are mostly one syllable too few. Figures
of other formulas (SMOG reads 2 to 4 grades higher) are not comparable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bme_quiz.content.text import sentence_spans

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_WORD = 40
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûü]+")
# Vowels that stand side by side and are spoken apart.
_APART = (
    re.compile(r"(?<![tcsg])i(?=a)|(?<=t)i(?=ate)"),  # vari-able, initi-ate; not spe-cial
    re.compile(r"(?<![tcsgnlx])i(?=o)|(?<=[nl])i(?=or|od|ol)"),  # radi-o; not re-gion
    re.compile(r"(?<![tcs])i(?=en)|(?<=trans)i(?=en)|i(?=et|u)"),  # experi-ence, soci-ety
    re.compile(r"e(?=o(?!u|p|n\b))|(?<=[^aeiouq])u(?=a(?!r\b|de))|(?<=[^aeiougq])u(?=el|ous)"),
    re.compile(r"(?<=[cr])e(?=at(?:e|iv|ion|or))|(?<=\br)e(?=a(?:ct|lit))|(?<=\bid)e(?=a)"),
    re.compile(r"[aeoyu](?=ing\b)|(?<=[lr])u(?=id\b)|(?<=at)o(?=id)|(?<=ste)o(?=a)|o(?=arth)"),
)
# An e that is written and not spoken: at the end, in -ed and -es, and before an ending.
_SILENT = (
    re.compile(r"(?<=[^aeiouy])e\b(?<![^aeiouylrw]le)"),
    re.compile(r"(?<=[^aeioutd])ed\b"),
    re.compile(r"(?<=[^aeiouyszxcg])es\b(?<!shes)(?<!ches)(?<![^aeiouylrw]les)"),
    re.compile(r"(?<=[^aeiouy])e(?=(?:ly|ments?|ful|less|ness)\b)"),
)
_EXCEPTIONS = {
    "area": 3, "areas": 3, "being": 2, "bruise": 1, "bruised": 1, "bruises": 2, "business": 2,
    "doing": 2, "every": 2, "people": 2, "science": 2, "somebody": 3, "someone": 2,
    "something": 2, "sometimes": 2, "therefore": 2, "used": 1, "whole": 1, "edema": 3,
    "oedema": 3, "x-ray": 2, "movement": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formula needs of a text."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade; 0 for no text."""
        if not self.words or not self.sentences:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


class Terms:
    """Terms to leave out of the counts, found word by word in time linear in the text."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in names:
            parts = tuple(_WORD.findall(name.casefold()))
            if parts:
                self._by_first.setdefault(parts[0], []).append(parts)
                plural = (*parts[:-1], f"{parts[-1]}s")
                self._by_first.setdefault(plural[0], []).append(plural)
        for found in self._by_first.values():
            found.sort(key=len, reverse=True)
        self.words = frozenset(
            word for terms in self._by_first.values() for term in terms for word in term
        )
        """Every word that stands in the name of a term, in lower case."""

    def without(self, words: Sequence[str]) -> list[str]:
        """The words, those of terms left out."""
        lower = [word.casefold() for word in words]
        if self._by_first.keys().isdisjoint(lower):
            return list(words)
        kept: list[str] = []
        place = 0
        while place < len(words):
            for term in self._by_first.get(lower[place], ()):
                if tuple(lower[place : place + len(term)]) == term:
                    place += len(term)
                    break
            else:
                kept.append(words[place])
                place += 1
        return kept


def counts(text: str, terms: Terms | None = None) -> Counts:
    """Words, sentences and syllables of a text, terms left out where they are given."""
    pool = Pool(terms or Terms(()))
    pool.add(text)
    return pool.plain


class Pool:
    """Text gathered for grading, counted with the terms in it and without."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._sentences = self._words = self._syllables = 0
        self._term_words = self._term_syllables = 0

    def add(self, text: str) -> None:
        """Add a text; a heading or fragment counts as a sentence."""
        words = _WORD.findall(text)
        spoken = sum(map(syllables, words))
        self._sentences += len(sentence_spans(text))
        self._words += len(words)
        self._syllables += spoken
        kept = self._terms.without(words)
        if len(kept) < len(words):
            self._term_words += len(words) - len(kept)
            self._term_syllables += spoken - sum(map(syllables, kept))

    @property
    def whole(self) -> Counts:
        """The counts of all of it."""
        return Counts(self._words, self._sentences, self._syllables)

    @property
    def plain(self) -> Counts:
        """The counts without the terms."""
        return Counts(
            self._words - self._term_words,
            self._sentences,
            self._syllables - self._term_syllables,
        )


def syllables(word: str) -> int:
    """How many syllables a word has, one at least.

    A number counts as one; two to five capitals are spelt out, letter by letter.
    """
    # What is no word is not remembered: thousands of letters each would stay in memory for good.
    return _known_syllables(word) if len(word) <= _LONGEST_WORD else _syllables(word)


def _syllables(word: str) -> int:
    if word.isdigit():
        return 1
    if 2 <= len(word) <= 5 and word.isalpha() and word.isupper():
        return len(word) + 2 * word.count("W")
    lower = word.casefold()
    if lower in _EXCEPTIONS:
        return _EXCEPTIONS[lower]
    if len(lower) > _LONGEST_WORD:
        return max(1, len(_VOWELS.findall(lower)))
    number = len(_VOWELS.findall(lower))
    number += sum(len(apart.findall(lower)) for apart in _APART)
    number -= sum(len(silent.findall(lower)) for silent in _SILENT)
    return max(1, number)


_known_syllables = lru_cache(maxsize=1 << 16)(_syllables)
