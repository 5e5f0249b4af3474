"""Migration 5: one table, begun empty, for tries of educators' passcodes and of device codes.

The two tables of before stay, empty, for the release before, which may still run beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add one table for both kinds, and empty the two of before."""
    op.create_table(
        "tries",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_tries"),
    )
    op.create_index("ix_tries_key", "tries", ["key"])
    op.execute(sa.text("DELETE FROM code_tries"))
    op.execute(sa.text("DELETE FROM passcode_tries"))
