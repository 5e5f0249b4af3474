"""Coverage, both ways: which sentences the questions ask about, and which none does (G09)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bme_quiz.content.course import ARTICLE_FILE
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, Memory, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.rounding import exact_percent

_TIMES_MEAN = 2
_MIN_QUESTIONS = 20


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """How a section is asked about.

    Attributes:
        section: its id.
        title: its heading.
        line: the heading's line in the article.
        questions: how many questions name the section.
        sentences: how many of its sentences can be asked about; those marked not asked are
            left out.
        unasked: those of them that no key's quotation touches.
    """

    section: str
    title: str
    line: int
    questions: int
    sentences: int
    unasked: tuple[str, ...]

    @property
    def asked(self) -> int:
        """How many sentences some key rests on."""
        return self.sentences - len(self.unasked)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How an article is asked about, section by section in its order."""

    sections: tuple[SectionCoverage, ...]

    @property
    def sentences(self) -> int:
        """How many sentences can be asked about."""
        return sum(section.sentences for section in self.sections)

    @property
    def asked(self) -> int:
        """How many of them some key rests on."""
        return sum(section.asked for section in self.sections)

    @property
    def percent(self) -> float:
        """The share asked about, in percent; 100 where there is nothing to ask about."""
        return exact_percent(self.asked, self.sentences) if self.sentences else 100.0


class CoverageCount:
    """Counts, item by item, what the keys' quotations touch."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._touched: dict[str, set[int]] = {section: set() for section in context.sections}
        self._questions: Counter[str] = Counter()

    def add(self, item: Item) -> None:
        """Count one item."""
        self._questions[item.question.section] += 1
        for key in item.keys:
            for place in item.places.get(key.letter, ()):
                index = self._context.sections[place.section]
                self._touched[place.section].update(index.sentence_numbers(place))

    def result(self) -> Coverage:
        """The coverage by what was added so far."""
        return Coverage(tuple(self._section(section) for section in self._context.sections))

    def _section(self, section_id: str) -> SectionCoverage:
        section = self._context.sections[section_id].section
        askable = [n for n, sentence in enumerate(section.sentences) if sentence.asked]
        return SectionCoverage(
            section=section.id,
            title=section.title,
            line=section.line,
            questions=self._questions[section.id],
            sentences=len(askable),
            unasked=tuple(
                section.sentences[n].text for n in askable if n not in self._touched[section.id]
            ),
        )


@memory_rule("G09", "coverage", Severity.NOTE)
class CoversTheArticle(Memory):
    """Every sentence of the article is asked about, and no section far more than the others.

    Why: what no question asks about is not practised; `check --coverage` lists all of it.
    How: a sentence is asked about when a key's quotation touches it; sentences marked
    `<!-- not asked -->` are left out. A section is out of proportion when its questions a
    sentence are less than half, or more than twice, those of the whole article (from 20
    questions on).
    Source: code coverage, applied to text; blueprints, Haladyna, Downing & Rodriguez 2002.
    Bad: a section with twelve sentences and one question
    Good: a key's quotation in every sentence
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._count = CoverageCount(context)

    def feed(self, subject: Item) -> Findings:
        self._count.add(subject)
        return ()

    def close(self) -> Findings:
        coverage = self._count.result()
        total = sum(section.questions for section in coverage.sections)
        for section in coverage.sections:
            if section.unasked:
                yield Finding(
                    f"Of {section.sentences} sentences in '{section.section}', "
                    f"{len(section.unasked)} are asked about by no question.",
                    "Ask about them, or mark them <!-- not asked -->; the first is shown.",
                    words=section.unasked[0],
                    row=section.line,
                    file=ARTICLE_FILE,
                )
            if total < _MIN_QUESTIONS or not section.sentences or not section.questions:
                continue
            ratio = section.questions / section.sentences / (total / coverage.sentences)
            if not 1 / _TIMES_MEAN <= ratio <= _TIMES_MEAN:
                yield Finding(
                    f"'{section.section}' has {ratio:.1f} times as many questions a sentence as "
                    "the whole article.",
                    "Write more questions elsewhere."
                    if ratio > 1
                    else "Write more questions here.",
                    row=section.line,
                    file=ARTICLE_FILE,
                )
