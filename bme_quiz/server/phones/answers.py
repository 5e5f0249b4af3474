"""Answers from phones: nothing is said to be in before it is on the disk."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Self

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bme_quiz.routes import ROOM
from bme_quiz.rules.rooms.room import Outcome, OwnAnswer, Stage
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.forms import NOT_FROM_HERE, is_same_origin, read_form
from bme_quiz.server.phones import pages
from bme_quiz.server.phones.admission import Reception, RefusedError, Visit, address_of
from bme_quiz.server.phones.hub import Hub
from bme_quiz.server.phones.limits import Limits, RefusalLog
from bme_quiz.server.phones.live_room import Live
from bme_quiz.server.phones.response_batches import Desk
from bme_quiz.server.phones.seat_cookies import give_seat
from bme_quiz.services.quiz.quiz import NothingChosenError
from bme_quiz.services.rooms.rooms import Given
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import NewAnswer
from bme_quiz.ui.shell import words

# A form of ours has less than a hundred bytes.
_LONGEST_FORM = 2_000
_NOTHING = "nothing"
_CHANGED = "changed"
_NOTES = {
    Outcome.LATE.value: words.CAME_LATE,
    Outcome.TWICE.value: words.CAME_TWICE,
    Outcome.ENDED.value: words.CAME_AFTER_END,
    Outcome.FULL.value: words.ROOM_IS_FULL,
    _NOTHING: words.NOTHING_TICKED,
    _CHANGED: words.QUESTION_CHANGED,
}
_ALONE_NOTES = {**_NOTES, _NOTHING: words.NOTHING_TICKED_ALONE}


def note(live: Live, kind: str, *, is_asked: bool = True) -> str:
    """The sentence about what was just sent, by its name in the page's address; empty for none.

    Args:
        is_asked: a question is on the page. Whoever goes back to an address that said "nothing is
            chosen", and has answered since, is not told so again.
    """
    if kind == _NOTHING and not is_asked:
        return ""
    notes = _ALONE_NOTES if live.room.phase.stage is Stage.PRACTICE else _NOTES
    return notes.get(kind, "")


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of an answer's form."""

    step: int
    position: int
    ticked: tuple[str, ...]

    @classmethod
    def of_form(cls, form: dict[str, list[str]]) -> Self | None:
        """The fields as sent; None where they are none of ours."""
        numbers = [form.get(name, [""])[0] for name in ("step", "position")]
        # Python reads other digits too, and takes its time with thousands of them.
        if not all(n.isascii() and n.isdecimal() and len(n) < 5 for n in numbers):
            return None
        return cls(int(numbers[0]), int(numbers[1]), tuple(form.get("option", ()))[:10])

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values, to be sent once more."""
        options = [("option", letter) for letter in self.ticked]
        return [("step", str(self.step)), ("position", str(self.position)), *options]


class Answers:
    """The address to which answers are sent."""

    def __init__(
        self,
        hub: Hub,
        reception: Reception,
        limits: Limits,
        log: RefusalLog,
        desk: Desk[NewAnswer, Outcome],
    ) -> None:
        self._hub = hub
        self._reception = reception
        self._limits = limits
        self._log = log
        self._desk = desk

    async def take(self, request: Request) -> Response:
        """Take an answer and show what follows, or say why it was not taken.

        A phone's script gets the content of ``<main>``, or with an error status a sentence in
        plain text; whoever has no script is sent back to the page.

        Raises:
            RefusedError: it is no form of ours, or there is no such session.
            StorageError: the database cannot be used now.
            ContentError: the course cannot be read.
        """
        if not is_same_origin(request):
            raise RefusedError(403, NOT_FROM_HERE, "a form of another site")
        visit = await self._reception.visit(request)
        form = await read_form(request, _LONGEST_FORM)
        if form is None:
            raise RefusedError(413, words.ANSWER_UNREADABLE, "a form that is too long")
        sent = Sent.of_form(form)
        if sent is None:
            raise RefusedError(400, words.ANSWER_UNREADABLE, "a form that is none of ours")
        if visit.seat is None:
            answer = self._not_taken(request, visit, sent, 403, words.NO_SEAT, "no cookie")
            give_seat(request, answer)
            return answer
        if not self._limits.answers.take(visit.seat):
            return self._not_taken(
                request, visit, sent, 429, words.TOO_MANY_ANSWERS, "too many answers"
            )
        return await self._store(request, visit, visit.seat, sent)

    async def _store(self, request: Request, visit: Visit, seat: str, sent: Sent) -> Response:
        live = visit.live
        if sent.step > live.room.step:
            # The phone has heard of a move elsewhere that is news here.
            live = await self._anew(live)
        given = Given(live.room, seat, sent.step, sent.position, sent.ticked)
        try:
            new = live.rooms.new_answer(given)
        except NothingChosenError:
            # At one's own pace it is the question that comes again, not the last explanation.
            return await self._present(request, live, seat, _NOTHING, wanted=sent.position + 1)
        goes_on = sent.step == live.room.step and not live.is_over
        if new is None and goes_on and live.is_changed(sent.position):
            return await self._present(request, live, seat, _CHANGED, wanted=sent.position + 1)
        outcome: Outcome | None = Outcome.LATE
        if new is not None:
            try:
                outcome = await self._hand_in(live, new, visit.address)
            except StorageError:
                return self._not_taken(
                    request, visit, sent, 503, words.ANSWER_NOT_STORED, "the database is away"
                )
        if outcome is None:
            return self._not_taken(
                request, visit, sent, 429, words.MANY_COME_IN, "too many people at one address"
            )
        if outcome in (Outcome.STORED, Outcome.TWICE):
            live.seats.add(seat)
        if outcome is Outcome.STORED:
            # At the step that it was given for, all that is shown of somebody is this answer.
            own = None
            if new is not None and live.room.step == new.step:
                own = live.rooms.present_answer(live.room, new.ticked) or None
            return await self._present(request, live, seat, "", own)
        if outcome is Outcome.FULL:
            self._log.note("people in a full session")
        if outcome is not Outcome.TWICE:
            live = await self._anew(live)
        if live.is_over and outcome is not Outcome.TWICE:
            outcome = Outcome.ENDED
        return await self._present(request, live, seat, outcome.value)

    async def _hand_in(self, live: Live, new: NewAnswer, address: str | None) -> Outcome | None:
        """What became of an answer; None where whoever gave it may not come in just now."""
        if new.seat in live.seats or new.step < live.room.step:
            # At a step that has passed nobody comes in by an answer, so nobody is counted.
            return await self._desk.hand_in(new)

        def work(share: float) -> Awaitable[Outcome]:
            return self._desk.hand_in(replace(new, share=share))

        return await self._reception.let_in(live, new.seat, address, work)

    async def _anew(self, live: Live) -> Live:
        # One that is gone meanwhile is shown as it last was.
        return await self._hub.find(live.room.code, anew=True) or live

    async def _present(
        self,
        request: Request,
        live: Live,
        seat: str,
        kind: str,
        own: tuple[OwnAnswer, ...] | None = None,
        wanted: int | None = None,
    ) -> Response:
        """Where the session stands, with a word about what was sent."""
        if not _is_fetch(request):
            behind = {"on": wanted, "note": kind}
            query = {name: value for name, value in behind.items() if value}
            address = addresses_of(request.scope).to(ROOM, query, code=live.room.code)
            return RedirectResponse(address, 303, pages.HEADERS)
        if own is None:
            own = await self._hub.own(live, seat, address_of(request))
        main = live.pages.main(live.view(own, wanted), note(live, kind))
        return pages.answer(main, 409 if kind else 200)

    def _not_taken(
        self, request: Request, visit: Visit, sent: Sent, status: int, sentence: str, kind: str
    ) -> Response:
        """Say why, and keep what was chosen."""
        self._log.note(kind)
        if _is_fetch(request):
            return PlainTextResponse(sentence, status, pages.HEADERS)
        return pages.send_again_page(
            addresses_of(request.scope), sentence, visit.live.room.code, sent.fields, status
        )


def _is_fetch(request: Request) -> bool:
    """Whether a phone's script asks, and not its browser."""
    return request.headers.get("x-requested-with") == "fetch"
