"""A course with a word of 300 letters in every place where a word can stand."""

from __future__ import annotations

from pathlib import Path

from tests.support.courses import MULTIPLE, TRUE_FALSE, row, write_course

WORD = "Oedematous" + "spondyloarthr" * 22 + "itis"
assert len(WORD) == 300

ARTICLE = f"""# Knees and {WORD}

Written for tests. {WORD} in the head.

## What {WORD} does {{#load}}

A load pushes on the {WORD}.[^1] Too much load can hurt the bone. Rest lets the {WORD} mend.

A brace does not take the {WORD} away. Painkillers leave the load unchanged. The marrow is soft.

- An item of **{WORD}** and a [link {WORD}](https://example.org/{WORD})

### Below it: {WORD} {{#below}}

> Somebody said: {WORD}.

## When to get help {{#when-to-get-help}}

Crutches keep {WORD} off the leg. A boot protects the foot.[^2] Walking on is not rest.

1. First {WORD}, then `{WORD}`.

Mending takes from four weeks to a year. No number of weeks holds for everybody.

[^1]: A source about *{WORD}*. <https://doi.org/10.1000/{WORD}>
[^2]: A source about boots.
"""

WHY = f"It says why: {WORD}."
ROWS = [
    row(
        id=f"load-{number:02d}",
        stem=f"Case {number}: a bone aches after {WORD}. Which step lets it mend?",
        option_a=f"A brace for {WORD}",
        option_b=f"Rest {WORD}",
        option_c=f"Painkillers {WORD}",
        why_a=WHY,
        why_b=WHY,
        why_c=WHY,
        quote_a=f"A brace does not take the {WORD} away",
        quote_b=f"Rest lets the {WORD} mend",
        hint=f"Think of {WORD}.",
    )
    for number in (1, 2)
]
ROWS += [
    {
        **MULTIPLE,
        "section": "when-to-get-help",
        "stem": f"Which two help a {WORD}?",
        "option_a": f"Crutches {WORD}",
        "quote_a": f"Crutches keep {WORD} off the leg",
        "quote_d": f"A brace does not take the {WORD} away",
        "why_a": WHY,
        "why_b": WHY,
    },
    {
        **TRUE_FALSE,
        "audience": "both",
        "section": "when-to-get-help",
        "stem": f"True or false: one number holds for {WORD}.",
        "why_a": WHY,
        "why_b": WHY,
    },
]
# What the author is told of.
ROWS += [
    row(id=f"broken-{WORD[:50].lower()}", stem=f"Case 3: {WORD}?", quote_b=f"Not there: {WORD}")
]
GLOSSARY = f"""term,definition,section,quote
marrow,The soft inside of a {WORD}.,load,The marrow is soft
{WORD},What is long: {WORD}.,load,Rest lets the {WORD} mend
"""


def write_long(folder: Path) -> Path:
    """The course on disk."""
    write_course(folder, ROWS, ARTICLE)
    (folder / "glossary.csv").write_text(GLOSSARY, "utf-8")
    return folder
