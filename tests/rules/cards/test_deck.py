"""Which cards a course has, and which give each other away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bme_quiz.content.bank import CARD, COLUMNS, parse_bank, write_bank
from bme_quiz.content.course import parse_course
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.table import write_table
from bme_quiz.rules.cards.deck import CardKind, Deck, make_deck
from bme_quiz.services.course import Course, make_course
from tests.support.courses import ARTICLE, MULTIPLE, ROWS, course_of, files, row

GLOSSARY = b"""term,definition,section,quote
load (L),What pushes on a bone.,load,A load pushes on the bone.
boot,A stiff shoe.,rest,A boot protects the foot.
nowhere,A term of another text.,gone,Not in the article.
"""


def deck_of(*rows: dict[str, str], glossary: bytes = GLOSSARY) -> Deck:
    columns = (*COLUMNS, CARD)
    data = write_table(columns, [{"card": "", **cells} for cells in rows]).encode()
    table = parse_bank(data)
    assert table.problems == () or not rows
    course = course_of_bank(data)
    terms, problems = parse_glossary(glossary)
    assert problems == []
    return make_deck(course.article, course.questions, terms)


def course_of_bank(data: bytes) -> Course:
    return make_course(Path("small"), parse_course(data, ARTICLE.encode()))


@pytest.mark.parametrize(
    ("cell", "front"),
    [
        ("", None),
        ("no", None),
        (" No ", None),
        ("yes", row()["stem"]),
        ("YES", row()["stem"]),
        ("What mends a bone?", "What mends a bone?"),
    ],
)
def test_the_column_says_whether_a_question_is_a_card(cell: str, front: str | None) -> None:
    cards = deck_of(row(card=cell), glossary=b"term,definition,section,quote\n").cards
    assert [card.front for card in cards] == ([front] if front else [])


def test_a_bank_without_the_column_is_read_and_has_no_cards_of_questions() -> None:
    course = course_of(ROWS)
    assert course.problems == ()
    assert [q.front for q in course.questions] == [""] * len(ROWS)


def test_the_column_is_kept_out_of_what_a_learner_answers_to() -> None:
    plain = course_of([row()]).by_id["load-01"]
    table = files([row()]).bank
    assert "card" not in table.columns
    data = write_table((*COLUMNS, "card"), [row(card="yes")]).encode()
    with_card = course_of_bank(data).by_id["load-01"]
    assert with_card.front
    assert with_card.revision == plain.revision


def test_a_bank_with_the_column_is_written_with_it_and_without_it_without() -> None:
    data = write_table((*COLUMNS, "card"), [row(card="yes"), row(id="load-02", card="")])
    assert write_bank(parse_bank(data.encode()).rows) == data
    bare = write_table(COLUMNS, [row()])
    assert write_bank(parse_bank(bare.encode()).rows) == bare


def test_the_back_has_every_key_its_reason_and_its_passages() -> None:
    card = deck_of({**MULTIPLE, "card": "yes"}).by_id["q:rest-01"]
    assert card.kind is CardKind.QUESTION
    assert card.answers == ("Crutches", "A boot")
    assert card.whys == ("Crutches keep weight off.", "A boot protects the foot.")
    assert [span.section for span in card.passages] == ["rest", "rest"]


def test_a_term_is_a_card_in_both_directions() -> None:
    deck = deck_of()
    there, back = deck.by_id["t:load>"], deck.by_id["t:load<"]
    assert (there.front, there.answers) == ("load (L)", ("What pushes on a bone.",))
    assert (back.front, back.answers) == ("What pushes on a bone.", ("load (L)",))
    assert deck.by_id["t:nowhere>"].passages == ()


def test_new_cards_are_met_in_the_articles_order() -> None:
    deck = deck_of(row(card="yes"), {**MULTIPLE, "card": "yes"})
    assert deck.ids == (
        *("t:load>", "t:load<", "q:load-01"),
        *("t:boot>", "t:boot<", "q:rest-01"),
        *("t:nowhere>", "t:nowhere<"),
    )


def test_siblings_are_both_directions_of_a_term_and_questions_on_the_same_words() -> None:
    cousin = row(
        id="load-02", stem="What lets bone mend?", card="yes", quote_b="lets the bone mend"
    )
    other = row(
        id="load-03",
        stem="What does a brace leave as it was?",
        card="yes",
        answer="a",
        quote_b="Rest lets the bone mend",
        harm="",
    )
    siblings = deck_of(row(card="yes"), cousin, other).siblings
    assert siblings["t:load>"] == {"t:load<"}
    assert siblings["t:load<"] == {"t:load>"}
    assert siblings["q:load-01"] == {"q:load-02"}
    assert siblings["q:load-02"] == {"q:load-01"}
    assert siblings["q:load-03"] == frozenset()


def test_mending_a_text_or_adding_an_abbreviation_keeps_every_id() -> None:
    before = deck_of(row(card="yes"))
    mended = GLOSSARY.replace(b"load (L)", b"Load").replace(b"A stiff shoe", b"A stiff high shoe")
    after = deck_of(row(card="A mended front?"), glossary=mended)
    assert after.ids == before.ids
    assert after.fingerprint == before.fingerprint


def test_a_term_that_stands_twice_is_one_pair_of_cards() -> None:
    deck = deck_of(glossary=GLOSSARY + b"Boot,Again.,rest,A boot protects the foot.\n")
    assert deck.ids.count("t:boot>") == 1
    assert deck.by_id["t:boot>"].answers == ("A stiff shoe.",)


def test_every_card_of_the_course_rests_on_a_passage_and_gives_nothing_away(
    own_course: Course,
) -> None:
    deck = own_course.deck
    assert len(deck.cards) >= 2 * len(own_course.terms)
    assert [card.id for card in deck.cards if not card.passages or not card.answers] == []
    # Whole words: "oedema" is not "edema".
    shown = [
        card.id
        for card in deck.cards
        for answer in card.answers
        if re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", card.front, re.IGNORECASE)
    ]
    assert shown == []
