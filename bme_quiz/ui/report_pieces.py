"""Blocks of a session's report as HTML strings; see ``pieces`` for how blocks are made.

What matters most comes first. On paper each question is one row of a table, so that a session of
ten questions fits on a page; on the screen each has its options.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from urllib.parse import urlencode

from bme_quiz.rules.room import FIRST, SECOND, Kind
from bme_quiz.rules.room_figures import Belief, Comparison, RoomReport, SectionFigures
from bme_quiz.rules.room_groups import Share
from bme_quiz.rules.room_report import FEWEST_BELIEVERS, LIMITS, SOUND_MARK, teach_back_prompt
from bme_quiz.rules.statistics import (
    FEWEST_MISSING,
    Gain,
    NoInterval,
    decimals,
    percent,
    rounded,
)
from bme_quiz.ui import words
from bme_quiz.ui.report_figures import (
    CHANGES,
    GAIN_PLACES,
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

_BEFORE, _AFTER = "before the talk", "after the talk"
_AFTER_OR_BEFORE = f"{_AFTER}, or before it where too few answered then"

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


def report(figures: RoomReport, room_id: str, day: date) -> str:
    """The whole report.

    Args:
        room_id: the session's id, for the address of its CSV file.
        day: on which the session began, where the reader is.
    """
    shown = [q for q in figures.questions if q.is_shown]
    parts = [head(figures, room_id, day)]
    if shown:
        parts += [
            harmful(figures),
            believed(figures),
            sections(figures),
            teach_back(figures.weakest),
        ]
        if figures.comparison is not None:
            parts.append(comparison(figures.comparison))
        parts.append(overview(shown))
    parts.append(by_question(figures.questions))
    return f'<div class="room-report">{"".join(parts)}</div>'


def head(figures: RoomReport, room_id: str, day: date) -> str:
    """Which session, how many people, what is left out, and where to take the report along."""
    joined = "One person" if figures.joined == 1 else f"{figures.joined} people"
    notes = [
        f"{words.SESSION_KINDS[figures.kind]}, {_day(day)}.",
        f"{joined} joined, {figures.answered} answered.",
    ]
    if figures.unreached:
        notes.append(f"{_questions(figures.unreached)} left out: not reached, or nobody answered.")
    if figures.changed:
        notes.append(f"{_questions(figures.changed)} left out: changed since the session began.")
    if figures.kind is Kind.BEFORE_AFTER and figures.comparison is None:
        notes.append(
            "Nothing can be compared, since fewer than two people answered a question both times. "
            "Each question is shown as the last form has it that can be shown."
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


def harmful(figures: RoomReport) -> str:
    """What could hurt somebody who believes it, with the article's words against it.

    That nobody chose anything of the kind is said only where it holds of every answer, and never
    where the bank marks nothing: it may know of no harm, or nobody may have looked.
    """
    title = "<h2>Put right first: what could do harm</h2>"
    beliefs = figures.harmful
    if not beliefs:
        if not any(option.harmful for q in figures.questions for option in q.question.options):
            told = (
                "None of these questions has an answer marked as harmful, so this cannot be said."
            )
        elif figures.is_complete:
            told = "Nobody chose an answer that is marked as harmful."
        else:
            told = "Of the answers counted here, none is marked as harmful."
        return f"{title}<p>{told}</p>{_left_out(figures)}"
    items = "".join(
        _belief(b, figures, place < PRINTED_HARMFUL, _against(b)) for place, b in enumerate(beliefs)
    )
    more = len(beliefs) - PRINTED_HARMFUL
    left = f'<p class="print-only fine">And {more} more, on the screen.</p>' if more > 0 else ""
    return f'{title}<ul class="beliefs harmful">{items}</ul>{left}{_left_out(figures)}'


def _left_out(figures: RoomReport) -> str:
    """Which answers are not counted, so that nobody takes what is said for all of them."""
    told = []
    if figures.withheld:
        answers = "One answer is" if figures.withheld == 1 else f"{figures.withheld} answers are"
        why = "where one person alone answered a question"
        if figures.kind is Kind.BEFORE_AFTER:
            why += ", or fewer than five answered it in one form only"
        told.append(f"{answers} not counted here: {why}, it could be worked out who answered how.")
    if figures.unjudged:
        told.append("Answers to questions that were changed since are not counted either.")
    return f'<p class="fine">{" ".join(told)}</p>' if told else ""


def believed(figures: RoomReport) -> str:
    """The other wrong answers that several people chose."""
    title = "<h2>Other wrong answers chosen most often</h2>"
    if not figures.believed:
        of = "" if figures.is_complete else " of those counted here"
        told = f"none was chosen by {_spelled(FEWEST_BELIEVERS)} people or more{of}"
        rounds = {q.forms[-1] for q in figures.questions if q.is_shown}
        return f"{title}<p>{_sentence(told, figures, rounds)}</p>"
    items = "".join(
        _belief(b, figures, place < PRINTED_OTHERS) for place, b in enumerate(figures.believed)
    )
    return f'{title}<ul class="beliefs">{items}</ul>'


def sections(figures: RoomReport) -> str:
    """The sections to come back to, and by which rule."""
    title = "<h2>Sections to come back to</h2>"
    rule = f"below {percent(SOUND_MARK, 1)} % of the marks"
    if not figures.to_revisit:
        of = "" if figures.is_complete else ", by the answers counted here"
        told = f"no section was {rule}{of}"
        return f"{title}<p>{_sentence(told, figures, _section_rounds(figures))}</p>"
    items = "".join(f"<li>{html(s.title)}: {_section(s)}</li>" for s in figures.to_revisit)
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
        f"{total} pairs of answers are compared. What was answered only once is left out here.</p>"
        f'<ul class="changes">{items}</ul><p>{gain}</p><p class="limits">{html(LIMITS)}</p>'
    )


def _section_rounds(figures: RoomReport) -> set[int]:
    """The forms by which sections go: the second one, where anything of the section has it."""
    last: dict[str, int] = {}
    for q in figures.questions:
        if q.is_shown:
            section = q.question.section
            last[section] = max(last.get(section, FIRST), q.forms[-1])
    return set(last.values())


def _sentence(told: str, figures: RoomReport, rounds: Collection[int]) -> str:
    """What is told, as a sentence that says of which form it is told."""
    when = _when(figures, rounds)
    silent = "; after it, too few answered to count" if when == _BEFORE else ""
    sentence = f"{when}, {told}{silent}." if when else f"{told}."
    return sentence[0].upper() + sentence[1:]


def _when(figures: RoomReport, rounds: Collection[int]) -> str:
    """Which forms these rounds are, in words; empty where the session has only one."""
    if figures.kind is not Kind.BEFORE_AFTER:
        return ""
    if SECOND not in rounds:
        return _BEFORE
    return _AFTER_OR_BEFORE if FIRST in rounds else _AFTER


def _belief(belief: Belief, figures: RoomReport, printed: bool, against: str = "") -> str:
    where = "" if printed else ' class="screen-only"'
    chosen = shares_in_words(belief.chosen, named=figures.kind is Kind.BEFORE_AFTER)
    return (
        f'<li{where}><p class="option">“{html(belief.option.text)}” '
        f'<span class="share">{chosen}</span></p> '
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
        f"{percent(section.mean, 1)} % of the marks ({right.people} people, "
        f"{right.count} of {right.of} answers fully right)"
    )


def _class_gain(gain: Gain) -> str:
    pre, post = decimals(gain.pre, GAIN_PLACES), decimals(gain.post, GAIN_PLACES)
    means = f"The mean mark was {pre} before and {post} after."
    why = _NO_INTERVAL[gain.why_none] if gain.why_none else ""
    if gain.value is None:
        return f"{means} {why}"
    meaning = (
        f"Of the marks that were missing before, {percent(gain.value, 1)} % were gained in sum."
        if rounded(gain.value, GAIN_PLACES) >= 0
        else "More marks were missing after than before."
    )
    if gain.interval is not None:
        low, high = (rounded(e, GAIN_PLACES) for e in (gain.interval.low, gain.interval.high))
        if low <= 0 <= high:
            why = "The interval includes 0, so this may well be chance."
    return f"{means} {gain_in_words(gain)} {meaning} {why}".rstrip()


def _questions(count: int) -> str:
    return "One question is" if count == 1 else f"{count} questions are"


def _spelled(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
