"""Connections of one address, and who of them gives way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.server.http.uvicorn_internals import LineLimits, Lines

FEW = LineLimits(in_all=12, of_address=8, silent=4, unread=3)


class Line:
    """A connection; ``is_open`` until it was cut."""

    def __init__(self, lines: Lines, address: str) -> None:
        self.lines, self.address, self.is_open = lines, address, True
        self.transport = self
        lines.open(address, self)  # type: ignore[arg-type]

    def abort(self) -> None:
        self.is_open = False
        # As asyncio, a little later; nothing here goes by that.
        self.lines.close(self.address, self)  # type: ignore[arg-type]

    def speaks(self) -> Line:
        self.lines.speaks(self.address, self)  # type: ignore[arg-type]
        return self

    def reads_not(self) -> Line:
        self.lines.is_unread(self.address, self)  # type: ignore[arg-type]
        return self

    def reads(self) -> None:
        self.lines.is_read(self.address, self)  # type: ignore[arg-type]


def still_open(lines: list[Line]) -> list[bool]:
    return [line.is_open for line in lines]


@pytest.mark.parametrize("files", [None, 100, 256, 1_024, 4_096, 32_768, 1_000_000])
@pytest.mark.parametrize("people", [1, 200, 10_000])
def test_limits_follow_the_files_and_leave_some(files: int | None, people: int) -> None:
    limits = LineLimits.of(files, people)
    assert 0 < limits.silent <= limits.of_address <= limits.in_all
    assert 0 < limits.unread <= limits.of_address
    if files is not None:
        assert limits.in_all <= max(files * 7 // 8, 36)
    if files is not None and files >= 32_768:
        assert limits.of_address >= 15_000, "a hall of five thousand behind one router"


def test_a_newcomer_takes_the_place_of_whoever_asks_nothing_and_then_of_whoever_reads_nothing() -> (
    None
):
    lines = Lines(FEW)
    at_work = [Line(lines, "a").speaks() for _ in range(4)]
    unread = [Line(lines, "a").speaks().reads_not() for _ in range(2)]
    silent = [Line(lines, "a") for _ in range(2)]
    newcomers = [Line(lines, "a").speaks() for _ in range(4)]
    assert not any(still_open([*silent, *unread]))
    assert all(still_open([*at_work, *newcomers]))
    late = Line(lines, "a")
    assert not late.is_open, "where all are at work the newcomer waits outside"
    assert all(still_open([*at_work, *newcomers]))


def test_of_many_that_read_nothing_the_one_goes_that_has_read_nothing_for_longest() -> None:
    lines = Lines(FEW)
    unread = [Line(lines, "a").speaks().reads_not() for _ in range(3)]
    unread[0].reads()
    unread[0].reads_not()
    Line(lines, "a").speaks().reads_not()
    assert still_open(unread) == [True, False, True]
    elsewhere = [Line(lines, "b").speaks().reads_not() for _ in range(3)]
    assert all(still_open(elsewhere))


def test_a_full_server_takes_a_place_from_whoever_has_most() -> None:
    lines = Lines(FEW)
    many = [Line(lines, "many").speaks().reads_not() for _ in range(3)]
    many += [Line(lines, "many").speaks() for _ in range(5)]
    others = [Line(lines, f"other {n}").speaks() for n in range(4)]
    newcomer = Line(lines, "newcomer")
    assert newcomer.is_open
    assert all(still_open(others))
    assert still_open(many).count(False) == 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["speaks", "reads_not", ""]))))
def test_whatever_comes_the_limits_hold_and_what_is_gone_is_counted_no_more(
    events: list[tuple[str, Any]],
) -> None:
    lines = Lines(FEW)
    made: list[Line] = []
    for address, then in events:
        line = Line(lines, address)
        if then and line.is_open:
            getattr(line, then)()
        made.append(line)
        left = [one for one in made if one.is_open]
        assert len(left) <= FEW.in_all
        assert sum(one.address == address for one in left) <= FEW.of_address
    for line in made:
        if line.is_open:
            line.abort()
    assert (lines._count, dict(lines._open), lines._silent, lines._unread) == (0, {}, {}, {})
