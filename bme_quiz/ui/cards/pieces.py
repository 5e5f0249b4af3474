"""HTML blocks of the flashcards' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bme_quiz.content.glossary import Term
from bme_quiz.routes import CARDS, Addresses
from bme_quiz.rules.cards.deck import CardKind
from bme_quiz.rules.cards.scheduling import LEECH_AFTER, Rating
from bme_quiz.rules.rounding import percent, rounded, short_decimals
from bme_quiz.rules.wording import agreeing, counted, full_date, near_date, sentence_start
from bme_quiz.services.cards.progress import CardProgress
from bme_quiz.services.cards.views import BackView, FrontView, NextCards, TodayView
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html

RATINGS = {
    Rating.AGAIN: words.AGAIN,
    Rating.HARD: words.HARD,
    Rating.GOOD: words.GOOD,
    Rating.EASY: words.EASY,
}
_ASKS = {
    CardKind.QUESTION: "Answer in your own words.",
    CardKind.MEANING: "What does this term mean?",
    CardKind.NAME: "Which term is this?",
}


def title() -> str:
    """The heading where no card can be shown."""
    return f'<h1 class="step">{words.PAGE_CARDS}</h1>'


def heading(view: TodayView, focus: bool) -> str:
    """How many are left; takes the focus when a new card is on the page."""
    front = view.current
    name = f"card-{front.card_id}-{front.number}" if front else "cards-done"
    attributes = f' tabindex="-1" data-focus="{html(name)}"' if focus else ""
    more = "more than " if view.and_more else ""
    left = "Last card for today" if view.left == 1 else f"{more}{view.left} cards left today"
    counts = ""
    if view.reviews and view.new:
        told = sentence_start(f"{more}{view.reviews} to review, {view.new} new")
        counts = f'<p class="fine card-counts">{told}</p>'
    return f'<h1 class="step"{attributes}>{sentence_start(left)}</h1>{counts}'


def front(view: FrontView, addresses: Addresses) -> str:
    """The prompt."""
    return (
        f'<div class="card-front">{pieces.picture(view.picture, addresses)}'
        f'<p class="stem">{html(view.front)}</p>'
        f'<p class="fine">{_ASKS[view.kind]}</p></div>'
    )


def back(view: BackView, terms: Sequence[Term], addresses: Addresses) -> str:
    """The answer, why it is right, the passage it rests on, and the sources of that."""
    name = f"card-{view.front.card_id}-{view.front.number}-answer"
    answers = "".join(f"<li>{html(answer)}</li>" for answer in view.answers)
    whys = "".join(f"<p>{html(why)}</p>" for why in view.whys)
    passage = ""
    if view.section is not None:
        passage = pieces.passage(view.section, view.passages, terms, addresses, linked=True)
    return (
        f'<div class="card-back"><h2 class="visually-hidden" tabindex="-1" '
        f'data-focus="{html(name)}">Answer</h2><ul class="card-answers">{answers}</ul>{whys}'
        f"{passage}{pieces.sources(view.sources, False)}</div>"
    )


def intervals(by_rating: Mapping[Rating, timedelta]) -> str:
    """What each rating brings, in the order of the buttons below it."""
    cells = "".join(
        f'<li id="interval-{rating}"><span class="visually-hidden">{RATINGS[rating]}: </span>'
        f"{interval_in_words(by_rating[rating])}</li>"
        for rating in RATINGS
    )
    return f'<ul class="intervals" aria-label="When the card comes back">{cells}</ul>'


def interval_in_words(interval: timedelta) -> str:
    """An interval in its largest unit: ``10 min``, ``11 days``, ``5.4 months``, ``2 years``."""
    days = interval.days
    if days < 1:
        return f"{max(1, int(rounded(interval.total_seconds() / 60, 0)))} min"
    if days < 60:
        return counted(days, "day")
    count, unit = (days / 30.4, "month") if days < 365 else (days / 365.25, "year")
    text = short_decimals(count, 1)
    return f"{text} {unit if text == '1' else f'{unit}s'}"


def set_aside(front_text: str) -> str:
    """What is said when a card was failed too often."""
    return (
        f'<p class="aside-note" role="status">The card “{html(front_text)}” was failed '
        f"{LEECH_AFTER} times, so it is set aside. Perhaps its text is at fault, not you. "
        "You can bring it back under Progress.</p>"
    )


def done(upcoming: NextCards | None, any_cards: bool) -> str:
    """The calm end: nothing is left today, and when there is something again."""
    if not any_cards:
        return f'{title()}<p class="lead">This course has no cards.</p>'
    return (
        '<h1 class="step" tabindex="-1" data-focus="cards-done">Done for today</h1>'
        f'<p class="lead">{_upcoming(upcoming)}</p>'
    )


def _upcoming(upcoming: NextCards | None) -> str:
    if upcoming is None:
        return "No card is due, and there are no new ones for you."
    parts = []
    if upcoming.reviews:
        cards = counted(upcoming.reviews, "card", in_words=True)
        parts.append(f"{cards} to review")
    if upcoming.new:
        parts.append(f"up to {upcoming.new} new")
    when = "Tomorrow" if upcoming.days_away == 1 else f"On {full_date(upcoming.day)}"
    # "One card to review" or "up to 1 new": the first part decides, and new ones are many.
    first = upcoming.reviews or 2
    return f"{when} there {agreeing(first, 'is', 'are')} {' and '.join(parts)}."


def about_retention() -> str:
    """What the setting means for a learner's day."""
    return (
        '<p class="fine">How much you want to know when a card comes back. Higher means that '
        "cards come back sooner, and that there is more to do each day.</p>"
    )


def due_link(due: int) -> str:
    """The words of the link on the start page."""
    cards = sentence_start(counted(due, "card", in_words=True))
    return f"{cards} {agreeing(due, 'is', 'are')} due today"


def progress(view: CardProgress, addresses: Addresses) -> str:
    """The progress page's part on the cards: states, retention, what is coming."""
    if view.met == 0:
        return (
            "<h2>Cards</h2><p>You have not met any card yet. A few minutes of "
            f'<a href="{addresses.to(CARDS)}" target="_self">cards</a> a day keep the terms and '
            "the facts for good.</p>"
        )
    states = [
        ("Not met yet", view.unmet),
        ("Being learned", view.learning),
        ("In review", view.in_review),
        ("Set aside", len(view.set_aside)),
    ]
    return (
        f"<h2>Cards</h2><p>{_retention(view)}</p>"
        + _table("Cards", "State", "Cards", states)
        + '<h3>Due in the next two weeks</h3><p class="fine">“Today” has what is overdue.</p>'
        + _table("Due", "Day", "Cards due", _forecast(view.forecast))
    )


def _retention(view: CardProgress) -> str:
    if view.asked == 0:
        return "None of your cards has come back after a day or more yet."
    recalled = percent(view.recalled, view.asked)
    return (
        f"Retention so far: {recalled} %. In {counted(view.asked, 'review')} of cards learned "
        f"before, you knew {view.recalled}."
    )


def _forecast(days: Sequence[tuple[date, int]]) -> list[tuple[str, int]]:
    told = ["Today", *(near_date(day) for day, _ in days[1:])]
    return [
        (f'<time datetime="{day.isoformat()}">{name}</time>', count)
        for name, (day, count) in zip(told, days, strict=True)
    ]


def _table(name: str, across: str, up: str, rows: Sequence[tuple[str, int]]) -> str:
    """A table whose last column draws the numbers beside it; rows are (HTML, number)."""
    most = max((count for _, count in rows), default=0) or 1
    body = "".join(
        f'<tr><th scope="row">{markup}</th><td class="num">{count}</td><td class="bar-cell">'
        f'<div class="bar" aria-hidden="true"><span style="width:{percent(count, most)}%"></span>'
        "</div></td></tr>"
        for markup, count in rows
    )
    return (
        f'<table class="by-section"><caption class="visually-hidden">{name}</caption><thead><tr>'
        f'<th scope="col">{across}</th><th scope="col">{up}</th><th scope="col" class="bar-cell">'
        f'<span class="visually-hidden">As a bar</span></th></tr></thead><tbody>{body}</tbody>'
        "</table>"
    )
