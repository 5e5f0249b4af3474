"""Migration 2, flashcards: the log of reviews, its schedules, and a learner's settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the flashcards."""
    op.create_table(
        "reviews",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rating", sa.SmallInteger),
        sa.Column("reviewed_at", _MOMENT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("retention", sa.Float, nullable=False),
        sa.Column("was", sa.SmallInteger, nullable=False),
        sa.Column("due", _MOMENT),
        sa.Column("undone_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("learner", "card", "number", name="uq_reviews_learner_card_number"),
        sa.CheckConstraint(
            "rating IS NULL OR (rating >= 1 AND rating <= 4)", name=op.f("ck_reviews_rating")
        ),
        sa.CheckConstraint("(rating IS NULL) = (due IS NOT NULL)", name=op.f("ck_reviews_due")),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_reviews_learner", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_reviews_learner_id", "reviews", ["learner", "id"])
    op.create_table(
        "schedules",
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("step", sa.SmallInteger),
        sa.Column("stability", sa.Float),
        sa.Column("difficulty", sa.Float),
        sa.Column("rating", sa.SmallInteger),
        sa.Column("reviewed_at", _MOMENT),
        sa.Column("day", sa.Date),
        sa.Column("first_day", sa.Date),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("set_aside", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("learner", "card", name="pk_schedules"),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_schedules_learner", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_schedules_learner_set_aside_due", "schedules", ["learner", "set_aside", "due"]
    )
    op.create_index("ix_schedules_learner_day", "schedules", ["learner", "day"])
    op.create_table(
        "card_settings",
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("new_per_day", sa.Integer, nullable=False),
        sa.Column("retention", sa.Float, nullable=False),
        sa.Column("deck", sa.String(64), nullable=False),
        sa.Column("met", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("learner", name="pk_card_settings"),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_card_settings_learner", ondelete="CASCADE"
        ),
    )
