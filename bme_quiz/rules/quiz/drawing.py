"""Drawing: which questions an attempt gets, and the order of questions and options.

Everything here is drawn once, from a seed, and stored; nothing is drawn again when a page is
redrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from bme_quiz.content.bank import Question, QuestionType
from bme_quiz.rules.numbers import is_in_order, row_of_numbers
from bme_quiz.rules.quiz.attempt import Drawn


def draw(
    questions: Sequence[Question], count: int, seen: Mapping[str, int], seed: int
) -> tuple[Question, ...]:
    """Draw questions in proportion to the sections, least-seen first, never one twice.

    Each section's share of ``count`` is its share of ``questions``, rounded down or up.
    Systematic sampling over the sections in random order (Madow 1949, Ann Math Stat
    20:333) gives every section its exact share on average, so that small sections are not
    passed over for ever, as they would be if remainders were always rounded the same way.

    Args:
        questions: the questions in play, each id once.
        count: how many to draw; more than there are gives all of them.
        seen: how often this learner has answered each question; absent means never.
        seed: the same seed gives the same draw.
    """
    rng = Random(seed)  # noqa: S311 - a draw must be repeatable, it guards nothing
    by_section: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda q: q.id):
        by_section.setdefault(question.section, []).append(question)
    drawn: list[Question] = []
    for section, share in _shares({s: len(q) for s, q in by_section.items()}, count, rng).items():
        candidates = by_section[section]
        rng.shuffle(candidates)
        candidates.sort(key=lambda q: seen.get(q.id, 0))
        drawn += candidates[:share]
    rng.shuffle(drawn)
    return tuple(drawn)


def _shares(sizes: Mapping[str, int], count: int, rng: Random) -> dict[str, int]:
    """How many questions each section gives; the sum is ``count`` or all there are."""
    total = sum(sizes.values())
    if count >= total:
        return dict(sizes)
    order = list(sizes)
    rng.shuffle(order)
    # Whole numbers throughout: a section covers [at, at + size × count) on a line of
    # length total × count, and each of the points offset, offset + total, … falls in one.
    offset = rng.randrange(total) if total else 0
    shares = {}
    at = 0
    for section in order:
        end = at + sizes[section] * count
        shares[section] = _points_before(end, offset, total) - _points_before(at, offset, total)
        at = end
    return shares


def _points_before(end: int, offset: int, step: int) -> int:
    return max(0, -(-(end - offset) // step))


def rest_of_set(questions: Sequence[Question], answered: Mapping[str, int]) -> tuple[Question, ...]:
    """What comes next of a set, in its order: the questions that were answered the fewest times.

    So a set is taken up again where somebody stopped; once all of it was answered it begins anew.

    Args:
        questions: the set in its order.
        answered: how often this learner answered each question in this set; absent means never.
    """
    fewest = min((answered.get(q.id, 0) for q in questions), default=0)
    return tuple(q for q in questions if answered.get(q.id, 0) == fewest)


def form(questions: Iterable[Question], seed: int) -> tuple[Drawn, ...]:
    """Questions as they are kept, each with its options in the order in which they are shown."""
    return tuple(Drawn(q.id, q.revision, order_options(q, seed)) for q in questions)


def order_options(question: Question, seed: int) -> tuple[str, ...]:
    """The letters of a question's options in the order in which they are shown.

    True/false keeps its order, and so do options that are numbers in a rising or falling
    row, as rule W04 asks of them: shuffling those would only make them harder to read.
    """
    letters = list(question.letters)
    values = row_of_numbers([option.text for option in question.options])
    in_order = values is not None and is_in_order(values)
    if in_order or question.type is QuestionType.TRUE_FALSE:
        return tuple(letters)
    Random(f"{seed}:{question.id}").shuffle(letters)  # noqa: S311 - repeatable, guards nothing
    return tuple(letters)
