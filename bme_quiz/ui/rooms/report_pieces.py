"""HTML blocks of a session's report.

What matters most comes first. On paper the ten questions answered least well are rows of a table,
so that any session fits on a page; on the screen each question has its options.
"""

from __future__ import annotations

from datetime import date

from bme_quiz.routes import REPORT, Addresses
from bme_quiz.rules.rooms.figures import Comparison, RoomReport
from bme_quiz.rules.rooms.groups import Share
from bme_quiz.rules.rooms.report import LIMITS
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.rules.rooms.statistics import FEWEST_MISSING, Gain, NoInterval
from bme_quiz.rules.rounding import decimals, percent, rounded
from bme_quiz.rules.wording import agreeing, counted, full_date, sentence_start
from bme_quiz.ui.rooms.report_figures import (
    CHANGES,
    GAIN_PLACES,
    by_question,
    gain_in_words,
    overview,
    share_in_words,
)
from bme_quiz.ui.rooms.report_lists import believed, harmful, sections, teach_back
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html

_WHAT_AN_INTERVAL_IS = (
    "The interval says how far chance may have moved the gain: in about 95 of 100 groups like this "
    "one it holds the true gain. The wider it is, the less is known."
)
_NO_INTERVAL = {
    NoInterval.NOTHING_MISSING: "Everything was right before the talk, so there was nothing left "
    "to gain: the class gain is undefined.",
    NoInterval.FEW_PEOPLE: "Too few people answered both forms for an interval.",
    NoInterval.FEW_MISSING: f"Fewer than {FEWEST_MISSING} marks were missing before the talk, "
    "which is too little for an interval.",
    NoInterval.NO_SPREAD: "The answers changed too evenly for an interval: it cannot be said how "
    "far another group would differ.",
    NoInterval.FEW_LACKING: "Too few people had anything to gain for an interval.",
}


def report(figures: RoomReport, room_id: str, day: date, addresses: Addresses) -> str:
    """The whole report.

    Args:
        room_id: the session's id, for the address of its CSV file.
        day: on which the session began, where the reader is.
    """
    parts = [head(figures, room_id, day, addresses)]
    if any(q.is_shown for q in figures.questions):
        parts += [
            harmful(figures),
            believed(figures),
            sections(figures),
            teach_back(figures.weakest),
        ]
        if figures.comparison is not None:
            parts.append(comparison(figures.comparison))
    parts += [overview(figures.questions), by_question(figures.questions, addresses)]
    return f'<div class="room-report">{"".join(parts)}</div>'


def head(figures: RoomReport, room_id: str, day: date, addresses: Addresses) -> str:
    """Which session, how many people, what is left out, and where to take the report along."""
    joined = sentence_start(counted(figures.joined, "person", "people", in_words=True))
    notes = [
        f"{words.SESSION_KINDS[figures.kind]}, {full_date(day)}.",
        f"{joined} joined, {figures.answered} answered.",
    ]
    if figures.unreached:
        notes.append(f"{_questions(figures.unreached)} left out: not reached, or nobody answered.")
    if figures.changed:
        notes.append(f"{_questions(figures.changed)} left out: changed since the session began.")
    if figures.kind is Kind.BEFORE_AFTER and figures.comparison is None:
        notes.append(
            "Nothing can be compared, since fewer than two people answered a question both times. "
            "Each question is shown as it was answered after the talk; where too few answered "
            "then, as before it."
        )
    file = html(addresses.to(REPORT, {"session": room_id}))
    return (
        f'<h2>Report</h2><p>{html(" ".join(notes))}</p><p class="fine">It shows the group and '
        "nobody in it: percentages begin at five people, and where one person alone answered, "
        "nothing is shown. A question left unanswered counts neither as right nor as wrong.</p>"
        f'<p class="screen-only"><a href="{file}" target="_self">Download as CSV'
        '</a> <button type="button" class="plain-button" data-print="">Print on one page</button>'
        "</p>"
    )


def comparison(both: Comparison) -> str:
    """What became of the answers between the two forms, and what that cannot show."""
    total = both.changes.total
    items = " ".join(
        f"<li><strong>{name}</strong> ({meaning}): "
        f"{share_in_words(Share(getattr(both.changes, field), total, both.people))}</li>"
        for field, name, meaning in CHANGES
    )
    gain = (
        _class_gain(both.gain, total)
        if both.gain is not None
        else "Means and the class gain begin at five people who answered a question both times."
    )
    return (
        f"<h2>Before and after</h2><p>{both.people} people answered questions both times; their "
        f"{total} pairs of answers are compared. What was answered only once is left out here.</p>"
        f'<ul class="changes">{items}</ul><p>{gain}</p><p class="limits">{html(LIMITS)}</p>'
    )


def _class_gain(gain: Gain, total: int) -> str:
    """The means and the gain, and of which of all the pairs they are where it is not of all."""
    pre, post = decimals(gain.pre, GAIN_PLACES), decimals(gain.post, GAIN_PLACES)
    means = f"The mean mark was {pre} before and {post} after."
    if gain.pairs < total:
        means += (
            f" This and the gain are of {gain.pairs} pairs: of the questions that five people or "
            "more answered both times."
        )
    why = _NO_INTERVAL[gain.why_none] if gain.why_none else ""
    if gain.value is None:
        return f"{means} {why}"
    meaning = (
        f"Of the marks that were missing before, {percent(gain.value, 1)} % were gained overall."
        if rounded(gain.value, GAIN_PLACES) >= 0
        else "More marks were missing after than before."
    )
    if gain.interval is not None:
        meaning += f" {_WHAT_AN_INTERVAL_IS}"
        low, high = (rounded(e, GAIN_PLACES) for e in (gain.interval.low, gain.interval.high))
        if low <= 0 <= high:
            why = "The interval includes 0, so this may well be chance."
    return f"{means} {gain_in_words(gain)} {meaning} {why}".rstrip()


def _questions(count: int) -> str:
    questions = sentence_start(counted(count, "question", in_words=True))
    return f"{questions} {agreeing(count, 'is', 'are')}"
