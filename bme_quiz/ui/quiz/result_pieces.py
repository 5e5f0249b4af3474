"""HTML blocks of the results page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bme_quiz.routes import Addresses
from bme_quiz.rules.quiz.marking import RULE_IN_WORDS
from bme_quiz.rules.rounding import percent, short_decimals
from bme_quiz.rules.wording import agreeing, counted, sentence_start
from bme_quiz.services.quiz.views import ExplainedView, OptionView, ResultsView, SectionScore
from bme_quiz.ui.quiz.pieces import VERDICT_CLASS, picture
from bme_quiz.ui.shell.safe import html


def score(view: ResultsView) -> str:
    """The head of the results: the score in words and numbers, and how it is marked."""
    answered = view.answered
    if answered == 0:
        sentence = "No question was answered."
    else:
        share = percent(view.points, answered)
        points = short_decimals(view.points, 2)
        sentence = f"{points} of {counted(answered, 'point')} ({share} %)."
    left = view.drawn - answered
    note = ""
    if left and answered:
        questions = counted(view.drawn, "question")
        note = f" {left} of the {questions} {agreeing(left, 'was', 'were')} not answered."
    missed = ""
    if answered:
        questions = counted(view.missed, "question", in_words=True) if view.missed else "nothing"
        was = agreeing(view.missed or 1, "was", "were")
        missed = f" {sentence_start(questions)} {was} missed."
    return (
        '<h1 class="step" tabindex="-1" data-focus="results-'
        f'{html(view.attempt_id)}">Your results</h1>'
        f'<p class="score"><strong>{sentence}</strong>{missed}{note}</p>'
        f'<p class="fine">{html(RULE_IN_WORDS)} A score says nothing about anybody\'s health.</p>'
    )


def section_bars(scores: Sequence[SectionScore]) -> str:
    """Results by section: a table whose bars are drawn beside the same numbers."""
    rows = "".join(
        f'<tr><th scope="row">{html(s.section.title)}</th>'
        f'<td class="num">{short_decimals(s.points, 2)} of {s.answered}</td>'
        f'<td class="bar-cell"><div class="bar" aria-hidden="true">'
        f'<span style="width:{percent(s.points, s.answered)}%"></span></div></td></tr>'
        for s in scores
    )
    return (
        '<h2>By section</h2><table class="by-section"><thead><tr><th scope="col">Section</th>'
        '<th scope="col">Points</th><th scope="col" class="bar-cell"><span class="visually-hidden">'
        f"As a bar</span></th></tr></thead><tbody>{rows}</tbody></table>"
    )


def review(views: Sequence[ExplainedView], addresses: Addresses) -> str:
    """Every answered question with the learner's answer, the key and the reasons."""
    items = []
    for view in views:
        chosen = [o for o in view.explanation.options if o.state.was_chosen]
        keys = [o for o in view.explanation.options if o.state.is_key]
        reasons = {o.text: o for o in (*chosen, *keys)}
        items.append(
            f'<li class="{VERDICT_CLASS[view.verdict]}"><h3>{html(view.stem)}</h3>'
            f"{picture(view.picture, addresses)}"
            f'<p class="state">{html(view.verdict)}</p><dl>'
            f"<dt>Your answer</dt><dd>{_texts(chosen)}</dd>"
            f"<dt>Right answer</dt><dd>{_texts(keys)}</dd>"
            "<dt>Why</dt>"
            + "".join(f"<dd>{html(o.why)}</dd>" for o in reasons.values())
            + "</dl></li>"
        )
    return f'<h2>Question by question</h2><ol class="review">{"".join(items)}</ol>'


def _texts(options: Iterable[OptionView]) -> str:
    return "<br>".join(html(option.text) for option in options)
