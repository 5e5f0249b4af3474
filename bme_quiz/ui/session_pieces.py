"""Blocks of the projector view as HTML strings; see ``pieces`` for how blocks are made.

Counts, never people. What is not revealed yet is not in the view that these are made from.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bme_quiz.content.glossary import Term
from bme_quiz.rules.room import SECOND, Kind, Room, Stage
from bme_quiz.rules.room_report import FEWEST_FOR_PERCENTAGES
from bme_quiz.services.addresses import join_page, session_page
from bme_quiz.services.board_view import BoardView, Shares
from bme_quiz.services.qr import qr_svg
from bme_quiz.services.rooms import shown_code
from bme_quiz.services.views import Explanation, OptionView
from bme_quiz.ui import pieces
from bme_quiz.ui.safe import html

_ROUNDS = {1: "Before", 2: "After"}


def door() -> str:
    """What everybody else sees of the educator's page."""
    return (
        '<h1 class="title">Educator\'s page</h1><p class="lead">This page is for whoever leads a '
        'session with a group. It opens with a passcode.</p><p class="lead">'
        '<a href="/educator" target="_self">Type the passcode</a></p>'
        '<p>To take part in a session: <a href="/join" target="_self">join with its code</a>.</p>'
    )


def leave() -> str:
    """Closes the educator's page in this browser; a form, since a cookie has to go."""
    return (
        '<form method="post" action="/educator/leave"><button class="plain-button">'
        "Close the educator's page on this computer</button></form>"
    )


def heading(room: Room, view: BoardView) -> str:
    """What is going on; takes the focus when a new step is on the page."""
    text = {
        Stage.LOBBY: "Join in with your phone",
        Stage.FORM: f"{'After' if view.round == SECOND else 'Before'} the talk",
        Stage.TALK: "The talk",
        Stage.PRACTICE: "At your own pace",
    }.get(view.stage, f"Question {view.number} of {view.total}")
    name = html(f"session-{room.id}-{room.step}")
    return f'<h1 class="step" tabindex="-1" data-focus="{name}">{text}</h1>'


def ways_in(room: Room, base: str, large: bool) -> str:
    """How to come in: the address in full, the code, and both as a picture.

    Args:
        base: the address of the server as phones have it.
        large: for the lobby, where there is nothing else to see.
    """
    straight = session_page(base, room.code)
    picture = base64.b64encode(qr_svg(straight).encode()).decode()
    code = html(shown_code(room.code))
    return (
        f'<div class="ways-in{" large" if large else ""}"><div>'
        f'<p>Open this address</p><p class="address">{html(join_page(base))}</p>'
        f'<p>and type the code</p><p class="code">{code}</p>'
        '<p class="fine">or point the camera at the picture. Nobody is asked for a name.</p></div>'
        f'<img class="qr" src="data:image/svg+xml;base64,{picture}" '
        f'alt="QR code that leads to {html(straight)}"></div>'
    )


def way_in_line(room: Room, base: str) -> str:
    """The same in one line, for whoever comes late."""
    return (
        f'<p class="fine late">Join: <b>{html(join_page(base))}</b>, code '
        f"<b>{html(shown_code(room.code))}</b></p>"
    )


def what_to_do(view: BoardView) -> str:
    """What people in the room are to do now, where no question is on."""
    count = "one question" if view.total == 1 else f"{view.total} questions"
    text = {
        Stage.FORM: f"Answer {'the same ' if view.round == SECOND else ''}{count} on your phone. "
        + (
            "The answers are shown afterwards."
            if view.round == SECOND
            else "What is right comes after the talk."
        ),
        Stage.TALK: "Put your phone aside, but keep the page open: the same questions come again.",
        Stage.PRACTICE: f"{count[0].upper()}{count[1:]} on your phone, each explained as soon as "
        "you have answered it.",
    }[view.stage]
    return f'<p class="to-do">{text}</p>'


def asked(view: BoardView) -> str:
    """A question that is open."""
    if view.changed:
        return changed()
    items = "".join(
        f'<li><span class="place">{place}</span><span>{html(text)}</span></li>'
        for place, (_, text) in enumerate(view.options, 1)
    )
    return f'<p class="stem">{html(view.stem)}</p><ol class="choices">{items}</ol>'


def changed() -> str:
    """In place of a question that is no longer the one that was drawn."""
    return (
        '<p class="to-do">This question was changed or taken out after the session began, so it '
        "is left out. Go on to the next step.</p>"
    )


def revealed(view: BoardView, terms: Sequence[Term]) -> str:
    """A question with how it was answered, what is right, every reason and the passage."""
    found = view.explanation
    if found is None:
        return changed()
    stem, left = view.stem, tuple(terms)
    rows = "".join(
        _choice(place, letter, option, view.shares)
        for place, ((letter, _), option) in enumerate(
            zip(view.options, found.options, strict=True), 1
        )
    )
    return (
        f'<p class="stem">{html(stem)}</p>{_answered(view.shares, found)}'
        f'<ol class="choices told">{rows}</ol>'
        + pieces.passage(found.section, found.passages, left, None)
        + pieces.sources(found.sources, found.sources_are_sections)
    )


def _answered(shares: Sequence[Shares], found: Explanation) -> str:
    several = sum(option.state.is_key for option in found.options) > 1
    told = []
    for share in shares:
        when = f"{_ROUNDS[share.round]}: " if len(shares) > 1 else ""
        people = "one person" if share.answered == 1 else f"{share.answered or 'nobody'}"
        text = f"{when}{people} answered"
        if share.answered == 1:
            text += ", so it is not shown how"
        elif several and share.answered:
            text += f", {share.all_right} chose all the right answers and no wrong one"
        told.append(f"{text[0].upper()}{text[1:]}.")
    return f'<p class="answered">{" ".join(told)}</p>'


def _choice(place: int, letter: str, option: OptionView, shares: Sequence[Shares]) -> str:
    sign, state = pieces.STATE_IN_WORDS[option.state]
    # One person's answer would be known to be theirs.
    bars = "".join(_bar(s, letter, len(shares) > 1) for s in shares if s.answered > 1)
    return (
        f'<li class="{option.state}"><span class="place">{place}</span><div class="said">'
        f'<p class="option">{html(option.text)}</p>'
        f'<p class="why"><b class="state"><span aria-hidden="true">{sign}</span> {state}.</b> '
        f"{html(option.why)}</p>{pieces.refutation(option)}</div>"
        f'<div class="bars">{bars}</div></li>'
    )


def _bar(share: Shares, letter: str, named: bool) -> str:
    count = share.chosen[letter]
    text = f"{count} of {share.answered}"
    if share.answered >= FEWEST_FOR_PERCENTAGES:
        text += f" ({100 * count / share.answered:.0f} %)"
    name = f'<span class="round">{_ROUNDS[share.round]}</span> ' if named else ""
    width = f"{100 * count / share.answered:.1f}"
    return (
        f'<p class="num">{name}{text}</p><div class="bar" aria-hidden="true">'
        f'<span style="width:{width}%"></span></div>'
    )


def counts(view: BoardView) -> str:
    """How many are here and how far they are; drawn anew every second."""
    here = "1 is here" if view.joined == 1 else f"{view.joined or 'Nobody'} {_is(view.joined)} here"
    if view.stage is Stage.ASKING and not view.changed:
        return _of(view.answered, view.joined, "answered")
    if view.stage in (Stage.FORM, Stage.PRACTICE):
        return _of(view.begun, view.joined, "begun") + _of(view.answered, view.joined, "finished")
    if view.stage is Stage.LOBBY and not view.joined:
        here = "Nobody is here yet"
    return f'<div class="count"><p>{here}</p></div>'


def _is(count: int) -> str:
    return "are" if count > 1 else "is"


def _of(count: int, joined: int, what: str) -> str:
    width = f"{100 * count / joined if joined else 0:.0f}"
    verb = "has" if joined == 1 else "have"
    return (
        f'<div class="count"><p><b>{count}</b> of <b>{joined}</b> {verb} {what}</p>'
        f'<div class="bar" aria-hidden="true"><span style="width:{width}%"></span></div></div>'
    )


def keys(button: str) -> str:
    """Which keys press the main button."""
    return (
        f'<p class="fine keys">{html(button)}: <kbd>Enter</kbd>, <kbd>→</kbd> or '
        "<kbd>Page Down</kbd></p>"
    )


def end_question(room: Room, text: str) -> str:
    """Asked once before a session is ended; takes the focus."""
    name = html(f"session-{room.id}-{room.step}-end")
    return f'<p class="end-question" tabindex="-1" data-focus="{name}">{html(text)}</p>'


KINDS = {
    Kind.DISCUSS: "Discuss",
    Kind.BEFORE_AFTER: "Before and after a talk",
    Kind.OWN_PACE: "Own pace",
}
PURPOSES = {
    Kind.DISCUSS: "One question at a time: people answer, you reveal the answer, and all of you "
    "talk about it.",
    Kind.BEFORE_AFTER: "The same questions before and after your talk. Nothing is revealed until "
    "the second time is over; then you see what was learned.",
    Kind.OWN_PACE: "Everybody goes through the questions alone and sees each explanation at once. "
    "You see how far they are.",
}


def listed(room: Room, when: str, over: bool) -> str:
    """A session in the list of those of the last days."""
    phase = room.phase
    if over:
        where = "over"
    elif phase.question is not None:
        where = f"at question {phase.question + 1} of {len(room.drawn)}"
    else:
        where = {
            Stage.LOBBY: "not begun yet",
            Stage.FORM: f"answers {'after' if phase.round == SECOND else 'before'} the talk",
            Stage.TALK: "during the talk",
            Stage.PRACTICE: "under way",
        }.get(phase.stage, "")
    code = "" if over else f", code <b>{html(shown_code(room.code))}</b>"
    return f'<p class="listed"><b>{html(KINDS[room.kind])}</b>, {html(when)}: {where}{code}</p>'
