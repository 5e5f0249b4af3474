"""Reading and writing CSV files."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    parse_bank,
    question_from_row,
    write_bank,
)
from bme_quiz.content.meant import meant_cells
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import read_table
from tests.support.courses import MULTIPLE, bank_bytes, row

# NUL is refused by the reader; a lone surrogate cannot be written as UTF-8 at all.
cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells)), min_size=1, max_size=5))
def test_reading_a_written_bank_gives_the_bank_back(rows: list[dict[str, str]]) -> None:
    table = parse_bank(bank_bytes(rows))
    # A bank of nothing but empty rows has no question, and says so.
    assert [p.message for p in table.problems] == (
        [] if table.rows else ["The bank has no question."]
    )
    assert [dict(r.cells) for r in table.rows] == [
        {**dict.fromkeys(OPTIONAL_COLUMNS, ""), **meant_cells(r)}
        for r in rows
        if any(cell.strip() for cell in r.values())
    ]
    assert parse_bank(write_bank(table.rows).encode()).rows == tuple(
        type(r)(n, r.cells) for n, r in enumerate(table.rows, start=2)
    )


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_one_sentence(data: bytes) -> None:
    with suppress(ContentError):
        assert all(p.code == "S01" and p.row for p in parse_bank(data).problems)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x89PNG\r\n", "picture"),
        (b"%PDF-1.7", "PDF"),
        ("id,stem\ncafé".encode("latin-1"), "line 2: this is not UTF-8"),
        ("id,stem".encode("utf-16"), "UTF-16"),
        (b"id,stem\n\0", "NUL"),
        (b"colour,size\nred,3\n", "not the expected table"),
    ],
)
def test_what_is_no_table_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        read_table(data, "bank.csv", ["id", "stem"])


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    table = read_table(b"\xef\xbb\xbfid,stem\r\na,b\r\n", "bank.csv", ["id", "stem"])
    assert [dict(r.cells) for r in table.rows] == [{"id": "a", "stem": "b"}]
    assert table.problems == ()


def test_problems_name_row_and_column() -> None:
    table = read_table(
        b"id,stem,color\n1,2,3\n\n1,2\n1,2,3,4\n1,2,3,\n", "b.csv", ["id", "stem", "key"]
    )
    assert [(p.row, p.column) for p in table.problems] == [
        (1, "key"),
        (1, "color"),
        (4, ""),
        (5, ""),
    ]
    assert [r.number for r in table.rows] == [2, 6]


def test_a_question_is_made_of_its_cells() -> None:
    table = parse_bank(bank_bytes([row(), MULTIPLE]))
    first, second = (question_from_row(r) for r in table.rows)
    assert first.key == {"b"}
    assert first.letters == ("a", "b", "c")
    assert [o.harmful for o in first.options] == [False, False, True]
    assert second.key == {"a", "c"}
    assert second.option("d").quote == "A brace does not take the load away"


def test_a_revision_changes_with_what_is_answered_and_not_with_the_reasons() -> None:
    def revision(**changes: str) -> str:
        return question_from_row(parse_bank(bank_bytes([row(**changes)])).rows[0]).revision

    assert revision() == revision(why_a="Another reason.", hint="", harm="")
    assert revision() == revision(
        stem="A bone  aches after weeks of loading. Which step lets it mend?"
    )
    for changes in (
        {"stem": "Else?"},
        {"answer": "a"},
        {"option_c": "Pills"},
        {"type": "multiple"},
    ):
        assert revision() != revision(**changes)
