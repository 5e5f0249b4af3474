"""A phone's pages as HTML, from what the services say that it shows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup
from starlette.responses import HTMLResponse

from bme_quiz.content.bank import QuestionType
from bme_quiz.routes import BARE, Addresses
from bme_quiz.server.http.templates import inline_css, inline_hash, render
from bme_quiz.server.phones import script
from bme_quiz.server.phones.streams import page_event
from bme_quiz.services.course import Course
from bme_quiz.services.rooms.phone_view import Asking, PhoneView, Revealed, Wait, Waiting
from bme_quiz.services.rooms.rooms import shown_code
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import words

T = TypeVar("T")

_CSS = inline_css("room.css")

_STYLES = f"style-src {inline_hash()} {inline_hash(_CSS)}"
_COMMON = f"default-src 'none'; {_STYLES}; form-action 'self'; base-uri 'none'"
# Our own scripts and pictures, events and answers from here, the frame that looks for a move.
POLICY = (
    f"{_COMMON}; script-src 'self' {inline_hash(script.WITHOUT)}; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'"
)
FRAME_POLICY = f"{_COMMON}; img-src data:; frame-ancestors 'self'"
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    # Whoever follows a source's link does not carry the session's code there. Without any
    # referrer browsers would not say either where a form was sent from.
    "referrer-policy": "same-origin",
}

# Seconds after which a page without script on which there is nothing to do looks again by itself.
# Where somebody ticks or reads, a frame in the page does.
_LOOK_AGAIN = 5

WAITS = {
    Wait.LOBBY: "You are in.",
    Wait.IS_IN: words.ANSWER_IS_IN,
    Wait.ALL_IN: "All your answers are in.",
    Wait.TALK: "Now comes the talk.",
    Wait.PRACTISED: "You have answered every question.",
    Wait.CHANGED: "This question cannot be shown.",
    Wait.OVER: "The session has ended. Thank you.",
}
"""The heading of each page on which there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Frame of a page, by its course: language, title and the way to help.

    Attributes:
        lang: the language of the course's texts.
        title: of the course.
        addresses: how the pages write their links.
        has_help: whether there is a page on when to get help.
    """

    lang: str = "en"
    title: str = words.PROGRAM
    has_help: bool = True
    addresses: Addresses = BARE

    @classmethod
    def of(cls, course: Course, addresses: Addresses) -> Frame:
        """The frame of a course's pages."""
        identity = course.identity
        return cls(identity.language, identity.title, course.help_section is not None, addresses)


class Pages:
    """The pages of one session at one step, each drawn once for all who see the same.

    Args:
        code: of the session, as it is stored.
        alone: whether everybody goes at their own pace.
        frame: what stands round them.
    """

    # Beyond this somebody makes them up; a hall sees a few dozen.
    _MOST = 2_000

    def __init__(self, code: str, *, alone: bool, frame: Frame = Frame()) -> None:
        self._code = code
        self._alone = alone
        self._frame = frame
        self._drawn: dict[Hashable, bytes] = {}

    def clear(self, frame: Frame | None = None) -> None:
        """Forget what was drawn; from now on in this frame, where one is given."""
        self._drawn.clear()
        self._frame = frame or self._frame

    def main(self, view: PhoneView, notice: str = "") -> bytes:
        """HTML of a page's ``<main>``, with a notice above it."""
        return self._once(("main", _key(view), notice), lambda: self._main(view, notice))

    def event(self, view: PhoneView, *, again: bool = False) -> bytes:
        """The event that puts a page on phones that have their script running.

        Args:
            again: whether they show another page of this step already.
        """
        return self._once(
            ("event", _key(view), again),
            lambda: page_event(view.step, self._main(view, ""), again=again).decode(),
        )

    def page(self, view: PhoneView, notice: str = "") -> bytes:
        """The whole page."""
        return self._once(("page", _key(view), notice), lambda: self._page(view, notice))

    def _once(self, key: Hashable, draw: Callable[[], str]) -> bytes:
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= self._MOST:
                self._drawn.clear()
            found = self._drawn[key] = draw().encode()
        return found

    def _main(self, view: PhoneView, notice: str) -> str:
        return main_html(view, self._code, notice, alone=self._alone, frame=self._frame)

    def _page(self, view: PhoneView, notice: str) -> str:
        addresses = self._frame.addresses
        return render(
            "phone.html",
            addresses,
            lang=self._frame.lang,
            of_what=self._frame.title,
            title=heading(view),
            main=Markup(self._main(view, notice)),  # noqa: S704 - from a template
            code=self._code,
            refresh=_refresh(view),
            room_css=_CSS,
            script=script.script_address(addresses),
            without=script.WITHOUT,
        )


def main_html(
    view: PhoneView, code: str, notice: str = "", *, alone: bool = False, frame: Frame = Frame()
) -> str:
    """HTML of a page's ``<main>``.

    Args:
        code: of the session, as it is stored.
        notice: a sentence about what was just sent; empty for none.
        alone: whether everybody goes at their own pace.
        frame: what stands round it.
    """
    addresses = frame.addresses
    common = {
        "view": view,
        "code": code,
        "shown_code": shown_code(code),
        "heading": heading(view),
        "notice": notice,
        "picture": Markup(pieces.picture(view.picture, addresses)),  # noqa: S704 - escaped by the pieces
        "disclaimer": words.DISCLAIMER,
        "has_help": frame.has_help,
        "help": words.PAGE_HELP,
    }
    if isinstance(view, Asking):
        return render(
            "phone_asking.html",
            addresses,
            several=view.type is QuestionType.MULTIPLE,
            tick_all=words.TICK_ALL,
            button=words.CHECK_ANSWER if alone else words.SEND_ANSWER,
            **common,
        )
    if isinstance(view, Revealed):
        return render("phone_revealed.html", addresses, **_explained(view, addresses), **common)
    return render("phone_waiting.html", addresses, **common)


def _explained(view: Revealed, addresses: Addresses) -> dict[str, object]:
    found = view.explanation
    options, _ = pieces.options(found.options, (), addresses)
    verdict = view.verdict
    return {
        "verdict": verdict,
        "verdict_class": pieces.VERDICT_CLASS[verdict] if verdict else "",
        "partly": f"{view.mark:.2g}" if view.mark is not None and 0 < view.mark < 1 else "",
        "explanation": Markup(  # noqa: S704 - escaped by the pieces
            options + pieces.grounds(found.grounds, (), addresses, linked=False)
        ),
        "next_question": words.NEXT_QUESTION,
    }


def heading(view: PhoneView) -> str:
    """The heading of a page, which is its title too."""
    if isinstance(view, Waiting):
        return WAITS[view.why]
    return f"Question {view.number} of {view.total}"


def join_page(
    addresses: Addresses,
    notice: str = "",
    typed: str = "",
    status: int = 200,
    left: str | None = None,
) -> HTMLResponse:
    """The form for the code, with a notice above it.

    Args:
        left: the code of a session that this phone comes from.
    """
    body = render(
        "join.html",
        addresses,
        notice=notice,
        typed=typed,
        room_css=_CSS,
        join=words.JOIN,
        left=left,
        shown_code=shown_code(left) if left else "",
    )
    return answer(body, status)


def send_again_page(
    addresses: Addresses, notice: str, code: str, fields: list[tuple[str, str]], status: int
) -> HTMLResponse:
    """What somebody without script gets whose answer was not taken, to send it once more.

    Args:
        fields: names and values of the answer's form.
    """
    body = render(
        "phone_again.html",
        addresses,
        notice=notice,
        code=code,
        fields=fields,
        send_again=words.SEND_AGAIN,
        room_css=_CSS,
    )
    return answer(body, status)


def later_page(addresses: Addresses, notice: str, code: str, status: int) -> HTMLResponse:
    """What somebody in a session gets where its page cannot be shown just now; it looks again by
    itself, with script and without."""
    body = render(
        "phone_later.html",
        addresses,
        notice=notice,
        code=code,
        shown_code=shown_code(code),
        refresh=_LOOK_AGAIN,
        room_css=_CSS,
    )
    return answer(body, status)


def moved_page(
    addresses: Addresses, code: str, *, has_moved: bool | None, status: int = 200
) -> HTMLResponse:
    """The frame that says, without script, that the session has moved on.

    Args:
        has_moved: None where that cannot be seen just now.
    """
    body = render(
        "phone_moved.html",
        addresses,
        code=code,
        has_moved=has_moved,
        refresh=_LOOK_AGAIN,
        room_css=_CSS,
    )
    return answer(body, status, FRAME_POLICY)


def answer(body: str | bytes, status: int = 200, policy: str = POLICY) -> HTMLResponse:
    """HTML that nobody keeps and that may do only what ``policy`` says."""
    return HTMLResponse(body, status, {**HEADERS, "content-security-policy": policy})


def _refresh(view: PhoneView) -> int:
    """Seconds after which the page looks again by itself; 0 where it is never to."""
    return _LOOK_AGAIN if isinstance(view, Waiting) and view.why is not Wait.OVER else 0


def _key(view: PhoneView) -> Hashable:
    """What tells views of one session at one step apart."""
    if isinstance(view, Revealed):
        states = tuple(option.state for option in view.explanation.options)
        return (view.step, view.number, states, view.mark, view.next_number)
    return view
