"""Migration 3: the educator's passcode, the logins made with it, the tries of the last minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the educator's door."""
    op.create_table(
        "educator_passcode",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("made", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_educator_passcode"),
        sa.CheckConstraint("id = 1", name=op.f("ck_educator_passcode_id")),
    )
    op.create_table(
        "educator_logins",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_educator_logins"),
    )
    op.create_table(
        "passcode_tries",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_passcode_tries"),
    )
    op.create_index("ix_passcode_tries_tried_at", "passcode_tries", ["tried_at"])
