"""What stands between a rating and the next card is found by an index, never by looking through."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event

from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.services.store import Store
from tests.support.attempts import ME
from tests.support.reviews import DECK, FIRST, entry, latest, moment


def test_no_statement_looks_through_a_table(sqlite_store: Store) -> None:
    sqlite_store.reviews.add(ME, DECK, FIRST, entry(1, Rating.AGAIN))
    seen: list[tuple[str, Any]] = []

    def keep(_connection, _cursor, statement: str, parameters: Any, _context, _many) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        sqlite_store.reviews.add(ME, DECK, FIRST, entry(2))
        sqlite_store.reviews.desk(ME, DECK, moment(), 50)
        sqlite_store.reviews.standing(ME, FIRST)
        sqlite_store.reviews.next_dues(ME, moment().day_end)
        sqlite_store.reviews.undo(ME, DECK, latest(sqlite_store), moment().now)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    statements = [pair for pair in seen if not pair[0].startswith(("BEGIN", "PRAGMA"))]
    assert len(statements) > 15

    def plans(connection) -> list[str]:
        return [
            f"{step.detail}: {statement}"
            for statement, parameters in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    steps = sqlite_store.database.read(plans)
    assert any(step.startswith("SEARCH") for step in steps)
    assert [step for step in steps if step.startswith("SCAN")] == []
    # The learner's own key is never written: that would look through all that refers to it.
    assert not any("id = excluded.id" in statement for statement, _ in statements)
