"""Rules on ease of reading: level, long words, abbreviations, long sentences (R01 to R04)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bme_quiz.content.course import ARTICLE_FILE
from bme_quiz.content.problems import Severity
from bme_quiz.content.text import sentence_spans
from bme_quiz.rules.checks.base import Finding, Findings, Memory, item_rule, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.readability import Pool, Terms, syllables
from bme_quiz.rules.checks.words import stem, written_words

_GRADE = 8.0
# What a person takes home from a clinic: without the glossary's terms, and with them.
_EASY, _EASY_WITH_TERMS = 6.0, 7.0
_MIN_SENTENCES = 30
_LONG_WORD = 4
_MAX_WORDS = 20

_ABBREVIATION = re.compile(r"(?<![\w-])[A-Z]{2,5}(?=s?(?![\w]))")
_ROMAN = re.compile(r"[IVX]+\Z")
_CAPITALS = "NOT EXCEPT LEAST NEVER ONLY ALL TRUE FALSE MOST BEST AND OR OK UK US USA EU AM PM"
_PLAIN_CAPITALS = frozenset(_CAPITALS.split())
# Where an abbreviation is explained: in brackets after its words, before them, or by a verb.
_IN_BRACKETS = re.compile(r"\((?:the |also |called |or |short )*+(?P<name>[A-Z]{2,5})s?\)")
_WORD_BEFORE = re.compile(r"[a-z]\w*+\W{0,3}\Z")
_LONGEST_WORD = 60
_EXPLAINED = (
    re.compile(r"\b(?P<name>[A-Z]{2,5})s? \([a-z][^()]*\)"),
    re.compile(r"\b(?P<name>[A-Z]{2,5})s?,? (?:stands for|is short for|means|is the abbreviation)"),
    re.compile(
        r"\b(?:called|abbreviated(?: as| to)?|known as|shortened to|written|short is|is|or)"
        r" (?P<name>[A-Z]{2,5}) (?:for short|in short)"
    ),
)


@memory_rule("R01", "reading-level", Severity.WARNING)
class ReadingLevel(Memory):
    """The article and the bank, for patients, read at grade 8 or below, glossary terms aside.

    Why: half of all adults read below grade 8; the terms are explained, so they are left out.
    How: Flesch-Kincaid grade = 0.39 × words/sentences + 11.8 × syllables/words − 15.59, over
    at least 30 sentences pooled: of the article, and of stems and reasons that patients get
    (options are seldom sentences). One stem alone is never graded. For an article above grade
    6, or 7 with the glossary's terms counted, there is a note. Other formulas differ: SMOG reads
    2 to 4 grades higher on the same text.
    Source: Kincaid et al. 1975; advice of NIH, AMA and CDC to write at grade 6 to 8.
    Bad: an article of long sentences in Latin words
    Good: an article of sentences like this one
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._terms = Terms(name for term in context.terms for name in term.names)
        self._bank = Pool(self._terms)

    def feed(self, subject: Item) -> Findings:
        if subject.for_patients:
            for column, text in subject.texts:
                if column == "stem" or column.startswith("why_"):
                    self._bank.add(text)
        return ()

    def _pools(self) -> Iterator[tuple[str, Pool]]:
        """What is graded, where it is long enough."""
        article = Pool(self._terms)
        for section in self.context.article.sections:
            for sentence in section.sentences:
                article.add(sentence.text)
        for name, pool in (("bank", self._bank), ("article", article)):
            if pool.whole.sentences >= _MIN_SENTENCES:
                yield name, pool

    def close(self) -> Findings:
        for name, pool in self._pools():
            if pool.plain.grade > _GRADE:
                yield Finding(
                    f"The {name} reads at grade {pool.plain.grade:.1f} without the glossary's "
                    f"terms, {pool.whole.grade:.1f} with them; the aim is {_GRADE:.0f} or below.",
                    "Shorten sentences, use everyday words, or explain terms in the glossary.",
                    file=ARTICLE_FILE if name == "article" else "",
                )
            elif name == "article" and (
                pool.plain.grade > _EASY or pool.whole.grade > _EASY_WITH_TERMS
            ):
                yield Finding(
                    f"The article reads at grade {pool.plain.grade:.1f} without the glossary's "
                    f"terms, {pool.whole.grade:.1f} with them; at {_EASY:.0f} and "
                    f"{_EASY_WITH_TERMS:.0f} most people read it with ease.",
                    "Shorten sentences, and use everyday words.",
                    severity=Severity.NOTE,
                    file=ARTICLE_FILE,
                )

    def figures(self) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for name, pool in self._pools():
            found[f"reading_grade_{name}"] = pool.plain.grade
            found[f"reading_grade_{name}_with_terms"] = pool.whole.grade
        return found


@memory_rule("R02", "long-word", Severity.NOTE)
class LongWord(Memory):
    """A word of four syllables or more is in the glossary, or there is a shorter one.

    Why: long words are what readers stumble over.
    How: each word is reported once, where it first stands; the syllables are counted by rules
    and sometimes wrong. Whether a word is rare is not judged.
    Source: plain-language guidance (CDC, NIH).
    Bad: `why_a`: It is characteristically idiopathic.
    Good: `why_a`: No cause is known.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        terms = Terms(name for term in context.terms for name in term.names)
        self._known = {stem(word) for word in terms.words}
        self._seen: set[str] = set()
        self._in_article = [
            (index.section.line, word)
            for index in context.sections.values()
            for word in self._long(written_words(index.section.text))
        ]

    def _long(self, words: Iterable[str]) -> list[str]:
        found = []
        for word in words:
            if word in self._seen:
                continue
            self._seen.add(word)
            lower = word.casefold()
            root = stem(lower)
            if root in self._known or word.isupper():
                continue
            # Of a word with a hyphen each part is read on its own.
            if max(syllables(part) for part in lower.split("-")) >= _LONG_WORD:
                self._known.add(root)
                found.append(word)
        return found

    def feed(self, subject: Item) -> Findings:
        if subject.vocabulary <= self._seen:
            return
        for column, words in subject.tokens:
            for word in self._long(words):
                yield self._finding(column, word)

    def close(self) -> Findings:
        for line, word in self._in_article:
            yield self._finding("", word, line, ARTICLE_FILE)

    @staticmethod
    def _finding(column: str, word: str, row: int | None = None, file: str = "") -> Finding:
        return Finding(
            f"'{word[:60]}' is long and not in the glossary.",
            "Use a shorter word, or explain it in the glossary.",
            column,
            word,
            row=row,
            file=file,
        )


@memory_rule("R03", "abbreviation", Severity.WARNING)
class Abbreviation(Memory):
    """An abbreviation of two to five capitals is explained in the article or the glossary.

    Why: who does not know it cannot look it up.
    How: explained is what stands in brackets beside its words, or "stands for", "is short
    for", "for short". Roman numerals and words in capitals for stress are let pass.
    Source: plain-language guidance (CDC, NIH).
    Bad: `stem`: What does a DEXA scan show?
    Good: `stem`: What does a bone scan show?
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._known = set(_PLAIN_CAPITALS)
        texts = [index.section.text for index in context.sections.values()]
        for term in context.terms:
            self._known.update(name for name in term.names)
            texts.append(f"{term.term}. {term.definition}")
        for text in texts:
            self._known.update(_named_in_brackets(text))
            for pattern in _EXPLAINED:
                self._known.update(found["name"] for found in pattern.finditer(text))
        self._reported: set[str] = set()

    def feed(self, subject: Item) -> Findings:
        for column, text in subject.texts:
            for name in self._unknown(text):
                yield self._finding(column, name)

    def close(self) -> Findings:
        seen: set[str] = set()
        for index in self.context.sections.values():
            for name in self._unknown(index.section.text):
                if name not in seen:
                    seen.add(name)
                    yield self._finding("", name, index.section.line, ARTICLE_FILE)

    def _unknown(self, text: str) -> list[str]:
        if text.isupper() or text[1:].islower():
            return []
        names = dict.fromkeys(found.group() for found in _ABBREVIATION.finditer(text))
        return [name for name in names if name not in self._known and not _ROMAN.match(name)]

    @staticmethod
    def _finding(column: str, name: str, row: int | None = None, file: str = "") -> Finding:
        return Finding(
            f"The abbreviation '{name}' is explained nowhere.",
            "Write the words, or explain it in the article or the glossary.",
            column,
            name,
            row=row,
            file=file,
        )


def _named_in_brackets(text: str) -> Iterator[str]:
    """The abbreviations that stand in brackets behind a word: ``bone marrow edema (BME)``."""
    end = 0
    for found in _IN_BRACKETS.finditer(text):
        # From the bracket back, since from each word on to a bracket is a long way.
        before = text[max(end, found.start() - _LONGEST_WORD) : found.start()]
        if _WORD_BEFORE.search(before):
            yield found["name"]
            end = found.end()


@item_rule("R04", "long-sentence", Severity.NOTE)
def sentences_are_short(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """In text that patients get, a sentence has 20 words or fewer.

    Why: a long sentence must be held in mind to its end.
    Source: plain-language guidance (CDC, NIH).
    Bad: a reason of one sentence with 30 words
    Good: `why_a`: Right. The article says so.
    """
    if not item.for_patients:
        return
    for column, text in item.texts:
        if text.count(" ") < _MAX_WORDS:
            continue
        for start, end in sentence_spans(text):
            sentence = text[start:end]
            if (number := len(sentence.split())) > _MAX_WORDS:
                yield Finding(
                    f"This sentence has {number} words.",
                    f"Part it in two; {_MAX_WORDS} words or fewer.",
                    column,
                    sentence,
                )
