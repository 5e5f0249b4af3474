"""Blocks of a page as HTML strings, from the services' plain views.

One block is one message to the browser. Nothing here knows Streamlit, so every block can be
tested by itself, and everything that comes from content is escaped by ``safe.html`` or by the
Markdown renderer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bme_quiz.content.article import Section, Source, Span
from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import Problem
from bme_quiz.content.render import section_html, source_html
from bme_quiz.rules.marking import RULE_IN_WORDS, Verdict
from bme_quiz.services.views import (
    AskedView,
    ExplainedView,
    OptionState,
    OptionView,
    ResultsView,
    SectionScore,
)
from bme_quiz.ui import words
from bme_quiz.ui.safe import html

_STATE_IN_WORDS = {
    OptionState.CHOSEN_RIGHT: ("✓", "Right, and you chose it"),
    OptionState.CHOSEN_WRONG: ("✗", "Wrong, and you chose it"),
    OptionState.MISSED_RIGHT: ("✓", "Right, and you did not choose it"),
    OptionState.LEFT_WRONG: ("–", "Wrong, and you did not choose it"),
}
_VERDICT_CLASS = {
    Verdict.CORRECT: "correct",
    Verdict.PARTLY: "partly",
    Verdict.NOT_QUITE: "not-quite",
}


def progress(view: AskedView | ExplainedView) -> str:
    """The heading of a question's page: where the learner stands, in words and as a bar.

    ``data-focus`` names the step: the page's script moves the focus here when it changes, so
    that a screen reader goes on with the new question.
    """
    words_ = f"Question {view.number} of {view.total}"
    if not view.turn.is_first_try:
        words_ += ", once more"
    step = f"{view.attempt_id}-{view.turn.question_id}-{view.turn.try_number}"
    done = view.number - (1 if isinstance(view, AskedView) else 0)
    focus = f' tabindex="-1" data-focus="{html(step)}"' if isinstance(view, AskedView) else ""
    return (
        f'<h1 class="step"{focus}>{words_}</h1>'
        f'<div class="bar" aria-hidden="true"><span style="width:{100 * done / view.total:.0f}%">'
        "</span></div>"
    )


def stem(text: str, note: str = "") -> str:
    """The stem above check boxes; the page's script makes it the group's name."""
    extra = f'<span class="tick-note">{html(note)}</span>' if note else ""
    return f'<p class="stem" id="stem">{html(text)} {extra}</p>'


def explanation(view: ExplainedView, terms: Sequence[Term], article_address: str | None) -> str:
    """Everything after an answer: verdict, stem, options with reasons, section, sources."""
    step = f"{view.attempt_id}-{view.turn.question_id}-{view.turn.try_number}-answered"
    parts = [
        f'<div class="explanation {_VERDICT_CLASS[view.verdict]}">',
        f'<h2 class="verdict" tabindex="-1" data-focus="{html(step)}">{_verdict(view)}</h2>',
        f'<p class="stem">{html(view.stem)}</p>',
        _options(view.options),
        _passage(view.section, view.passages, terms, article_address),
        _sources(view.sources),
        "</div>",
    ]
    return "".join(parts)


def _verdict(view: ExplainedView) -> str:
    text = f"{view.verdict}."
    if view.verdict is Verdict.PARTLY:
        text += f" This answer counts {view.mark:.2g}."
    if view.returns:
        text += " This question comes back in a moment."
    return html(text)


def _options(options: Iterable[OptionView]) -> str:
    rows = []
    for option in options:
        sign, state = _STATE_IN_WORDS[option.state]
        silent = (
            '<p class="silent">The article does not speak of this.</p>'
            if option.quote is None
            else ""
        )
        rows.append(
            f'<li class="{option.state}"><p class="option"><span class="sign" aria-hidden="true">'
            f"{sign}</span> {html(option.text)}</p>"
            f'<p class="state">{state}</p><p class="why">{html(option.why)}</p>{silent}</li>'
        )
    return f'<ul class="options-explained">{"".join(rows)}</ul>'


def _passage(
    section: Section, passages: Sequence[Span], terms: Sequence[Term], address: str | None
) -> str:
    title = html(section.title)
    if address:
        title = (
            f'<a href="{html(address)}" target="_blank">{title}'
            '<span class="visually-hidden"> (opens the article in a new tab)</span></a>'
        )
    return (
        '<section class="passage"><p class="from">From the article</p>'
        f"<h3>{title}</h3>{section_html(section, passages, terms, notes=False)}</section>"
    )


def _sources(sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    items = "".join(f'<li value="{html(s.number)}">{source_html(s)}</li>' for s in sources)
    return f'<div class="sources"><h3>Sources of this passage</h3><ol>{items}</ol></div>'


def score(view: ResultsView) -> str:
    """The head of the results: the score in words and numbers, and how it is marked."""
    answered = view.answered
    if answered == 0:
        sentence = "No question was answered."
    else:
        share = round(100 * view.points / answered)
        sentence = (
            f"{_number(view.points)} of {answered} {'point' if answered == 1 else 'points'} "
            f"({share} %)."
        )
    left = view.drawn - answered
    note = f" {left} of the {view.drawn} questions were not answered." if left and answered else ""
    missed = ""
    if answered:
        missed = {
            0: " Nothing was missed.",
            1: " One question was missed.",
        }.get(view.missed, f" {view.missed} questions were missed.")
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
        f'<td class="num">{_number(s.points)} of {s.answered}</td>'
        f'<td class="bar-cell"><div class="bar" aria-hidden="true">'
        f'<span style="width:{100 * s.points / s.answered:.0f}%"></span></div></td></tr>'
        for s in scores
    )
    return (
        '<h2>By section</h2><table class="by-section"><thead><tr><th scope="col">Section</th>'
        '<th scope="col">Points</th><th scope="col" class="bar-cell"><span class="visually-hidden">'
        f"As a bar</span></th></tr></thead><tbody>{rows}</tbody></table>"
    )


def review(views: Sequence[ExplainedView]) -> str:
    """Every answered question with the learner's answer, the key and the reasons."""
    items = []
    for view in views:
        chosen = [o for o in view.options if o.state in _CHOSEN]
        keys = [o for o in view.options if o.state in _KEYS]
        reasons = {o.text: o for o in (*chosen, *keys)}
        items.append(
            f'<li class="{_VERDICT_CLASS[view.verdict]}"><h3>{html(view.stem)}</h3>'
            f'<p class="state">{html(view.verdict)}</p><dl>'
            f"<dt>Your answer</dt><dd>{_texts(chosen)}</dd>"
            f"<dt>Right answer</dt><dd>{_texts(keys)}</dd>"
            "<dt>Why</dt>"
            + "".join(f"<dd>{html(o.why)}</dd>" for o in reasons.values())
            + "</dl></li>"
        )
    return f'<h2>Question by question</h2><ol class="review">{"".join(items)}</ol>'


_CHOSEN = (OptionState.CHOSEN_RIGHT, OptionState.CHOSEN_WRONG)
_KEYS = (OptionState.CHOSEN_RIGHT, OptionState.MISSED_RIGHT)


def _texts(options: Iterable[OptionView]) -> str:
    return "<br>".join(html(option.text) for option in options)


def contents(sections: Sequence[Section]) -> str:
    """The article's table of contents."""
    items = "".join(
        f'<li class="level-{s.level}"><a href="#{html(s.id)}">{html(s.title)}</a></li>'
        for s in sections
    )
    return f'<nav class="contents" aria-label="Contents"><h2>Contents</h2><ul>{items}</ul></nav>'


def article_section(section: Section, terms: Sequence[Term]) -> str:
    """A section of the article with its heading, terms explained on demand."""
    tag = f"h{section.level}"
    return (
        f'<article class="text"><{tag} id="{html(section.id)}" tabindex="-1">'
        f"{html(section.title)}</{tag}>{section_html(section, (), terms)}</article>"
    )


def all_sources(sources: Sequence[Source]) -> str:
    """The list of sources at the article's end."""
    items = "".join(
        f'<li id="source-{html(s.number)}" value="{html(s.number)}">{source_html(s)}</li>'
        for s in sources
    )
    return f'<div class="sources"><h2 id="sources">Sources</h2><ol>{items}</ol></div>'


def author_notice(problems: Sequence[Problem]) -> str:
    """What withholds questions, for whoever keeps the bank."""
    items = "".join(
        f"<li><code>{html(p.place)}</code> <strong>{html(p.code)}</strong> "
        f"{html(p.message)} {html(p.mend)}</li>"
        for p in problems[:_MOST_PROBLEMS]
    )
    more = len(problems) - _MOST_PROBLEMS
    rest = (
        f"<p>And {more} more; <code>python -m bme_quiz check</code> lists all.</p>"
        if more > 0
        else ""
    )
    return f'<div class="author-notice"><ul>{items}</ul>{rest}</div>'


_MOST_PROBLEMS = 20


def footer() -> str:
    """The lines under every page."""
    return f'<p class="footer">{html(words.DISCLAIMER)} {html(words.NOT_REVIEWED)}</p>'


def _number(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")


def article_head(head: Section) -> str:
    """What stands before the first section: what it is, who reviewed it."""
    return f'<div class="article-head">{section_html(head)}</div>'


def section_alone(section: Section, terms: Sequence[Term]) -> str:
    """A section's body without its heading."""
    return f'<article class="text">{section_html(section, (), terms, notes=False)}</article>'


def about(head: Section, questions: int, marking: str) -> str:
    """The page that says what this is and is not."""
    return (
        '<div class="text"><h2>What this is</h2>'
        f"<p>A quiz of {questions} questions on one article. Every right answer rests on a "
        "passage of the article, and most wrong ones are refuted by one; the passage is shown "
        "with each answer.</p>"
        f"<h2>What it is not</h2><p>{html(words.DISCLAIMER)}</p>{section_html(head)}"
        f"<h2>How answers are marked</h2><p>{html(marking)} A missed question comes back a few "
        "questions later until it is right; that does not change the score.</p>"
        "<h2>What is kept</h2><p>Your browser holds a random number in a cookie, so that you can "
        "go on where you were. Nobody asks for your name. Answers are kept in the memory of the "
        "computer that runs this quiz and are gone when it is stopped.</p>"
        "<h2>Licence</h2><p>The program is under the MIT licence; article, questions and glossary "
        "are under CC BY 4.0.</p></div>"
    )
