"""Migration 1: learners, attempts, responses, the texts as shown, codes for another device."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "learners",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("current", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
    )
    op.create_table(
        "attempts",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("preset", sa.String(20), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("bank", sa.String(64), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("drawn", sa.JSON, nullable=False),
        sa.Column("moved_on", sa.Integer, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_attempts"),
        sa.UniqueConstraint("id", name="uq_attempts_id"),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_attempts_learner", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_attempts_learner", "attempts", ["learner"])
    op.create_table(
        "responses",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("attempt", _NUMBER, nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("try", sa.Integer, nullable=False),
        sa.Column("ticked", sa.String(40), nullable=False),
        sa.Column("mark", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_responses"),
        sa.UniqueConstraint("attempt", "question", "try", name="uq_responses_attempt_question_try"),
        sa.CheckConstraint('"try" >= 1', name=op.f("ck_responses_try")),
        sa.CheckConstraint("mark >= 0 AND mark <= 1", name=op.f("ck_responses_mark")),
        sa.ForeignKeyConstraint(
            ["attempt"], ["attempts.number"], name="fk_responses_attempt", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "question_texts",
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_question_texts"),
    )
    op.create_table(
        "device_codes",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_device_codes"),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_device_codes_learner", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_device_codes_learner", "device_codes", ["learner"])
    op.create_table(
        "code_tries",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_code_tries"),
    )
    op.create_index("ix_code_tries_tried_at", "code_tries", ["tried_at"])
