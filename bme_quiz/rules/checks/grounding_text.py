"""Rules on options and hints, compared with the article (G04 to G06, G08, G10)."""

from __future__ import annotations

from collections.abc import Iterable

from bme_quiz.content.bank import Level
from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import Severity
from bme_quiz.content.text import fold_spaces, match_form, same_text_form, sentence_spans
from bme_quiz.rules.checks.base import Finding, Findings, Memory, item_rule, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.words import content_stems, content_words, stem, words
from bme_quiz.rules.checks.writing_options import has_all_of_the_above
from bme_quiz.rules.numbers import Quantity, is_same_amount, is_same_kind, quantities, shares

_MIN_HINTED_WORDS = 3
_APPLYING = (Level.APPLY, Level.ANALYZE)
GLOSSARY = "glossary.csv"


@item_rule("G04", "affirmed-wrong-option", Severity.ERROR)
def wrong_option_is_not_affirmed(item: Item, context: Context) -> Findings:
    """No wrong option is what the article affirms, or its own quotation word for word.

    Why: then the article says that the option is right.
    How: compared sentence by sentence, after case, white space and final punctuation are folded;
    the stem and the option together count too. Of a true/false question that is said to be
    false, the statement is compared. A question asked in the negative, or with "all of the
    above", has true things as wrong options and is left out.
    Source: the idea of this package.
    Bad: `option_b`: Athletes are often affected.
    Good: `option_b`: Only athletes are affected
    """
    if item.is_true_false:
        if not item.affirmed and _is_affirmed(item.statement, context):
            yield Finding(
                "The statement is said to be false, and the article affirms it.",
                "Correct the answer or the statement.",
                "stem",
                item.stem,
            )
        return
    if item.negative or has_all_of_the_above(item):
        return
    for option in item.wrong:
        form = _form(option.text)
        if (
            _is_affirmed(option.text, context)
            or _form(f"{item.stem.rstrip(' :_…')} {option.text}") in context.affirmed
        ):
            yield Finding(
                "The article affirms this wrong option word for word.",
                "Correct the answer, or change the option.",
                f"option_{option.letter}",
                option.text,
            )
        elif (
            option.quote and abs(len(option.quote) - len(form)) < 9 and form == _form(option.quote)
        ):
            yield Finding(
                "The quotation says what the wrong option says.",
                "Quote what refutes the option, or correct the answer.",
                f"quote_{option.letter}",
                option.quote,
            )


def _is_affirmed(text: str, context: Context) -> bool:
    """Whether each sentence of a text is one of the article's."""
    text = fold_spaces(text)
    forms = [_form(text[start:end]) for start, end in sentence_spans(text)]
    return bool(forms) and all(form in context.affirmed for form in forms)


def _form(text: str) -> str:
    return same_text_form(match_form(text))


@item_rule("G05", "numbers-quoted", Severity.ERROR)
def numbers_stand_in_quotation(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """A number, dose or length of time in the key stands in its quotation.

    Why: a wrong number is the most dangerous slip and the easiest to overlook.
    How: digits and number words are the same, and so are 72 hours and three days, one in three
    and 10 of 30; of a true statement the numbers are the stem's. "One" counts only before a unit.
    A number without a unit, or in a question that applies a fact, is a warning where the
    quotation has none that could be compared with it.
    Source: the idea of this package.
    Bad: `option_a`: A crack that heals in 6 weeks
    Good: `option_a`: A very small crack in a bone
    """
    for text, key in item.affirmed:
        if key.quote is None:
            continue
        quoted = quantities(key.quote)
        same_shares = _numbers_of_same_shares(text, key.quote)
        for found in quantities(text):
            if found.value in same_shares or any(_is_said(found, other) for other in quoted):
                continue
            is_other = any(is_same_kind(found, other) for other in quoted)
            applies = not found.unit or item.question.level in _APPLYING
            yield Finding(
                "The key's quotation has another number."
                if is_other
                else "This number does not stand in the key's quotation.",
                "Quote the words that have the number, or correct it.",
                "stem" if item.is_true_false else f"option_{key.letter}",
                found.words,
                severity=Severity.WARNING if applies and not is_other else None,
            )


def _is_said(found: Quantity, other: Quantity) -> bool:
    """Whether a number of a quotation says a number of the key; one of both may lack its unit."""
    if "" in (found.unit, other.unit):
        return found.value == other.value
    return is_same_amount(found, other)


def _numbers_of_same_shares(text: str, quote: str) -> frozenset[float]:
    """The numbers in a text that say a share which the quotation says in other numbers."""
    quoted = shares(quote)
    said = (one.numbers for one in shares(text) if any(one.is_about(other) for other in quoted))
    return frozenset().union(*said)


@item_rule("G06", "key-words", Severity.WARNING)
def key_words_stand_in_section(item: Item, context: Context) -> Findings:
    """At least half of the key's content words stand in its section.

    Why: a key in words that the text does not use may say what the text does not say.
    How: words without function words, lightly stemmed; the section's title counts.
    Source: the idea of this package; overlap measures of answerability.
    Bad: `option_a`: Tiny osseous discontinuity
    Good: `option_a`: A very small crack in a bone
    """
    section = context.sections.get(item.question.section)
    if section is None:
        return
    for text, key in item.affirmed:
        stems = set(content_stems(text))
        known = stems & section.stems
        if len(known) * 2 < len(stems):
            missing = [w for w in dict.fromkeys(content_words(text)) if stem(w) not in known]
            yield Finding(
                f"{len(stems - known)} of the {len(stems)} content words of the key do not stand "
                f"in its section ({', '.join(missing[:5])[:80]}).",
                "Use the article's words, or check that it says this.",
                "stem" if item.is_true_false else f"option_{key.letter}",
                text,
            )


@item_rule("G08", "hint-gives-away", Severity.ERROR)
def hint_keeps_the_key(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The hint does not contain the key.

    Why: a hint is to set thinking going; one with the answer in it ends it.
    How: the key's words in a row, or all its content words where it has three or more.
    Source: the idea of this package.
    Bad: `hint`: It is a very small crack in a bone.
    Good: `hint`: Think of what repeated loading does.
    """
    hint = item.question.hint
    if not hint or item.is_true_false:
        return
    hinted = f" {' '.join(words(hint))} "
    stems = set(content_stems(hint))
    for key in item.keys:
        spoken = item.option_words[key.letter]
        telling = item.option_stems[key.letter]
        in_a_row = bool(telling or _has_digit(spoken)) and f" {' '.join(spoken)} " in hinted
        if in_a_row or (len(telling) >= _MIN_HINTED_WORDS and telling <= stems):
            yield Finding("The hint contains the key.", "Hint at the way there.", "hint", hint)
            return


def _has_digit(spoken: Iterable[str]) -> bool:
    return any(word.isdigit() for word in spoken)


@memory_rule("G10", "glossary-quoted", Severity.ERROR)
class GlossaryIsQuoted(Memory):
    """Each term of the glossary names a section and quotes words found in it exactly once.

    Why: the explanation of a term is held to the article as the answers are.
    How: as in G01 and G02; a term without a quotation is left alone.
    Source: the idea of this package.
    Bad: a term whose quotation lies in another section
    Good: a term whose quotation lies in its section
    """

    def close(self) -> Findings:
        for term in self.context.terms:
            yield from self._term(term)

    def _term(self, term: Term) -> Findings:
        def found(message: str, mend: str, column: str, wrong: str) -> Finding:
            return Finding(message, mend, column, wrong, row=term.row, file=GLOSSARY)

        if term.section not in self.context.sections:
            yield found(
                "The article has no such section.", "Write its id.", "section", term.section
            )
        elif term.quote and term.quote != "-":
            places = self.context.find(term.quote)
            if len(places) != 1:
                yield found(
                    f"The article has these words {len(places)} times.",
                    "Copy words that stand in it exactly once.",
                    "quote",
                    term.quote,
                )
            elif places[0].section != term.section:
                yield found(
                    f"The quotation lies in the section '{places[0].section}'.",
                    "Name that section, or quote this one.",
                    "quote",
                    term.quote,
                )
