"""Turns are dealt out by address, and among an address's connections in the order of asking."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.server.http.turns import InTurn, OfLoop, Turns
from tests.support.seconds import in_loop


def test_what_comes_while_there_is_little_to_do_is_done_at_once() -> None:
    async def work() -> list[str]:
        done: list[str] = []
        line = InTurn(done.append, at_once=2)
        assert line.put("a", "first")
        assert line.put("a", "second")
        assert not line.put("a", "third")
        assert done == ["first", "second"]
        await asyncio.sleep(0)
        return done

    assert asyncio.run(work()) == ["first", "second", "third"]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.integers(1, 4))
def test_no_address_waits_longer_than_a_round_of_all_and_none_is_passed_in_its_own_line(
    asked: list[str], at_once: int
) -> None:
    async def work() -> list[list[tuple[str, int]]]:
        rounds: list[list[tuple[str, int]]] = [[]]

        def do(piece: tuple[str, int]) -> None:
            rounds[-1].append(piece)

        line = InTurn(do, at_once)
        for number, address in enumerate(asked):
            line.put(address, (address, number))
        while sum(map(len, rounds)) < len(asked):
            rounds.append([])
            await asyncio.sleep(0)
        return rounds

    rounds = asyncio.run(work())
    assert all(len(done) <= at_once for done in rounds)
    done = [piece for one in rounds for piece in one]
    for address in set(asked):
        mine = [number for who, number in done if who == address]
        assert mine == sorted(mine)
    # Among those that waited, nobody has two turns while somebody else who waits has none.
    waited = done[at_once:]
    left = Counter(who for who, _ in waited)
    since: dict[str, int] = dict.fromkeys(left, 0)
    for who, _ in waited:
        left[who] -= 1
        since[who] = 0
        for other in since:
            if other != who and left[other]:
                since[other] += 1
                assert since[other] <= len(since)


def test_a_piece_that_fails_holds_up_nobody(caplog: object) -> None:
    del caplog

    async def work() -> list[int]:
        done: list[int] = []

        def do(piece: int) -> None:
            if piece == 1:
                raise ValueError
            done.append(piece)

        line = InTurn(do, at_once=1)
        for piece in range(4):
            line.put("a", piece)
        for _ in range(5):
            await asyncio.sleep(0)
        return done

    assert asyncio.run(work()) == [0, 2, 3]


@in_loop
async def test_one_address_holds_no_more_turns_than_it_may() -> None:
    turns = Turns(at_once=3, of_address=2)
    await turns.take("stranger")
    await turns.take("stranger")
    third = asyncio.create_task(turns.take("stranger"))
    await asyncio.sleep(0)
    assert not third.done()
    # Whoever else comes has the one that is left, though the stranger has waited for longer.
    await asyncio.wait_for(turns.take("somebody"), 1)
    turns.give_back("somebody")
    await asyncio.sleep(0)
    assert not third.done()
    turns.give_back("stranger")
    await asyncio.wait_for(third, 1)


@in_loop
async def test_who_waits_no_more_takes_no_turn() -> None:
    turns = Turns(at_once=2, of_address=1)
    await turns.take("a")
    waiting = asyncio.create_task(turns.take("a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    turns.give_back("a")
    for address in ("a", "b"):
        await asyncio.wait_for(turns.take(address), 1)


def test_each_loop_has_one_of_its_own() -> None:
    made: OfLoop[list[int]] = OfLoop(list)

    async def twice() -> tuple[list[int], list[int]]:
        return made.get(), made.get()

    one, same = asyncio.run(twice())
    other, _ = asyncio.run(twice())
    assert one is same
    assert other is not one
