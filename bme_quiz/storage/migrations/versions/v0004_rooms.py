"""Migration 4, rooms: the session, who is in it, and what they answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of sessions in a room."""
    op.create_table(
        "rooms",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("bank", sa.String(64), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("drawn", sa.JSON, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_rooms"),
        sa.UniqueConstraint("id", name="uq_rooms_id"),
        sa.UniqueConstraint("code", name="uq_rooms_code"),
        sa.CheckConstraint("step >= 0", name=op.f("ck_rooms_step")),
    )
    op.create_index("ix_rooms_expires_at", "rooms", ["expires_at"])
    op.create_table(
        "seats",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("room", _NUMBER, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_seats"),
        sa.UniqueConstraint("room", "id", name="uq_seats_room_id"),
        sa.ForeignKeyConstraint(
            ["room"], ["rooms.number"], name="fk_seats_room", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "room_answers",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("room", _NUMBER, nullable=False),
        sa.Column("seat", _NUMBER, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("ticked", sa.String(40), nullable=False),
        sa.Column("mark", sa.Float, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_room_answers"),
        sa.UniqueConstraint(
            "seat", "round", "position", name="uq_room_answers_seat_round_position"
        ),
        sa.CheckConstraint("mark >= 0 AND mark <= 1", name=op.f("ck_room_answers_mark")),
        sa.ForeignKeyConstraint(
            ["room"], ["rooms.number"], name="fk_room_answers_room", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seat"], ["seats.number"], name="fk_room_answers_seat", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_room_answers_room_round_position", "room_answers", ["room", "round", "position"]
    )
