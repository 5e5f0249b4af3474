"""Quotations for authors: the article's sentences that fit some words, and proposals for a bank.

The stemmer is loaded where it is needed, and so by authors' commands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bme_quiz.content.article import Article, Sentence
from bme_quiz.content.bank import LETTERS, NO_QUOTE, answer_letters
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.identity import DEFAULT_LANGUAGE
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Row
from bme_quiz.content.text import fold_spaces, match_form, same_text_form
from bme_quiz.rules.checks.words import STOP_WORDS, words
from bme_quiz.rules.passages import PROPOSED
from bme_quiz.rules.sentence_search import SentenceSearch

_LONGEST_WORD = 60

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
"""Snowball's stemmer for each language, by the tag's first part (BCP 47)."""

_TRUE_OR_FALSE = ("true", "false")


def stemmer(language: str) -> Callable[[str], str]:
    """What takes a word's inflection off, in a language; for others the words stay as they are.

    Args:
        language: a BCP 47 tag.
    """
    import snowballstemmer

    name = _ALGORITHMS.get(language.partition("-")[0].lower())
    if name is None or name not in snowballstemmer.algorithms():
        return str
    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return lru_cache(maxsize=1 << 16)(stem)


def search_of(article: Article, language: str = DEFAULT_LANGUAGE) -> SentenceSearch:
    """A search over an article's sentences, by the stems of its language."""
    stem = stemmer(language)
    passed_over = STOP_WORDS if language.partition("-")[0].lower() == "en" else frozenset()

    def terms(text: str) -> Iterable[str]:
        for word in words(match_form(text)):
            if word not in passed_over:
                # What is longer is no word of a language, and stemming may take long.
                yield stem(word) if len(word) <= _LONGEST_WORD else word

    return SentenceSearch(article, terms)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that fits.

    Attributes:
        section: the id of its section.
        text: the sentence, to be copied as it stands.
        is_quotable: it stands in the article exactly once.
        used_by: ids of the questions that quote it or a part of it, in the file's order.
    """

    section: str
    text: str
    is_quotable: bool
    used_by: tuple[str, ...]


class Quotations:
    """The sentences of a course, found by words, and who quotes them."""

    def __init__(self, files: CourseFiles) -> None:
        self._files = files
        language = files.identity.language if files.identity else DEFAULT_LANGUAGE
        self._search = search_of(files.article, language)

    def find(self, wanted: str, limit: int = 3, section: str | None = None) -> list[Found]:
        """The sentences that fit some words best.

        Args:
            section: the id of the only section that is searched; None for all.

        Raises:
            ContentError: the article has no such section.
        """
        if section is not None and self._files.article.section(section) is None:
            known = ", ".join(one.id for one in self._files.article.sections)
            raise ContentError(f"The article has no section '{section[:80]}'. It has: {known}.")
        hits = self._search.best(wanted, limit=limit, section=section)
        return [self._found(hit.sentence) for hit in hits]

    def proposal(self, row: Row, letter: str) -> str:
        """A quotation that may support a key or refute a wrong option; empty where none may.

        It stands in the article exactly once. A key's lies in the row's section where that is
        one of the article's.
        """
        cells = {column: fold_spaces(cell) for column, cell in row.cells.items()}
        option, around = cells[f"option_{letter}"], cells["stem"]
        key = answer_letters(cells["answer"])
        is_key = letter in key
        if option.strip(" .").casefold() in _TRUE_OR_FALSE:
            option, around = around, ""
        elif not is_key:
            # What is right instead often stands in the sentence that refutes.
            right = (cells.get(f"option_{name}", "") for name in key)
            around = " ".join((around, *right))
        section = cells["section"] if is_key else ""
        known = section if self._files.article.section(section) is not None else None
        said = same_text_form(match_form(option))
        for hit in self._search.best(option, around, limit=10, section=known):
            text = hit.sentence.text
            # What says the same as a wrong option does not refute it.
            if not is_key and same_text_form(match_form(text)) == said:
                continue
            if self._is_quotable(text):
                return text
        return ""

    def _found(self, sentence: Sentence) -> Found:
        span = sentence.span
        used = [
            name
            for name, section, start, end in self._quoted
            if section == span.section and start < span.end and span.start < end
        ]
        text = sentence.text
        return Found(span.section, text, self._is_quotable(text), tuple(dict.fromkeys(used)))

    def _is_quotable(self, text: str) -> bool:
        return len(self._files.article.find(text)) == 1

    @cached_property
    def _quoted(self) -> list[tuple[str, str, int, int]]:
        """Each quotation of the bank that the article has: the question's id, and where it is."""
        return [
            (fold_spaces(row.cells["id"]), place.section, place.start, place.end)
            for row in self._files.bank.rows
            for letter in LETTERS
            if (quote := row.cells[f"quote_{letter}"].strip()) not in ("", NO_QUOTE)
            for place in self._files.article.find(quote)[:1]
        ]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A bank's rows with proposals in them.

    Attributes:
        rows: all rows; nothing that stood in a cell was changed.
        proposed: how many cells were filled.
        silent: of them, how many say that the article does not speak of the option.
        passed_over: ids, or row numbers, of rows without a stem, an answer or options.
    """

    rows: tuple[Row, ...]
    proposed: int
    silent: int
    passed_over: tuple[str, ...]


def suggest(files: CourseFiles) -> Suggestions:
    """Fill each empty quotation of a bank with a proposal, marked as one by :data:`PROPOSED`."""
    quotations = Quotations(files)
    rows = []
    passed_over = []
    proposed = silent = 0
    for row in files.bank.rows:
        empty = [
            letter
            for letter in LETTERS
            if row.cells[f"option_{letter}"].strip() and not row.cells[f"quote_{letter}"].strip()
        ]
        if not row.cells["stem"].strip() or not answer_letters(row.cells["answer"]):
            passed_over.append(fold_spaces(row.cells["id"]) or f"row {row.number}")
            empty = []
        filled = {}
        for letter in empty:
            text = quotations.proposal(row, letter)
            silent += not text
            filled[f"quote_{letter}"] = PROPOSED + (text or NO_QUOTE)
        proposed += len(filled)
        rows.append(replace(row, cells={**row.cells, **filled}) if filled else row)
    return Suggestions(tuple(rows), proposed, silent, tuple(passed_over))
