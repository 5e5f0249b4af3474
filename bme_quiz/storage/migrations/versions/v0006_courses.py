"""Migration 6, courses: a column that says a row's course, and tables of courses and settings.

It only adds, and what it adds has a default: the release before goes on reading and writing beside
this one. Rows that are there, and rows that it writes, have the empty course, which is that of the
course the database was made with; ``storage.courses`` finds out which that is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables, the columns and their indexes."""
    op.create_table(
        "courses",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("stated", sa.Boolean, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_courses"),
        sa.UniqueConstraint("id", name="uq_courses_id"),
    )
    op.create_table(
        "learner_courses",
        sa.Column("learner", sa.String(64), nullable=False),
        sa.Column("course", sa.String(64), nullable=False),
        sa.Column("current", sa.String(64)),
        sa.Column("new_per_day", sa.Integer),
        sa.Column("retention", sa.Float),
        sa.Column("deck", sa.String(64), nullable=False, server_default=""),
        sa.Column("met", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("learner", "course", name="pk_learner_courses"),
        sa.ForeignKeyConstraint(
            ["learner"], ["learners.id"], name="fk_learner_courses_learner", ondelete="CASCADE"
        ),
    )
    for table in ("attempts", "reviews", "schedules", "rooms"):
        column = sa.Column("course", sa.String(64), nullable=False, server_default="")
        op.add_column(table, column)
    op.create_index("ix_reviews_learner_course_id", "reviews", ["learner", "course", "id"])
    op.create_index(
        "ix_schedules_learner_course_set_aside_due",
        "schedules",
        ["learner", "course", "set_aside", "due"],
    )
    op.create_index("ix_schedules_learner_course_day", "schedules", ["learner", "course", "day"])
    op.add_column("question_texts", sa.Column("language", sa.String(35)))
