"""Rules on pairs of questions: near-duplicates, and one that answers another (W18, W19)."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, Memory, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.similar import Vocabulary, nearest_earlier
from bme_quiz.rules.rounding import percent

_OVERLAP = 0.8
_MIN_KEY_WORDS = 2
_MAX_STEMS = 50
_MAX_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class _Place:
    row: int
    id: str


class _Stems(Memory):
    """Base of the two rules: remembers, for each row, its words as numbers."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.places: list[_Place] = []
        self.vocabulary = Vocabulary()
        self.stems: list[array[int]] = []

    def remember(self, item: Item, words: Iterator[str] | list[str] | frozenset[str]) -> None:
        """Keep a row's place and the set of its stem's words."""
        self.places.append(_Place(item.row.number, item.question.id))
        self.stems.append(self.vocabulary.numbers(words))


@memory_rule("W18", "near-duplicate", Severity.WARNING)
class NearDuplicate(_Stems):
    """No two stems are nearly the same.

    Why: the second is no new practice, and answers the first when both are drawn.
    How: of all words that either stem has, both have at least 80 %; each row is reported once,
    with the earlier row most like it. Pairs that are meant belong into `exceptions.csv`.
    Source: set-similarity joins (prefix filtering: Chaudhuri, Ganti & Kaushik 2006; several
    tokens at once: Wang, Li & Feng 2012).
    Bad: "What is a small stress fracture?" and "What is a stress fracture?"
    Good: "What is a stress fracture?" and "What is a bone bruise?"
    """

    def feed(self, subject: Item) -> Findings:
        self.remember(subject, subject.stem_words)
        return ()

    def close(self) -> Findings:
        for later, earlier, overlap in nearest_earlier(self.stems, self.vocabulary, _OVERLAP):
            yield Finding(
                f"This stem has {percent(overlap, 1)} % of its words in common with row "
                f"{self.places[earlier].row} ({self.places[earlier].id}).",
                "Take one of the two out, or ask something else.",
                "stem",
                row=self.places[later].row,
                id=self.places[later].id,
            )


@memory_rule("W19", "answers-another", Severity.NOTE)
class AnswersAnother(_Stems):
    """No stem holds the key of another question.

    Why: who reads the one can answer the other.
    How: all content words of the key, two or more, stand in the other stem and not all in its
    own. A key counts only if its rarest word stands in few stems (a twentieth of them, 3 at
    least, 50 at most): what stands in many is the subject and gives nothing away.
    Source: Haladyna, Downing & Rodriguez 2002 (independent items).
    Bad: a key "A very small crack", and "Why does a very small crack hurt?"
    Good: a key "A very small crack", and "Why do stress fractures hurt?"
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._keys: list[tuple[int, str, array[int]]] = []

    def feed(self, subject: Item) -> Findings:
        row = len(self.places)
        self.remember(subject, subject.stem_stems)
        if subject.is_true_false:
            return ()
        for key in subject.keys:
            stems = subject.option_stems[key.letter]
            if len(stems) >= _MIN_KEY_WORDS and not stems <= subject.stem_stems:
                self._keys.append((row, key.letter, self.vocabulary.numbers(stems)))
        return ()

    def close(self) -> Findings:
        limit = min(max(int(_MAX_SHARE * len(self.stems)), 3), _MAX_STEMS)
        counts = Counter(word for stem in self.stems for word in stem)
        wanted = {min(key, key=lambda word: counts[word]) for _, _, key in self._keys}
        where: dict[int, list[int]] = {}
        for row, stem in enumerate(self.stems):
            for word in stem:
                if word in wanted and counts[word] <= limit:
                    where.setdefault(word, []).append(row)
        for row, letter, key in self._keys:
            rarest = min(key, key=lambda word: counts[word])
            for other in where.get(rarest, ()):
                if other != row and set(key) <= set(self.stems[other]):
                    yield Finding(
                        f"The stem of row {self.places[other].row} ({self.places[other].id}) holds "
                        "this key.",
                        "Say one of the two in other words, or keep them apart.",
                        f"option_{letter}",
                        row=self.places[row].row,
                        id=self.places[row].id,
                    )
                    break
