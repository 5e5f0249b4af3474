"""Rules on form that gives the key away: length, order of numbers, grammar (W03, W04, W09)."""

from __future__ import annotations

import re

from bme_quiz.content.bank import Option, QuestionType
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.writing_options import is_all_of_the_above
from bme_quiz.rules.numbers import is_in_order, row_of_numbers

_MIN_KEY_WORDS = 3
_LENGTH_RATIO = 0.80
_WORDS_SHORTER = 2
_SHORTEST_RATIO = 1.6
_WORDS_LONGER = 4

_ENDS_IN_ARTICLE = re.compile(r"\b(?P<article>an?)\s*[:…_.]*\Z", re.I)
_ENDS_IN_ARE = re.compile(r"\b(?P<verb>are|were)\s*[:…_.]*\Z", re.I)
_SINGULAR = re.compile(r"\A(?:an?|one|this|that)\s", re.I)
_SOUND_AN = re.compile(r"(?:8|11(?!\d)|18(?!\d)|hour|hono|honest|heir|x-)", re.I)
_SOUND_A = re.compile(r"(?:uni(?!n)|use|usu|util|eu|one|once|ur[aeio]|u-)", re.I)
_INITIALS = re.compile(r"(?:[A-Z]{2,}s?|[A-Z])(?![a-z])")


@item_rule("W03", "longest-key", Severity.WARNING)
def key_is_not_longest(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The key is not clearly longer than every wrong option.

    A key clearly shorter than all of them is a note: it stands out too, but points less.

    Why: writers make the key precise and leave the rest short; test-wise readers pick the
    longest option.
    How: the longest wrong option has less than 80 % of the key's characters and at least two
    words fewer; the key has three words or more. Clearly shorter: the shortest wrong option has
    60 % more characters and four words more.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006; Case & Swanson.
    Bad: `option_a`: A very small crack in a bone that builds up over time through loading
    Good: `option_a`: A very small crack in a bone
    """
    if item.question.type is not QuestionType.SINGLE or not item.wrong:
        return
    key = item.keys[0]
    words = len(key.text.split())
    longest = max(len(option.text) for option in item.wrong)
    most = max(len(option.text.split()) for option in item.wrong)
    if (
        words >= _MIN_KEY_WORDS
        and longest < _LENGTH_RATIO * len(key.text)
        and words - most >= _WORDS_SHORTER
    ):
        yield Finding(
            f"The key has {len(key.text)} characters, the longest wrong option {longest}.",
            "Shorten the key, or make the wrong options as precise.",
            f"option_{key.letter}",
            key.text,
        )
    shortest = min(len(option.text) for option in item.wrong)
    fewest = min(len(option.text.split()) for option in item.wrong)
    # "All of the above" is short for reasons of its own.
    stands_alone = not is_all_of_the_above(item.bare[key.letter])
    if (
        stands_alone
        and shortest > _SHORTEST_RATIO * len(key.text)
        and fewest - words >= _WORDS_LONGER
    ):
        yield Finding(
            f"The key has {len(key.text)} characters, the shortest wrong option {shortest}.",
            "Shorten the wrong options, or make the key as precise.",
            f"option_{key.letter}",
            key.text,
            severity=Severity.NOTE,
        )


@item_rule("W04", "numbers-unordered", Severity.WARNING)
def numbers_in_order(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Options that are numbers stand in order, rising or falling.

    Why: disorder makes the reader sort before thinking, and a number out of place stands out.
    How: every option is one number, or a range, with the same words round it; lengths of time,
    weights and lengths are compared whatever their unit. Behind three or more the last option may
    be none. Options in order are shown in it, others are shuffled.
    Source: Haladyna, Downing & Rodriguez 2002; Case & Swanson.
    Bad: `option_a`: 6 weeks · `option_b`: 2 weeks · `option_c`: 4 weeks
    Good: `option_a`: 2 weeks · `option_b`: 4 weeks · `option_c`: 6 weeks
    """
    values = row_of_numbers([option.text for option in item.options])
    if values is not None and not is_in_order(values):
        yield Finding(
            "The numbers are neither rising nor falling.",
            "Put the options in order.",
            f"option_{item.options[0].letter}",
            item.options[0].text,
        )


@item_rule("W09", "grammar-cue", Severity.WARNING)
def grammar_gives_nothing_away(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Every option fits the stem's grammar.

    Why: an option that does not fit is ruled out without any knowledge.
    How: a stem that ends in "a" or "an" fits options by their first sound ("an MRI", "an
    8-hour"); one that ends in "are" takes no single thing. A full stop or a small letter that
    one option alone has is passed over: people who judged items minded neither.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006; Case & Swanson.
    Bad: `stem`: A very small crack is called an · `option_b`: bruise
    Good: `stem`: What is a very small crack called?
    """
    misfits = _misfits(item)
    if misfits and len(misfits) < len(item.options):
        for option in misfits:
            yield Finding(
                "The option does not fit the end of the stem.",
                "End the stem so that every option fits, as with 'a(n)' or a question.",
                f"option_{option.letter}",
                option.text,
            )


def _misfits(item: Item) -> list[Option]:
    if found := _ENDS_IN_ARTICLE.search(item.stem):
        wants_vowel = found["article"].casefold() == "an"
        return [o for o in item.options if starts_with_vowel_sound(o.text) is not wants_vowel]
    if _ENDS_IN_ARE.search(item.stem):
        return [option for option in item.options if _SINGULAR.match(option.text)]
    return []


def starts_with_vowel_sound(text: str) -> bool:
    """Whether "an" goes before a text: by the sound, of single letters by their name."""
    word = text.lstrip("\"'“‘([ ")
    if initials := _INITIALS.match(word):
        return initials.group()[0] in "AEFHILMNORSX"
    if _SOUND_AN.match(word):
        return True
    return word[:1].casefold() in ("a", "e", "i", "o", "u") and not _SOUND_A.match(word)
