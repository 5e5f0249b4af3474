"""Text folding and sentence splitting: the one place that says when two texts are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Spreadsheets and word processors turn straight quotation marks into curly ones and put
# no-break spaces beside them. One character stands for one, so offsets stay true.
_SAME_LETTER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " "})

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


def match_form(text: str) -> str:
    """The form in which quotations are compared; as long as ``text``, letter for letter."""
    return text if text.isascii() else text.translate(_SAME_LETTER)


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
