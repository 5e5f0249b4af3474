"""Rules on quotations: the article's own words, in the right place (G01 to G03)."""

from __future__ import annotations

from bme_quiz.content.bank import NO_QUOTE, Option
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.nearest import nearest_sentence
from bme_quiz.rules.checks.words import words
from bme_quiz.rules.passages import PROPOSED, is_proposal


@item_rule("G01", "key-quoted", Severity.ERROR)
def key_is_quoted(item: Item, context: Context) -> Findings:
    """Each key has a quotation that stands in the article exactly once.

    Why: the quotation is the proof that the key is right, and the passage that the learner is
    shown; words that stand twice, or nowhere, prove nothing.
    How: the words are exact, and the quotation lies within one section. What does not matter is
    folded: white space, Markdown, curly quotation marks, soft hyphens and other signs that nobody
    sees; quotation marks, dots and a full stop around; the case of the first letter. Words that
    are not found are shown beside the nearest sentence, the difference in brackets. A quotation
    that begins with `? ` is a proposal by `suggest` and counts only once a person took that away.
    Source: the idea of this package: every option is answered by the text.
    Bad: `quote_a`: A stress fracture is a tiny crack
    Good: `quote_a`: A stress fracture is a very small crack
    """
    for option in item.keys:
        if option.quote is None:
            yield Finding(
                f"The key, option {option.letter}, has no quotation.",
                "Copy the words of the article that support it.",
                f"quote_{option.letter}",
            )
        else:
            yield from _stands_once(item, option, context)


@item_rule("G02", "key-section", Severity.ERROR)
def quotation_lies_in_section(item: Item, context: Context) -> Findings:
    """The key's quotation lies in the question's own section.

    Why: the section is what the learner reads after the answer, and what the draw counts.
    Source: the idea of this package.
    Bad: `section`: rest
    Good: `section`: overload
    """
    section = item.question.section
    if section not in context.sections:
        return
    for option in item.keys:
        places = item.places.get(option.letter, ())
        if len(places) == 1 and places[0].section != section:
            yield Finding(
                f"The quotation lies in the section '{places[0].section}'.",
                f"Quote the section '{section}', or name the other one under 'section'.",
                f"quote_{option.letter}",
                option.quote or "",
            )


@item_rule("G03", "wrong-option-quoted", Severity.ERROR)
def wrong_option_is_refuted(item: Item, context: Context) -> Findings:
    """Each wrong option has a quotation that stands in the article exactly once, or `-`.

    Why: who chose it is shown what speaks against it; `-` says honestly that the article does
    not speak of it.
    How: as in G01. That the key's own quotation has the option's words in a row, and `-` says
    that the article is silent, is a warning.
    Source: the idea of this package.
    Bad: `quote_b`: (empty)
    Good: `quote_b`: -
    """
    for option in item.wrong:
        if option.quote is not None:
            yield from _stands_once(item, option, context)
        elif item.row.cells[f"quote_{option.letter}"].strip() != NO_QUOTE:
            yield Finding(
                f"Wrong option {option.letter} has neither a quotation nor '{NO_QUOTE}'.",
                f"Copy the words that refute it, or write '{NO_QUOTE}' if there are none.",
                f"quote_{option.letter}",
            )
        elif not item.negative and _stands_in_keys_quotation(item, option):
            yield Finding(
                f"The key's own quotation speaks of this option, and '{NO_QUOTE}' says that the "
                "article does not.",
                "Quote what refutes the option; if nothing does, it may be right.",
                f"option_{option.letter}",
                option.text,
                severity=Severity.WARNING,
            )


def _stands_in_keys_quotation(item: Item, option: Option) -> bool:
    if not item.option_stems[option.letter]:
        return False
    said = f" {' '.join(item.option_words[option.letter])} "
    return any(said in f" {' '.join(words(key.quote))} " for key in item.keys if key.quote)


def _stands_once(item: Item, option: Option, context: Context) -> Findings:
    places = item.places[option.letter]
    quote = option.quote or ""
    column = f"quote_{option.letter}"
    if is_proposal(quote):
        yield Finding(
            "This quotation was proposed by the program, and nobody has confirmed it.",
            f"Read it: if it {'supports the key' if option.is_key else 'refutes the option'}, "
            f"delete the '{PROPOSED.strip()}' in front; if not, quote another sentence"
            f"{'' if option.is_key else f' or write {NO_QUOTE!r}'}.",
            column,
            quote,
        )
    elif len(places) > 1:
        sections = ", ".join(dict.fromkeys(place.section for place in places))
        yield Finding(
            f"The article has these words {len(places)} times ({sections}).",
            "Quote more words, so that they stand in it once.",
            column,
            quote,
        )
    elif not places and context.article.is_too_common(quote):
        yield Finding(
            "The article has each of these words thousands of times, so they are not looked for.",
            "Quote a rarer word along with them.",
            column,
            quote,
        )
    elif not places and (near := nearest_sentence(quote, context)):
        yield Finding(
            "The article does not have these words. Nearest is, in the section "
            f"'{near.section}', with the difference in brackets: {near.marked}",
            "Copy the words from there, or from another sentence of one section.",
            column,
            near.words,
        )
    elif not places:
        yield Finding(
            "The article does not have these words, nor a sentence like them.",
            'Copy the quotation from the article, word for word; find "…" looks for one.',
            column,
            quote,
        )
