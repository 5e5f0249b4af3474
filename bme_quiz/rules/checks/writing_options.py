"""Rules on a question's options: how many, and none about another (W01, W02, W08, W17, S10)."""

from __future__ import annotations

import re

from bme_quiz.content.bank import QuestionType
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item

_THINGS = (
    r"(?:above|preceding|previous|following|answers?|options?|choices?|responses?|"
    r"statements?|alternatives?|others?|ones?|possibilities)"
)
_VERDICT = (
    r"(?:\s+(?:are|is|apply|applies)(?:\s+(?:all|both))?"
    r"(?:\s+(?:correct|true|right|false|wrong|incorrect))?)?"
)
_REST = (
    rf"(?:\s+of)?(?:\s+(?:the|these|those|them))?(?:\s+other)?(?:\s+{_THINGS})*"
    rf"(?:\s+(?:given|listed|mentioned|named))?(?:\s+{_THINGS})?{_VERDICT}"
)
_ABOVE = r"(?:\s+[\w'’-]{1,40}){0,4}\s+(?:above|below)\Z"
_ALL = re.compile(
    rf"(?:all|every one|each|any){_REST}\Z|(?:all|every|each|everything|anything){_ABOVE}", re.I
)
_NONE = re.compile(
    rf"(?:none|neither|not any|no one){_REST}\Z|(?:none|nothing){_ABOVE}"
    rf"|(?:no|not)(?:\s+(?:the|this|these))?(?:\s+(?:correct|right))?\s+{_THINGS}{_VERDICT}\Z",
    re.I,
)
_BOTH = re.compile(rf"(?:both|either|two|only one|some){_REST}\Z|(?:both|either){_ABOVE}", re.I)
_HOW_MANY = re.compile(r"\bhow (?:many|much|often|long)\b|\bnumber of\b", re.I)

# The kinds of names that statements and options have in a list; one list has one of them.
_ENUMERATORS = tuple(map(re.compile, ("[a-h]", "(?:i{1,3}|iv|vi{0,3}|ix|x)", "[1-9]")))
_CALCULATION = re.compile(r"[=*^×÷<>−+]|\d\s*-|\s-\s")
_LONGEST_LIST = 120
_TOKEN = re.compile(r"[^\W_]+")
_FILLING = """
    and or only both either neither nor all but not are is correct true right false wrong incorrect
    statement statements option options answer answers choice choices
"""
_FILLER = frozenset(_FILLING.split())
_NUMBERED_PARTS = re.compile(r"(?:\A|\s)\(?([a-h]|[ivx]{1,4}|[1-9])[.)]\s*\S", re.I)
_OWN_LETTER = re.compile(r"\(?(?P<letter>[a-h])[.)]\s", re.I)
_POSITION = re.compile(
    r"\b(?:the|options?|answers?|choices?|all|none|both|neither|either|any)"
    r"(?: of)?(?: the)? (?:above|below)\b"
    r"|\b(?:all|none|both|neither|either|each|any) of "
    r"(?:these|those|them|the (?:options|answers|choices))\b"
    r"|\b(?:options?|answers?|choices?) (?:\([a-e]\)|(?-i:[A-E])(?![\w'’-])"
    r"|[a-e](?=\W*\Z| (?:and|or|with|but|plus|is)\b))"
    rf"|\A\W*(?:all|every|each|everything|anything|none|nothing|both|either){_ABOVE}"
    r"|\b(?:first|second|third|fourth|last|previous|next|other) (?:option|answer|choice)s?\b",
    re.I,
)
_POINTERS = """
    above below these those them the option options answer answers choice choices all each any every
    everything anything nothing both either none neither not no a b c d e
"""
_POINTING = frozenset(_POINTERS.split())
"""An option that has none of these words speaks of no other, and is not looked at closely."""


def is_all_of_the_above(bare: str) -> bool:
    """Whether an option, bare of punctuation, says that all the others are right."""
    return _ALL.match(bare) is not None


def is_none_of_the_above(bare: str) -> bool:
    """Whether an option, bare of punctuation, says that none of the others is right."""
    return _NONE.match(bare) is not None


def named_places(bare: str) -> list[str]:
    """The letters or numerals of which alone an option consists, fillers aside.

    >>> named_places("both A and C")
    ['a', 'c']
    """
    if len(bare) > _LONGEST_LIST:
        return []
    tokens = _TOKEN.findall(bare.casefold())
    names = [token for token in tokens if token not in _FILLER]
    if not names or _CALCULATION.search(bare):
        return []
    if not any(all(kind.fullmatch(name) for name in names) for kind in _ENUMERATORS):
        return []
    return names if len(names) > 1 or "only" in tokens else []


def pointed_at(item: Item, letter: str) -> list[str]:
    """The letters of other options of which alone an option consists.

    Letters may be names as well, of vitamins or of hepatitis viruses. They point where each is
    another option's, and one of these options is more than letters itself.
    """
    places = named_places(item.bare[letter])
    others = {option.letter for option in item.options} - {letter}
    if not places or not set(places) <= others:
        return []
    said = [item.bare[place] for place in places]
    return places if any(len(text) > 1 and not named_places(text) for text in said) else []


@item_rule("S10", "position", Severity.ERROR)
def options_do_not_speak_of_places(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """No option speaks of the place or the letter of another.

    Why: options are shuffled for each learner, so "the above" and "A and C" lose their sense.
    How: letters point where they are those of other options, which say something themselves;
    "A and E" among options that are all letters names, say, viruses. Options that begin with
    letters of their own, "a) Rest", are found too. What W01, W02 and W08 say of such an option is
    told in the JSON alone.
    Source: the way this quiz shows options; Haladyna, Downing & Rodriguez 2002.
    Bad: `option_c`: Both of the above
    Good: `option_c`: A cracked bone and a torn muscle
    """
    own = [_OWN_LETTER.match(option.text) for option in item.options]
    if all(own) and [found["letter"].lower() for found in own if found] == list(
        item.question.letters
    ):
        yield Finding(
            "The options begin with letters of their own, and options are shuffled.",
            "Take the letters out.",
            "option_a",
            item.options[0].text[:2],
        )
        return
    for option in item.options:
        if _POINTING.isdisjoint(item.option_words[option.letter]):
            continue
        found = _POSITION.search(option.text)
        bare = item.bare[option.letter]
        every = _stands_for_all(item, option.letter)
        none = is_none_of_the_above(bare) and " " in bare
        if found or none or every or pointed_at(item, option.letter):
            yield Finding(
                "The option speaks of others by their place, and options are shuffled.",
                _MEND_ALL if every else _MEND_NONE if none else _MEND_POINTING,
                f"option_{option.letter}",
                found.group() if found else option.text,
            )


_MEND_ALL = "Ask for several right answers (type 'multiple'), or write another option."
_MEND_NONE = "Write an option of its own, or take it out: three options are enough."
_MEND_POINTING = "Write out what it says."


def _stands_for_all(item: Item, letter: str) -> bool:
    """Whether an option says that all the others are right."""
    others = {option.letter for option in item.options} - {letter}
    return is_all_of_the_above(item.bare[letter]) or set(pointed_at(item, letter)) == others


def has_all_of_the_above(item: Item) -> bool:
    """Whether an option says that all the others are right."""
    return any(_stands_for_all(item, option.letter) for option in item.options)


@item_rule("W01", "all-of-the-above", Severity.WARNING)
def no_all_of_the_above(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """No option is "all of the above".

    Why: who knows two options to be right, or one to be wrong, has the answer without the rest.
    How: the whole option must be the phrase, or name the letters of all others; "All of the
    patients recovered" is an option like any other.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006.
    Bad: `option_c`: All of the above
    Good: `option_c`: All of the patients in the study
    """
    for option in item.options:
        if _stands_for_all(item, option.letter):
            yield Finding(
                "The option stands for all the others.",
                _MEND_ALL,
                f"option_{option.letter}",
                option.text,
            )


@item_rule("W02", "none-of-the-above", Severity.WARNING)
def no_none_of_the_above(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """No option is "none of the above".

    Why: who picks it may still not know what is right.
    How: the whole option must be the phrase; a bare "none" is fine where the stem asks how
    many.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006.
    Bad: `option_c`: None of these
    Good: `stem`: How many legs are broken? · `option_c`: None
    """
    for option in item.options:
        bare = item.bare[option.letter]
        if is_none_of_the_above(bare) and (" " in bare or not _HOW_MANY.search(item.stem)):
            yield Finding(
                "The option stands for none of the others.",
                _MEND_NONE,
                f"option_{option.letter}",
                option.text,
            )


@item_rule("W08", "combined-options", Severity.WARNING)
def no_combined_options(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Options are not made up of other options or of numbered statements (K-type).

    A finding on an ordering question ("iii, i, ii") is a note: there it may be meant.

    Why: they measure sorting of combinations, and partial knowledge rules several out at once.
    How: an option that consists of letters or numerals, one that says "both", or one that
    numbers its own parts. Letters and numerals count where they point at other options or at a
    list in the stem; else they may be names ("hepatitis A and E"), or a calculation.
    Source: Haladyna, Downing & Rodriguez 2002; Tarrant et al. 2006; Case & Swanson.
    Bad: `option_c`: I and II
    Good: `option_c`: Crutches and a boot
    """
    for option in item.options:
        bare = item.bare[option.letter]
        places = named_places(bare)
        if places and not _names_parts(item, option.letter, places):
            continue
        # Looked for only where there is a sign that numbers could stand before.
        signs = option.text.count(".") + option.text.count(")")
        parts = signs > 1 and len(_NUMBERED_PARTS.findall(f" {option.text}")) > 1
        everything = len(item.options) > 2 and set(places) >= {
            o.letter for o in item.options if o is not option
        }
        both = _BOTH.match(bare) and " " in bare
        if (places and not everything) or parts or both:
            yield Finding(
                "The option is put together from others.",
                "Write options that stand alone, or make the question a multiple.",
                f"option_{option.letter}",
                option.text,
                severity=Severity.NOTE if _is_ordering(item) else None,
            )
            return


def _names_parts(item: Item, letter: str, places: list[str]) -> bool:
    """Whether letters or numerals are those of statements in the stem or of other options."""
    if len(_NUMBERED_PARTS.findall(item.stem)) > 1:
        return True
    # Without a list in the stem "2 and 3" is a number like any other.
    if places[0].isdigit():
        return False
    if _ENUMERATORS[0].fullmatch(places[0]):
        return bool(pointed_at(item, letter))
    # Roman numerals among options that are nothing else are names, as of types and stages.
    return any(len(bare) > 1 and not named_places(bare) for bare in item.bare.values())


def _is_ordering(item: Item) -> bool:
    """Whether all options are the same places in different order, and say nothing of them."""
    orders = [named_places(bare) for bare in item.bare.values()]
    if any(
        len(order) < len(words)
        for order, words in zip(orders, item.option_words.values(), strict=True)
    ):
        return False
    return len({tuple(sorted(order)) for order in orders}) == 1 and len(orders[0]) > 2


@item_rule("W17", "number-of-options", Severity.NOTE)
def three_to_five_options(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """A question has three to five options; true/false is what it is.

    Why: with two options half the guesses are right; a fourth and fifth are seldom chosen.
    Source: Rodriguez 2005 (three options are enough).
    Bad: `option_c`: (empty) · `why_c`: (empty) · `quote_c`: (empty)
    Good: `option_c`: A torn muscle in the leg
    """
    if item.question.type is not QuestionType.TRUE_FALSE and not 3 <= len(item.options) <= 5:
        yield Finding(
            f"The question has {len(item.options)} options.",
            "Write a third one that somebody could believe.",
            "option_c",
        )
