"""What a phone shows: at every step, after every answer, and nothing of a key too early."""

from __future__ import annotations

import pytest

from bme_quiz.rules.quiz.marking import Verdict
from bme_quiz.rules.rooms.room import SECOND, Kind, Outcome, Room
from bme_quiz.services.quiz.views import OptionState
from bme_quiz.services.rooms.phone_view import (
    Asking,
    PhoneView,
    Revealed,
    Wait,
    Waiting,
    phone_view,
)
from bme_quiz.services.rooms.rooms import LIFE, Rooms
from bme_quiz.services.store import Store
from tests.support.courses import MULTIPLE, ROWS, course_of
from tests.support.rooms import (
    Clock,
    Person,
    moved_on,
    question_at,
    right,
    rooms_of,
    started,
    wrong,
)


def sees(person: Person, wanted: int | None = None) -> PhoneView:
    return phone_view(person.rooms, person.room, person.own, wanted)


def why(view: PhoneView) -> Wait:
    assert isinstance(view, Waiting)
    return view.why


def asked(view: PhoneView) -> int:
    """The number of the question that is asked."""
    assert isinstance(view, Asking)
    assert view.number == view.position + 1
    return view.number


def revealed(view: PhoneView) -> Revealed:
    assert isinstance(view, Revealed)
    return view


def test_a_discussion_from_the_lobby_to_the_end(rooms: Rooms) -> None:
    room = started(rooms, Kind.DISCUSS)
    anna, late = Person(rooms, room.id, "anna"), Person(rooms, room.id, "late")
    assert why(sees(anna)) is Wait.LOBBY
    for position in range(4):
        room = moved_on(rooms, room)
        view = sees(anna)
        assert isinstance(view, Asking)
        question = question_at(rooms, room, position)
        drawn = room.drawn[position]
        assert (view.step, view.position, view.round) == (room.step, position, 1)
        assert (view.number, view.total, view.stem) == (position + 1, 4, question.stem)
        assert view.type is question.type
        assert view.options == tuple((x, question.option(x).text) for x in drawn.order)
        ticked = right(question) if position % 2 else wrong(question)
        assert anna.sends(position, ticked) is Outcome.STORED
        waiting = sees(anna)
        assert isinstance(waiting, Waiting)
        assert (waiting.why, waiting.number, waiting.stem) == (
            *(Wait.IS_IN, position + 1, question.stem),
        )
        assert sorted(text for _, text in waiting.own) == sorted(
            question.option(x).text for x in ticked
        )
        assert asked(sees(late)) == position + 1, "who comes late joins at the present question"
        room = moved_on(rooms, room)
        mine, other = revealed(sees(anna)), revealed(sees(late))
        assert mine.verdict is (Verdict.CORRECT if position % 2 else Verdict.NOT_QUITE)
        assert mine.mark == position % 2
        assert (other.verdict, other.mark) == (None, None)
        assert mine.next_number is None
        assert [o.text for o in mine.explanation.options] == [text for _, text in view.options]
        assert mine.explanation.grounds.section.id == question.section
        assert mine.explanation.grounds.passages
        chosen = {o.text for o in mine.explanation.options if o.state.was_chosen}
        assert chosen == {question.option(x).text for x in ticked}
        states = {o.state for o in other.explanation.options}
        assert states == {OptionState.RIGHT, OptionState.WRONG}
    moved_on(rooms, room)
    assert why(sees(anna)) is why(sees(late)) is Wait.OVER


def test_the_ticked_texts_stand_in_the_order_shown(store: Store, clock: Clock) -> None:
    rooms = rooms_of(course_of([MULTIPLE]), store.rooms, clock)
    room = started(rooms, Kind.DISCUSS, 1)
    anna = Person(rooms, room.id, "anna")
    shown = sees(anna)
    assert isinstance(shown, Asking)
    anna.sends(0, ("a", "b", "c"))
    waiting = sees(anna)
    assert isinstance(waiting, Waiting)
    numbered = [(n, text, letter) for n, (letter, text) in enumerate(shown.options, 1)]
    assert list(waiting.own) == [(n, text) for n, text, letter in numbered if letter != "d"]


def test_forms_before_and_after_the_talk_reveal_nothing_until_both_are_in(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    anna, ben = Person(rooms, room.id, "anna"), Person(rooms, room.id, "ben")
    for position in range(4):
        assert asked(sees(anna)) == position + 1
        anna.sends(position, wrong(question_at(rooms, room, position)))
    assert why(sees(anna)) is Wait.ALL_IN
    assert asked(sees(ben)) == 1
    ben.sends(0, right(question_at(rooms, room, 0)))
    assert asked(sees(ben)) == 2
    room = moved_on(rooms, room)
    assert why(sees(anna)) is why(sees(ben)) is Wait.TALK
    room = moved_on(rooms, room)
    assert asked(sees(ben)) == 1, "the second form is the whole form again"
    for position in range(4):
        view = sees(anna)
        assert isinstance(view, Asking)
        assert (view.number, view.round) == (position + 1, SECOND)
        anna.sends(position, right(question_at(rooms, room, position)))
    assert why(sees(anna)) is Wait.ALL_IN
    room = moved_on(rooms, room)
    assert revealed(sees(anna)).verdict is Verdict.CORRECT
    shown = revealed(sees(ben))
    assert shown.verdict is None, "the answer before the talk is not taken for one after it"
    assert shown.number == 1


def test_at_ones_own_pace_each_answer_is_explained_and_then_the_next_is_asked(
    rooms: Rooms,
) -> None:
    room = started(rooms, Kind.OWN_PACE, 1)
    anna = Person(rooms, room.id, "anna")
    wanted: int | None = None
    for position in range(4):
        assert asked(sees(anna, wanted)) == position + 1
        anna.sends(position, right(question_at(rooms, room, position)))
        shown = revealed(sees(anna))
        assert (shown.number, shown.verdict) == (position + 1, Verdict.CORRECT)
        assert revealed(sees(anna, wanted)) == shown, "the page of the question, loaded again"
        wanted = shown.next_number
        assert wanted == position + 2
    assert why(sees(anna, wanted)) is Wait.PRACTISED
    assert revealed(sees(anna)).number == 4


@pytest.mark.parametrize("order", [(2, 0, 1, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_whatever_was_answered_out_of_turn_nobody_goes_round_in_a_circle(
    rooms: Rooms, order: tuple[int, ...]
) -> None:
    """A page from before, in another tab, may answer a question out of its turn."""
    room = started(rooms, Kind.OWN_PACE, 1)
    anna = Person(rooms, room.id, "anna")
    done: set[int] = set()
    for position in order:
        anna.sends(position, right(question_at(rooms, room, position)))
        done.add(position)
        shown = revealed(sees(anna))
        assert shown.number == position + 1, "the answer given last is the one explained"
        todo = [p + 1 for p in range(4) if p not in done]
        if todo:
            assert asked(sees(anna, shown.next_number)) == todo[0]
        else:
            assert why(sees(anna, shown.next_number)) is Wait.PRACTISED


@pytest.mark.parametrize("wanted", [-1, 0, 1, 2, 3, 99, 10**9])
def test_a_number_that_nobody_was_offered_shows_a_sound_page(rooms: Rooms, wanted: int) -> None:
    room = started(rooms, Kind.OWN_PACE, 1)
    anna = Person(rooms, room.id, "anna")
    assert asked(sees(anna, wanted)) == 1
    anna.sends(0, right(question_at(rooms, room, 0)))
    if wanted == 1:
        assert revealed(sees(anna, wanted)).number == 1
    else:
        assert asked(sees(anna, wanted)) == 2
    for kind, steps in ((Kind.DISCUSS, 3), (Kind.BEFORE_AFTER, 1)):
        led = Person(rooms, started(rooms, kind, steps).id, "anna")
        assert sees(led, wanted) == sees(led)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_expired_session_is_over_wherever_it_stood(
    rooms: Rooms, clock: Clock, kind: Kind, steps: int
) -> None:
    anna = Person(rooms, started(rooms, kind, steps).id, "anna")
    clock.goes_on(LIFE)
    assert why(sees(anna)) is Wait.OVER


def without(store: Store, clock: Clock, room: Room, position: int) -> Rooms:
    """The use cases once a question was taken out of the bank."""
    gone = room.drawn[position].question_id
    return rooms_of(course_of([r for r in ROWS if r["id"] != gone]), store.rooms, clock)


def test_a_question_taken_out_since_is_passed_over(
    rooms: Rooms, store: Store, clock: Clock
) -> None:
    room = started(rooms, Kind.DISCUSS, 1)
    after = without(store, clock, room, 0)
    anna = Person(after, room.id, "anna")
    assert why(sees(anna)) is Wait.CHANGED
    moved_on(after, room)
    assert why(sees(anna)) is Wait.CHANGED
    moved_on(after, anna.room)
    assert asked(sees(anna)) == 2

    room = started(rooms, Kind.BEFORE_AFTER, 1)
    after = without(store, clock, room, 1)
    ben = Person(after, room.id, "ben")
    met = []
    while isinstance(view := sees(ben), Asking):
        met.append(view.number)
        ben.sends(view.position, right(question_at(after, room, view.position)))
    assert met == [1, 3, 4]
    assert why(sees(ben)) is Wait.ALL_IN


def test_at_ones_own_pace_an_explanation_whose_question_went_gives_way_to_the_one_before(
    rooms: Rooms, store: Store, clock: Clock
) -> None:
    room = started(rooms, Kind.OWN_PACE, 1)
    before = Person(rooms, room.id, "anna")
    for position in (0, 1):
        before.sends(position, right(question_at(rooms, room, position)))
    after = Person(without(store, clock, room, 1), room.id, "anna")
    shown = revealed(sees(after))
    assert shown.number == 1
    assert asked(sees(after, shown.next_number)) == 3


def test_what_was_ticked_is_marked_as_the_answer_that_is_stored(rooms: Rooms) -> None:
    room = started(rooms, Kind.DISCUSS)
    assert rooms.present_answer(room, ("a",)) == ()
    room = moved_on(rooms, room)
    person = Person(rooms, room.id, "somebody")
    assert person.sends(0, "a") is Outcome.STORED
    (stored,) = person.own
    assert rooms.present_answer(moved_on(rooms, room), stored.ticked) == (stored,)
    assert rooms.present_answer(person.room, None) == ()
