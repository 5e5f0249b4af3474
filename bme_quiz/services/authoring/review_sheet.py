"""Review sheet: the claims of an article on paper, for a clinician to tick and sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from bme_quiz.content.article import Source
from bme_quiz.content.course import CourseFiles
from bme_quiz.content.identity import default_identity
from bme_quiz.rules.review import Claim, ReviewedSection, claims_to_review
from bme_quiz.rules.wording import counted

_BOX = "☐"
_HEAD = (
    # Space on paper for what is written by hand.
    f"| Claim | Source | Agree | Change | Remarks {'&emsp;' * 9} |\n|---|---|:-:|:-:|---|"
)


def review_sheet(files: CourseFiles) -> str:
    """The sheet of a course as Markdown: a table a section, the sources, and a place to sign.

    It depends on the course's files alone, so that it can be told whether one is current.
    """
    article = files.article
    identity = files.identity or default_identity(article)
    sections = claims_to_review(article, identity)
    claims = [claim for section in sections for claim in section.claims]
    cited = dict.fromkeys(number for claim in claims for number in claim.sources)
    reviewer = identity.reviewed_by or "nobody yet"
    parts = [
        f"# Clinical review of “{_line(article.title)}”",
        "For a clinician: please hold each claim of treatment, urgency and outlook to what you "
        "know and to its source, tick one box, and write beside it what should change. The numbers "
        f"are those of the sources below. Reviewed so far by: {_line(reviewer)}. "
        f"The text has the fingerprint {article.fingerprint}; where it has another by now, a new "
        "sheet is made with `python -m bme_quiz review-sheet`.",
        *(_section(section) for section in sections),
        f"## Verdict on these {counted(len(claims), 'claim')}",
        f"{_BOX} may be given to patients as it stands &emsp; {_BOX} after the changes above "
        f"&emsp; {_BOX} not in this form",
        "Missing, or in the wrong order of importance: " + "\\_" * 60,
        "Name and profession: " + "\\_" * 30 + " Date: " + "\\_" * 12 + " Signature: " + "\\_" * 20,
        "## Sources",
        "\n".join(_sources(article.sources, cited)),
    ]
    return "\n\n".join(parts) + "\n"


def _section(reviewed: ReviewedSection) -> str:
    rows = []
    for said_of, group in groupby(reviewed.claims, key=lambda claim: claim.said_of):
        if said_of:
            rows.append(f"| **{_line(said_of)}** | | | | |")
        rows += [_row(claim, reviewed) for claim in group]
    return "\n".join([f"## {_line(reviewed.section.title)}\n", _HEAD, *rows])


def _row(claim: Claim, reviewed: ReviewedSection) -> str:
    text = _line(claim.text)
    if claim.in_box and reviewed.section.box is not None:
        text = f"*{_line(reviewed.section.box.title)}:* {text}"
    sources = ", ".join(map(_line, claim.sources)) or "none"
    return f"| {text} | {sources} | {_BOX} | {_BOX} | |"


def _sources(sources: Iterable[Source], cited: Iterable[str]) -> Iterator[str]:
    wanted = frozenset(cited)
    for source in sources:
        if source.number in wanted:
            yield f"- {_line(source.number)}: {_line(source.text)}"


_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|~"})


def _line(text: str) -> str:
    """Plain text as Markdown that shows just that, in a table too."""
    return text.translate(_MARKUP)
