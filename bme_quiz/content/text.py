"""Text folding and sentence splitting: the one place that says when two texts are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

# Spreadsheets and word processors turn straight quotation marks into curly ones, put no-break
# spaces beside them and keep hyphens from breaking. One character stands for one.
_SAME_LETTER = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‐": "-", "‑": "-"}
)
# What PDF files and web pages put into words and nobody sees: soft hyphens, zero-width signs,
# ligatures, accents apart from their letters.
_INVISIBLE = "\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufeff"
_LIGATURE = "\ufb00-\ufb06"
_ACCENT = "\u0300-\u034e\u0350-\u036f"
_UNSEEN = re.compile(
    rf"[^{_INVISIBLE}{_ACCENT}](?:[{_INVISIBLE}]*+[{_ACCENT}])++|[{_INVISIBLE}]++|[{_LIGATURE}]"
)
_HIDDEN = re.compile(f"[{_INVISIBLE}]+")
_MAX_ACCENTED = 8

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    {"e.g", "i.e", "dr", "mr", "mrs", "ms", "st", "vs", "fig", "approx", "prof", "cf"}
)
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))
# Possessive, and begun only where a run of marks begins: what does not end a sentence is given up
# at its first mark, however many follow.
_SENTENCE_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’)\]]*+(?=\s++["'“‘(\[]?[A-Z0-9À-Þ])""")
_LAST_WORD = re.compile(r"[\w.]+\Z")

# Sorting combining marks takes the square of their number in a row, so a long text is normalized
# in pieces that end at a space.
_PIECE = re.compile(r"(?s:.{1,1000})(?:(?<= )|\Z)|(?s:.{1,1000})")


def fold_spaces(text: str) -> str:
    """Collapse every run of white space to one space and trim the ends."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class MatchForm:
    """A text in the form in which quotations are compared, and where its letters stood.

    Attributes:
        text: without what nobody sees, and with one kind of quotation mark, space and hyphen.
        length: of the text as it stands.
        offsets: for each letter of the form, its offset in the text; None where none moved.
    """

    text: str
    length: int
    offsets: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch ``[start:end]`` of the form, not empty, stands in the text."""
        if self.offsets is None:
            return start, end
        after = self.offsets[end] if end < len(self.offsets) else self.length
        # Of a ligature that the stretch cuts, the whole is taken.
        return self.offsets[start], max(after, self.offsets[end - 1] + 1)


def match_form(text: str) -> str:
    """The form in which quotations are compared: see :class:`MatchForm`."""
    return text if text.isascii() else placed_match_form(text).text


def placed_match_form(text: str) -> MatchForm:
    """The form in which quotations are compared, with the place of each of its letters."""
    if text.isascii() or _UNSEEN.search(text) is None:
        return MatchForm(text.translate(_SAME_LETTER), len(text))
    parts: list[str] = []
    offsets = array("q")
    place = 0
    for found in _UNSEEN.finditer(text):
        parts.append(text[place : found.start()])
        offsets.extend(range(place, found.start()))
        place = found.end()
        seen = _seen(found.group())
        parts.append(seen)
        offsets.extend([found.start()] * len(seen))
    parts.append(text[place:])
    offsets.extend(range(place, len(text)))
    return MatchForm("".join(parts).translate(_SAME_LETTER), len(text), offsets)


def _seen(letters: str) -> str:
    """What a reader sees of invisible signs, a ligature, or a letter with its accents."""
    shown = _HIDDEN.sub("", letters)
    if len(shown) == 1:
        return _LIGATURES.get(shown, shown)
    # Sorting combining marks takes the square of their number, and nobody reads a dozen.
    return unicodedata.normalize("NFC", shown[:_MAX_ACCENTED])[:_MAX_ACCENTED]


_LIGATURES = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}


def same_text_form(text: str) -> str:
    """The form in which two options or stems count as the same text.

    Compatibility characters, case, white space and final punctuation are folded.
    """
    return fold_spaces(_normalized(text)).casefold().rstrip(" .!?;:,")


def _normalized(text: str) -> str:
    """Compatibility characters replaced and marks composed (NFKC)."""
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFKC", piece) for piece in _PIECE.findall(text))


def without_comments(markdown: str) -> str:
    """Markdown with a space in place of each HTML comment and the white space round it.

    A comment that never ends is none.
    """
    kept = []
    place = 0
    while (start := markdown.find("<!--", place)) >= 0:
        end = markdown.find("-->", start + 4)
        if end < 0:
            break
        kept.append(markdown[place:start].rstrip())
        place = end + 3
        while place < len(markdown) and markdown[place].isspace():
            place += 1
    return " ".join([*kept, markdown[place:]])


def fingerprint(*texts: str) -> str:
    """Twelve hexadecimal digits that change when any of the texts changes."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:12]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in a paragraph of folded text.

    The rule is small on purpose: a sentence ends at ``.``, ``!``, ``?`` or ``…`` before
    a space and a capital letter or a digit, unless a known abbreviation stands before it.
    """
    spans = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if text[end.start()] == "." and _is_abbreviation(text, start, end.start()):
            continue
        spans.append((start, end.end()))
        start = end.end()
        while start < len(text) and text[start].isspace():
            start += 1
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether the last word of a stretch is one after which a full stop ends no sentence."""
    # With one letter more than the longest has, a longer word is told from it by its end.
    last_word = _LAST_WORD.search(text, max(start, end - _LONGEST_ABBREVIATION - 1), end)
    return last_word is not None and last_word.group().lower() in _ABBREVIATIONS
