"""Rule G07 on approval: a fingerprint of what a person vouched for, and whether it still fits.

The ``checked`` cell holds four short fingerprints, who approved and when, written by the
``approve`` command; cells of earlier versions end behind the fingerprints::

    s1f0c2a9e.p77b2d1e0.q3c9d4e5f.r0a1b2c3d by Ana Ruiz on 2026-01-31

``s`` is of the sentences that the row's quotations lie in, ``p`` of their paragraphs, ``q`` of
the quotations themselves and ``r`` of everything else in the row. From the one cell it can be
told what moved: the article under an unchanged row, or the row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bme_quiz.content.article import Span
from bme_quiz.content.bank import APPROVED_COLUMNS, COLUMNS
from bme_quiz.content.problems import Severity
from bme_quiz.content.text import fingerprint, fold_spaces
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.wording import full_date

_PRINTS = r"s([0-9a-f]{8})\.p([0-9a-f]{8})\.q([0-9a-f]{8})\.r([0-9a-f]{8})"
_FORM = re.compile(rf"{_PRINTS}(?: by (?P<by>\S(?:.*\S)?) on (?P<on>\d{{4}}-\d\d-\d\d))?\Z")
_MEND = "Read the row against the article as it now stands, then run: approve {id}"

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Approval:
    """The four fingerprints, see the module, and who approved and when, where that is known."""

    sentences: str
    passages: str
    quotations: str
    rest: str
    by: str = ""
    on: date | None = None

    @classmethod
    def of(cls, item: Item, context: Context) -> Approval:
        """What approving this item now would record."""
        places = [
            (letter, place) for letter, found in sorted(item.places.items()) for place in found
        ]
        quotes = [column for column in COLUMNS if column.startswith("quote_")]
        rest = [column for column in COLUMNS if column not in (*quotes, "id", "checked")]
        return cls(
            _short(*(t for letter, p in places for t in (letter, _sentences(p, context)))),
            _short(*(t for letter, p in places for t in (letter, _passages(p, context)))),
            _short(*(fold_spaces(item.row.cells[column]) for column in quotes)),
            _short(
                *(fold_spaces(item.row.cells[column]) for column in rest),
                # Only where they hold something: a row without them is approved as it always was.
                *(
                    part
                    for column in APPROVED_COLUMNS
                    if (cell := fold_spaces(item.row.cells.get(column, "")))
                    for part in (column, cell)
                ),
            ),
        )

    @classmethod
    def parse(cls, cell: str) -> Approval | None:
        """Read a ``checked`` cell; None where it is none that ``approve`` wrote."""
        found = _FORM.match(cell.strip())
        if found is None:
            return None
        try:
            day = date.fromisoformat(found["on"]) if found["on"] else None
        except ValueError:
            return None
        return cls(found[1], found[2], found[3], found[4], found["by"] or "", day)

    def __str__(self) -> str:
        prints = f"s{self.sentences}.p{self.passages}.q{self.quotations}.r{self.rest}"
        return f"{prints} by {self.by} on {self.on.isoformat()}" if self.by and self.on else prints

    def signed(self, by: str, on: date) -> Approval:
        """Copy of this approval with the name of who approved and the day."""
        return replace(self, by=written_name(by), on=on)

    def is_of_the_same(self, other: Approval) -> bool:
        """Whether both are of one row and the same passages, whoever approved."""
        return replace(self, by="", on=None) == replace(other, by="", on=None)

    @property
    def in_words(self) -> str:
        """Who approved and when: ``Ana Ruiz approved it on 31 January 2026``."""
        if not self.by or self.on is None:
            return "it was approved"
        return f"{self.by} approved it on {full_date(self.on)}"


def written_name(name: str) -> str:
    """A person's name as it may stand in a cell: one short line."""
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return fold_spaces(plain)[:LONGEST_NAME].strip()


def _short(*texts: str) -> str:
    return fingerprint(*texts)[:8]


def _sentences(place: Span, context: Context) -> str:
    return " ".join(s.text for s in context.sections[place.section].sentences_at(place))


def _passages(place: Span, context: Context) -> str:
    index = context.sections[place.section]
    blocks = dict.fromkeys(sentence.block for sentence in index.sentences_at(place))
    return "\n".join(index.section.text[block.start : block.end] for block in blocks)


@item_rule("G07", "approved", Severity.WARNING)
def row_is_approved(item: Item, context: Context) -> Findings:
    """A person approved the row, and neither it nor the passages it cites changed since.

    A change inside a sentence that a quotation lies in is an error: the question is withheld
    until somebody approved it again. Never approved, or edited since, is a warning, and an error
    where `course.toml` says `require_approval = true`. Another sentence of a cited paragraph that
    changed is a warning.

    Why: a quotation can still be found when the words round it turned into their opposite.
    How: `approve` writes fingerprints of the sentences, the paragraphs and the row, who approved
    and when. What `check` finds of many questions it says once.
    Source: the idea of this package; snapshot tests of programs work alike.
    Bad: `checked`: (empty)
    Good: a row that `approve` was run on
    """
    cell = item.question.checked
    mend = _MEND.format(id=item.question.id)
    needed = Severity.ERROR if context.requires_approval else None
    if not cell:
        yield Finding("Nobody has approved this question.", mend, "checked", severity=needed)
        return
    then, now = Approval.parse(cell), Approval.of(item, context)
    if then is None:
        yield Finding("This is not what 'approve' writes.", mend, "checked", cell, severity=needed)
    elif then.quotations == now.quotations and then.sentences != now.sentences:
        yield Finding(
            f"A sentence that this question rests on has changed since {then.in_words}.",
            mend,
            "checked",
            severity=Severity.ERROR,
        )
    elif then.quotations != now.quotations or then.rest != now.rest:
        yield Finding(
            f"The row was edited after {then.in_words}.", mend, "checked", severity=needed
        )
    elif then.passages != now.passages:
        yield Finding(
            "A paragraph that this question cites has changed, though not the cited sentence, "
            f"since {then.in_words}.",
            mend,
            "checked",
        )
