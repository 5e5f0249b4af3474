"""Tries of passcodes and of codes in one table; those of the last minute are forgotten by this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make one table of two."""
    op.create_table(
        "tries",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_tries"),
    )
    op.create_index("ix_tries_key", "tries", ["key"])
    op.drop_table("code_tries")
    op.drop_table("passcode_tries")
