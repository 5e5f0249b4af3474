"""Full-text search over an article's sentences: which ones fit some words best.

The score is Okapi BM25 (Robertson & Zaragoza 2009, The Probabilistic Relevance Framework) with
the idf of Lucene, which is never negative. How words become terms is the caller's: a stemmer of
the article's language, or the checker's own.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log

from bme_quiz.content.article import Article, Sentence

_SATURATION = 1.2
"""k₁: how soon a term that stands again and again counts no more."""

_LENGTH = 0.5
"""b: how much a long sentence is marked down."""

_TOLD = 2.0
"""What a term of the text that is looked for weighs beside one of the text round it."""

_MOST_TERMS = 64
"""Of a longer text only the rarest terms are looked for."""

_MOST_LOOKED_AT = 20_000
"""How many places of terms one search looks at, the rarest terms first: a bound for articles that
say one thing over and over, beside banks as long."""

Terms = Callable[[str], Iterable[str]]
"""The terms of a text, such as stems of its words, each as often as it stands."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that fits, and how well: its score, above 0 and comparable within one search."""

    sentence: Sentence
    score: float


class SentenceSearch:
    """An index of an article's sentences by their terms.

    Args:
        article: whose sentences are searched, those of its sections.
        terms: see :data:`Terms`.
    """

    def __init__(self, article: Article, terms: Terms) -> None:
        self._terms = terms
        self._sentences: Sequence[Sentence] = [
            sentence for section in article.sections for sentence in section.sentences
        ]
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        self._lengths = array("q")
        for number, sentence in enumerate(self._sentences):
            counts = Counter(terms(sentence.text))
            self._lengths.append(counts.total())
            for term, count in counts.items():
                numbers, times = self._postings.setdefault(term, (array("q"), array("q")))
                numbers.append(number)
                times.append(count)
        self._mean_length = max(sum(self._lengths) / max(len(self._lengths), 1), 1.0)

    def best(
        self, words: str, around: str = "", *, limit: int = 3, section: str | None = None
    ) -> list[Hit]:
        """The sentences that fit best, the best first; of equal ones the earlier first.

        Args:
            words: what is looked for, such as an option.
            around: what says more on it and counts half, such as the stem.
            limit: how many are given at most.
            section: the id of the only section that is searched; None for all.
        """
        weights = dict.fromkeys(self._terms(around), 1.0)
        weights |= dict.fromkeys(self._terms(words), _TOLD)
        known = [term for term in weights if term in self._postings]
        known.sort(key=lambda term: len(self._postings[term][0]))
        scores: dict[int, float] = {}
        left = _MOST_LOOKED_AT
        for term in known[:_MOST_TERMS]:
            numbers, times = self._postings[term]
            numbers, times = numbers[:left], times[:left]
            left -= len(numbers)
            weight = weights[term] * self._rarity(len(self._postings[term][0]))
            for number, count in zip(numbers, times, strict=True):
                share = count / (count + self._dampening(number))
                scores[number] = scores.get(number, 0.0) + weight * share
        found = [
            Hit(self._sentences[number], score)
            for number, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
            if section is None or self._sentences[number].span.section == section
        ]
        return found[:limit]

    def _rarity(self, sentences: int) -> float:
        return log(1 + (len(self._sentences) - sentences + 0.5) / (sentences + 0.5))

    def _dampening(self, number: int) -> float:
        return _SATURATION * (1 - _LENGTH + _LENGTH * self._lengths[number] / self._mean_length)
