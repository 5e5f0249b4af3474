"""HTML blocks of the projector's view.

Counts, never people. What is not revealed yet is not in the view that these are made from.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bme_quiz.content.glossary import Term
from bme_quiz.routes import EDUCATOR, EDUCATOR_LEAVE, JOIN, ROOM, Addresses
from bme_quiz.rules.rooms.groups import Share
from bme_quiz.rules.rooms.room import SECOND, Kind, Room, Stage
from bme_quiz.rules.rounding import percent
from bme_quiz.rules.wording import agreeing, counted
from bme_quiz.services.addresses import invited_page, is_private
from bme_quiz.services.quiz.views import OptionView
from bme_quiz.services.rooms.projector_view import BoardView, Shares
from bme_quiz.services.rooms.qr import qr_svg
from bme_quiz.services.rooms.rooms import room_key, shown_code
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.rooms.report_figures import share_in_words
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html


def door(addresses: Addresses) -> str:
    """What everybody else sees of the educator's page."""
    return (
        '<h1 class="title">Educator\'s page</h1><p class="lead">This page is for whoever leads a '
        'session with a group. It opens with a passcode.</p><p class="lead">'
        f'<a href="{addresses.to(EDUCATOR)}" target="_self">Type the passcode</a></p>'
        f'<p>To take part in a session: <a href="{addresses.to(JOIN)}" target="_self">join with '
        "its code</a>.</p>"
    )


def leave(addresses: Addresses) -> str:
    """Closes the educator's page in this browser; a form, since a cookie has to go."""
    return (
        f'<form method="post" action="{addresses.to(EDUCATOR_LEAVE)}">'
        '<button class="plain-button">'
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
    return (
        f'<div class="top"><h1 class="step" tabindex="-1" data-focus="{name}">{text}</h1>'
        f"{_note(view)}</div>"
    )


def ways_in(room: Room, phones: Addresses, large: bool) -> str:
    """How to come in: the address in full, the code, and both as a picture.

    Args:
        phones: addresses of the server as phones have them.
        large: for the lobby, where there is nothing else to see.
    """
    straight = phones.to(ROOM, code=room.code)
    drawn = qr_svg(invited_page(phones, room.code, room_key(room)))
    picture = base64.b64encode(drawn.encode()).decode()
    code = html(shown_code(room.code))
    return (
        f'<div class="ways-in{" large" if large else ""}"><div>'
        f'<p>Open this address</p><p class="address">{html(phones.to(JOIN))}</p>'
        f'<p>and type the code</p><p class="code">{code}</p>'
        '<p class="fine">or point the camera at the picture. Nobody is asked for a name.'
        f"{_same_network(phones)}</p></div>"
        f'<img class="qr" src="data:image/svg+xml;base64,{picture}" '
        f'alt="QR code that leads to {html(straight)}"></div>'
    )


def _same_network(phones: Addresses) -> str:
    return " Phones need the same Wi-Fi as this computer." if is_private(phones.host) else ""


def way_in_line(room: Room, phones: Addresses) -> str:
    """Address and code in one line, for latecomers."""
    return (
        f'<p class="late">Join: <b>{html(phones.to(JOIN))}</b>, code '
        f'<b class="late-code">{html(shown_code(room.code))}</b></p>'
    )


def what_to_do(view: BoardView) -> str:
    """What people in the room are to do now, where no question is on."""
    if view.stage is Stage.TALK:
        return (
            '<p class="to-do calm">Leave your phone for now, but keep its page open: the same '
            "questions come again.</p>"
        )
    count = counted(view.total, "question", in_words=True)
    if view.stage is Stage.PRACTICE:
        there = f"There {agreeing(view.total, 'is', 'are')}"
        text = f"{there} {count} on your phone, each explained once you answer it."
    elif view.round == SECOND:
        text = f"Answer the same {count} on your phone. What is right is shown afterwards."
    else:
        text = f"Answer {count} on your phone. What is right is shown after the talk."
    return f'<p class="to-do">{text}</p>'


def asked(view: BoardView, addresses: Addresses) -> str:
    """A question that is open."""
    if view.changed:
        return changed()
    items = "".join(
        f'<li><span class="place">{place}</span><span>{html(text)}</span></li>'
        for place, (_, text) in enumerate(view.options, 1)
    )
    return (
        f'{pieces.picture(view.picture, addresses)}<p class="stem">{html(view.stem)}</p>'
        f'<ol class="choices">{items}</ol>'
    )


def changed() -> str:
    """In place of a question that is no longer the one that was drawn."""
    return (
        '<p class="to-do">This question was changed or taken out after the session began, so it '
        "is left out. Go on to the next step.</p>"
    )


def revealed(view: BoardView, terms: Sequence[Term], addresses: Addresses) -> str:
    """A question with how it was answered, what is right, every reason and the passage."""
    found = view.explanation
    if found is None:
        return changed()
    rows = "".join(
        _choice(place, letter, option, view.shares)
        for place, ((letter, _), option) in enumerate(
            zip(view.options, found.options, strict=True), 1
        )
    )
    return (
        f'{pieces.picture(view.picture, addresses)}<p class="stem">{html(view.stem)}</p>'
        '<h2 class="visually-hidden">How it was answered</h2>'
        f'<ol class="choices told">{rows}</ol>'
        + pieces.grounds(found.grounds, terms, addresses, linked=False)
    )


def _note(view: BoardView) -> str:
    """Beside the heading: how to answer, and once it is revealed how many did."""
    if view.explanation is None:
        return f'<p class="note">{words.TICK_ALL}</p>' if view.several else ""
    if len(view.shares) > 1:
        before, after = view.shares
        told = f"{before.answered} answered both times"
        if view.several:
            told += f", {before.all_right} fully right before and {after.all_right} after"
        if view.once:
            told += (
                f". {view.once} answered only once and {agreeing(view.once, 'is', 'are')} left out"
            )
        return f'<p class="note">{told}.</p>'
    (share,) = view.shares
    people = {0: "Nobody", 1: "One person"}.get(share.answered, str(share.answered))
    told = f"{people} answered"
    if view.round == SECOND and share.answered:
        told += f" {words.ROUNDS[share.round]} the talk"
    if share.answered == 1:
        told += ", so it is not shown how"
    elif view.several and share.answered:
        told += f", {share.all_right} fully right"
    return f'<p class="note">{told}.</p>'


def _choice(place: int, letter: str, option: OptionView, shares: Sequence[Shares]) -> str:
    sign, state = pieces.STATE_IN_WORDS[option.state]
    # One person's answer would be known to be theirs.
    bars = "".join(_bar(s, letter, len(shares) > 1) for s in shares if s.answered > 1)
    return (
        f'<li class="{option.state}"><span class="place">{place}</span><div class="said">'
        f'<p class="option">{html(option.text)}</p>'
        f'<p class="why"><b class="state"><span aria-hidden="true">{sign}</span> {state}.</b> '
        f'{html(option.why)}</p></div><div class="bars">{bars}</div></li>'
    )


def _bar(share: Shares, letter: str, named: bool) -> str:
    count = share.chosen[letter]
    text = share_in_words(Share(count, share.answered, share.answered))
    when = words.ROUNDS[share.round].capitalize()
    name = f'<span class="round">{when}</span> ' if named else ""
    width = percent(count, share.answered)
    return (
        f'<p class="num">{name}{text}</p><div class="bar" aria-hidden="true">'
        f'<span style="width:{width}%"></span></div>'
    )


def counts(view: BoardView) -> str:
    """How many have joined and how far they are; drawn anew every second.

    Of who is still there nothing is known: a phone that sleeps is as silent as one that left.
    """
    if view.stage is Stage.ASKING and view.joined and not view.changed:
        return _of(view.answered, view.joined, "answered")
    if view.stage in (Stage.FORM, Stage.PRACTICE) and view.joined:
        return _of(view.begun, view.joined, "begun") + _of(view.answered, view.joined, "finished")
    joined = (
        f"{view.joined} {agreeing(view.joined, 'has', 'have')} joined"
        if view.joined
        else "Nobody has joined yet"
    )
    return f'<div class="count"><p>{joined}</p></div>'


def _of(count: int, joined: int, what: str) -> str:
    width = percent(count, joined) if joined else 0
    have = agreeing(joined, "has", "have")
    return (
        f'<div class="count"><p><b>{count}</b> of <b>{joined}</b> {have} {what}</p>'
        f'<div class="bar" aria-hidden="true"><span style="width:{width}%"></span></div></div>'
    )


def keys(button: str, more_below: bool) -> str:
    """Which keys press the main button, and how to see what is further down."""
    scroll = "<kbd>↓</kbd> scrolls, " if more_below else ""
    return (
        f'<p class="fine keys">{scroll}<kbd>Enter</kbd>, <kbd>→</kbd> or <kbd>Page Down</kbd>: '
        f"{html(button)}</p>"
    )


def way_back() -> str:
    """In place of the keys while it is asked whether the session is to end."""
    return '<p class="fine keys"><kbd>Esc</kbd>: go on</p>'


def what_the_end_brings() -> str:
    """Beside the last button: what it takes away is not asked about."""
    return f'<p class="fine end-brings">{html(words.WHAT_THE_END_BRINGS)}</p>'


def lost() -> str:
    """Shown by the style sheet while the browser has lost the server and the buttons are off."""
    return f'<p class="lost">{html(words.SESSION_LOST)}</p>'


def end_question(room: Room, text: str) -> str:
    """Asked once before a session is ended; takes the focus."""
    name = html(f"session-{room.id}-{room.step}-end")
    return f'<p class="end-question" tabindex="-1" data-focus="{name}">{html(text)}</p>'


PURPOSES = {
    Kind.DISCUSS: "One question at a time: people answer, you reveal the answer, and all of you "
    "talk about it.",
    Kind.BEFORE_AFTER: "The same questions before and after your talk. Nothing is revealed until "
    "the second time is over; then you see what was learned.",
    Kind.OWN_PACE: "Everybody goes through the questions alone and sees each explanation at once. "
    "You see how far they are.",
}


def title(text: str, name: str) -> str:
    """The heading of a page without a session under way; takes the focus when it comes."""
    return f'<h1 class="title" tabindex="-1" data-focus="{html(name)}">{html(text)}</h1>'


def subheading(text: str) -> str:
    """The heading of a part of the start page."""
    return f"<h2>{html(text)}</h2>"


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
    kind = html(words.SESSION_KINDS[room.kind])
    return f'<p class="listed"><b>{kind}</b>, {html(when)}: {where}{code}</p>'
