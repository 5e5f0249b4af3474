"""Use cases of the quiz: start, answer, move on, see results, retry.

Each takes a learner and what the page showed, and may be repeated without harm: a second
click, a second tab or a page from yesterday changes nothing that was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from bme_quiz.content.bank import Audience, Question
from bme_quiz.rules.quiz.attempt import (
    Attempt,
    Preset,
    Response,
    Stage,
    Turn,
    set_mark,
    without_set_mark,
)
from bme_quiz.rules.quiz.drawing import draw, form, rest_of_set
from bme_quiz.rules.quiz.marking import mark_answer
from bme_quiz.services.clock import SYSTEM_RANDOM, utc_now
from bme_quiz.services.course import Course
from bme_quiz.services.quota import QUESTIONS_OF_PORTION, Added, Admit, admit_all, is_known
from bme_quiz.storage.quiz.repository import AttemptRepository, Practised

DEFAULT_COUNT = 10
COUNTS = (5, 10, 20)
EVERY_QUESTION = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a learner chose on the start page.

    Attributes:
        sections: ids; empty means all.
        count: how many are drawn; may be EVERY_QUESTION.
        set_name: a set to be taken in its order, in place of a draw; empty for a draw.
    """

    sections: tuple[str, ...] = ()
    count: int = DEFAULT_COUNT
    audience: Audience = Audience.BOTH
    set_name: str = ""


@dataclass(frozen=True, slots=True)
class SetStanding:
    """Where a learner stands in a set.

    Attributes:
        total: how many questions it has for them.
        left: how many are to come before it is through, this time.
        is_through: whether all of it was answered before.
    """

    total: int
    left: int
    is_through: bool

    @property
    def done(self) -> int:
        """How many were answered this time."""
        return self.total - self.left


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands.

    Attributes:
        attempt: the latest attempt as the page should show it; None where there is none, or
            nothing of it is left.
        dropped: how many of its questions were changed or taken out since it began.
        is_new: nothing is kept of this learner, of their cards neither.
    """

    attempt: Attempt | None
    dropped: int = 0
    is_new: bool = False


class NothingChosenError(Exception):
    """An answer came without a ticked option."""


@dataclass(frozen=True, slots=True)
class Quiz:
    """The use cases over one course and one store; clock and random come from outside.

    Whatever begins a quiz or records an answer raises
    :class:`~bme_quiz.services.quota.TooMuchAddedError`, and stores nothing, where ``admit`` does.
    """

    course: Course
    attempts: AttemptRepository
    clock: Callable[[], datetime] = utc_now
    random: Random = SYSTEM_RANDOM
    admit: Admit = admit_all

    def start(self, learner: str, choice: Choice, preset: Preset = Preset.LEARN) -> Attempt | None:
        """Begin an attempt; None where the choice admits no question."""
        if choice.set_name:
            return self._start_set(learner, choice, preset)
        pool = self.course.questions_for(choice.sections, choice.audience)
        if not pool:
            return None
        count = choice.count if choice.count != EVERY_QUESTION else len(pool)
        seed = self.random.getrandbits(63)
        drawn = draw(pool, count, self.attempts.times_answered(learner), seed)
        return self._begin(learner, drawn, seed, choice.sections, choice.audience, preset)

    def _start_set(self, learner: str, choice: Choice, preset: Preset) -> Attempt | None:
        """Begin, or take up, a set in its order."""
        pool = self.course.set_for(choice.set_name, choice.audience)
        if not pool:
            return None
        sections = set_mark(choice.set_name)
        rest = rest_of_set(pool, self.attempts.answered_in(learner, sections))
        seed = self.random.getrandbits(63)
        return self._begin(learner, rest, seed, sections, choice.audience, preset)

    def set_standing(self, learner: str, name: str, audience: Audience) -> SetStanding:
        """Where the learner stands in a set."""
        pool = self.course.set_for(name, audience)
        answered = self.attempts.answered_in(learner, set_mark(name))
        rest = rest_of_set(pool, answered)
        return SetStanding(
            len(pool), len(rest), is_through=bool(pool) and all(answered.get(q.id) for q in pool)
        )

    def retry_missed(self, learner: str) -> Attempt | None:
        """Begin an attempt over what the latest one missed; None where nothing was."""
        latest = self.current(learner)
        if latest is None:
            return None
        missed = [self.course.by_id[i] for i in latest.missed if i in self.course.by_id]
        if not missed:
            return None
        seed = self.random.getrandbits(63)
        again = draw(missed, len(missed), {}, seed)
        return self._begin(
            learner,
            again,
            seed,
            # What is retried out of a set is no second pass through it.
            without_set_mark(latest.sections),
            Audience(latest.audience),
            latest.preset,
        )

    def retry_all_missed(self, learner: str) -> Attempt | None:
        """Begin an attempt over what is missed in all sittings; None where nothing is."""
        missed = self.missed_ever(learner)
        if not missed:
            return None
        seed = self.random.getrandbits(63)
        again = draw(missed, len(missed), {}, seed)
        return self._begin(learner, again, seed, (), Audience.BOTH, Preset.LEARN)

    def missed_ever(self, learner: str) -> tuple[Question, ...]:
        """The questions whose latest first try, in whichever sitting, was not fully right."""
        missed = self.attempts.missed(learner)
        return tuple(self.course.by_id[i] for i in missed if i in self.course.by_id)

    def practised(self, learner: str) -> tuple[Practised, ...]:
        """The first tries of all sittings, oldest first."""
        return self.attempts.practised(learner)

    def standing(self, learner: str) -> Standing:
        """The learner's latest attempt, without questions that are no longer as they were.

        Under the letters of a changed question other options may stand now, so it can neither
        be asked on nor shown with its answer.
        """
        kept = self.attempts.kept(learner)
        return replace(self.standing_in(kept.latest), is_new=not kept.known)

    def standing_in(self, attempt: Attempt | None) -> Standing:
        """Where an attempt stands that was already read whole."""
        if attempt is None:
            return Standing(None)
        known, asked = self.course.known_by_id, self.course.by_id
        same = [d.question_id for d in attempt.drawn if d.found_in(known)]
        dropped = len(attempt.drawn) - len(same)
        # What was retired since is passed over without a word.
        retired = [name for name in same if name not in asked]
        kept = attempt.keeping(same, retired)
        return Standing(kept if kept.drawn else None, dropped)

    def current(self, learner: str) -> Attempt | None:
        """The learner's latest attempt as the page should show it, or None."""
        return self.standing(learner).attempt

    def answer(
        self,
        learner: str,
        attempt_id: str,
        turn: Turn,
        ticked: Collection[str],
        seconds: float | None = None,
        known: Standing | None = None,
    ) -> Standing:
        """Record an answer; where the learner then stands.

        ``known``, here and below, is where the learner stood when last seen. It spares reading
        that again: the store makes the change only where it is still so.

        Raises:
            NothingChosenError: no option is ticked.
        """

        def respond(attempt: Attempt, after: int | None) -> Attempt | None:
            if attempt.stage is not Stage.ASKING or attempt.turn != turn:
                return None
            question = self.course.by_id[turn.question_id]
            letters = tuple(letter for letter in question.letters if letter in set(ticked))
            if not letters:
                raise NothingChosenError
            self.admit(Added.ENTRY, 1, lambda: self._is_known(learner))
            response = Response(
                turn=turn,
                ticked=letters,
                mark=mark_answer(question, letters),
                answered_at=self.clock(),
                seconds=seconds,
            )
            new = self.attempts.add_response(
                learner, attempt_id, response, question.revision, after
            )
            return attempt.respond(response) if new else None

        return self._step(learner, attempt_id, respond, known)

    def move_on(
        self, learner: str, attempt_id: str, turn: Turn, known: Standing | None = None
    ) -> Standing:
        """Leave the explanation of this turn; where the learner then stands."""

        def leave(attempt: Attempt, after: int | None) -> Attempt | None:
            left = self.attempts.leave(learner, attempt_id, turn, after)
            return attempt.move_on(turn) if left else None

        return self._step(learner, attempt_id, leave, known)

    def end(self, learner: str, attempt_id: str, known: Standing | None = None) -> Standing:
        """Go to the results; where the learner then stands."""

        def end(attempt: Attempt, after: int | None) -> Attempt | None:
            return attempt.end() if self.attempts.end(learner, attempt_id, after) else None

        return self._step(learner, attempt_id, end, known)

    def take_up(self, learner: str, attempt_id: str) -> Standing:
        """Go on with a quiz that was stopped before its end; where the learner then stands."""
        self.attempts.take_up(learner, attempt_id)
        return self.standing(learner)

    def _step(
        self,
        learner: str,
        attempt_id: str,
        change: Callable[[Attempt, int | None], Attempt | None],
        known: Standing | None,
    ) -> Standing:
        """Make a change in the store; where the learner then stands.

        Args:
            change: takes an attempt and how many responses it must still have for the change to
                be made, None for however many; gives the attempt with the change, None where
                it was not made.
        """
        # Where questions were dropped the attempt is not as it is stored, and a count says nothing.
        if known is not None and known.attempt is not None and not known.dropped:
            attempt = known.attempt
            changed = change(attempt, len(attempt.responses)) if attempt.id == attempt_id else None
            if changed is not None:
                return Standing(changed)
        found = self.standing(learner)
        if found.attempt is None or found.attempt.id != attempt_id:
            return found
        change(found.attempt, None)
        return self.standing(learner)

    def _begin(
        self,
        learner: str,
        drawn: Sequence[Question],
        seed: int,
        sections: tuple[str, ...],
        audience: Audience,
        preset: Preset,
    ) -> Attempt:
        portions = -(-len(drawn) // QUESTIONS_OF_PORTION)
        self.admit(Added.QUIZ, portions, lambda: self._is_known(learner))
        attempt = Attempt(
            id=f"{self.random.getrandbits(128):032x}",
            preset=preset,
            seed=seed,
            started_at=self.clock(),
            sections=sections,
            audience=audience.value,
            drawn=form(drawn, seed),
            bank=self.course.bank_fingerprint,
            article=self.course.article.fingerprint,
        )
        self.attempts.add(learner, attempt, drawn, self.course.identity.language)
        return attempt

    def _is_known(self, learner: str) -> bool:
        return is_known(self.attempts.first_answer(learner), self.clock())
