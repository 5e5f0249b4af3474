"""Coverage, both ways: which sentences the questions ask about, and which none does (G09 to G13).

A sentence of the main text is asked about when a quotation touches it, whether it supports a key or
refutes a wrong option. A sentence of a box is there to refute: only a wrong option's counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bme_quiz.content.article import Sentence
from bme_quiz.content.course import ARTICLE_FILE
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, Memory, item_rule, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.rounding import decimals, exact_percent, short_decimals

_TIMES_MEAN = 2
_MIN_QUESTIONS = 20
_MOST_MARKED = 15.0
_MIN_SENTENCES = 20


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """How a section is asked about.

    Attributes:
        section: its id.
        title: its heading.
        line: the heading's line in the article.
        questions: how many questions name the section.
        sentences: how many sentences of its main text can be asked about; questions and those
            marked not asked are left out.
        unasked: those of them that no quotation touches.
        marked: how many sentences of its main text are marked not asked.
        boxed: how many sentences its box has.
        unrefuting: those of them that no wrong option's quotation touches.
    """

    section: str
    title: str
    line: int
    questions: int
    sentences: int
    unasked: tuple[str, ...]
    marked: int = 0
    boxed: int = 0
    unrefuting: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        """How many sentences of the main text some quotation touches."""
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
        """How many of them some quotation touches."""
        return sum(section.asked for section in self.sections)

    @property
    def percent(self) -> float:
        """The share asked about, in percent; 100 where there is nothing to ask about."""
        return exact_percent(self.asked, self.sentences) if self.sentences else 100.0

    @property
    def marked(self) -> int:
        """How many sentences are marked not asked."""
        return sum(section.marked for section in self.sections)

    @property
    def marked_percent(self) -> float:
        """Their share of the sentences that state something, in percent."""
        stated = self.sentences + self.marked
        return exact_percent(self.marked, stated) if stated else 0.0


def is_to_be_asked(sentence: Sentence) -> bool:
    """Whether a question is to ask about a sentence: of the main text, not marked, no question."""
    return sentence.asked and not sentence.in_box and not sentence.is_question


class CoverageCount:
    """Counts, item by item, what quotations touch."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked: dict[str, set[int]] = {section: set() for section in context.sections}
        self._refuting: dict[str, set[int]] = {section: set() for section in context.sections}
        self._questions: Counter[str] = Counter()

    def add(self, item: Item) -> None:
        """Count one item."""
        self._questions[item.question.section] += 1
        for option in item.options:
            for place in item.places.get(option.letter, ()):
                touched = self._context.sections[place.section].sentence_numbers(place)
                self._asked[place.section].update(touched)
                if not option.is_key:
                    self._refuting[place.section].update(touched)

    def result(self) -> Coverage:
        """The coverage by what was added so far."""
        return Coverage(tuple(self._section(section) for section in self._context.sections))

    def _section(self, section_id: str) -> SectionCoverage:
        section = self._context.sections[section_id].section
        numbered = list(enumerate(section.sentences))
        askable = [(n, s) for n, s in numbered if is_to_be_asked(s)]
        boxed = [(n, s) for n, s in numbered if s.in_box]
        return SectionCoverage(
            section=section.id,
            title=section.title,
            line=section.line,
            questions=self._questions[section.id],
            sentences=len(askable),
            unasked=tuple(s.text for n, s in askable if n not in self._asked[section.id]),
            marked=sum(
                not s.asked and not s.in_box and not s.is_question for s in section.sentences
            ),
            boxed=len(boxed),
            unrefuting=tuple(s.text for n, s in boxed if n not in self._refuting[section.id]),
        )


class _Counting(Memory):
    """Base of the rules that go by the coverage of the whole bank."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._count = CoverageCount(context)

    def feed(self, subject: Item) -> Findings:
        self._count.add(subject)
        return ()


@memory_rule("G09", "coverage", Severity.NOTE)
class CoversTheArticle(_Counting):
    """Every sentence of the main text is asked about, and no section far more than the others.

    Why: what no question asks about is not practised; `check --coverage` lists all of it.
    How: a sentence is asked about when the quotation of a key or a wrong option touches it;
    sentences marked `<!-- not asked -->`, questions and boxes (G12) are left out. A section is
    out of proportion when its questions a sentence are less than half, or more than twice,
    those of the whole article (from 20 questions on).
    Source: code coverage, applied to text; blueprints, Haladyna, Downing & Rodriguez 2002.
    Bad: a section with twelve sentences and one question
    Good: a quotation from every sentence
    """

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


@item_rule("G11", "box-quoted", Severity.WARNING)
def key_is_quoted_from_main_text(item: Item, context: Context) -> Findings:
    """A key is quoted from the main text; a wrong option from the main text or from a box.

    Why: a box, such as *Often misunderstood*, stands closed and says what is not so; what is right
    has its place where everybody reads it. A quotation that runs from the one into the other is
    two passages.
    Source: the idea of this package.
    Bad: a key's quotation from a box
    Good: a wrong option's quotation from a box
    """
    for option in item.options:
        for place in item.places.get(option.letter, ()):
            section = context.sections[place.section].section
            if section.box is None or not section.touches_box(place):
                continue
            if place.start < section.box.start:
                yield Finding(
                    f"The quotation runs from the main text into the box '{section.box.title}'.",
                    "Quote either of them.",
                    f"quote_{option.letter}",
                    option.quote or "",
                )
            elif option.is_key:
                yield Finding(
                    f"The key is quoted from the box '{section.box.title}'.",
                    "Quote the main text; what supports the key belongs there.",
                    f"quote_{option.letter}",
                    option.quote or "",
                )


@memory_rule("G12", "box-refutes", Severity.WARNING)
class BoxesRefute(_Counting):
    """Every sentence of a box refutes a wrong option.

    Why: a box holds what the main text does not need; a sentence there that answers no wrong idea
    belongs in the main text, or nowhere.
    How: a sentence refutes when a wrong option's quotation touches it. Marking it
    `<!-- not asked -->` changes nothing here.
    Source: the idea of this package.
    Bad: a box with a sentence that no wrong option quotes
    Good: a wrong option's quotation from each sentence of a box
    """

    def close(self) -> Findings:
        for section in self._count.result().sections:
            if section.unrefuting:
                yield Finding(
                    f"Of {section.boxed} sentences in the box of '{section.section}', "
                    f"{len(section.unrefuting)} refute no wrong option.",
                    "Quote them for a wrong option, or take them out; the first is shown.",
                    words=section.unrefuting[0],
                    row=section.line,
                    file=ARTICLE_FILE,
                )


@memory_rule("G13", "few-marks", Severity.WARNING)
class FewSentencesAreMarked(_Counting):
    """At most 15 percent of the main text's sentences are marked `<!-- not asked -->`.

    Why: the mark is for signposts and disclaimers; used freely it hides what nobody practises.
    How: of the sentences that state something, boxes and the head left out, from 20 sentences on.
    Source: code coverage, applied to text: exclusions are counted.
    Bad: a section in which every paragraph is marked
    Good: a mark on the sentence that says what comes next
    """

    def close(self) -> Findings:
        coverage = self._count.result()
        stated = coverage.sentences + coverage.marked
        if stated >= _MIN_SENTENCES and coverage.marked_percent > _MOST_MARKED:
            most = max(coverage.sections, key=lambda section: section.marked)
            share = decimals(coverage.marked_percent, 1)
            yield Finding(
                f"{coverage.marked} of {stated} sentences are marked not asked: {share} %, "
                f"{short_decimals(_MOST_MARKED, 0)} % at most.",
                f"Ask about more of them; '{most.section}' has the most marks, {most.marked}.",
                row=most.line,
                file=ARTICLE_FILE,
            )

    def figures(self) -> Mapping[str, float]:
        return {"marked_percent": self._count.result().marked_percent}
