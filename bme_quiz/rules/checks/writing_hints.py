"""Rules on words in the options that may give the key away; notes only (W10 to W13, W15)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import combinations

from bme_quiz.content.bank import Option, QuestionType
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.words import content_words, overlap, stem
from bme_quiz.rules.checks.writing_options import is_all_of_the_above, is_none_of_the_above
from bme_quiz.rules.numbers import quantities

_ALIKE = 0.4
"""Options with this overlap of content words or more count as alike (W13)."""

_CLEARLY = 2
"""How many shared words more than any other option the key has that stands out (W13)."""

_COMMON_IN_ARTICLE = 10
"""A word that the article has this often is its subject; a question cannot do without it."""

_ABSOLUTE = re.compile(
    r"\b(?:always|never|only|every|everyone|everything|nobody|nothing|must|impossible|"
    r"completely|entirely|totally|absolutely|certainly|definitely|invariably|exclusively)\b"
    r"|\A\W*all\b(?! of (?:the|these)\b)",
    re.I,
)
_STRONGEST = re.compile(
    r"\b(?:always|never|impossible|completely|entirely|totally|absolutely|invariably)\b", re.I
)
_VAGUE = re.compile(
    r"\b(?:often|rarely|seldom|usually|sometimes|frequently|occasionally|generally|typically|"
    r"mostly|commonly|normally|tends? to)\b",
    re.I,
)
_NEGATION = re.compile(r"\b(?:not|no|never|cannot)\b|n['’]t\b", re.I)
_RANGE = re.compile(r"(?<!\d)(?P<low>\d++(?:\.\d++)?)\s*+(?:to|-|–|—)\s*+(?P<high>\d++(?:\.\d++)?)")


@item_rule("W10", "repeated-word", Severity.NOTE)
def no_word_points_to_key(item: Item, context: Context) -> Findings:
    """No telling word stands in the stem and in the key alone.

    Why: a word that rings in one option only points at it.
    How: a content word of the stem that is in the key, while no wrong option has any of them;
    words that the article has so often that they cannot be avoided do not count.
    Source: Tarrant et al. 2006 (word repeats); Case & Swanson.
    Bad: `stem`: What is a hairline crack called? · `option_a`: A hairline fracture
    Good: `stem`: What is a hairline crack called? · `option_a`: A stress fracture
    """
    if item.is_true_false:
        return
    echoes = {
        letter: {
            root
            for root in item.stem_stems & stems
            if context.stem_counts[root] < _COMMON_IN_ARTICLE and not root[0].isdigit()
        }
        for letter, stems in item.option_stems.items()
    }
    # Where a wrong option echoes the stem too, no single option stands out.
    if any(echoes[option.letter] for option in item.wrong):
        return
    for key in item.keys:
        word = next((w for w in content_words(key.text) if stem(w) in echoes[key.letter]), None)
        if word is not None:
            yield Finding(
                f"The word '{word[:40]}' stands in the stem and in this option alone.",
                "Use another word in one of the two, or the same word in a wrong option.",
                f"option_{key.letter}",
                _as_written(word, key.text),
            )


@item_rule("W11", "absolute-words", Severity.NOTE)
def no_absolutes_in_wrong_options(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Words such as "always" and "never" do not stand in wrong options alone.

    In a true/false question, the statement itself has none.

    Why: readers have learned that what always holds is seldom right.
    How: where the key has such a word too, only the strongest in a wrong option count, "always",
    "never" and "completely" and their like.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006.
    Bad: `option_b`: It always hurts
    Good: `option_b`: It hurts at night
    """
    if item.is_true_false:
        if found := _ABSOLUTE.search(item.stem):
            yield Finding(
                "An absolute word stands in a statement to be judged.",
                "Say it without the word, if that does not change the answer.",
                "stem",
                found.group(),
            )
        return
    keys = [key.text for key in item.keys]
    wanted = _STRONGEST if any(map(_ABSOLUTE.search, keys)) else _ABSOLUTE
    if any(map(_STRONGEST.search, keys)):
        return
    for option in item.wrong:
        if found := wanted.search(option.text):
            yield Finding(
                "An absolute word stands in a wrong option and not in the key."
                if wanted is _ABSOLUTE
                else "A wrong option is more absolute than the key.",
                "Say it without the word, if it stays wrong.",
                f"option_{option.letter}",
                found.group(),
            )


@item_rule("W12", "vague-words", Severity.NOTE)
def no_vague_words_in_key(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Words such as "often" and "usually" do not stand in the key alone.

    In a true/false question, the statement itself has none.

    Why: the careful option looks like the right one.
    Beware: in a text on health an honest hedge is right; then hedge the wrong options too.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006.
    Bad: `option_a`: Usually a very small crack in a bone
    Good: `option_a`: A very small crack in a bone
    """
    if item.is_true_false:
        if found := _VAGUE.search(item.stem):
            yield Finding(
                "A vague word stands in a statement to be judged: true for one, false for another.",
                "Say how often, or leave the word out if that does not change the answer.",
                "stem",
                found.group(),
            )
        return
    if any(_VAGUE.search(option.text) for option in item.wrong):
        return
    for key in item.keys:
        if found := _VAGUE.search(key.text):
            yield Finding(
                "A vague word stands in the key and in no wrong option.",
                "Hedge a wrong option too, or say it more exactly.",
                f"option_{key.letter}",
                found.group(),
            )


@item_rule("W13", "convergence", Severity.NOTE)
def key_is_not_the_overlap(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The key is not the option that shares most with the others.

    Why: wrong options are often made by varying the key, and then the key is what they have
    in common.
    How: compared are the content words of the options. The key has clearly most of the words that
    some options share, two more than any other, or a word from each of several that go on
    otherwise; or one wrong option shares nothing with the others, which are alike. That two
    options are alike is no finding by itself.
    Source: Case & Swanson (convergence strategy); Haladyna, Downing & Rodriguez 2002.
    Bad: `option_a`: Rest and ice · `option_b`: Rest and heat · `option_c`: Running and ice
    Good: `option_a`: Rest and ice · `option_b`: A long run · `option_c`: A hot bath
    """
    if item.question.type is not QuestionType.SINGLE or len(item.options) < 3:
        return
    key = item.keys[0]
    # "None of the above" shares nothing with anything, and says nothing by it.
    said = {
        letter: stems
        for letter, stems in item.option_stems.items()
        if not is_none_of_the_above(item.bare[letter])
        and not is_all_of_the_above(item.bare[letter])
    }
    what = _converges(key.letter, said) if key.letter in said and len(said) > 2 else ""
    if what:
        yield Finding(
            what, "Vary the wrong options in ways of their own.", "option_" + key.letter, key.text
        )


def _converges(key: str, stems: Mapping[str, frozenset[str]]) -> str:
    counts = Counter(token for found in stems.values() for token in found)
    telling = {token for token, count in counts.items() if 1 < count < len(stems)}
    shared = {
        letter: sum(counts[token] - 1 for token in found & telling)
        for letter, found in stems.items()
    }
    most = max(number for letter, number in shared.items() if letter != key)
    # Options that are a part of the key are rule W15's.
    varied = {
        token for letter, found in stems.items() if not found <= stems[key] for token in found
    }
    joins_all = telling <= stems[key] and telling <= varied and shared[key] >= 2 * most
    if len(telling) > 1 and (shared[key] >= most + _CLEARLY or joins_all):
        return "The key shares more words with the other options than any of them does."
    alike = {pair: overlap(stems[pair[0]], stems[pair[1]]) for pair in combinations(stems, 2)}
    for odd in stems:
        between = [value for pair, value in alike.items() if odd not in pair]
        beside = [value for pair, value in alike.items() if odd in pair]
        if odd != key and min(between) >= _ALIKE / 2 and max(beside) < _ALIKE / 4:
            return f"Option {odd} shares nothing with the others, which are alike."
    return ""


@item_rule("W15", "logical-cue", Severity.NOTE)
def options_do_not_depend(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """No two options contain, negate or overlap one another.

    Why: of two that exclude each other one must be right, and of two of which one includes
    the other the narrower cannot be the only right one.
    How: the same words but for a negation; number ranges that overlap; the whole text of one
    option, two content words or more, within another. Where several pairs are so, none stands
    out, and numbers on one scale ("three", "more than three") may well contain one another.
    Source: Haladyna, Downing & Rodriguez 2002 (independent options); Tarrant et al. 2006.
    Bad: `option_b`: It heals alone · `option_c`: It does not heal alone
    Good: `option_b`: It heals alone · `option_c`: It needs surgery
    """
    if item.question.type is not QuestionType.SINGLE:
        return
    pairs = [
        (what, other, option)
        for other, option in combinations(item.options, 2)
        if (what := _dependence(item, other, option))
    ]
    if len(pairs) > 1:
        pairs = [pair for pair in pairs if pair[0] == _OVERLAP]
    for what, other, option in pairs[:1]:
        yield Finding(
            f"Options {other.letter} and {option.letter} {what}.",
            "Make each option true or false on its own.",
            f"option_{option.letter}",
            option.text,
        )


_OVERLAP = "are ranges that overlap"


def _dependence(item: Item, one: Option, other: Option) -> str:
    stems = [item.option_stems[option.letter] for option in (one, other)]
    if not stems[0] or not stems[1]:
        return ""
    if stems[0] == stems[1]:
        negated = [_NEGATION.search(option.text) is not None for option in (one, other)]
        if negated[0] is not negated[1]:
            return "say the opposite of each other"
    fewer, more = sorted(stems, key=len)
    counted = any(quantities(option.text) for option in (one, other))
    if len(fewer) > 1 and fewer <= more and not counted:
        spoken = [" ".join(("", *item.option_words[o.letter], "")) for o in (one, other)]
        short, long = sorted(spoken, key=len)
        if short != long and short in long:
            return "are one within the other"
    ranges = [_RANGE.search(option.text) for option in (one, other)]
    if ranges[0] and ranges[1]:
        (a, b), (c, d) = ((float(r["low"]), float(r["high"])) for r in ranges if r)
        alone = all(len(quantities(option.text)) == 2 for option in (one, other))
        if a < d and c < b and alone:
            return _OVERLAP
    return ""


def _as_written(word: str, text: str) -> str:
    place = text.casefold().find(word)
    return text[place : place + len(word)] if place >= 0 else word
