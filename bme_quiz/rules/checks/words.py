"""Tokenizer and light stemmer for the words that rules compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LIST_LETTER = re.compile(r"\A\(?[a-hA-H1-9][.)]\s+")
_VOWEL = re.compile(r"[aeiouy]")
_LONGEST_KNOWN = 40

_STOP_WORDS = """
    a about above after again all also am an and any are as at be because been before being
    below between both but by can cannot could did do does doing down during each either else
    ever every few for from further get gets got had has have having he her here hers him his
    how however i if in into is it its itself just least less let like likely may me might mine
    more most much must my near need neither no nor not now of off often on once one only onto
    or other others our out over own per quite rather same she should since so some still such
    than that the their theirs them then there therefore these they this those though through
    thus to too toward towards under until unto up upon us very was we well were what whatever
    when where whether which while who whom whose why will with within without would yet you
    your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def words(text: str) -> list[str]:
    """The words of a text in lower case; hyphens, points and apostrophes inside stay."""
    return _WORD.findall(text.casefold())


def written_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def bare(text: str) -> str:
    """An option without a list letter or number in front and punctuation at the end."""
    return _LIST_LETTER.sub("", text).strip(" .!?;:,")


def content_words(text: str) -> list[str]:
    """The words that carry meaning: no stop words, no single letters."""
    return [word for word in words(text) if word not in STOP_WORDS and len(word) > 1]


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry meaning."""
    return stems_of(words(text))


def stems_of(spoken: Iterable[str]) -> list[str]:
    """The stems of those words, in lower case, that carry meaning."""
    return [stem(word) for word in spoken if word not in STOP_WORDS and len(word) > 1]


def overlap(one: Set[str], other: Set[str]) -> float:
    """The share of two sets that they have in common (Jaccard), 0 for empty ones."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def stem(word: str) -> str:
    """A word without its inflection, so that "fractures" meets "fractured".

    A light stemmer: plurals and the endings -ed, -ing, -er and -ly go, as long as a vowel and
    three letters stay. It joins what a reader sees as one word and leaves the rest alone.
    """
    # What is no word is not remembered: thousands of letters each would stay in memory for good.
    return _known_stem(word) if len(word) <= _LONGEST_KNOWN else _stem(word)


def _stem(word: str) -> str:
    word = word.replace("’", "'").removesuffix("'s")
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "edly", "ed", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("y"):
        word = word[:-1] + "i"
    return word


_known_stem = lru_cache(maxsize=1 << 16)(_stem)
