"""Tables and sentences of a session's report: its questions and figures."""

from __future__ import annotations

from collections.abc import Sequence

from bme_quiz.content.bank import QuestionType
from bme_quiz.routes import Addresses
from bme_quiz.rules.rooms.figures import FormShare, OptionFigures, QuestionFigures
from bme_quiz.rules.rooms.groups import Share
from bme_quiz.rules.rooms.room import FIRST, SECOND
from bme_quiz.rules.rooms.statistics import Changes, Gain
from bme_quiz.rules.rounding import decimals
from bme_quiz.rules.wording import agreeing, counted, sentence_start
from bme_quiz.ui.quiz.pieces import picture
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html

# Decimals of a gain and of a mean mark, enough to stand beside whole percentages.
GAIN_PLACES = 2

CHANGES = (
    ("learned", "Learned", "wrong before, right after"),
    ("kept", "Kept", "right both times"),
    ("lost", "Lost", "right before, wrong after"),
    ("never", "Never", "wrong both times"),
)


_FIRM = "\u00a0"
"""A space at which no line breaks."""

# On paper a row has no room for it.
_ON_PICTURE = ' <span class="state">(with a picture)</span>'

# How many questions are on paper, so that a session of forty fits on one page.
PRINTED_QUESTIONS = 10


def overview(questions: Sequence[QuestionFigures]) -> str:
    """For paper: a row for each question, of a long session for those answered least well."""
    there = [figures for figures in questions if figures.is_shown]
    lowest = sorted(there, key=lambda q: q.right[-1].count / q.right[-1].of)[:PRINTED_QUESTIONS]
    notes = []
    if more := len(there) - len(lowest):
        more_of_them = sentence_start(counted(more, "more", "more", in_words=True))
        others = f"{more_of_them} {agreeing(more, 'is', 'are')}"
        notes.append(f"The {len(lowest)} answered least well. {others} on the screen.")
    if few := len(questions) - len(there):
        those = sentence_start(counted(few, "question", in_words=True))
        notes.append(f"{those} had too few answers to show.")
    told = f'<p class="fine">{" ".join(notes)}</p>' if notes else ""
    # In the order in which they were asked.
    lowest.sort(key=lambda q: q.number)
    table = _table(lowest) if there else ""
    return f'<div class="print-only">{table}{told}</div>' if told or table else ""


def _table(shown: Sequence[QuestionFigures]) -> str:
    compared = any(figures.changes is not None for figures in shown)
    columns = (
        ["Right before", "Right after", *(name for _, name, _ in CHANGES)]
        if compared
        else ["Right", "Wrong answer chosen most"]
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Question", *columns))
    rows = []
    for figures in shown:
        if compared:
            right = dict(zip(figures.rounds, figures.right, strict=True))
            told = [share_in_words(right[r]) if r in right else "–" for r in (FIRST, SECOND)]
            changed = [getattr(figures.changes, field, "–") for field, _, _ in CHANGES]
            cells = [f'<td class="num">{text}</td>' for text in told]
            cells += [f"<td>{count}</td>" for count in changed]
        else:
            cells = [
                f'<td class="num">{shares_in_words(_right(figures), _is_named(figures))}</td>',
                f"<td>{_most_chosen_wrong(figures)}</td>",
            ]
        rows.append(
            f'<tr><th scope="row">{figures.number}. {html(figures.question.stem)}'
            f"{_ON_PICTURE if figures.question.picture else ''}</th>"
            f"{''.join(cells)}</tr>"
        )
    return (
        '<h2>Question by question</h2><table class="by-section">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def by_question(questions: Sequence[QuestionFigures], addresses: Addresses) -> str:
    """For the screen: every question with what was chosen."""
    if not questions:
        return "<p>Nobody has answered a question.</p>"
    items = "".join(_question(figures, addresses) for figures in questions)
    return f'<div class="screen-only"><h2>Question by question</h2>{items}</div>'


def _question(figures: QuestionFigures, addresses: Addresses) -> str:
    title = (
        f"<h3>{figures.number}. {html(figures.question.stem)}</h3>"
        f"{picture(figures.question.picture, addresses)}"
    )
    if _is_named(figures):
        before, after = figures.answered
        answered = f"{before} answered before, {after} after, {figures.both_times} both times."
    else:
        answered = f"{figures.answered[0]} answered."
    if not figures.is_shown:
        return f"{title}<p>{answered} That is too few to show how.</p>"
    right = "Fully right" if figures.question.type is QuestionType.MULTIPLE else "Right"
    told = f"{right}: {shares_in_words(_right(figures), _is_named(figures))}."
    if figures.changes is not None:
        told += f" {_told(figures.changes)}"
    if figures.gain is not None and figures.gain.interval is not None:
        told += f" {gain_in_words(figures.gain)}"
    names = [
        words.ROUNDS[r].capitalize() if _is_named(figures) else "Chosen" for r in figures.rounds
    ]
    chosen = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_option(one) for one in figures.options)
    return (
        f'{title}<p>{answered} {told}</p><table class="by-section options"><thead><tr>'
        f'<th scope="col">Option</th>{chosen}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _is_named(figures: QuestionFigures) -> bool:
    """Whether it has to be said of which form a figure is."""
    return len(figures.answered) > 1


def _right(figures: QuestionFigures) -> list[FormShare]:
    return [FormShare(r, share) for r, share in zip(figures.rounds, figures.right, strict=True)]


def _option(one: OptionFigures) -> str:
    state = "right" if one.option.is_key else "could do harm" if one.option.harmful else ""
    noted = f' <span class="state">({state})</span>' if state else ""
    cells = "".join(f'<td class="num">{share_in_words(share)}</td>' for share in one.chosen)
    return f'<tr><th scope="row">{one.number}. {html(one.option.text)}{noted}</th>{cells}</tr>'


def _most_chosen_wrong(figures: QuestionFigures) -> str:
    wrong = [o for o in figures.options if not o.option.is_key and o.chosen[0].count]
    if not wrong:
        return "–"
    most = max(wrong, key=lambda o: (o.chosen[0].count, o.option.harmful))
    return f"“{html(most.option.text)}” {share_in_words(most.chosen[0])}"


def _told(found: Changes) -> str:
    return (
        f"Learned {found.learned}, kept {found.kept}, lost {found.lost}, never right {found.never}."
    )


def shares_in_words(shares: Sequence[FormShare], named: bool) -> str:
    """A share for each form, with the form's name where the session has two."""
    return ", ".join(
        f"{words.ROUNDS[one.round]} {share_in_words(one.share)}"
        if named
        else share_in_words(one.share)
        for one in shares
    )


def share_in_words(share: Share) -> str:
    """So many of so many, with the percentage where there may be one."""
    # A line breaks before the bracket or not at all.
    percent = "" if share.percent is None else f" ({share.percent}{_FIRM}%)"
    return f"{share.count}{_FIRM}of{_FIRM}{share.of}{percent}"


def gain_in_words(gain: Gain) -> str:
    """A class gain with its interval where it has one; empty where it is undefined."""
    if gain.value is None:
        return ""
    ends = ""
    if gain.interval is not None:
        low, high = gain.interval.low, gain.interval.high
        ends = f" (95 % interval {signed(low)} to {signed(high)})"
    return f"Class gain ⟨g⟩ {signed(gain.value)}{ends}."


def signed(value: float) -> str:
    """A gain with two decimals and a real minus."""
    return decimals(value, GAIN_PLACES).replace("-", "−")
