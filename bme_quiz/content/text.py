"""Folding and splitting of text: the one place that decides when two texts are the same."""

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
_SENTENCE_END = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s+["'“‘(\[]?[A-Z0-9À-Þ])""")
_LAST_WORD = re.compile(r"([\w.]+)$")


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
    return fold_spaces(unicodedata.normalize("NFKC", text)).casefold().rstrip(" .!?;:,")


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
        last_word = _LAST_WORD.search(text, start, end.start())
        word = last_word.group(1).lower() if last_word else ""
        if end.group().startswith(".") and word in _ABBREVIATIONS:
            continue
        spans.append((start, end.end()))
        start = end.end()
        while start < len(text) and text[start].isspace():
            start += 1
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans
