"""Texts of questions that rooms were asked, kept so that a report outlives changes of the bank.

It stands in the table of the texts that learners saw, by revision, with all that a report says of a
question besides: its section, what harms, the reasons and the article's words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bme_quiz.content.bank import Audience, Level, Option, Picture, Question, QuestionType
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import question_texts
from bme_quiz.storage.quiz.attempt_rows import text_value


@dataclass(frozen=True, slots=True)
class AskedText:
    """A question as it was asked, and the title that its section had."""

    question: Question
    section_title: str


def keep_texts(connection: Connection, asked: Iterable[AskedText], language: str | None) -> None:
    """Keep what these questions say, in place of less that is kept of the same revisions."""
    rows = [
        {"revision": one.question.revision, "text": _value(one), "language": language}
        # In one order for everybody, as with attempts.
        for one in sorted(asked, key=lambda one: one.question.revision)
    ]
    if not rows:
        return
    new = INSERT[connection.dialect.name](question_texts)
    same = {name: new.excluded[name] for name in ("text", "language")}
    connection.execute(new.on_conflict_do_update(index_elements=["revision"], set_=same), rows)


def read_texts(connection: Connection, revisions: Collection[str]) -> dict[str, AskedText]:
    """What is kept of these revisions, by revision; of a learner's alone, nothing."""
    wanted = select(question_texts).where(question_texts.c.revision.in_(sorted(revisions)))
    found = {row.revision: json.loads(row.text) for row in connection.execute(wanted)}
    return {
        revision: AskedText(_question(text), text["section_title"])
        for revision, text in found.items()
        if "section" in text
    }


def _value(asked: AskedText) -> str:
    question = asked.question
    text = json.loads(text_value(question))
    for option, kept in zip(question.options, text["options"], strict=True):
        kept |= {"harmful": option.harmful, "why": option.why, "quote": option.quote}
    text |= {
        "id": question.id,
        "section": question.section,
        "section_title": asked.section_title,
    }
    return json.dumps(text, ensure_ascii=False)


def _question(text: dict[str, Any]) -> Question:
    """The question with what a report asks of it; the rest is as good as any."""
    return Question(
        id=text["id"],
        section=text["section"],
        type=QuestionType(text["type"]),
        level=Level.REMEMBER,
        audience=Audience.BOTH,
        stem=text["stem"],
        options=tuple(
            Option(
                letter=one["letter"],
                text=one["text"],
                why=one["why"],
                quote=one["quote"],
                is_key=one["key"],
                harmful=one["harmful"],
            )
            for one in text["options"]
        ),
        hint="",
        checked="",
        row=0,
        picture=Picture(text["image"], text["image_alt"]) if "image" in text else None,
    )
