"""Whatever comes in, a list of findings or one plain sentence comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bme_quiz.cli.check_output import as_json, coverage_lines, text_lines
from bme_quiz.content.bank import COLUMNS, OPTIONAL_COLUMNS, parse_bank, write_bank
from bme_quiz.content.course import CourseFiles, Exemption, parse_course
from bme_quiz.content.meant import meant_cells
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.run import Report, check, sound_questions
from tests.support.findings import ARTICLE, ROW, course

HEADER = ",".join(COLUMNS)
NASTY = st.sampled_from(
    [
        "",
        " ",
        "-",
        "a",
        "a;b",
        ";;;",
        "=1+1",
        '"',
        '""',
        "'",
        "\ufffd",
        "Ã©",
        "\u202e",
        "\U0001f9b4",
        "e\u0301",
        "a\r\nb",
        "a\rb",
        "\u2028",
        "____",
        "*" * 50,
        "[" * 50,
        "<!--",
        "&#0;",
        "\\",
        "$$",
        "9" * 400,
        "1/0",
        "٣ weeks",
        "²",
        "half 0.5.5.5 to - 3",
        "ﬁ",
        "İ",
        "ß",
        "true",
        "TRUE OR FALSE: x",
        "which is not not",
        "I and II",
        "All of the above",
        "A stress fracture is a very small crack in a bone",
        "s00000000.p00000000.q00000000.r00000000",
        "essentials:1",
        "a:1;a:1;:;b:",
        "retired",
        "images/a.svg",
    ]
)
CELL = st.one_of(NASTY, st.text(max_size=30), st.lists(NASTY, max_size=4).map(" ".join))
QUIET = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def put_through(files: CourseFiles) -> Report:
    """Check and print in every way."""
    report = check(files)
    assert len(sound_questions(files, report)) <= report.questions
    assert "\n".join(text_lines(report, files, Path("x"), notes=True))
    assert "\n".join(coverage_lines(report.coverage, 50))
    assert as_json(report)
    return report


def read(bank: bytes, article: bytes) -> CourseFiles | None:
    """What could be read, or None where one plain sentence said why not."""
    try:
        return parse_course(bank, article)
    except ContentError as error:
        refusal = str(error)
    assert refusal
    return None


@QUIET
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_as_a_bank(data: bytes, with_header: bool) -> None:
    files = read(HEADER.encode() + b"\n" + data if with_header else data, ARTICLE.encode())
    if files is not None:
        put_through(files)


@QUIET
@given(st.binary(max_size=300), st.text(max_size=300))
def test_any_bytes_as_an_article(data: bytes, text: str) -> None:
    for article in (data, text.encode("utf-8", "ignore"), f"# T\n\n## A {{#a}}\n{text}".encode()):
        files = read(f"{HEADER}\n".encode(), article)
        if files is not None:
            put_through(files)


@QUIET
@given(
    st.lists(
        st.dictionaries(st.sampled_from((*COLUMNS, *OPTIONAL_COLUMNS)), CELL, max_size=9),
        max_size=5,
    )
)
def test_any_cells_in_a_sound_row(rows: list[dict[str, str]]) -> None:
    put_through(course(*rows))


@QUIET
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), max_size=3),
    st.sampled_from(["single", "multiple", "truefalse"]),
)  # fmt: skip
def test_any_text_in_rows_of_sound_structure(rows: list[dict[str, str]], kind: str) -> None:
    structure = {"id": "x", "level": "apply", "audience": "both", "type": kind}
    letters = {"answer": "a;b" if kind == "multiple" else "a"}
    filled = [
        row
        | structure
        | letters
        | {f"option_{x}": row[f"option_{x}"] if row[f"option_{x}"].strip() else x for x in "abcde"}
        for row in rows
    ]
    put_through(course(*filled))


@QUIET
@given(st.lists(st.builds(Exemption, CELL, CELL, CELL, st.integers(2, 9)), max_size=4))
def test_any_exceptions(exemptions: list[Exemption]) -> None:
    put_through(course({}, exemptions=exemptions))


@QUIET
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_written_bank_reads_back(rows: list[dict[str, str]], line_end: str) -> None:
    rows = [
        ROW | {c: cell.replace("\0", "") for c, cell in row.items()} | {"id": "x"} for row in rows
    ]
    text = write_bank(Row(n, row) for n, row in enumerate(rows))
    table = parse_bank(text.encode())
    meant = [meant_cells(row) for row in rows]
    assert [{c: row.cells[c] for c in COLUMNS} for row in table.rows] == meant
    assert table.problems == ()
    again = parse_bank(b"\xef\xbb\xbf" + text.encode())
    assert again.rows == table.rows
    if not any("\n" in cell or "\r" in cell for row in rows for cell in row.values()):
        assert parse_bank(text.replace("\n", line_end).encode()).rows == table.rows


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe" + HEADER.encode("utf-16-le"),
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04" + b"\0" * 50,
        HEADER.encode() + b"\nx\0y",
        HEADER.encode() + "\nü".encode("latin-1"),
        b"question;answer\n1;2\n",
    ],
)
def test_what_is_no_bank_is_one_plain_sentence(data: bytes) -> None:
    with pytest.raises(ContentError) as error:
        parse_course(data, ARTICLE.encode())
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("piece", ["which ", "*a ", "_", "9", "1,", "(", "you have ", "a.", "<a "])
def test_enormous_cells_take_no_enormous_time(piece: str) -> None:
    cell = piece * (60_000 // len(piece))
    for column in ("stem", "option_a", "why_a", "quote_a", "hint", "answer"):
        report = check(course({column: cell}))
        assert all(len(problem.words) <= 300 for problem in report.problems)


def test_ten_thousand_broken_rows_are_ten_thousand_findings() -> None:
    data = HEADER + "\n" + "x,y\n" * 10_000
    report = check(parse_course(data.encode(), ARTICLE.encode()))
    assert sum(problem.code == "S01" for problem in report.problems) == 10_000
