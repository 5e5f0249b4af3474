"""Pictures shown with a stem (S13, W20)."""

from __future__ import annotations

from bme_quiz.content.bank import IMAGE, IMAGE_ALT, Option, image_file
from bme_quiz.content.files import IMAGES_FOLDER
from bme_quiz.content.problems import Severity
from bme_quiz.content.text import fold_spaces
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.words import content_stems, content_words, stem

LONGEST_ALT = 500


@item_rule("S13", "picture", Severity.ERROR)
def picture_is_there(item: Item, context: Context) -> Findings:
    """A question's picture is a file of `images/`, and `image_alt` says what it shows.

    An alternative text without a picture is a warning.

    Why: who does not see the picture answers from the text in its place; without the file
    nobody can answer.
    How: SVG, PNG, JPEG or WebP, named with letters, digits, hyphens and underscores; the text has
    500 characters at most.
    Source: Web Content Accessibility Guidelines 2.2, 1.1.1.
    Bad: `image`: https://example.org/knee.svg · `image_alt`: A knee from the front.
    Good: `image`: (empty)
    """
    cell = fold_spaces(item.row.cells.get(IMAGE, ""))
    alt = fold_spaces(item.row.cells.get(IMAGE_ALT, ""))
    if not cell:
        if alt:
            yield Finding(
                "There is a text for a picture, and no picture.",
                "Name the picture under 'image', or take the text out.",
                IMAGE_ALT,
                alt,
                severity=Severity.WARNING,
            )
        return
    file = image_file(cell)
    if not file:
        yield Finding(
            "This is no picture of the course.",
            f"Name a file of {IMAGES_FOLDER}/, such as knee.svg: letters, digits, hyphens and "
            "underscores, ending in .svg, .png, .jpg or .webp.",
            IMAGE,
            cell,
        )
    elif context.images is not None and file not in context.images:
        yield Finding(
            f"There is no file {IMAGES_FOLDER}/{file}.",
            "Put it there, or mend the name; capitals count.",
            IMAGE,
            cell,
        )
    if not alt:
        yield Finding(
            "The picture has no text for people who do not see it.",
            "Say what it shows, without saying what is right.",
            IMAGE_ALT,
        )
    elif len(alt) > LONGEST_ALT:
        yield Finding(
            f"The text for the picture has {len(alt)} characters; {LONGEST_ALT} at most.",
            "Say only what the question needs.",
            IMAGE_ALT,
            alt,
        )


@item_rule("W20", "picture-gives-away", Severity.WARNING)
def alt_text_gives_nothing_away(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The text in a picture's place shares no telling word with the key alone.

    Why: who has the picture read out would hear the answer.
    How: a content word of `image_alt` that is in the key, in no wrong option and not in the stem,
    while no wrong option has such a word of its own.
    Source: Haladyna, Downing & Rodriguez 2002 (clues); WCAG 2.2, 1.1.1 (tests and exercises).
    Bad: `image`: bone.svg · `image_alt`: A drawing of a very small crack.
    Good: `image`: bone.svg · `image_alt`: A drawing of a leg with a mark at the shin.
    """
    picture = item.question.picture
    if picture is None or item.is_true_false:
        return
    told = frozenset(content_stems(picture.alt)) - item.stem_stems
    keys = frozenset().union(*(item.option_stems[key.letter] for key in item.keys))
    wrong = frozenset().union(*(item.option_stems[option.letter] for option in item.wrong))
    if told & (wrong - keys):
        return
    for key in item.keys:
        word = _shared_word(key, told - wrong)
        if word:
            yield Finding(
                f"The word '{word[:40]}' stands in the picture's text and in this option alone.",
                "Say in other words what the picture shows, or use the word in a wrong option.",
                IMAGE_ALT,
                picture.alt,
            )


def _shared_word(key: Option, told: frozenset[str]) -> str:
    return next((word for word in content_words(key.text) if stem(word) in told), "")
