"""Lists at the head of a session's report: beliefs to put right, sections to come back to."""

from __future__ import annotations

from collections.abc import Collection

from bme_quiz.rules.rooms.figures import Belief, RoomReport, SectionFigures
from bme_quiz.rules.rooms.report import FEWEST_BELIEVERS, SOUND_MARK, teach_back_prompt
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind
from bme_quiz.rules.rounding import percent
from bme_quiz.rules.wording import counted
from bme_quiz.ui.rooms.report_figures import shares_in_words
from bme_quiz.ui.shell.safe import html

# How many beliefs are on paper, so that ten questions with theirs fit on a page.
PRINTED_HARMFUL, PRINTED_OTHERS = 5, 3

_BEFORE, _AFTER = "before the talk", "after the talk"
_AFTER_OR_BEFORE = f"{_AFTER}, or before it where too few answered then"


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
    more = _more(len(beliefs) - PRINTED_HARMFUL)
    return f'{title}<ul class="beliefs harmful">{items}</ul>{more}{_left_out(figures)}'


def _left_out(figures: RoomReport) -> str:
    """Which answers are not counted, so that nobody takes what is said for all of them."""
    told = []
    if figures.withheld:
        answers = counted(figures.withheld, "answer", in_words=True)
        why = "questions that one person alone answered"
        if figures.kind is Kind.BEFORE_AFTER:
            why += ", and one to four people who answered a question only before or only after "
            why += "the talk"
        told.append(f"Left out to protect people ({answers}): {why}.")
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
    more = _more(len(figures.believed) - PRINTED_OTHERS)
    return f'{title}<ul class="beliefs">{items}</ul>{more}'


def sections(figures: RoomReport) -> str:
    """The sections to come back to, and by which rule."""
    title = "<h2>Sections to come back to</h2>"
    rule = f"below {percent(SOUND_MARK, 1)} % of the marks"
    if not figures.to_revisit:
        of = "" if figures.is_complete else ", by the answers counted here"
        told = f"no section was {rule}{of}"
        return f"{title}<p>{_sentence(told, figures, _section_rounds(figures))}</p>"
    when = _when(figures, _section_rounds(figures))
    items = "".join(f"<li>{html(s.title)}: {_section(s, when)}</li>" for s in figures.to_revisit)
    rule += f" {when}" if when else ""
    return f'{title}<p class="fine">Those {rule}, the lowest first.</p><ol>{items}</ol>'


def teach_back(weakest: SectionFigures | None) -> str:
    """One open question about the section that was answered least well."""
    if weakest is None:
        return ""
    return (
        "<h2>Ask openly (teach-back)</h2>"
        f'<p class="prompt">{html(teach_back_prompt(weakest.title))}</p>'
        '<p class="fine screen-only">Let anybody answer who wants to. If something is missing, '
        "explain it another way and ask again: it tests the explanation, not the person.</p>"
    )


def _more(count: int) -> str:
    """How many are not on paper."""
    if count <= 0:
        return ""
    return f'<p class="print-only fine">And {count} more, on the screen.</p>'


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


def _section(section: SectionFigures, when: str) -> str:
    """A section's figures; that they are from before the talk, where the session has two forms."""
    right = section.right
    people = f"{_BEFORE}, " if when and section.round == FIRST else ""
    people += f"{right.people} people"
    counts = f"{right.count} of {right.of} answers fully right"
    if section.mean is None:
        return f"{counts} ({people})"
    return f"{percent(section.mean, 1)} % of the marks ({people}, {counts})"


def _spelled(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))
