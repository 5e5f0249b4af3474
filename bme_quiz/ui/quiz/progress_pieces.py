"""HTML blocks of the progress page."""

from __future__ import annotations

from bme_quiz.routes import DEVICE, NEW_NUMBER, Addresses
from bme_quiz.rules.rounding import percent
from bme_quiz.rules.wording import agreeing, counted, full_date
from bme_quiz.services.accounts.devices import LIFE, DeviceCode
from bme_quiz.services.quiz.progress import DayProgress, ProgressView, SectionProgress
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html


def summary(view: ProgressView) -> str:
    """How much was practised, in words."""
    if view.answered == 0:
        return (
            '<p class="lead">Nothing is answered yet. Once you have answered a question, this '
            "page shows what you have practised, by section and by day.</p>"
        )
    answers = counted(view.answered, "question", in_words=True)
    return (
        f'<p class="lead">You have answered {answers} and met {view.met} of the '
        f"{counted(view.questions, 'question')} there {agreeing(view.questions, 'is', 'are')}.</p>"
    )


def by_section(view: ProgressView) -> str:
    """What was practised by section: a table with a bar beside the same numbers."""
    rows = "".join(_section_row(section) for section in view.sections)
    return (
        '<h2>By section</h2><table class="by-section"><thead><tr><th scope="col">Section</th>'
        '<th scope="col">Met</th><th scope="col">Right</th>'
        f"{_BAR_HEAD}</tr></thead><tbody>{rows}</tbody></table>"
        '<p class="fine">“Met” counts the questions you have answered at least once. “Right” is '
        "their share of points when you last met them in a new quiz; the bar shows it.</p>"
    )


def by_day(view: ProgressView) -> str:
    """What was practised over time, newest day first."""
    rows = "".join(_day_row(day) for day in view.days)
    earlier = ""
    if view.earlier_days:
        days = counted(view.earlier_days, "day", in_words=True)
        earlier = f'<p class="fine">And {days} of practice before that.</p>'
    return (
        '<h2>By day</h2><table class="by-section"><thead><tr><th scope="col">Day</th>'
        '<th scope="col">Questions</th><th scope="col">Right</th>'
        f"{_BAR_HEAD}</tr></thead><tbody>{rows}</tbody></table>{earlier}"
    )


def code(made: DeviceCode) -> str:
    """A code for another device, large enough to be typed from across the table."""
    minutes = int(LIFE.total_seconds() // 60)
    # Read letter by letter, with the dash left out.
    spoken = " ".join(made.text.replace("-", ""))
    return (
        f'<p class="device-code" role="status"><span class="visually-hidden">Your code: {spoken}'
        f'</span><span aria-hidden="true">{html(made.text)}</span></p>'
        "<p>On the other device, open this quiz at the same address, go to <strong>Progress"
        "</strong> and follow <strong>I have a code from another device</strong>. The code works "
        f"once, for {minutes} minutes. Whoever types it carries on as you, so keep it to "
        "yourself.</p>"
    )


def have_a_code(addresses: Addresses) -> str:
    """The way to the page where a code is typed."""
    address = addresses.to(DEVICE)
    return f'<p><a href="{address}" target="_self">I have a code from another device</a></p>'


def what_is_kept() -> str:
    """What is kept of a learner, in two sentences."""
    return (
        "<h2>Your data</h2><p>Kept are your answers and your ratings of cards, with their "
        "time, under a random number that only this browser has. No name, no address, nothing "
        "else.</p>"
    )


def erase_question() -> str:
    """What is asked before everything is erased; the focus goes there."""
    return (
        '<p class="aside-note" tabindex="-1" data-focus="erase-question">'
        f"{html(words.ERASE_QUESTION)}</p>"
    )


def new_number(addresses: Addresses) -> str:
    """After erasing: the form that replaces the number in the cookie as well."""
    return (
        "<p>Your browser still holds the random number. Nothing is stored under it any more; "
        "you can have a new one all the same.</p>"
        f'<form method="post" action="{addresses.to(NEW_NUMBER)}"><button class="plain-button">'
        "Give this browser a new number</button></form>"
    )


_BAR_HEAD = '<th scope="col" class="bar-cell"><span class="visually-hidden">As a bar</span></th>'


def _section_row(one: SectionProgress) -> str:
    return (
        f'<tr><th scope="row">{html(one.section.title)}</th>'
        f'<td class="num">{one.met} of {one.questions}</td>{_share(one.points, one.met)}</tr>'
    )


def _day_row(one: DayProgress) -> str:
    day = full_date(one.day)
    return (
        f'<tr><th scope="row"><time datetime="{one.day.isoformat()}">{day}</time></th>'
        f'<td class="num">{one.answered}</td>{_share(one.points, one.answered)}</tr>'
    )


def _share(points: float, of: int) -> str:
    if of == 0:
        return '<td class="num">–</td><td class="bar-cell"></td>'
    whole = percent(points, of)
    return (
        f'<td class="num">{whole} %</td><td class="bar-cell"><div class="bar" '
        f'aria-hidden="true"><span style="width:{whole}%"></span></div></td>'
    )
