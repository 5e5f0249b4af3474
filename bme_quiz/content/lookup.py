"""Index of a long text in which quotations are found fast.

A scan of the whole article for each quotation costs as much as the article is long. Here the
places of every word are noted once; a quotation is then compared only where the rarest of its
words stands.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import islice

_WORD = re.compile(r"\w+")

_MAX_CANDIDATES = 2_000
"""How many places are looked at for one quotation: a bound for texts of one word over and over."""


class WordIndex:
    """The places of the words of some texts, for exact look-ups.

    Args:
        texts: the texts, each looked up on its own: nothing is found across two of them.

    Attributes:
        longest: the length of the longest text.
    """

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts
        self.longest = max(map(len, texts), default=0)
        self._places: dict[str, array[int]] = {}
        for number, text in enumerate(texts):
            for word in _WORD.finditer(text):
                places = self._places.setdefault(word.group(), array("q"))
                places.append(number)
                places.append(word.start())

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Each place of ``wanted``, as the text's number and the offset, in order.

        Where ``wanted`` begins or ends in a letter or digit, so must the place: no other
        letter stands beside it. Places do not overlap. Nothing is found of what
        :meth:`is_too_common`.
        """
        candidates = self._some_candidates(wanted)
        if len(candidates) > _MAX_CANDIDATES:
            return
        last_text, last_end = -1, 0
        for number, start in candidates:
            text = self._texts[number]
            if number == last_text and start < last_end:
                continue
            if text.startswith(wanted, start) and _stands_free(text, start, wanted):
                yield number, start
                last_text, last_end = number, start + len(wanted)

    def is_too_common(self, wanted: str) -> bool:
        """Whether even the rarest word of ``wanted`` stands in more places than are looked at."""
        return len(self._some_candidates(wanted)) > _MAX_CANDIDATES

    def _some_candidates(self, wanted: str) -> list[tuple[int, int]]:
        """The places to look at, or one more of them than are looked at."""
        return list(islice(self._candidates(wanted), _MAX_CANDIDATES + 1)) if wanted else []

    def _candidates(self, wanted: str) -> Iterator[tuple[int, int]]:
        words = _WORD.findall(wanted)
        # At an end that is not held to a word's edge the word may be part of a longer one.
        first = int(wanted[0] == "_")
        del words[:first]
        if wanted[-1] == "_":
            del words[-1:]
        if not words:
            yield from self._scan(wanted)
            return
        known = [places for places in map(self._places.get, words) if places is not None]
        if len(known) < len(words):
            return
        rarest = min(known, key=len)
        place = first + known.index(rarest)
        offset = next(islice(_WORD.finditer(wanted), place, None)).start()
        for position in range(0, len(rarest), 2):
            start = rarest[position + 1] - offset
            if start >= 0:
                yield rarest[position], start

    def _scan(self, wanted: str) -> Iterator[tuple[int, int]]:
        """For the rare quotation without a whole word: look everywhere."""
        for number, text in enumerate(self._texts):
            start = text.find(wanted)
            while start >= 0:
                yield number, start
                start = text.find(wanted, start + 1)


def _stands_free(text: str, start: int, wanted: str) -> bool:
    end = start + len(wanted)
    if wanted[0].isalnum() and start > 0 and _is_word(text[start - 1]):
        return False
    return not (wanted[-1].isalnum() and end < len(text) and _is_word(text[end]))


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
