"""Schema: the tables as they now are, as SQLAlchemy knows them. A test compares migrations."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: with time zone in Python and PostgreSQL, as UTC in SQLite, which knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a rowid of an INTEGER key only, not of a BIGINT.
_Number = BigInteger().with_variant(Integer, "sqlite")

# What the rows of other tables say of their course. It is empty for one course, the first of the
# database: of rows that a release wrote which knew no courses, it may still write some beside this
# one, and they are that course's.
_COURSE = String(64)


def _of_course() -> Column[str]:
    return Column("course", _COURSE, nullable=False, server_default="")


# Courses that have been served on this database, as they last were. ``stated`` says that the id
# stands in ``course.toml``; ``questions`` has the revision of each question by its id, by which a
# course is recognised.
courses = Table(
    "courses",
    metadata,
    Column("key", _COURSE, primary_key=True),
    Column("id", _COURSE, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("stated", Boolean, nullable=False),
    Column("questions", JSON, nullable=False),
)

# A learner is the random id of a browser's cookie and nothing else. ``current`` is the id of the
# attempt begun last in the database's first course; no foreign key, since the two tables would then
# need each other.
learners = Table(
    "learners",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("current", String(64)),
)

# ``drawn`` is the form: [question id, revision, letters in the order shown] for each question.
# It is written once and read whole, so it is one value and not a table.
attempts = Table(
    "attempts",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("preset", String(20), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("sections", JSON, nullable=False),
    Column("audience", String(20), nullable=False),
    Column("bank", String(64), nullable=False),
    Column("article", String(64), nullable=False),
    Column("drawn", JSON, nullable=False),
    Column("moved_on", Integer, nullable=False),
    Column("ended", Boolean, nullable=False),
    _of_course(),
    Index(None, "learner"),
)

# Append-only: a row is written once, when an answer is taken, and never changed. The unique
# constraint is what makes a second click harmless, whatever the program above does.
responses = Table(
    "responses",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("attempt", ForeignKey("attempts.number", ondelete="CASCADE"), nullable=False),
    Column("question", String(200), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("try", Integer, nullable=False),
    Column("ticked", String(40), nullable=False),
    Column("mark", Float, nullable=False),
    Column("seconds", Float),
    Column("answered_at", UtcDateTime, nullable=False),
    UniqueConstraint("attempt", "question", "try"),
    CheckConstraint('"try" >= 1', name="try"),
    CheckConstraint("mark >= 0 AND mark <= 1", name="mark"),
)

# What learners and rooms saw, once for each revision of a question: type, stem, options and key as
# JSON; where a room was asked, also what its report says of the question.
question_texts = Table(
    "question_texts",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("language", String(35)),
)

# Codes for carrying on with another device, as digests; a row lives ten minutes.
device_codes = Table(
    "device_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "learner"),
)

# The log of flashcards: append-only. What is taken back is marked, not removed. ``number`` counts
# a learner's entries for one card; the unique constraint makes three quick presses one review.
# ``rating`` is null where the learner asked for a card, for ``due``. ``day`` is the learner's day
# and ``was`` the card's state before, so that figures need no replay. Cards of other courses than
# the first have their course in front of their id: those that the constraint compares are many
# courses' at once.
reviews = Table(
    "reviews",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("card", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rating", SmallInteger),
    Column("reviewed_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("retention", Float, nullable=False),
    Column("was", SmallInteger, nullable=False),
    Column("due", UtcDateTime),
    Column("undone_at", UtcDateTime),
    _of_course(),
    UniqueConstraint("learner", "card", "number"),
    CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 4)", name="rating"),
    CheckConstraint("(rating IS NULL) = (due IS NOT NULL)", name="due"),
    Index(None, "learner", "id"),
    Index(None, "learner", "course", "id"),
)

# Where each card stands with each learner: a cache of the log, which alone it is made from.
schedules = Table(
    "schedules",
    metadata,
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("card", Text, primary_key=True),
    Column("state", SmallInteger, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("step", SmallInteger),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("rating", SmallInteger),
    Column("reviewed_at", UtcDateTime),
    Column("day", Date),
    Column("first_day", Date),
    Column("reviews", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("set_aside", Boolean, nullable=False),
    _of_course(),
    Index(None, "learner", "set_aside", "due"),
    Index(None, "learner", "day"),
    Index(None, "learner", "course", "set_aside", "due"),
    Index(None, "learner", "course", "day"),
)

# A learner's wishes in the first course, and a mark in the deck: of the deck with this fingerprint
# the first ``met`` cards all have a schedule, so looking for new ones begins there.
card_settings = Table(
    "card_settings",
    metadata,
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("new_per_day", Integer, nullable=False),
    Column("retention", Float, nullable=False),
    Column("deck", String(64), nullable=False),
    Column("met", Integer, nullable=False),
)

# The same in another course, and the attempt begun last there. Wishes are null where none are kept.
learner_courses = Table(
    "learner_courses",
    metadata,
    Column("learner", ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("course", _COURSE, primary_key=True),
    Column("current", String(64)),
    Column("new_per_day", Integer),
    Column("retention", Float),
    Column("deck", String(64), nullable=False, server_default=""),
    Column("met", Integer, nullable=False, server_default="0"),
)

# The educator's passcode: one row at most. ``hash`` is scrypt's, with its parameters and salt;
# ``made`` says that the program made the passcode itself, so that case and dashes do not matter.
educator_passcode = Table(
    "educator_passcode",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("hash", String(200), nullable=False),
    Column("made", Boolean, nullable=False),
    CheckConstraint("id = 1", name="id"),
)

# Browsers that the passcode has let in, as digests of their tokens; a row lives twelve hours.
educator_logins = Table(
    "educator_logins",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Tries of passcodes and codes in the last minute, for their limits: a row for each count that a try
# belongs to. ``key`` is a digest of whose or of what kind they are.
tries = Table(
    "tries",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Index(None, "key"),
)

# Where the releases before counted tries. Nothing is written to them here; a release that still
# runs beside this one goes on counting in them.
code_tries = Table(
    "code_tries",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("learner", String(64), nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Index(None, "tried_at"),
)
passcode_tries = Table(
    "passcode_tries",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Index(None, "tried_at"),
)

# A session in a room. ``drawn`` is the form, as in ``attempts``; ``step`` is the place in the
# script that ``rules.room`` makes of kind and form, and the only thing that ever changes.
rooms = Table(
    "rooms",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("sections", JSON, nullable=False),
    Column("audience", String(20), nullable=False),
    Column("bank", String(64), nullable=False),
    Column("article", String(64), nullable=False),
    Column("drawn", JSON, nullable=False),
    Column("step", Integer, nullable=False),
    _of_course(),
    CheckConstraint("step >= 0", name="step"),
    Index(None, "expires_at"),
)

# Who is in a room: the digest of a random number in a cookie, another one in each room, so that
# nothing leads from one session to the next, nor from here to the browser.
seats = Table(
    "seats",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("room", ForeignKey("rooms.number", ondelete="CASCADE"), nullable=False),
    Column("id", String(64), nullable=False),
    UniqueConstraint("room", "id"),
)

# Append-only, as ``responses``. ``round`` 2 is the form after the talk; ``position`` is the
# question's place in the room's form.
room_answers = Table(
    "room_answers",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("room", ForeignKey("rooms.number", ondelete="CASCADE"), nullable=False),
    Column("seat", ForeignKey("seats.number", ondelete="CASCADE"), nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("ticked", String(40), nullable=False),
    Column("mark", Float, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    UniqueConstraint("seat", "round", "position"),
    CheckConstraint("mark >= 0 AND mark <= 1", name="mark"),
    Index(None, "room", "round", "position"),
)
