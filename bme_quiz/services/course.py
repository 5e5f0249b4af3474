"""The course that learners get: sound questions only, parsed once, shared frozen."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from bme_quiz.content.article import Article, Section, Source, Span
from bme_quiz.content.bank import ESSENTIALS, Audience, Question
from bme_quiz.content.course import COURSE_FILES, CourseFiles, read_course
from bme_quiz.content.files import IMAGES_FOLDER
from bme_quiz.content.glossary import Term
from bme_quiz.content.identity import Identity, default_identity
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.table import OPEN_MARK
from bme_quiz.content.text import fingerprint
from bme_quiz.rules.cards.deck import Deck, make_deck
from bme_quiz.rules.checks.run import check, retired_questions, sound_questions
from bme_quiz.rules.passages import key_passages, wrong_passages
from bme_quiz.services.last_good import LastGood
from bme_quiz.storage.asked_texts import AskedText


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a question's key rests on.

    Attributes:
        passages: where the quotations of its key stand, and what refutes a wrong option in the
            box of the same section.
        sources: of the passages, or of their whole section where they cite nothing.
        boxed: by a wrong option's letter, the section in whose box its quotation lies.
    """

    section: Section
    passages: tuple[Span, ...]
    sources: tuple[Source, ...]
    sources_are_sections: bool
    boxed: Mapping[str, Section]


@dataclass(frozen=True)
class Course:
    """A course as pages use it.

    Attributes:
        questions: those that are asked.
        problems: what withholds questions, for the author; empty for a sound course.
        retired: questions that are asked no more; what was answered to them stands.
        stated: what ``course.toml`` says; None where the course has none.
        held: for the author, why this is not what its files now hold; empty where it is.
    """

    folder: Path
    article: Article
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    problems: tuple[Problem, ...]
    stated: Identity | None = None
    retired: tuple[Question, ...] = ()
    held: str = ""

    @cached_property
    def identity(self) -> Identity:
        """What the course is called, and what its sections are for."""
        return self.stated or default_identity(self.article)

    @property
    def help_section(self) -> Section | None:
        """The section on when to get help; None where the course has no such section."""
        return self.article.section(self.identity.roles.help)

    @cached_property
    def sections_to_read(self) -> tuple[Section, ...]:
        """The sections that are useful without a quiz, by their roles: in short, what to do, what
        to ask."""
        roles = self.identity.roles
        found = (self.article.section(role) for role in (roles.summary, roles.to_do, roles.ask))
        return tuple(dict.fromkeys(section for section in found if section is not None))

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """The questions that are asked, by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def known_by_id(self) -> dict[str, Question]:
        """All questions by id, with those that are asked no more: for answers given before."""
        return {question.id: question for question in (*self.retired, *self.questions)}

    @cached_property
    def sets(self) -> dict[str, tuple[Question, ...]]:
        """The questions of each set in its order; that of the essentials first, then by name."""
        found: dict[str, list[tuple[int, int, Question]]] = {}
        for number, question in enumerate(self.questions):
            for place in question.sets:
                found.setdefault(place.name, []).append((place.place, number, question))
        names = sorted(found, key=lambda name: (name != ESSENTIALS, name))
        return {name: tuple(one for *_, one in sorted(found[name])) for name in names}

    @cached_property
    def deck(self) -> Deck:
        """The flashcards."""
        return make_deck(self.article, self.questions, self.terms)

    @cached_property
    def bank_fingerprint(self) -> str:
        """Changes when any question that learners get changes, comes or goes."""
        return fingerprint(*(part for q in self.questions for part in (q.id, q.revision)))

    @cached_property
    def sections_with_questions(self) -> tuple[Section, ...]:
        """The sections that have a question, in the article's order."""
        asked = {question.section for question in self.questions}
        return tuple(section for section in self.article.sections if section.id in asked)

    def questions_for(self, sections: tuple[str, ...], audience: Audience) -> tuple[Question, ...]:
        """The questions of these sections, or of all where none is named, for this audience."""
        return tuple(
            q
            for q in self.questions
            if (not sections or q.section in sections) and audience.admits(q.audience)
        )

    def set_for(self, name: str, audience: Audience) -> tuple[Question, ...]:
        """The questions of a set in its order for this audience; none of a set there is not."""
        return tuple(q for q in self.sets.get(name, ()) if audience.admits(q.audience))

    def grounds(self, question: Question) -> Grounds:
        """What a question of this course rests on.

        Raises:
            ValueError: the question is not sound: it names a section that is not there.
        """
        found = self._grounds.get(question.id)
        if found is None:
            # Looked up once for everybody: it is most of what an explanation costs.
            found = self._grounds[question.id] = self._find_grounds(question)
        return found

    @cached_property
    def _grounds(self) -> dict[str, Grounds]:
        return {}

    def _find_grounds(self, question: Question) -> Grounds:
        section = self.article.section(question.section)
        if section is None:
            raise ValueError(f"question {question.id} is not sound: no section {question.section}")
        passages = key_passages(question, self.article.find)
        boxed: dict[str, Section] = {}
        for letter, place in wrong_passages(question, self.article.find).items():
            of_place = self.article.section(place.section)
            if of_place is not None and of_place.touches_box(place):
                boxed[letter] = of_place
                passages += (place,) if of_place is section and place not in passages else ()
        numbers = dict.fromkeys(n for span in passages for n in section.sources_at(span))
        # A passage that says what follows from others cites nothing itself.
        of_section = () if numbers else tuple(dict.fromkeys(number for _, number in section.notes))
        return Grounds(
            section=section,
            passages=passages,
            sources=tuple(s for n in numbers or of_section if (s := self.article.source(n))),
            sources_are_sections=not numbers,
            boxed=boxed,
        )


def asked_text(course: Course, question: Question) -> AskedText:
    """What a question of a course says, with the title of its section."""
    section = course.article.section(question.section)
    return AskedText(question, section.title if section else question.section)


def load_course(folder: Path, clock: Callable[[], float] = time.monotonic) -> Course:
    """Read and check a course.

    The result is kept until one of its files changes, so an author sees an edit at the next
    page without a restart. What is caught half written, locked or gone is no edit: as long as that
    lasts, the course is the one that could be read before, and says so to its author alone.

    Args:
        clock: seconds that only go forward; what cannot be read is tried again after one.

    Raises:
        ContentError: the folder, the article or the bank is missing or cannot be read, and never
            could be.
    """
    return _last_good(folder, clock)().course


@dataclass(frozen=True, eq=False)
class _Loaded:
    """A course with the files that it was read from.

    Attributes:
        unfinished: why the files look as if somebody were still writing them; else empty.
        data: the files' bytes by name; without those that are too large to be compared.
    """

    course: Course
    unfinished: str = ""
    data: Mapping[str, bytes] = field(default_factory=dict)


@lru_cache(maxsize=8)
def _last_good(folder: Path, clock: Callable[[], float]) -> LastGood[_Loaded]:
    return LastGood(
        source=lambda: _load_now(folder),
        clock=clock,
        goes_on="learners go on",
        check=_follows,
        held=_held_back,
        state=lambda: _states(folder),
    )


def _states(folder: Path) -> tuple[tuple[int, int], ...]:
    return tuple(map(_state, _paths(folder)))


def _load_now(folder: Path) -> _Loaded:
    state = _states(folder)
    # After an edit one visitor's run reads the files, and the others of the room wait for it.
    with _LOADING:
        return _load(folder, state)


_LOADING = threading.Lock()


@lru_cache(maxsize=4)
def _load(folder: Path, _state_of_files: tuple[tuple[int, int], ...]) -> _Loaded:
    files = read_course(folder)
    return _Loaded(make_course(folder, files), _unfinished(files), _data(folder))


# A larger file is taken as it is: comparing it would cost memory for a rare moment.
_COMPARED_BYTES = 20_000_000
# Seconds within which a file that lost its end is taken to be still in writing.
_SETTLED_AFTER = 5.0


def _data(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in map(Path, _paths(folder)):
        with suppress(OSError):
            if path.stat().st_size <= _COMPARED_BYTES:
                found[path.name] = path.read_bytes()
    return found


def _unfinished(files: CourseFiles) -> str:
    """Why files look half written whatever they held before; empty where they do not."""
    open_in = next((p for p in files.problems if p.message == OPEN_MARK), None)
    if open_in is not None:
        return f"{open_in.file} has a quotation mark in row {open_in.row} that nothing closes."
    if files.bank.is_cut:
        return f"{files.bank.name} ends in the middle of its last row."
    if not files.bank.rows:
        return f"{files.bank.name} has no question."
    return ""


def _follows(before: _Loaded, new: _Loaded) -> None:
    """See whether what was read is an edit.

    Raises:
        ContentError: it looks like a file that somebody is still writing.
    """
    if new.unfinished:
        raise ContentError(new.unfinished)
    for name, data in before.data.items():
        now = new.data.get(name, b"")
        lost_its_end = len(now) < len(data) and (
            data.startswith(now) or (data.endswith(b"\n") and not now.endswith(b"\n"))
        )
        if lost_its_end and _is_fresh(new.course.folder, name):
            raise ContentError(f"{name} has lost its end a moment ago.")


def _is_fresh(folder: Path, name: str) -> bool:
    """Whether a file was written within the last seconds, or taken out of its folder."""
    for path in (folder / name, folder):
        with suppress(OSError):
            return 0 <= time.time() - path.stat().st_mtime < _SETTLED_AFTER
    return False


def _held_back(before: _Loaded, why: ContentError) -> _Loaded:
    return replace(before, course=replace(before.course, held=str(why)))


def make_course(folder: Path, files: CourseFiles) -> Course:
    """A course from files already read."""
    # Only what can withhold a question; how a question is written is no matter for learners.
    report = check(files, select=("A", "S", "G", "H", "C"))
    return Course(
        folder=folder,
        article=files.article,
        questions=sound_questions(files, report),
        terms=files.terms,
        problems=tuple(p for p in report.problems if p.severity is Severity.ERROR),
        stated=files.identity,
        retired=retired_questions(files, report),
    )


@lru_cache(maxsize=8)
def _paths(folder: Path) -> tuple[str, ...]:
    """The course's files, made into text once: every run of every page looks at them.

    And the folder of its pictures, which changes when one comes or goes.
    """
    return tuple(str(folder / name) for name in (*COURSE_FILES, IMAGES_FOLDER))


def _state(path: str) -> tuple[int, int]:
    """What changes when a file is written anew."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path costs more than looking at the file
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
