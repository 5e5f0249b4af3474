"""Blocks of a session's report as HTML strings; see ``pieces`` for how blocks are made.

What matters most comes first. On paper each question is one row of a table, so that a session of
ten questions fits on a page; on the screen each has its options.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from bme_quiz.rules.room import FIRST, Kind
from bme_quiz.rules.room_report import (
    FEWEST_BELIEVERS,
    LIMITS,
    SOUND_MARK,
    Belief,
    Comparison,
    RoomReport,
    SectionFigures,
    Share,
    teach_back_prompt,
)
from bme_quiz.rules.statistics import FEWEST_MISSING, Gain, NoInterval
from bme_quiz.ui.report_figures import (
    CHANGES,
    by_question,
    gain_in_words,
    overview,
    share_in_words,
    shares_in_words,
)
from bme_quiz.ui.safe import html

CSV_ADDRESS = "/session/report.csv"
# How many beliefs are on paper, so that ten questions with theirs fit on a page.
PRINTED_HARMFUL, PRINTED_OTHERS = 5, 3

_KINDS = {
    Kind.DISCUSS: "Discussion",
    Kind.BEFORE_AFTER: "Before and after the talk",
    Kind.OWN_PACE: "Own pace",
}
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


def report(figures: RoomReport, room_id: str) -> str:
    """The whole report.

    Args:
        room_id: the session's id, for the address of its CSV file.
    """
    shown = [q for q in figures.questions if q.is_shown]
    parts = [head(figures, room_id)]
    if shown:
        parts += [
            harmful(figures.harmful),
            believed(figures.believed),
            sections(figures.to_revisit),
            teach_back(figures.weakest),
        ]
        if figures.comparison is not None:
            parts.append(comparison(figures.comparison))
        parts.append(overview(shown))
    parts.append(by_question(figures.questions))
    return f'<div class="room-report">{"".join(parts)}</div>'


def head(figures: RoomReport, room_id: str) -> str:
    """Which session, how many people, what is left out, and where to take the report along."""
    joined = "One person" if figures.joined == 1 else f"{figures.joined} people"
    notes = [
        f"{_KINDS[figures.kind]}, {_day(figures.day)}.",
        f"{joined} joined, {figures.answered} answered.",
    ]
    if figures.unreached:
        notes.append(f"{_questions(figures.unreached)} left out: not reached, or nobody answered.")
    if figures.changed:
        notes.append(f"{_questions(figures.changed)} left out: changed since the session began.")
    if figures.kind is Kind.BEFORE_AFTER and figures.comparison is None:
        notes.append(
            "Nothing can be compared, since fewer than two people answered a question both times. "
            f"The figures are of the form {_round(figures.rounds[0])} the talk."
        )
    query = html(urlencode({"session": room_id}))
    return (
        f'<h2>Report</h2><p>{html(" ".join(notes))}</p><p class="fine">It shows the group and '
        "nobody in it: percentages begin at five people, and where one person alone answered, "
        "nothing is shown. A question left unanswered counts neither as right nor as wrong.</p>"
        f'<p class="screen-only"><a href="{CSV_ADDRESS}?{query}" target="_self">Download as CSV'
        '</a> <button type="button" class="plain-button" data-print="">Print on one page</button>'
        "</p>"
    )


def harmful(beliefs: Sequence[Belief]) -> str:
    """What could hurt somebody who believes it, with the article's words against it."""
    title = "<h2>Put right first: what could do harm</h2>"
    if not beliefs:
        return f"{title}<p>None of the answers shown here could do harm.</p>"
    items = "".join(
        _belief(b, place < PRINTED_HARMFUL, _against(b)) for place, b in enumerate(beliefs)
    )
    more = len(beliefs) - PRINTED_HARMFUL
    left = f'<p class="print-only fine">And {more} more, on the screen.</p>' if more > 0 else ""
    return f'{title}<ul class="beliefs harmful">{items}</ul>{left}'


def believed(beliefs: Sequence[Belief]) -> str:
    """The other wrong answers that several people chose."""
    title = "<h2>Other wrong answers chosen most often</h2>"
    if not beliefs:
        return f"{title}<p>None was chosen by {_spelled(FEWEST_BELIEVERS)} people or more.</p>"
    items = "".join(_belief(b, place < PRINTED_OTHERS) for place, b in enumerate(beliefs))
    return f'{title}<ul class="beliefs">{items}</ul>'


def sections(weak: Sequence[SectionFigures]) -> str:
    """The sections to come back to, and by which rule."""
    title = "<h2>Sections to come back to</h2>"
    rule = f"below {SOUND_MARK:.0%} of the marks".replace("%", " %")
    if not weak:
        return f"{title}<p>None: no section was {rule}.</p>"
    items = "".join(f"<li>{html(s.title)}: {_section(s)}</li>" for s in weak)
    return f'{title}<p class="fine">Those {rule}, the lowest first.</p><ol>{items}</ol>'


def teach_back(weakest: SectionFigures | None) -> str:
    """One open question about the section that was answered least well."""
    if weakest is None:
        return ""
    return (
        "<h2>Ask openly (teach-back)</h2>"
        f'<p class="prompt">{html(teach_back_prompt(weakest.title))}</p>'
        '<p class="fine screen-only">Let anybody answer who wants to. If something is missing, '
        "explain it another way and ask again: it tries the explaining, not the person.</p>"
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
        _class_gain(both.gain)
        if both.gain is not None
        else "Means and the class gain begin at five people."
    )
    return (
        f"<h2>Before and after</h2><p>{both.people} people answered questions both times; their "
        f"{total} pairs of answers are compared, and what was answered only once is left out.</p>"
        f'<ul class="changes">{items}</ul><p>{gain}</p><p class="limits">{html(LIMITS)}</p>'
    )


def _belief(belief: Belief, printed: bool, against: str = "") -> str:
    where = "" if printed else ' class="screen-only"'
    return (
        f'<li{where}><p class="option">“{html(belief.option.text)}” '
        f'<span class="share">{shares_in_words(belief.chosen)}</span></p> '
        f'<p class="asked">Question {belief.number}<span class="screen-only">: '
        f"{html(belief.question.stem)}</span></p> "
        f'<p class="why screen-only">{html(belief.option.why)}</p>{against}</li>'
    )


def _against(belief: Belief) -> str:
    if belief.option.quote is None:
        return '<p class="silent">The article does not speak of this.</p>'
    return f'<p class="words">The article: <q>{html(belief.option.quote)}</q></p>'


def _section(section: SectionFigures) -> str:
    right = section.right
    if section.mean is None:
        return f"{right.count} of {right.of} answers fully right ({right.people} people)"
    return (
        f"{100 * section.mean:.0f} % of the marks ({right.people} people, "
        f"{right.count} of {right.of} answers fully right)"
    )


def _class_gain(gain: Gain) -> str:
    means = f"The mean mark was {gain.pre:.2f} before and {gain.post:.2f} after."
    why = _NO_INTERVAL[gain.why_none] if gain.why_none else ""
    if gain.value is None:
        return f"{means} {why}"
    meaning = (
        f"Of the marks that were missing before, {100 * gain.value:.0f} % were gained in sum."
        if gain.value >= 0
        else "More marks were missing after than before."
    )
    if gain.interval is not None and gain.interval.low <= 0 <= gain.interval.high:
        why = "The interval includes 0, so this may well be chance."
    return f"{means} {gain_in_words(gain)} {meaning} {why}".rstrip()


def _questions(count: int) -> str:
    return "One question is" if count == 1 else f"{count} questions are"


def _round(round_: int) -> str:
    return "before" if round_ == FIRST else "after"


def _spelled(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
