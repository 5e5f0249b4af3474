"""Whatever text comes in, the time for it grows no faster than n log n.

Each shape of :mod:`tests.support.shapes` goes through everything that meets text from outside, at
two sizes whose processor time is compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser

from bme_quiz.content import glossary
from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.problems import ContentError
from bme_quiz.content.render import section_html, source_html, text_html
from bme_quiz.content.table import Row, Table, write_table
from bme_quiz.rules.checks.run import check
from bme_quiz.rules.numbers import row_of_numbers
from bme_quiz.server.http.cookie import plain_cookies
from bme_quiz.server.http.encodings import accepted
from bme_quiz.server.http.forms import form_fields, is_same_origin
from bme_quiz.services.accounts.codes import typed_letters
from bme_quiz.services.accounts.learner import learner_in
from bme_quiz.services.authoring.bank_check import check_upload, preview
from bme_quiz.services.course import load_course
from bme_quiz.services.rooms.rooms import clean_code
from bme_quiz.ui.shell.safe import label
from tests.support.courses import ARTICLE, ROWS, bank_bytes, files, row, write_course
from tests.support.shapes import LARGE, SHAPES, SMALL, Shape, at_most, is_linear, seconds_of

Work = Callable[[], object]
OWN = files(ROWS)
TERMS, _ = parse_glossary(
    write_table(
        glossary.COLUMNS,
        [{"term": "bone (AVN)", "definition": "a", "section": "load", "quote": "-"}],
    ).encode()
)


def slow(make: Callable[[Shape, int], Work], small: int = SMALL, large: int = LARGE) -> list[str]:
    """The shapes whose time grows too fast."""
    return [
        str(shape)
        for shape in SHAPES
        if not is_linear(lambda size, shape=shape: make(shape, size), small, large)  # type: ignore[misc]
    ]


def tried(work: Work) -> Work:
    """Work that may end in one plain sentence instead of a result."""

    def work_or_sentence() -> None:
        try:
            work()
        except ContentError:
            return

    return work_or_sentence


def uploaded(bank: bytes, article: bytes) -> None:
    """What *Check a bank* does: check, preview a question, show each section."""
    result = check_upload(("mine.csv", bank), ("mine.md", article), OWN)
    for question in result.course.questions[:1]:
        preview(result.course, question)
    for section in result.files.article.sections:
        section_html(section, (), TERMS)
    for source in result.files.article.sources[:1]:
        source_html(source)


def whole_article(shape: Shape, size: int) -> Work:
    article = f"{ARTICLE}\n\n{shape.of(size)}\n".encode()
    return tried(lambda: uploaded(bank_bytes(ROWS), article))


def one_paragraph(shape: Shape, size: int) -> Work:
    """Within the bound of a paragraph, where everything of Markdown is read."""
    text = shape.of(size).replace("\n\n", "\n")
    article = ARTICLE.replace("A load pushes", f"{text}\n\nA load pushes").encode()
    return tried(lambda: uploaded(bank_bytes(ROWS), article))


def uploaded_cells(shape: Shape, size: int) -> Work:
    text = shape.of(size // 8)
    columns = ("id", "stem", "option_a", "why_b", "quote_b", "hint", "answer", "checked")
    bank = bank_bytes([*ROWS, row(id="load-09"), row(**dict.fromkeys(columns, text))])
    return tried(lambda: uploaded(bank, ARTICLE.encode()))


def unbounded_cells(shape: Shape, size: int) -> Work:
    """Every rule, without the reader's bound on a cell before it."""
    text = shape.of(size // 8)
    cells = row(
        id="load-09",
        stem=f"What {text}?",
        option_a=f"{text} a",
        option_b=f"{text} b",
        why_a=text,
        why_b=f"You have {text}",
        quote_b=text,
        hint=text,
        card=text,
        sets=text,
        image="bone.svg",
        image_alt=text,
    )
    table = Table("mine.csv", COLUMNS, (Row(2, cells),), ())
    return lambda: check(CourseFiles(OWN.article, table, TERMS, (), ()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "small", "large"),
    [
        (whole_article, SMALL, LARGE),
        (one_paragraph, 800, 8_000),
        (uploaded_cells, SMALL, LARGE),
        (unbounded_cells, 3_000, 45_000),
    ],
)
def test_no_shape_takes_the_checker_long(
    make: Callable[[Shape, int], Work], small: int, large: int
) -> None:
    assert slow(make, small, large) == []


@pytest.mark.slow
def test_no_shape_takes_a_reload_long(tmp_path: Path) -> None:
    numbers = count()

    def reload(shape: Shape, size: int) -> Work:
        text = shape.of(size)
        folder = write_course(tmp_path / "course", ROWS, f"{ARTICLE}\n\n{text}\n")
        term = {"term": text[:180], "definition": text[:4_000], "section": "load", "quote": text}
        terms = [term, {**term, "term": text}, {**term, "quote": text[:4_000]}]
        (folder / "glossary.csv").write_text(write_table(glossary.COLUMNS, terms), "utf-8")
        (folder / "exceptions.csv").write_text(f"id,rule,reason\n{text}", "utf-8")

        def work() -> None:
            # Never of the same size as before, should both be written within one tick of the clock.
            name = "n" * (len(text) % 97 + next(numbers) % 500 + 1)
            (folder / "bank.csv").write_bytes(bank_bytes([*ROWS, row(id=name)]))
            course = load_course(folder)
            for section in course.article.sections:
                section_html(section, (), course.terms)

        return tried(work)

    assert slow(reload) == []


@pytest.mark.slow
def test_no_shape_takes_the_pages_long() -> None:
    def explained(shape: Shape, size: int) -> Work:
        # A text of its own each time: what was made once is kept.
        return lambda: text_html(f"{time.time_ns()}{shape.of(size)}", TERMS)

    def labelled(shape: Shape, size: int) -> Work:
        text = shape.of(size)
        return lambda: (label.__wrapped__(text), row_of_numbers([text, f"{text} 2"]))

    assert slow(explained) == []
    assert slow(labelled, 4_000, 80_000) == []


def request_with(headers: dict[str, bytes]) -> Request:
    raw = [(name.encode(), value) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw})


@pytest.mark.slow
def test_no_shape_takes_a_form_or_a_header_long() -> None:
    def sent(shape: Shape, size: int) -> Work:
        text = shape.of(size)
        plain = text.encode("latin-1", "replace")

        def work() -> None:
            form_fields(text.encode())
            form_fields(f"code={text}&%{text}".encode())
            clean_code(text)
            typed_letters(text)
            learner_in(text)
            learner_in(f"a={text}; bme_learner={text}")
            accepted(Headers(raw=[(b"accept-encoding", plain)]))
            cookie_parser(plain_cookies(b'a="' + plain + b'"; b=' + plain).decode("latin-1"))
            is_same_origin(request_with({"origin": plain, "host": plain}))
            is_same_origin(request_with({"origin": b"http://" + plain, "host": plain}))

        return work

    assert slow(sent) == []


@pytest.mark.slow
def test_many_rows_that_quote_what_stands_everywhere() -> None:
    """Rows times places of the article would be a square too."""

    def checked(size: int) -> Work:
        paragraphs = "\n\n".join(["a " * 1_000] * (size // 2_000))
        article = ARTICLE.replace("A load pushes", f"{paragraphs}\n\nA load pushes").encode()
        rows = [
            row(id=f"n-{n}", stem=f"What is {n}?", quote_a="a", quote_b="a a " * (n % 9 + 1))
            for n in range(size // 1_000)
        ]
        return lambda: uploaded(bank_bytes(rows), article)

    assert is_linear(checked, 50_000, 500_000)


@pytest.mark.slow
def test_many_long_stems_that_share_their_words() -> None:
    def checked(size: int) -> Work:
        words = [f"w{n}" for n in range(400)]
        rows = [
            row(id=f"n-{n}", stem=f"{' '.join(words[n % 20 :])} x{n}?")
            for n in range(size // 2_000)
        ]
        bank = bank_bytes(rows)
        return lambda: check_upload(("mine.csv", bank), None, OWN)

    assert is_linear(checked, 100_000, 800_000)


def test_the_measure_knows_a_square_from_a_line() -> None:
    def square(size: int) -> Work:
        return lambda: [text.count("b") for text in ["a" * size] * (size // 20)]

    assert not is_linear(square)
    assert is_linear(lambda size: lambda: ("a" * size).count("b"))


def seconds(article: bytes) -> float:
    """The least processor time that a check against an article takes."""
    return min(seconds_of(lambda: uploaded(bank_bytes(ROWS), article)) for _ in range(3))


@pytest.mark.parametrize("piece", ["!", ".", "<!--", "[^1] ", "a", "“", "[^"])
def test_a_paragraph_of_signs_takes_as_long_as_one_of_words(piece: str) -> None:
    def with_paragraph(text: str) -> bytes:
        return ARTICLE.replace("A load pushes", f"{text}\n\nA load pushes").encode()

    with at_most(60):
        words = seconds(with_paragraph("Rest lets it mend. " * 470))
        signs = seconds(with_paragraph(piece * (9_000 // len(piece))))
    # Measured side by side; a mark or a comment costs more than a word of a sentence does.
    assert signs < 20 * words


@settings(max_examples=25, deadline=None)
@given(st.text("!.?…\"')]”’([<>-*_`~|#&^:$\\ aA1\n\u0301\u0316", min_size=1, max_size=4))
def test_small_pieces_over_and_over(piece: str) -> None:
    shape = Shape(piece)

    def both(size: int) -> Work:
        cells, article = unbounded_cells(shape, size), one_paragraph(shape, size)
        return lambda: (cells(), article())

    assert is_linear(both, 500, 8_000)
