"""HTML blocks of questions and explanations in the quiz.

One block is one message to the browser. Nothing here knows Streamlit, so every block can be
tested by itself, and everything that comes from content is escaped by ``safe.html`` or by the
Markdown renderer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bme_quiz.content.article import Section, Source, Span
from bme_quiz.content.bank import Picture
from bme_quiz.content.glossary import Term
from bme_quiz.content.render import picture_html, section_html, source_html, text_html
from bme_quiz.routes import Addresses
from bme_quiz.rules.quiz.marking import Verdict
from bme_quiz.rules.rounding import percent, short_decimals
from bme_quiz.services.course import Grounds
from bme_quiz.services.quiz.views import AskedView, ExplainedView, OptionState, OptionView
from bme_quiz.ui.shell.safe import html

STATE_IN_WORDS = {
    OptionState.CHOSEN_RIGHT: ("✓", "Right, and you chose it"),
    OptionState.CHOSEN_WRONG: ("✗", "Wrong, and you chose it"),
    OptionState.MISSED_RIGHT: ("✓", "Right, but you did not choose it"),
    OptionState.LEFT_WRONG: ("–", "Not right, and you did not choose it"),
    OptionState.RIGHT: ("✓", "Right"),
    OptionState.WRONG: ("✗", "Wrong"),
}
_NEW_TAB = '<span class="visually-hidden"> (opens the article in a new tab)</span>'
VERDICT_CLASS = {
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
        f'<div class="bar" aria-hidden="true"><span style="width:{percent(done, view.total)}%">'
        "</span></div>"
    )


def stem(text: str, note: str = "") -> str:
    """The stem above check boxes; the page's script makes it the group's name."""
    extra = f'<span class="tick-note">{html(note)}</span>' if note else ""
    return f'<p class="stem" id="stem">{html(text)} {extra}</p>'


def picture(shown: Picture | None, addresses: Addresses) -> str:
    """The picture of a question, above its stem on every page; empty for none."""
    if shown is None:
        return ""
    return f'<p class="picture">{picture_html(shown.file, shown.alt, addresses)}</p>'


def hint(text: str) -> str:
    """A nudge, opened where it stands: a dialog of its own would be lost to a screen reader."""
    return f'<details class="hint"><summary>Hint</summary><p>{html(text)}</p></details>'


def explanation(
    view: ExplainedView, terms: Sequence[Term], addresses: Addresses, *, linked: bool = True
) -> str:
    """Everything after an answer: verdict, stem, options with reasons, section, sources."""
    step = f"{view.attempt_id}-{view.turn.question_id}-{view.turn.try_number}-answered"
    # Each term is explained where it first stands on the page. Not while the question is asked:
    # what a term means may be the very answer.
    stem_html, left = text_html(view.stem, terms)
    options_html, left = options(view.explanation.options, left, addresses, linked=linked)
    parts = [
        f'<div class="explanation {VERDICT_CLASS[view.verdict]}">',
        f'<h2 class="verdict" tabindex="-1" data-focus="{html(step)}">{_verdict(view)}</h2>',
        picture(view.picture, addresses),
        f'<p class="stem">{stem_html}</p>',
        options_html,
        grounds(view.explanation.grounds, left, addresses, linked=linked),
        "</div>",
    ]
    return "".join(parts)


def _verdict(view: ExplainedView) -> str:
    text = f"{view.verdict}."
    if view.verdict is Verdict.PARTLY:
        text += f" This answer counts {short_decimals(view.mark, 2)}."
    if view.returns:
        text += " This question comes back in a moment."
    return html(text)


def options(
    shown_options: Iterable[OptionView],
    terms: tuple[Term, ...],
    addresses: Addresses,
    *,
    linked: bool = False,
) -> tuple[str, tuple[Term, ...]]:
    """Options with their reasons, and the terms that were not explained among them.

    Args:
        linked: whether a quotation from a box leads to it on the article's page.
    """
    rows = []
    for option in shown_options:
        sign, state = STATE_IN_WORDS[option.state]
        shown, terms = text_html(option.text, terms)
        rows.append(
            f'<li class="{option.state}"><p class="option"><span class="sign" aria-hidden="true">'
            f"{sign}</span> {shown}</p>"
            f'<p class="state">{state}</p><p class="why">{html(option.why)}</p>'
            f"{refutation(option, addresses, linked=linked)}</li>"
        )
    return f'<ul class="options-explained">{"".join(rows)}</ul>', terms


def refutation(option: OptionView, addresses: Addresses, *, linked: bool = False) -> str:
    """The article's own words against a wrong option; open where it was chosen.

    What supports the key needs no second place: it is marked in its section below.
    """
    if option.state.is_key:
        return ""
    if option.quote is None:
        return '<p class="silent">The article does not speak of this.</p>'
    opened = " open" if option.state is OptionState.CHOSEN_WRONG else ""
    box = _from_box(option.boxed, addresses, linked=linked)
    return (
        f'<details class="words"{opened}><summary>The article\'s words</summary>'
        f"<q>{html(option.quote)}</q>{box}</details>"
    )


def _from_box(section: Section | None, addresses: Addresses, *, linked: bool) -> str:
    """Says that words stand in a section's box, and in which."""
    if section is None or section.box is None:
        return ""
    title = f"“{html(section.box.title)}”"
    if linked:
        address = html(addresses.box(section.id))
        title = f'<a href="{address}" target="_blank">{title}{_NEW_TAB}</a>'
    return f'<p class="from">From the box {title} in “{html(section.title)}”</p>'


def grounds(found: Grounds, terms: Sequence[Term], addresses: Addresses, *, linked: bool) -> str:
    """The passage that a question's key rests on, marked in its section, and its sources."""
    return passage(found.section, found.passages, terms, addresses, linked=linked) + sources(
        found.sources, found.sources_are_sections
    )


def passage(
    section: Section,
    passages: Sequence[Span],
    terms: Sequence[Term],
    addresses: Addresses,
    *,
    linked: bool,
) -> str:
    """A section with the words that an answer rests on marked in it.

    Args:
        linked: whether its title leads to the section on the article's page.
    """
    title = html(section.title)
    if linked:
        address = html(addresses.section(section.id))
        title = f'<a href="{address}" target="_blank">{title}{_NEW_TAB}</a>'
    return (
        '<section class="passage"><p class="from">From the article</p>'
        f"<h3>{title}</h3>{section_html(section, passages, terms, addresses=addresses)}</section>"
    )


# Of a whole section some are shown: phones load each page anew, and the article has them all.
_MOST_OF_SECTION = 5


def sources(cited: Sequence[Source], are_sections: bool) -> str:
    """What the passage rests on, or its whole section where the passage cites nothing."""
    if not cited:
        return ""
    title = "Sources of this section" if are_sections else "Sources of this passage"
    shown = cited[:_MOST_OF_SECTION] if are_sections else cited
    items = "".join(f'<li value="{html(s.number)}">{source_html(s)}</li>' for s in shown)
    left = len(cited) - len(shown)
    more = f"<p>The article lists {left} more.</p>" if left else ""
    return f'<div class="sources"><h3>{title}</h3><ol>{items}</ol>{more}</div>'
