"""What is made of texts is remembered for learners, and never for an upload."""

from __future__ import annotations

import gc
from itertools import count

from bme_quiz.content.article import Section
from bme_quiz.content.bounds import MAX_CELL
from bme_quiz.content.remembered import remembered, without_remembering
from bme_quiz.content.render import section_html, source_html
from bme_quiz.routes import BARE, Addresses
from bme_quiz.services.authoring.bank_check import check_upload, preview
from bme_quiz.ui.quiz import pieces
from tests.support.courses import ARTICLE, ROWS, bank_bytes, files


def test_what_was_made_once_is_not_made_again_but_for_uploads_and_long_texts() -> None:
    numbers = count()

    @remembered(10)
    def make(text: str) -> tuple[str, int]:
        return text, next(numbers)

    assert make("stem") == make("stem")
    known = make("stem")
    with without_remembering():
        assert make("stem") != known
        assert make("upload") != make("upload")
    assert make("stem") == known
    assert make("upload") == ("upload", next(numbers) - 1)
    assert make("x" * (MAX_CELL + 1)) != make("x" * (MAX_CELL + 1))


def sections_called(title: str) -> int:
    """Sections with this title that are still in memory."""
    gc.collect()
    return sum(type(one) is Section and one.title == title for one in gc.get_objects())


def test_an_upload_is_gone_with_its_page() -> None:
    title = "How to rest as uploaded"
    article = ARTICLE.replace("How to rest", title, 1)

    def draw() -> str:
        checked = check_upload(
            ("mine.csv", bank_bytes(ROWS)), ("mine.md", article.encode()), files(ROWS)
        )
        shown = []
        with without_remembering():
            for question in checked.course.questions:
                _, explained = preview(checked.course, question)
                shown.append(
                    pieces.explanation(explained, checked.course.terms, BARE, linked=False)
                )
        shown += [section_html(one, on_article_page=True) for one in checked.files.article.sections]
        shown += map(source_html, checked.files.article.sources)
        assert sections_called(title) == 1
        return "".join(shown)

    assert "<mark>" in draw()
    assert sections_called(title) == 0


def test_what_was_made_of_a_section_lies_with_it_and_is_bounded() -> None:
    section = files(ROWS).article.sections[0]
    first = section_html(section)
    assert section_html(section) is first
    for number in range(2_000):
        section_html(section, addresses=Addresses(f"/{number}"))
    assert len(section.made) <= 500
