"""Item: a parsed row, with what several rules ask of it worked out once."""

from __future__ import annotations

import re
from functools import cached_property

from bme_quiz.content.article import Span
from bme_quiz.content.bank import Audience, Option, Question, question_from_row
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.lead_in import negative_words
from bme_quiz.rules.checks.words import bare, stems_of, words, written_words
from bme_quiz.rules.passages import quotation_places

_TRUE_OR_FALSE = re.compile(r"\A\W*true (?:or|/) false\W+|\A\W*true/false\W+", re.IGNORECASE)


class Item:
    """A question whose row's structure is sound; its text may still be anything.

    Attributes:
        row: the row as it stands.
        question: the question made of it.
    """

    def __init__(self, row: Row, context: Context) -> None:
        """Parse a row.

        Raises:
            ValueError: the structure is not sound.
        """
        self.row = row
        self.question: Question = question_from_row(row)
        self._context = context

    @property
    def stem(self) -> str:
        """The question's stem, white space folded."""
        return self.question.stem

    @property
    def options(self) -> tuple[Option, ...]:
        """All options in the file's order."""
        return self.question.options

    @cached_property
    def keys(self) -> tuple[Option, ...]:
        """The right options."""
        return tuple(option for option in self.options if option.is_key)

    @cached_property
    def wrong(self) -> tuple[Option, ...]:
        """The wrong options."""
        return tuple(option for option in self.options if not option.is_key)

    @cached_property
    def is_true_false(self) -> bool:
        """Whether the options are just "true" and "false", whatever type the row names."""
        return {option.text.strip(" .").casefold() for option in self.options} == {"true", "false"}

    @cached_property
    def places(self) -> dict[str, tuple[Span, ...]]:
        """Where each quotation stands in the article, by the option's letter."""
        return quotation_places(self.question, self._context.find)

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What a learner reads: column and text of the stem, options, reasons and hint."""
        found = [("stem", self.stem)]
        found += [(f"option_{option.letter}", option.text) for option in self.options]
        found += [(f"why_{option.letter}", option.why) for option in self.options]
        found.append(("hint", self.question.hint))
        return tuple(pair for pair in found if pair[1])

    @cached_property
    def tokens(self) -> tuple[tuple[str, list[str]], ...]:
        """The words of each of :attr:`texts` as they are written."""
        return tuple((column, written_words(text)) for column, text in self.texts)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of :attr:`texts` as it is written."""
        return frozenset(word for _, words in self.tokens for word in words)

    @cached_property
    def bare(self) -> dict[str, str]:
        """Each option without a list letter in front and punctuation at the end."""
        return {option.letter: bare(option.text) for option in self.options}

    @cached_property
    def negative(self) -> tuple[str, Severity] | None:
        """The words that turn the question into a negative one, and how much they weigh."""
        return negative_words(self.stem)

    @property
    def for_patients(self) -> bool:
        """Whether patients may get the question."""
        return self.question.audience is not Audience.STUDENT

    @property
    def statement(self) -> str:
        """The statement of a true/false question, without "True or false:" in front."""
        return _TRUE_OR_FALSE.sub("", self.stem)

    @cached_property
    def affirmed(self) -> tuple[tuple[str, Option], ...]:
        """What the key says is so, with its option: of a true/false question, the statement.

        Empty for a false statement: there the key says only what is not so.
        """
        if not self.is_true_false:
            return tuple((option.text, option) for option in self.keys)
        return tuple(
            (self.statement, option)
            for option in self.keys
            if option.text.strip(" .").casefold() == "true"
        )

    @cached_property
    def stem_words(self) -> list[str]:
        """The stem's words in lower case."""
        return words(self.stem)

    @cached_property
    def option_words(self) -> dict[str, list[str]]:
        """Each option's words in lower case, by its letter."""
        written = dict(self.tokens)
        return {
            option.letter: [word.casefold() for word in written.get(f"option_{option.letter}", ())]
            for option in self.options
        }

    @cached_property
    def stem_stems(self) -> frozenset[str]:
        """The stems of the content words in the stem."""
        return frozenset(stems_of(self.stem_words))

    @cached_property
    def option_stems(self) -> dict[str, frozenset[str]]:
        """The stems of each option's content words, by its letter."""
        return {letter: frozenset(stems_of(said)) for letter, said in self.option_words.items()}
