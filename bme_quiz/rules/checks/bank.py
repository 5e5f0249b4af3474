"""Rules about the whole bank: what its questions have in common (B01 to B05)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from bme_quiz.content.bank import LETTERS, Level, QuestionType
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, Memory, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.coverage import is_to_be_asked
from bme_quiz.rules.checks.distributions import binomial_tail, chi_square_tail
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.rounding import exact_percent

_RARE = 0.01
_MIN_QUESTIONS = 20
_MIN_EXPECTED = 5
_RUN = 5
_LEVEL_SHARE = 0.75
_SECTION_DEVIATIONS = 3
_SECTION_RATIO = 2
_REFUTED_SHARE = 0.5


@memory_rule("B01", "longest-is-right", Severity.WARNING)
class LongestIsRight(Memory):
    """The longest option is not right more often than chance would have it.

    Why: who always picks the longest option must not pass.
    How: single questions whose longest option is longer than all others; as many keys among
    them as there are, or more, would come by chance in less than 1 bank of 100 (binomial with
    the mean of 1/options, one-sided, from 20 questions on). By Hoeffding 1956 the mean is safe
    to use where questions differ in their number of options.
    Source: Case & Swanson; Tarrant et al. 2006.
    Bad: 30 questions, in 25 of which the longest option is right
    Good: 30 questions, in 10 of which the longest option is right
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._questions = self._longest = 0
        self._expected = 0.0

    def feed(self, subject: Item) -> Findings:
        if subject.question.type is QuestionType.SINGLE and len(subject.options) > 1:
            lengths = sorted(len(option.text) for option in subject.options)
            self._questions += 1
            self._expected += 1 / len(subject.options)
            key = len(subject.keys[0].text)
            self._longest += key == lengths[-1] and key > lengths[-2]
        return ()

    def close(self) -> Findings:
        if self._questions < _MIN_QUESTIONS:
            return
        chance = self._expected / self._questions
        if binomial_tail(self._longest, self._questions, chance) < _RARE:
            yield Finding(
                f"In {self._longest} of {self._questions} single questions the key is the longest "
                f"option; chance alone would make it about {self._expected:.0f}.",
                "Shorten keys and lengthen wrong options.",
            )


@memory_rule("B02", "key-position", Severity.WARNING)
class KeyPosition(Memory):
    """The keys are spread evenly over the letters, without long runs.

    Why: the quiz shuffles, but a printed sheet does not, and writers favor a place.
    How: chi-square against equal shares, p < 0.01, over single questions with the same number
    of options, five expected a letter. Five or more keys in a row at one letter; a note where
    a bank is so long that chance alone makes such a run.
    Source: Haladyna, Downing & Rodriguez 2002 (vary the place of the key).
    Bad: 40 questions with 30 keys at b
    Good: 40 questions with about 13 keys at each of three letters
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._counts: dict[int, Counter[str]] = {}
        self._runs: list[tuple[int, str, str, int]] = []
        self._letter, self._length = "", 0
        self._begin = (0, "")
        self._expected_runs = 0.0

    def feed(self, subject: Item) -> Findings:
        size = len(subject.options)
        if subject.question.type is not QuestionType.SINGLE or size < 3:
            return ()
        letter = subject.keys[0].letter
        self._counts.setdefault(size, Counter())[letter] += 1
        self._expected_runs += (1 - 1 / size) * size ** (1 - _RUN)
        if letter == self._letter:
            self._length += 1
        else:
            self._end_run()
            self._letter, self._length = letter, 1
            self._begin = (subject.row.number, subject.question.id)
        return ()

    def _end_run(self) -> None:
        if self._length >= _RUN:
            self._runs.append((*self._begin, self._letter, self._length))

    def close(self) -> Findings:
        self._end_run()
        for size, counts in sorted(self._counts.items()):
            total = sum(counts.values())
            expected = total / size
            if expected < _MIN_EXPECTED:
                continue
            statistic = sum((counts[x] - expected) ** 2 / expected for x in LETTERS[:size])
            if chi_square_tail(statistic, size - 1) < _RARE:
                shares = ", ".join(f"{x} {counts[x]}" for x in LETTERS[:size])
                yield Finding(
                    f"The keys of the {total} questions with {size} options are not spread "
                    f"evenly: {shares}.",
                    "Move keys to the letters that have few.",
                )
        by_chance = self._expected_runs >= 1
        for row, question, letter, length in self._runs:
            yield Finding(
                f"From here on {length} questions in a row have the key {letter}.",
                "Move some of these keys.",
                "answer",
                letter,
                severity=Severity.NOTE if by_chance else None,
                row=row,
                id=question,
            )


@memory_rule("B03", "blueprint", Severity.WARNING)
class Blueprint(Memory):
    """Every section has questions, in about its share of the article, on more than one level.

    Why: a quiz is fair to the text when it asks about all of it, and practises more than
    recall.
    How: a section whose number of questions is more than three standard deviations and more
    than twice from its share of the sentences to be asked about; a level that has more than
    three quarters of the questions (from 20 questions on).
    Source: Haladyna, Downing & Rodriguez 2002 (blueprint); Bloom's taxonomy.
    Bad: a section that no question names
    Good: a section with a tenth of the sentences and a tenth of the questions
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sections: Counter[str] = Counter()
        self._levels: Counter[Level] = Counter()

    def feed(self, subject: Item) -> Findings:
        self._sections[subject.question.section] += 1
        self._levels[subject.question.level] += 1
        return ()

    def close(self) -> Findings:
        weights = {
            section: sum(map(is_to_be_asked, index.section.sentences))
            for section, index in self.context.sections.items()
        }
        questions = sum(self._sections[section] for section in weights)
        whole = sum(weights.values())
        for section, weight in weights.items():
            if not questions or not weight:
                continue
            number, share = self._sections[section], weight / whole
            expected = questions * share
            deviation = _SECTION_DEVIATIONS * math.sqrt(questions * share * (1 - share))
            ratio = max(number, expected) / max(min(number, expected), 0.5)
            if not number:
                yield Finding(
                    f"No question is about the section '{section}'.",
                    "Write one, or mark its sentences <!-- not asked -->.",
                    "section",
                    section,
                )
            elif (
                questions >= _MIN_QUESTIONS
                and abs(number - expected) > deviation
                and ratio > _SECTION_RATIO
            ):
                yield Finding(
                    f"{number} questions are about '{section}'; its share of the article is "
                    f"about {expected:.0f}.",
                    "Write fewer questions there." if number > expected else "Write more there.",
                    "section",
                    section,
                )
        total = sum(self._levels.values())
        for level, number in self._levels.items():
            if total >= _MIN_QUESTIONS and number > _LEVEL_SHARE * total:
                yield Finding(
                    f"{number} of {total} questions are on the level '{level}'.",
                    "Ask on other levels too.",
                    "level",
                    level,
                )


@memory_rule("B04", "patients-everywhere", Severity.WARNING)
class PatientsEverywhere(Memory):
    """Every section that is asked about has a question that patients get.

    Why: a patient who reads a section and finds no question on it cannot tell what was
    understood.
    Source: the idea of this package.
    Bad: a section with questions for students only
    Good: a section with one question for both
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._any: set[str] = set()
        self._patients: set[str] = set()

    def feed(self, subject: Item) -> Findings:
        self._any.add(subject.question.section)
        if subject.for_patients:
            self._patients.add(subject.question.section)
        return ()

    def close(self) -> Findings:
        for section in self.context.sections:
            if section in self._any and section not in self._patients:
                yield Finding(
                    f"The section '{section}' has no question for patients.",
                    "Write one, or open one of its questions to both.",
                    "audience",
                    section,
                )


@memory_rule("B05", "refuted", Severity.NOTE)
class SharesRefuted(Memory):
    """Most wrong options are refuted by the article rather than passed over.

    Why: a wrong option with `-` for a quotation leaves its reader with one sentence and no
    passage.
    How: the share of wrong options with a quotation, printed at the end of a check; a note
    where it is below half.
    Source: the idea of this package.
    Bad: 20 wrong options, 5 of them quoted against
    Good: 20 wrong options, 18 of them quoted against
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._wrong = self._refuted = 0

    def feed(self, subject: Item) -> Findings:
        self._wrong += len(subject.wrong)
        self._refuted += sum(option.quote is not None for option in subject.wrong)
        return ()

    def close(self) -> Findings:
        if self._refuted < _REFUTED_SHARE * self._wrong:
            yield Finding(
                f"{self._refuted} of {self._wrong} wrong options are refuted by the article.",
                "Let the article speak of common errors, and quote it.",
            )

    def figures(self) -> Mapping[str, float]:
        return {"refuted_percent": exact_percent(self._refuted, self._wrong)} if self._wrong else {}
