"""SQL dialect differences: where SQLite and PostgreSQL want the same under two names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""An INSERT that can be told what to do about a conflict, by the dialect's name."""
