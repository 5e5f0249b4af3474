"""All that a store holds, and what a file of it holds, for tests."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, MetaData, select

from bme_quiz.services.store import Store
from tests.support.attempts import ME, response


def everything(store: Store) -> str:
    """Every value of every table, as one text."""

    def work(connection: Connection) -> str:
        found = MetaData()
        found.reflect(connection)
        return "\n".join(
            str(tuple(row))
            for table in found.sorted_tables
            for row in connection.execute(select(table))
        )

    return store.database.read(work)


def file_of(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


def answer(store: Store, question: str) -> bool:
    return store.attempts.add_response(ME, "first", response(question), "rev")


def answered(store: Store) -> list[str]:
    found = store.attempts.latest(ME)
    assert found is not None
    return [r.turn.question_id for r in found.responses]
