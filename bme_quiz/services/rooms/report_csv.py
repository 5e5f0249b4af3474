"""CSV table of a session's report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from bme_quiz.content.table import BYTE_ORDER_MARK
from bme_quiz.rules.rooms.figures import QuestionFigures, RoomReport
from bme_quiz.rules.rooms.room import FIRST, SECOND
from bme_quiz.rules.rooms.statistics import Gain, Interval
from bme_quiz.rules.rounding import decimals, percent

COLUMNS = (
    "date",
    "kind",
    "joined",
    "number",
    "question_id",
    "section",
    "question",
    "type",
    "round",
    "answered",
    "people",
    "option",
    "option_number",
    "option_text",
    "is_right",
    "is_harmful",
    "chosen",
    "chosen_percent",
    "chosen_low",
    "chosen_high",
    "form_people",
    "form_chosen",
    "all_right",
    "all_right_percent",
    "all_right_low",
    "all_right_high",
    "mean_mark",
    "learned",
    "kept",
    "lost",
    "never",
    "gain",
    "gain_low",
    "gain_high",
    "class_gain",
    "class_gain_low",
    "class_gain_high",
)

# A cell that begins so is run as a formula; the wide forms are taken for the same signs.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

# Decimals of marks and gains.
_PLACES = 3

Cells = dict[str, Any]


def report_csv(report: RoomReport) -> str:
    """The report as CSV, one row for each question, form and option.

    ``people`` and ``chosen`` are of those whom the report shows, before and after of the same
    people; ``form_people`` and ``form_chosen`` are of everybody who answered the form, as far as
    they can be counted without anybody being picked out. ``option`` is the letter in the bank,
    ``option_number`` the number on wall and phones. The date is the session's in UTC.

    What the report withholds is an empty cell. Percentages are whole, the ends of their
    intervals too; marks and gains run from 0 to 1. What is said of a question or of the whole
    session stands in each of its rows.
    """
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    session: Cells = {
        "date": report.day.isoformat(),
        "kind": report.kind.value,
        "joined": report.joined,
        **_gain("class_gain", report.comparison.gain if report.comparison else None),
    }
    for figures in report.questions:
        for cells in _rows(figures):
            writer.writerow({name: _cell(cell) for name, cell in {**session, **cells}.items()})
    return out.getvalue()


def _rows(figures: QuestionFigures) -> Iterator[Cells]:
    question = figures.question
    named = len(figures.answered) > 1
    for round_, answered in zip((FIRST, SECOND), figures.answered, strict=False):
        place = figures.rounds.index(round_) if round_ in figures.rounds else None
        about: Cells = {
            "number": figures.number,
            "question_id": question.id,
            "section": figures.title,
            "question": question.stem,
            "type": question.type.value,
            "round": "" if not named else "before" if round_ == FIRST else "after",
            "answered": answered,
            **_of_the_question(figures, place),
        }
        shares = {one.option.letter: one for one in figures.options}
        for number, letter in enumerate(figures.order, 1):
            option, shown = question.option(letter), shares.get(letter)
            share = shown.chosen[place] if shown and place is not None else None
            in_form = next(
                (one.share for one in (shown.by_form if shown else ()) if one.round == round_), None
            )
            yield {
                **about,
                "option": letter,
                "option_number": number,
                "option_text": option.text,
                "is_right": "yes" if option.is_key else "no",
                "is_harmful": "yes" if option.harmful else "no",
                "chosen": share.count if share else None,
                "chosen_percent": share.percent if share else None,
                **_ends("chosen", share.interval if share else None),
                "form_people": in_form.people if in_form else None,
                "form_chosen": in_form.count if in_form else None,
            }


def _of_the_question(figures: QuestionFigures, place: int | None) -> Cells:
    cells: Cells = {}
    if place is not None:
        right, mean = figures.right[place], figures.means[place]
        cells = {
            "people": figures.people,
            "all_right": right.count,
            "all_right_percent": right.percent,
            **_ends("all_right", right.interval),
            "mean_mark": None if mean is None else decimals(mean, _PLACES),
        }
    if found := figures.changes:
        cells |= {"learned": found.learned, "kept": found.kept}
        cells |= {"lost": found.lost, "never": found.never}
    return cells | _gain("gain", figures.gain)


def _ends(name: str, interval: Interval | None) -> Cells:
    if interval is None:
        return {}
    return {f"{name}_low": percent(interval.low, 1), f"{name}_high": percent(interval.high, 1)}


def _gain(name: str, gain: Gain | None) -> Cells:
    if gain is None or gain.value is None:
        return {}
    cells: Cells = {name: _Number(decimals(gain.value, _PLACES))}
    if gain.interval is not None:
        cells[f"{name}_low"] = _Number(decimals(gain.interval.low, _PLACES))
        cells[f"{name}_high"] = _Number(decimals(gain.interval.high, _PLACES))
    return cells


class _Number(str):
    """A number as written here, which may begin with its sign."""

    __slots__ = ()


def _cell(value: Any) -> Any:
    """A value as it may stand in a cell; text that would be run as a formula gets an apostrophe.

    Source: OWASP, CSV Injection.
    """
    if isinstance(value, str) and not isinstance(value, _Number):
        # Tabs and line ends are taken off by spreadsheets before they look.
        text = " ".join(value.split())
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value
