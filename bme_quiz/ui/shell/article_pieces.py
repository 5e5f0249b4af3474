"""HTML blocks of the article, help and about pages, and of what stands on every page."""

from __future__ import annotations

from collections.abc import Sequence

from bme_quiz.content.article import Section, Source
from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import Problem
from bme_quiz.content.render import section_html, source_html
from bme_quiz.routes import BARE, EDUCATOR, JOIN, Addresses, section_anchor, source_anchor
from bme_quiz.rules.wording import counted
from bme_quiz.services.quiz.quiz import SetStanding
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html


def contents(sections: Sequence[Section]) -> str:
    """The article's table of contents; its links stay on the article's page."""
    items = "".join(
        f'<li class="level-{s.level}">'
        f'<a href="{html(BARE.section(s.id, on_article_page=True))}">{html(s.title)}</a></li>'
        for s in sections
    )
    return f'<nav class="contents" aria-label="Contents"><h2>Contents</h2><ul>{items}</ul></nav>'


def article_section(section: Section, terms: Sequence[Term], addresses: Addresses) -> str:
    """A section of the article with its heading, terms explained on demand."""
    tag = f"h{section.level}"
    return (
        f'<article class="text"><{tag} id="{html(section_anchor(section.id))}" tabindex="-1">'
        f"{html(section.title)}</{tag}>"
        f"{section_html(section, (), terms, addresses=addresses, on_article_page=True)}</article>"
    )


def all_sources(sources: Sequence[Source]) -> str:
    """The list of sources at the article's end."""
    items = "".join(
        f'<li id="{html(source_anchor(s.number))}" value="{html(s.number)}">{source_html(s)}</li>'
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


def join_link(addresses: Addresses) -> str:
    """The way of somebody who came for a session with a group."""
    return (
        f'<p class="fine">In a group? <a href="{addresses.to(JOIN)}" target="_self">'
        f"{words.JOIN_SESSION}</a></p>"
    )


def educators_link(addresses: Addresses) -> str:
    """The way of whoever leads one."""
    return (
        f'<p class="fine">For educators: <a href="{addresses.to(EDUCATOR)}" target="_self">'
        f"{words.START_SESSION.lower()}</a></p>"
    )


def footer() -> str:
    """The lines under every page."""
    return f'<p class="footer">{html(words.DISCLAIMER)} {html(words.NOT_REVIEWED)}</p>'


def article_head(head: Section, addresses: Addresses) -> str:
    """The article's text before its first section: what it is, and who reviewed it."""
    inner = section_html(head, addresses=addresses, on_article_page=True)
    return f'<div class="article-head">{inner}</div>'


def ways_into(sections: Sequence[Section], addresses: Addresses) -> str:
    """Links to the sections of the article that somebody may want before any question."""
    if not sections:
        return ""
    links = " · ".join(
        f'<a href="{html(addresses.section(s.id))}" target="_self">{html(s.title)}</a>'
        for s in sections
    )
    return f'<p class="fine">Read: {links}</p>'


def section_alone(section: Section, terms: Sequence[Term], addresses: Addresses) -> str:
    """A section's body without its heading."""
    return (
        f'<article class="text">{section_html(section, (), terms, addresses=addresses)}</article>'
    )


LICENCE = "CC BY 4.0"
"""The licence of a course without ``course.toml``."""


def about(
    head: Section,
    questions: int,
    marking: str,
    addresses: Addresses,
    edition: str = "",
    licence: str = LICENCE,
) -> str:
    """The page that says what this is and is not.

    Args:
        edition: a sentence on the course's edition; empty where it has none.
        licence: of article, questions and glossary; empty where nobody has said.
    """
    of_content = f"; article, questions and glossary are under {html(licence)}." if licence else "."
    told = f"<h2>Edition</h2><p>{html(edition)}</p>" if edition else ""
    return (
        '<div class="text"><h2>What this is</h2>'
        f"<p>A quiz of {counted(questions, 'question')} on one article. Every right answer rests "
        "on a passage of the article, and most wrong ones are refuted by one; the passage is shown "
        "with each answer.</p>"
        f"<h2>What it is not</h2><p>{html(words.DISCLAIMER)}</p>"
        f"{section_html(head, addresses=addresses)}"
        f"<h2>How answers are marked</h2><p>{html(marking)} A missed question comes back a few "
        "questions later until it is right; that does not change the score.</p>"
        f"<h2>Keys</h2>{_KEYS}"
        "<h2>What is kept</h2><p>Your browser holds a random number in a cookie, so that you can "
        "go on where you were. Your answers are kept under that number on the computer that runs "
        "this quiz: no name, no address, nothing else. On the page Progress you can download "
        "and erase them.</p>"
        f"{told}<h2>Licence</h2><p>The program is under the MIT licence{of_content}</p></div>"
    )


# The page's script says whether they are on, and keeps that in the browser.
_KEYS = (
    "<p><kbd>1</kbd> to <kbd>5</kbd> choose an answer, <kbd>Enter</kbd> presses the large button. "
    "On a card <kbd>Space</kbd> shows the answer, <kbd>1</kbd> to <kbd>4</kbd> rate it, and "
    "<kbd>U</kbd> takes the last rating back. Whoever speaks to the computer, or presses keys by "
    "mistake, can switch the digits, Space and U off in this browser; Enter stays.</p>"
    '<p><button type="button" role="switch" aria-checked="true" class="plain-button" data-keys="">'
    "Keys 1 to 5, Space and U</button></p>"
)


def check_intro() -> str:
    """What the author's page does with a file."""
    return (
        '<p class="lead">For authors: upload a question bank and see, row by row, what to mend, '
        "and every question as a learner would see it.</p>"
        '<p class="fine">Nothing uploaded is kept: it stays in memory while this page is open. '
        "<code>python -m bme_quiz check DIR</code> does the same for files on your own machine."
        "</p>"
    )


def check_closed(addresses: Addresses) -> str:
    """What the author's page says to whoever may not use it."""
    return (
        '<p class="lead">This page is for the course\'s author. It reads whole question banks, '
        "which keeps a server busy that others are learning on.</p>"
        f'<p>Are you the author? <a href="{addresses.to(EDUCATOR)}" target="_self">Type the '
        "educator's passcode</a>, then come back here. On the computer that runs the server this "
        "page opens without it, at the address that was printed when the program started.</p>"
        '<p class="fine"><code>python -m bme_quiz check DIR</code> checks files on your own '
        "machine, with no server at all.</p>"
    )


def welcome(
    title: str, questions: int, default: int, offered: tuple[str, SetStanding] | None = None
) -> str:
    """The head of the start page.

    Args:
        default: how many questions a quiz is drawn of.
        offered: the title of the set that one tap starts, and where the learner stands in it.
    """
    drawn = f"a quiz of {default} from all sections" if questions > default else "the quiz"
    count = counted(questions, "question")
    starts = f"One tap starts {drawn}."
    if offered is not None:
        name, standing = offered
        starts = (
            f"One tap goes on with “{name}”: {standing.done} of {standing.total} answered."
            if standing.done
            else f"One tap starts “{name}”: {counted(standing.total, 'question')}, in order."
        )
    lead = html(f"{count}, each answer explained from the article. {starts}")
    return (
        f'<h1 class="title" tabindex="-1" data-focus="start">{html(title)}</h1>'
        f'<p class="lead">{lead if questions else ""}</p>'
    )
