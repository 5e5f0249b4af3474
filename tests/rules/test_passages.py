"""Where the quotations of a question stand: one search for learners, cards and the checker."""

from __future__ import annotations

import ast

from bme_quiz.content.course import read_course
from bme_quiz.rules.cards.deck import question_card_id
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.passages import key_passages, quotation_places, wrong_passages
from bme_quiz.services.course import Course
from tests.support.courses import OWN_QUESTIONS, ROOT


def test_explanation_card_and_checker_know_the_same_passages(own_course: Course) -> None:
    files = read_course(OWN_QUESTIONS)
    context = Context(files)
    items = {item.question.id: item for item in (Item(row, context) for row in files.bank.rows)}
    several = 0
    for question in own_course.questions:
        passages = key_passages(question, own_course.article.find)
        # Behind those of the key stand words of the section's box against a wrong option.
        shown = own_course.grounds(question).passages
        section = own_course.article.section(question.section)
        assert section is not None
        assert shown[: len(passages)] == passages
        against = wrong_passages(question, own_course.article.find).values()
        assert set(shown[len(passages) :]) <= {p for p in against if section.touches_box(p)}
        places = items[question.id].places
        assert places == quotation_places(question, own_course.article.find)
        assert set(passages) == {span for letter in question.key for span in places[letter]}
        card = own_course.deck.by_id.get(question_card_id(question.id))
        assert card is None or card.passages == passages
        several += len(passages) > 1
    assert several > 5


def test_nothing_else_searches_for_quotations() -> None:
    searches = set()
    for path in (ROOT / "bme_quiz").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("find"):
                sought = [a for a in node.args if isinstance(a, ast.Attribute)]
                searches |= {(path.name, ast.unparse(a)) for a in sought if a.attr == "quote"}
    assert searches == {
        ("passages.py", "option.quote"),
        # A glossary's term has a quotation of its own.
        ("deck.py", "term.quote"),
        ("grounding_text.py", "term.quote"),
    }
