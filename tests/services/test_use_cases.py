"""The use cases over a real store: resuming, progress, own data, codes, the keeper's export."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

from bme_quiz.content.bank import Audience
from bme_quiz.content.problems import ContentError
from bme_quiz.content.table import BYTE_ORDER_MARK
from bme_quiz.rules.quiz.attempt import Stage
from bme_quiz.services.accounts.my_data import MyData
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.progress import progress_view
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz
from bme_quiz.services.retention import Forgetting, anonymous_responses, write_csv, write_json
from bme_quiz.services.settings import (
    ENV_DATABASE,
    ENV_FORGET_AFTER,
    default_database,
    parse_age,
    read_settings,
)
from bme_quiz.services.store import Store
from tests.support.attempts import ME, NOW, YOU, attempt, response
from tests.support.courses import MULTIPLE, ROWS, course_of, row
from tests.support.rooms import room


@pytest.fixture
def quiz(sqlite_store: Store, small_course: Course) -> Quiz:
    return Quiz(small_course, sqlite_store.attempts, clock=lambda: NOW, random=Random(1))


def answer(quiz: Quiz, right: bool = True, learner: str = ME) -> str:
    now = quiz.current(learner)
    assert now is not None
    assert now.turn is not None
    question = quiz.course.by_id[now.turn.question_id]
    wrong = set(question.letters) - question.key
    quiz.answer(learner, now.id, now.turn, question.key if right else wrong, 2.5)
    quiz.move_on(learner, now.id, now.turn)
    return question.id


def with_course(quiz: Quiz, course: Course) -> Quiz:
    return Quiz(course, quiz.attempts, quiz.clock, quiz.random)


def test_changed_questions_are_dropped_and_the_others_go_on(quiz: Quiz) -> None:
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    first = answer(quiz, right=False)
    second = answer(quiz)
    rest = [i for i in quiz.course.by_id if i not in (first, second)]
    changed = [
        {**r, "stem": f"{r['stem']} (reworded)"} if r["id"] == first else r
        for r in ROWS
        if r["id"] != rest[0]
    ]
    after = with_course(quiz, course_of(changed))
    standing = after.standing(ME)
    assert standing.dropped == 2
    assert standing.attempt is not None
    assert [
        d.question_id for d in standing.attempt.drawn if d.question_id in (first, rest[0])
    ] == []
    assert [r.turn.question_id for r in standing.attempt.responses] == [second]
    assert standing.attempt.queue == (rest[1],)
    assert answer(after) == rest[1]
    ended = after.current(ME)
    assert ended is not None
    assert ended.stage is Stage.FINISHED
    assert sum(r.mark for r in ended.first_tries) == 2.0
    # Mended back, the dropped ones are there again with their answers.
    before = quiz.current(ME)
    assert before is not None
    assert {r.turn.question_id for r in before.responses} == {first, second, rest[1]}


def test_an_explanation_of_a_question_that_was_dropped_is_left_behind(quiz: Quiz) -> None:
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    now = quiz.current(ME)
    assert now is not None
    assert now.turn is not None
    gone = now.turn.question_id
    quiz.answer(ME, now.id, now.turn, quiz.course.by_id[gone].key)
    after = with_course(quiz, course_of([r for r in ROWS if r["id"] != gone]))
    standing = after.standing(ME)
    assert standing.attempt is not None
    assert standing.attempt.stage is Stage.ASKING
    following = answer(after)
    left = after.current(ME)
    assert left is not None
    assert (left.moved_on, [r.turn.question_id for r in left.responses]) == (1, [following])


def test_where_no_question_is_left_the_attempt_is_over(quiz: Quiz) -> None:
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    standing = with_course(quiz, course_of([row(id="new-01")])).standing(ME)
    assert (standing.attempt, standing.dropped) == (None, 4)


def test_a_typo_in_a_reason_drops_nothing(quiz: Quiz) -> None:
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    mended = course_of([{**r, "why_a": r["why_a"] + " Indeed."} for r in ROWS])
    assert with_course(quiz, mended).standing(ME).dropped == 0


def test_missed_questions_are_retried_across_sittings_until_right(quiz: Quiz) -> None:
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    missed = {answer(quiz, right=False), answer(quiz, right=False)}
    quiz.start(ME, Choice(("load",), 1))  # another sitting in between
    assert {q.id for q in quiz.missed_ever(ME)} == missed
    retry = quiz.retry_all_missed(ME)
    assert retry is not None
    assert {d.question_id for d in retry.drawn} == missed
    right = answer(quiz)
    assert {q.id for q in quiz.missed_ever(ME)} == missed - {right}
    answer(quiz)
    assert quiz.missed_ever(ME) == ()
    assert quiz.retry_all_missed(ME) is None


def test_an_attempt_knows_the_bank_and_the_article_it_came_from(quiz: Quiz) -> None:
    made = quiz.start(ME, Choice(audience=Audience.STUDENT))
    assert made is not None
    assert made.article == quiz.course.article.fingerprint != ""
    other = course_of([*ROWS[:1], MULTIPLE])
    assert made.bank == quiz.course.bank_fingerprint != other.bank_fingerprint


def test_progress_counts_sections_and_the_learners_own_days(quiz: Quiz) -> None:
    late = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)
    times = iter([late, late, late, late + timedelta(hours=2)])
    quiz = Quiz(quiz.course, quiz.attempts, lambda: next(times), Random(1))
    quiz.start(ME, Choice(count=EVERY_QUESTION))  # takes the first time
    ids = [answer(quiz, right=False), answer(quiz), answer(quiz)]
    practised = quiz.attempts.practised(ME)
    view = progress_view(quiz.course, practised, 1, UTC)
    assert (view.answered, view.met, view.questions, view.missed) == (3, 3, 4, 1)
    assert [(d.day.isoformat(), d.answered, d.points) for d in view.days] == [
        ("2026-01-02", 1, 1.0),
        ("2026-01-01", 2, 1.0),
    ]
    met = {s.section.id: (s.questions, s.met, s.points) for s in view.sections}
    for section, (questions, seen, points) in met.items():
        of_section = [i for i in ids if quiz.course.by_id[i].section == section]
        assert (questions, seen) == (2, len(of_section))
        assert points == sum(1.0 for i in of_section if i != ids[0])
    berlin = progress_view(quiz.course, practised, 1, timezone(timedelta(hours=1)))
    assert [(d.day.isoformat(), d.answered) for d in berlin.days] == [("2026-01-02", 3)]


def test_downloads_hold_the_texts_as_they_were_shown_and_no_id(
    quiz: Quiz, sqlite_store: Store
) -> None:
    quiz.start(ME, Choice(("rest",), EVERY_QUESTION, Audience.PATIENT))
    now = quiz.current(ME)
    assert now is not None
    assert now.turn is not None
    quiz.answer(ME, now.id, now.turn, ["a", "b"], 2.5)
    mine = MyData(sqlite_store.records, sqlite_store.review_records, ME)
    text = mine.as_csv()
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert [(r["question"], r["your_answer"], r["mark"], r["seconds"]) for r in rows] == [
        ("Which two of these help a leg?", "Crutches | Walking on", "0.0", "2.5")
    ]
    whole = json.loads(mine.as_json())
    (one,) = whole["attempts"]
    assert one["responses"][0]["ticked"] == ["a", "b"]
    assert one["questions"][0]["text"]["stem"] == "Which two of these help a leg?"
    assert ME not in mine.as_json() + mine.as_csv()
    yours = json.loads(MyData(sqlite_store.records, sqlite_store.review_records, YOU).as_json())
    assert yours["attempts"] == []


def test_the_keepers_export_names_nobody_and_cannot_be_laid_beside_another(
    quiz: Quiz, sqlite_store: Store
) -> None:
    for learner in (ME, YOU):
        quiz.start(learner, Choice(count=EVERY_QUESTION))
        answer(quiz, right=False, learner=learner)
        answer(quiz, learner=learner)

    def export() -> Iterator[dict[str, object]]:
        return anonymous_responses(sqlite_store.records)

    first, second = list(export()), list(export())
    assert [r["position"] for r in first] == [1, 2, 1, 2]
    assert len({r["attempt"] for r in first}) == 2
    assert not {r["attempt"] for r in first} & {r["attempt"] for r in second}
    written = io.StringIO(newline="")
    assert write_csv(export(), written) == 4
    for secret in (ME, YOU, *(k.attempt.id for k in sqlite_store.records.attempts(ME))):
        assert secret not in written.getvalue()
    assert {r["date"] for r in csv.DictReader(io.StringIO(written.getvalue()))} == {"2026-03-04"}
    as_json = io.StringIO()
    assert write_json(export(), as_json) == 4
    assert [r["mark"] for r in json.loads(as_json.getvalue())] == [r["mark"] for r in first]
    nothing = io.StringIO()
    assert write_json(iter(()), nothing) == 0
    assert json.loads(nothing.getvalue()) == []


def test_forgetting_runs_by_itself_and_stops(sqlite_store: Store) -> None:
    sqlite_store.attempts.add(ME, attempt())
    sqlite_store.attempts.add(YOU, attempt("new", started_at=NOW + timedelta(days=181)))
    sqlite_store.rooms.add(room())
    forgetting = Forgetting(
        sqlite_store.records,
        timedelta(days=180),
        every=0.01,
        clock=lambda: NOW + timedelta(days=181),
    )
    forgetting.start()
    pause = threading.Event()
    for _ in range(200):
        if sqlite_store.attempts.latest(ME) is None:
            break
        pause.wait(0.02)
    forgetting.stop()
    assert sqlite_store.attempts.latest(ME) is None
    assert sqlite_store.rooms.by_id("room") is None
    assert sqlite_store.attempts.latest(YOU) is not None
    assert not sqlite_store.attempts.add_response(ME, "first", response("load-01"), "rev")


@pytest.mark.parametrize(("text", "days"), [("180d", 180), ("26w", 182), ("2y", 730), (" 0d", 0)])
def test_ages(text: str, days: int) -> None:
    assert parse_age(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "180", "d", "-1d", "1.5d", "180 d", "1m", "9999999d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_age(text)


def test_settings_say_where_answers_are_kept_and_when_they_are_forgotten() -> None:
    settings = read_settings({ENV_DATABASE: " sqlite:////x/q.db ", ENV_FORGET_AFTER: "180d"})
    assert settings.database == "sqlite:////x/q.db"
    assert settings.forget_after == timedelta(days=180)
    assert read_settings({}).database == default_database()
    assert default_database().endswith("bme-quiz.db")
    assert read_settings({}).forget_after is None
    with pytest.raises(ContentError, match="BME_QUIZ_FORGET_AFTER: 'soon' is no length of time"):
        read_settings({ENV_FORGET_AFTER: "soon"})
