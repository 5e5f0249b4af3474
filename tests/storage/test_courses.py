"""Several courses on one database: none disturbs another, and each is who it says it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from bme_quiz.cli.main import main
from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import parse_course
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.identity import Identity
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import write_table
from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.accounts.devices import Devices
from bme_quiz.services.accounts.my_data import MyData
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.course import Course, load_course, make_course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz
from bme_quiz.services.retention import anonymous_responses, purge
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import ENV_QUESTIONS
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.schema import courses, learner_courses, metadata
from tests.support.attempts import ME, YOU
from tests.support.courses import ARTICLE, MULTIPLE, ROWS, TRUE_FALSE, row, write_course
from tests.support.rooms import Clock

GLOSSARY = b"""term,definition,section,quote
load,What pushes on a bone.,load,A load pushes on the bone.
boot,A stiff shoe.,rest,A boot protects the foot.
"""
KNEES = [row(card="yes"), row(id="load-02", stem="Which of these lets a bone mend?"), MULTIPLE]
KNEES += [TRUE_FALSE]
# The same ids in the same sections, and other words.
HIPS = [{**r, "stem": f"Of hips: {r['stem']}"} for r in KNEES]


def course(rows: list[dict[str, str]], name: str | None, title: str = "Of knees") -> Course:
    """A course with cards; without ``course.toml`` where it has no name."""
    columns = (*COLUMNS, "card")
    data = write_table(columns, [{"card": "", **r} for r in rows]).encode()
    article = ARTICLE.replace("Knees and loads", title).encode()
    made = make_course(Path("small"), parse_course(data, article))
    assert made.problems == ()
    terms, _ = parse_glossary(GLOSSARY)
    stated = None if name is None else Identity(name, title, is_stated=True)
    return replace(made, terms=terms, stated=stated)


@dataclass
class Desk:
    """A learner's quiz, cards and sessions in one course."""

    store: Store
    course: Course
    clock: Clock
    seed: int = 1

    def __post_init__(self) -> None:
        self.own = self.store.of(self.course)
        rng = Random(self.seed)
        self.quiz = Quiz(self.course, self.own.attempts, self.clock, rng)
        self.cards = Cards(self.course, self.own.reviews, UTC, self.clock)
        self.rooms = Rooms(self.course, self.own.rooms, self.clock, rng, rng.choice)

    def begins(self) -> None:
        assert self.quiz.start(ME, Choice(count=EVERY_QUESTION)) is not None

    def answers(self, right: bool) -> str:
        known = self.quiz.standing(ME)
        now = known.attempt
        assert now is not None
        assert now.turn is not None
        question = self.course.by_id[now.turn.question_id]
        ticked = question.key if right else set(question.letters) - question.key
        after = self.quiz.answer(ME, now.id, now.turn, ticked, known=known)
        self.quiz.move_on(ME, now.id, now.turn, known=after)
        self.clock.goes_on(timedelta(seconds=20))
        return question.id

    def rates(self, rating: Rating) -> str:
        front = self.cards.queue(ME).current
        assert front is not None
        assert self.cards.answer(ME, Answer(front.card_id, front.number, rating))
        self.clock.goes_on(timedelta(seconds=20))
        return front.card_id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def knees(store: Store, clock: Clock) -> Desk:
    return Desk(store, course(KNEES, "knees"), clock)


@pytest.fixture
def hips(store: Store, clock: Clock, knees: Desk) -> Desk:
    """The second course on the same database."""
    del knees
    return Desk(store, course(HIPS, "hips", "Of hips"), clock, seed=2)


def test_a_quiz_goes_on_at_the_same_question_after_work_in_another_course(
    knees: Desk, hips: Desk
) -> None:
    for one, other in ((knees, hips), (hips, knees)):
        one.begins()
        one.answers(right=False)
        before = one.quiz.standing(ME)
        missed, times = one.quiz.missed_ever(ME), one.own.attempts.times_answered(ME)
        practised = one.quiz.practised(ME)
        other.begins()
        while other.quiz.current(ME).turn is not None:  # type: ignore[union-attr]
            other.answers(right=True)
        assert one.quiz.standing(ME) == before
        assert before.attempt is not None
        assert before.attempt.turn is not None
        assert one.quiz.missed_ever(ME) == missed
        assert one.own.attempts.times_answered(ME) == times
        assert one.quiz.practised(ME) == practised
        assert one.answers(right=True) == before.attempt.turn.question_id


def test_an_attempt_can_be_answered_ended_and_taken_up_in_its_own_course_only(
    knees: Desk, hips: Desk
) -> None:
    knees.begins()
    now = knees.quiz.current(ME)
    assert now is not None
    assert now.turn is not None
    hips.quiz.answer(ME, now.id, now.turn, ["a"])
    hips.quiz.end(ME, now.id)
    assert knees.quiz.current(ME) == now
    knees.quiz.end(ME, now.id)
    hips.quiz.take_up(ME, now.id)
    assert hips.quiz.current(ME) is None
    assert knees.quiz.take_up(ME, now.id).attempt == now


def test_cards_of_two_courses_are_two_decks(knees: Desk, hips: Desk) -> None:
    hips.cards.set_wishes(ME, 3, 0.8)
    knees.rates(Rating.GOOD)
    again = knees.rates(Rating.AGAIN)
    before, log = knees.cards.queue(ME), knees.own.review_records.log(ME)
    assert hips.cards.queue(ME).new == 3
    met = [hips.rates(Rating.EASY) for _ in range(3)]
    assert hips.cards.queue(ME).new == 0
    assert {card for card, _ in log} <= set(met), "the courses are to have cards of one name"
    hips.cards.add_for_tomorrow(ME, "q:rest-01")
    knees.clock.now -= timedelta(seconds=60)
    assert knees.cards.queue(ME) == before
    assert knees.own.review_records.log(ME) == log
    assert knees.cards.settings(ME).new_per_day == 10
    assert hips.cards.settings(ME).retention == 0.8
    # The latest rating here, whatever was rated there since.
    assert before.undo is not None
    assert knees.cards.undo(ME, before.undo)
    assert knees.cards.queue(ME).current.card_id == again  # type: ignore[union-attr]
    assert len(hips.own.review_records.log(ME)) == 3
    for desk in (knees, hips):
        assert desk.own.review_records.compare(ME).differing == 0
    until = knees.clock.now + timedelta(days=400)
    assert sum(hips.own.review_records.figures(ME, until).states.values()) == 3
    assert sum(knees.own.review_records.figures(ME, until).states.values()) == 1


def test_a_session_is_found_in_its_own_course_only(knees: Desk, hips: Desk) -> None:
    here = knees.rooms.start(Kind.DISCUSS, Choice(count=2))
    there = hips.rooms.start(Kind.DISCUSS, Choice(count=2))
    assert here is not None
    assert there is not None
    for desk, mine, other in ((knees, here, there), (hips, there, here)):
        assert desk.rooms.recent() == (mine,)
        assert desk.rooms.by_code(mine.code) == mine
        assert desk.rooms.by_code(other.code) is None
        assert not desk.rooms.was_code(other.code)
        assert desk.rooms.room(other.id) is None
        assert desk.rooms.go_on(other.id, 0) is None
    assert hips.rooms.go_on(there.id, 0) == there.at(1)
    assert knees.rooms.room(here.id) == here


def work(*desks: Desk) -> None:
    """Something of every kind in each course."""
    for desk in desks:
        desk.begins()
        desk.answers(right=True)
        desk.rates(Rating.GOOD)
        desk.cards.set_wishes(ME, 5, 0.85)
        assert desk.rooms.start(Kind.DISCUSS, Choice(count=2)) is not None


def test_erasing_takes_everything_of_a_learner_in_every_course(
    store: Store, knees: Desk, hips: Desk
) -> None:
    work(knees, hips)
    MyData(knees.own.records, knees.own.review_records, ME).erase()
    for desk in (knees, hips):
        assert not desk.quiz.attempts.kept(ME).known
        assert desk.own.review_records.log(ME) == ()
    rows = store.database.read(
        lambda c: {t.name: c.execute(select(t)).all() for t in metadata.sorted_tables}
    )
    assert {name for name, found in rows.items() if found} == {
        *("courses", "rooms", "question_texts")
    }


def test_what_is_taken_along_says_of_each_thing_which_course_it_is_of(
    knees: Desk, hips: Desk
) -> None:
    work(knees, hips)
    mine = MyData(hips.own.records, hips.own.review_records, ME)
    whole = json.loads(mine.as_json())
    assert [a["course"] for a in whole["attempts"]] == ["knees", "hips"]
    assert [q["text"]["language"] for a in whole["attempts"] for q in a["questions"]] == ["en"] * 8
    assert {(r["course"], r["card"]) for r in whole["cards"]["reviews"]} == {
        ("knees", "t:load>"),
        ("hips", "t:load>"),
    }
    assert {(c["course"], c["new_per_day"]) for c in whole["cards"]["courses"]} == {
        ("knees", 5),
        ("hips", 5),
    }
    rows = list(csv.DictReader(io.StringIO(mine.as_csv().lstrip("\ufeff"))))
    assert [r["course"] for r in rows] == ["knees", "hips"]


def test_another_device_gets_the_cards_of_every_course(
    store: Store, knees: Desk, hips: Desk, clock: Clock
) -> None:
    work(knees, hips)
    hips.own.attempts.add(YOU, knees.quiz.current(ME))  # type: ignore[arg-type]
    devices = Devices(store.device_codes, clock, Random(3).choice)
    hips.own.reviews.set_wishes(YOU, 9, 0.9)
    code = devices.new_code(YOU)
    assert code is not None
    assert devices.claim(code.text, ME, "192.0.2.1") == YOU
    for desk in (knees, hips):
        assert [card for card, _ in desk.own.review_records.log(YOU)] == ["t:load>"]
        assert desk.own.review_records.compare(YOU).differing == 0
        assert desk.own.review_records.compare(YOU).cards == 1
        assert sum(desk.own.attempts.times_answered(YOU).values()) == 1
    assert hips.cards.settings(YOU).new_per_day == 9


def test_forgetting_goes_by_course(store: Store, knees: Desk, hips: Desk, clock: Clock) -> None:
    work(knees, hips)
    clock.goes_on(timedelta(days=100))
    hips.answers(right=True)
    hips.rates(Rating.GOOD)
    purged = purge(store.records, timedelta(days=30), clock.now)
    assert (purged.attempts, purged.learners, purged.sessions) == (1, 0, 2)
    assert knees.own.review_records.log(ME) == ()
    assert knees.cards.settings(ME).new_per_day == 10
    assert len(hips.own.review_records.log(ME)) == 2
    assert hips.cards.settings(ME).new_per_day == 5
    assert hips.quiz.current(ME) is not None


def test_the_keeper_may_mean_one_course(
    store: Store,
    knees: Desk,
    hips: Desk,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    work(knees, hips)
    folder = write_course(tmp_path / "hips", HIPS)
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))
    (folder / "course.toml").write_text('id = "hips"\ntitle = "Of hips"', "utf-8")
    address = ["--database", store.database.url.render_as_string(hide_password=False)]
    rows = list(anonymous_responses(store.records))
    assert sorted(r["course"] for r in rows) == ["hips", "knees"]
    assert main(["responses", "--course", "hips", *address]) == 0
    out = capsys.readouterr().out
    assert [r["course"] for r in csv.DictReader(io.StringIO(out))] == ["hips"]
    for _ in range(8):
        clock.goes_on(timedelta(days=1))
        knees.rates(Rating.AGAIN)
    assert main(["rebuild-cards", "--check", "--course", "hips", *address]) == 0
    assert capsys.readouterr().out == "Compared 1 schedule of 1 learner; 0 were wrong.\n"
    assert main(["rebuild-cards", "--check", *address]) == 0
    assert "of 1 learner; 0 were wrong" in capsys.readouterr().out
    assert main(["leeches", *address]) == 0
    assert "1 of 1 learner  knees: " in capsys.readouterr().out
    assert main(["leeches", "--course", "hips", *address]) == 0
    assert capsys.readouterr().out == "No card is set aside.\n"
    assert main(["courses", *address]) == 0
    assert capsys.readouterr().out == "knees  Of knees\nhips  Of hips\n"
    assert main(["purge", "--older-than", "0d", "--course", "knees", *address]) == 0
    assert capsys.readouterr().out == "Forgot 1 attempt, 0 learners and 1 session.\n"
    assert hips.quiz.current(ME) is not None
    for command in (["responses"], ["leeches"], ["rebuild-cards"], ["purge", "--older-than", "1d"]):
        assert main([*command, "--course", "hands", *address]) == 2
        assert "No course 'hands' was served on" in capsys.readouterr().err


# --- who a course is


def test_an_id_with_another_title_and_other_questions_is_refused_in_a_sentence(
    store: Store, knees: Desk
) -> None:
    knees.begins()
    other = course(HIPS, "knees", "Of hips")
    for _ in range(2):
        with pytest.raises(
            ContentError, match=r"the id 'knees' is that of another course.*“Of knees”.*course.toml"
        ):
            store.of(other)
    assert knees.quiz.current(ME) is not None


@pytest.mark.parametrize("stated", [True, False])
def test_a_course_that_is_retitled_stays_who_it_is(
    store: Store, clock: Clock, stated: bool
) -> None:
    before = Desk(store, course(KNEES, "knees" if stated else None), clock)
    before.begins()
    first = before.quiz.current(ME)
    # Half of its questions are mended and one is new.
    mended = [
        *KNEES[:2],
        *({**r, "stem": f"{r['stem']} Say."} for r in KNEES[2:]),
        row(id="n", stem="And this?"),
    ]
    after = Desk(store, course(mended, "knees" if stated else None, "About knees"), clock)
    assert after.own.key == before.own.key
    assert after.own.attempts.latest(ME) == first
    (known,) = store.shelf.registry.all()
    assert (known.title, known.questions.keys()) == ("About knees", {r["id"] for r in mended})


def test_a_course_that_states_its_id_later_keeps_what_it_has(store: Store, clock: Clock) -> None:
    before = Desk(store, course(KNEES, None), clock)
    hips = Desk(store, course(HIPS, None, "Of hips"), clock, seed=2)
    work(before, hips)
    mine, theirs = before.quiz.current(ME), hips.quiz.current(ME)
    assert Desk(store, course(KNEES, "patella"), clock).quiz.current(ME) == mine
    assert Desk(store, course(HIPS, "coxa", "Of hips"), clock).quiz.current(ME) == theirs
    assert [one.id for one in store.shelf.registry.all()] == ["patella", "coxa"]
    # The id that the second one had is free, and does not lead to its rows.
    third = Desk(store, course([row(stem="Else?", id="x")], "of-hips", "Of hips"), clock)
    assert third.quiz.current(ME) is None


def test_two_courses_without_an_id_under_one_title_are_not_taken_for_one(
    store: Store, clock: Clock
) -> None:
    mine = Desk(store, course([row(id=f"mine-{n}", stem=f"Mine {n}?") for n in "ab"], None), clock)
    mine.begins()
    theirs = course([row(id=f"theirs-{n}", stem=f"Theirs {n}?") for n in "ab"], None)
    with pytest.raises(ContentError, match=r"the id 'of-knees' is that of another course"):
        store.of(theirs)


def test_an_id_under_which_nothing_is_kept_is_free(store: Store, clock: Clock) -> None:
    Desk(store, course([row()], "mine", "A course to begin from"), clock)
    rewritten = Desk(store, course(HIPS, "mine", "Of hips"), clock)
    rewritten.begins()
    assert [one.title for one in store.shelf.registry.all()] == ["Of hips"]


def test_programs_agree_on_which_course_is_the_first(address: str) -> None:
    stores = [make_store(address) for _ in range(2)]
    made = [course(KNEES, "knees"), course(HIPS, "hips", "Of hips")]
    keys = [[store.of(one).key for one in made] for store in stores]
    assert keys == [["", "hips"], ["", "hips"]]
    for store in stores:
        store.database.close()


def test_a_course_is_looked_for_once_and_nothing_is_written_where_nothing_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = course(KNEES, "knees")
    store.of(one)

    def refuse(*_: object) -> None:
        raise StorageError("nobody may write")

    def same(_: object) -> Callable[..., None]:
        return refuse

    monkeypatch.setattr(store.database, "write", refuse)
    assert store.of(one).key == ""
    fresh = make_store(store.database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(fresh.database, "write", refuse)
    assert fresh.of(course(KNEES, "knees")).key == ""
    monkeypatch.setattr(store.database, "read", refuse)
    assert store.of(course(KNEES, "knees")).key == ""
    # An edit while the database is away leaves the course where it is.
    assert store.of(course(KNEES[1:], "knees")).key == ""
    with pytest.raises(StorageError):
        store.of(course(HIPS, "hips", "Of hips"))
    del same
    fresh.database.close()


def test_a_database_that_was_put_back_is_asked_anew(store: Store, clock: Clock) -> None:
    """A copy from before a course was there knows nothing of it."""
    Desk(store, course(KNEES, "knees"), clock)
    hips = Desk(store, course(HIPS, "hips", "Of hips"), clock, seed=2)
    hips.begins()
    store.database.write(lambda c: c.execute(courses.delete()))
    store.database.close()
    again = Desk(store, course(HIPS, "hips", "Of hips"), clock)
    assert again.quiz.current(ME) == hips.quiz.current(ME)
    assert store.database.read(lambda c: c.execute(select(courses.c.key)).scalars().all()) == [
        "hips"
    ]


# --- what an earlier release left


def rows_of(store: Store, table: str) -> list[str]:
    return list(
        store.database.read(
            lambda c: c.execute(text(f"SELECT course FROM {table}")).scalars()  # noqa: S608
        )
    )


def test_what_was_made_with_two_courses_is_given_to_each(store: Store, clock: Clock) -> None:
    """Releases without ids wrote for whatever course they served."""
    knees, hips = course(KNEES, "knees"), course(HIPS, "hips", "Of hips")
    quizzes = [Quiz(one, store.attempts, clock, Random(n)) for n, one in enumerate((knees, hips))]
    begun = [quiz.start(ME, Choice(count=EVERY_QUESTION)) for quiz in quizzes]
    rooms = [Rooms(one, store.rooms, clock, Random(n)) for n, one in enumerate((knees, hips))]
    held = [one.start(Kind.DISCUSS, Choice(count=3)) for one in rooms]
    for _ in range(2):
        assert store.shelf.begin(knees) == ""
        assert store.shelf.begin(hips) == ""
    desks = [Desk(store, one, clock) for one in (knees, hips)]
    assert [desk.quiz.current(ME) for desk in desks] == begun
    assert [desk.rooms.recent() for desk in desks] == [(one,) for one in held]
    assert sorted(rows_of(store, "attempts")) == sorted(rows_of(store, "rooms")) == ["", "hips"]


def test_where_it_cannot_be_told_whose_answers_are_they_are_kept_and_it_is_said(
    store: Store, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    knees = course(KNEES, None)
    before = Quiz(knees, store.attempts, clock, Random(9))
    before.start(ME, Choice(count=EVERY_QUESTION))
    mine = before.current(ME)
    cards = Cards(knees, store.reviews, UTC, clock)
    front = cards.queue(ME).current
    assert front is not None
    cards.answer(ME, Answer(front.card_id, 1, Rating.GOOD))
    cards.set_wishes(ME, 7, 0.9)

    hips = Desk(store, course(HIPS, "hips", "Of hips"), clock)
    assert hips.own.key == "hips"
    said = store.shelf.begin(hips.course)
    assert "1 quiz, 0 sessions and 1 card review in" in said
    assert said.endswith("python -m bme_quiz courses --claim hips")
    assert hips.quiz.current(ME) is None
    assert hips.cards.queue(ME).undo is None
    hips.begins()
    clock.goes_on(timedelta(minutes=1))
    assert hips.rates(Rating.EASY) == front.card_id
    theirs = hips.quiz.current(ME)

    again = Desk(store, knees, clock)
    assert (again.own.key, again.quiz.current(ME)) == ("", mine)
    assert store.shelf.begin(knees) == ""
    assert [e.rating for _, e in again.own.review_records.log(ME)] == [Rating.GOOD]
    assert hips.quiz.current(ME) == theirs
    del capsys


def test_the_keeper_may_say_whose_answers_are(
    store: Store, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bank that was rewritten from one release to the next."""
    address = ["--database", store.database.url.render_as_string(hide_password=False)]
    Quiz(course(KNEES, None), store.attempts, clock, Random(9)).start(ME, Choice(count=2))
    cards = Cards(course(KNEES, None), store.reviews, UTC, clock)
    front = cards.queue(ME).current
    assert front is not None
    cards.answer(ME, Answer(front.card_id, 1, Rating.GOOD))
    clock.goes_on(timedelta(minutes=1))

    new = Desk(store, course(HIPS, None, "Of hips"), clock)
    work(new)
    latest = new.quiz.current(ME)
    assert main(["courses", *address]) == 0
    assert "Of no course: 1 quiz, 0 sessions, 1 card review." in capsys.readouterr().out
    assert main(["courses", "--claim", "hands", *address]) == 2
    assert "Nothing to claim for 'hands': no course with this id" in capsys.readouterr().err
    assert main(["courses", "--claim", "of-hips", *address]) == 0
    assert capsys.readouterr().out == "of-hips  Of hips\n"
    assert main(["courses", "--claim", "of-hips", *address]) == 2
    assert "every answer on this database has its course" in capsys.readouterr().err

    store.database.close()
    after = Desk(store, new.course, clock)
    assert (after.own.key, after.quiz.current(ME)) == ("", latest)
    assert [(c, e.number, e.rating) for c, e in after.own.review_records.log(ME)] == [
        (front.card_id, 1, Rating.GOOD),
        (front.card_id, 2, Rating.GOOD),
    ]
    assert after.own.review_records.compare(ME).differing == 0
    assert after.cards.settings(ME).new_per_day == 5
    assert len(after.rooms.recent()) == 1
    for table in ("attempts", "reviews", "schedules", "rooms"):
        assert set(rows_of(store, table)) == {""}
    assert store.database.read(lambda c: c.execute(select(learner_courses)).all()) == []


def test_cards_alone_are_told_by_their_names(store: Store, clock: Clock) -> None:
    cards = Cards(course(KNEES, None), store.reviews, UTC, clock)
    front = cards.queue(ME).current
    assert front is not None
    cards.answer(ME, Answer(front.card_id, 1, Rating.GOOD))
    nothing_alike = replace(course([row(id="x", stem="Else?")], "else", "Else"), terms=())
    assert store.of(nothing_alike).key == "else"
    assert store.of(course(KNEES, None)).key == ""


def test_a_course_is_entered_when_it_is_served(small_folder: Path, store: Store) -> None:
    made = load_course(small_folder)
    assert store.shelf.begin(made) == ""
    (known,) = store.shelf.registry.all()
    assert (known.key, known.id, known.title, known.stated) == (
        *("", "knees-and-loads"),
        *("Knees and loads", False),
    )
    assert known.questions.keys() == {r["id"] for r in ROWS}
