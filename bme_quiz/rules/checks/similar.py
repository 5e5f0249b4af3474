"""Near-duplicate search among many short sets: exact, without comparing all pairs.

Two sets whose overlap (Jaccard) is at least t share at least α = ⌈t·n⌉ of the n members of
either. Sort the members of each from rare to common. Among the first n − α + k of each they
then share at least k (prefix filtering, with k members at once). So every set is filed under
each combination of k among those first members, and only sets filed under the same
combination are compared. With k = 3 such combinations are rare even where single words are
common, which keeps the work near linear in the number of sets. For large sets there would be
too many combinations, and k is 1.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import ceil

_COMBINED = 3
"""How many members at a time small sets are filed under."""

_MANY = 40
"""Sets above this size are filed under single members."""

_BINS = 32
"""The files are gone through in parts, so that not all stand in memory at once."""

_MAX_COMPARED = 500
"""How many earlier sets one combination is compared with: a bound for banks of copies."""

_MAX_WORK = 20_000
"""How many members one set is compared with in all, two thousand stems of ten words: a bound for
banks of long stems that share their rarest words."""


class Vocabulary:
    """Numbers for words; equal words have equal numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, words: Iterable[str]) -> array[int]:
        """The numbers of a set of words, in no particular order, each once."""
        known = self._numbers
        return array("I", {known.setdefault(word, len(known)) for word in words})


def nearest_earlier(
    sets: Sequence[array[int]], vocabulary: Vocabulary, overlap: float
) -> Iterator[tuple[int, int, float]]:
    """For each set that has one: its position, the most similar earlier set's, the overlap.

    Of equally similar earlier sets the first is given.
    """
    order = _rarest_first(sets, len(vocabulary))
    best: dict[int, tuple[float, int]] = {}
    work = array("I", bytes(4 * len(sets)))
    for files in _files(sets, order, overlap):
        for members in files.values():
            for place, later in enumerate(members):
                if work[later] > _MAX_WORK:
                    continue
                for earlier in members[max(0, place - _MAX_COMPARED) : place]:
                    if work[later] > _MAX_WORK:
                        break
                    work[later] += min(len(sets[earlier]), len(sets[later]))
                    share = _overlap(sets[earlier], sets[later], overlap)
                    if share >= overlap:
                        known = best.get(later)
                        if known is None or (-share, earlier) < (-known[0], known[1]):
                            best[later] = (share, earlier)
    for later in sorted(best):
        share, earlier = best[later]
        yield later, earlier, share


def _rarest_first(sets: Sequence[array[int]], words: int) -> array[int]:
    """Each word's rank, the rarest first."""
    counts = Counter(word for members in sets for word in members)
    ranks = array("I", bytes(4 * words))
    for rank, word in enumerate(sorted(range(words), key=lambda word: (counts[word], word))):
        ranks[word] = rank
    return ranks


def _files(
    sets: Sequence[array[int]], ranks: array[int], overlap: float
) -> Iterator[dict[int, list[int]]]:
    """The sets filed under their combinations, some of the files at a time."""
    keys = [array("Q") for _ in range(_BINS)]
    owners = [array("I") for _ in range(_BINS)]
    for number, members in enumerate(sets):
        for key in _keys(members, ranks, overlap):
            keys[key % _BINS].append(key)
            owners[key % _BINS].append(number)
    for filed, owned in zip(keys, owners, strict=True):
        first: dict[int, int] = {}
        files: dict[int, list[int]] = {}
        for key, owner in zip(filed, owned, strict=True):
            # Most files hold one set only; a list is made for the second.
            if key in files:
                files[key].append(owner)
            elif key in first:
                files[key] = [first.pop(key), owner]
            else:
                first[key] = owner
        yield files


def _keys(members: array[int], ranks: array[int], overlap: float) -> Iterator[int]:
    size = len(members)
    if not size:
        return
    ordered = sorted(ranks[word] for word in members)
    least = _least(size, overlap)
    for together in _together(size, overlap):
        for combination in combinations(ordered[: size - least + together], together):
            yield hash(combination) & 0xFFFF_FFFF_FFFF_FFFF


def _least(size: int, overlap: float) -> int:
    """How many members a set of this size shares with any set similar to it, at least."""
    return ceil(overlap * size - 1e-9)


def _together(size: int, overlap: float) -> set[int]:
    """How many members at a time a set is filed under.

    The smaller of two similar sets decides, so a set is filed as all that may meet it are.
    """
    if size > _MANY:
        return {1}
    smallest = _least(size, overlap)
    if _least(smallest, overlap) >= _COMBINED:
        found = {_COMBINED}
    else:
        sizes = range(max(smallest, 1), size + 1)
        found = {max(min(_COMBINED, _least(other, overlap)), 1) for other in sizes}
    if size >= _least(_MANY + 1, overlap):
        found.add(1)
    return found


def _overlap(one: array[int], other: array[int], least: float) -> float:
    small, large = sorted((len(one), len(other)))
    if small < least * large:
        return 0.0
    shared = len(set(one).intersection(other))
    return shared / (small + large - shared)
