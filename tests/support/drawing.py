"""Questions without content, and seeds, for properties of drawing."""

from __future__ import annotations

from hypothesis import strategies as st

from bme_quiz.content.bank import Audience, Level, Option, Question, QuestionType


def question(
    section: str, number: int, texts: tuple[str, ...] = ("x", "y", "z"), kind: str = "single"
) -> Question:
    options = tuple(
        Option(letter, text, "why", None, letter == "a", harmful=False)
        for letter, text in zip("abcde", texts, strict=False)
    )
    return Question(
        id=f"{section}-{number:02d}",
        section=section,
        type=QuestionType(kind),
        level=Level.APPLY,
        audience=Audience.BOTH,
        stem="?",
        options=options,
        hint="",
        checked="",
        row=2,
    )


seeds = st.integers(0, 2**63 - 1)
