"""What is asked about, what a box is for, and how much is marked as not asked (G09, G11 to G13)."""

from __future__ import annotations

import pytest

from bme_quiz.content.problems import Severity
from tests.support.findings import ARTICLE, numbered, problems, report

BOX = """
> **Often misunderstood**
>
> - A scan shows more than an X-ray.
> - Walking on slows the bone down.
"""
BOXED = f"{ARTICLE}{BOX}"
FROM_BOX = "A scan shows more than an X-ray"


def test_a_box_has_sentences_of_its_own_and_none_of_them_is_to_be_asked() -> None:
    _, plain = report({}).coverage.sections
    _, rest = report({}, article=BOXED).coverage.sections
    assert (rest.sentences, rest.unasked) == (plain.sentences, plain.unasked)
    assert (plain.boxed, plain.unrefuting) == (0, ())
    assert rest.boxed == 2
    assert rest.unrefuting == (
        "A scan shows more than an X-ray.",
        "Walking on slows the bone down.",
    )


def test_a_wrong_options_quotation_asks_about_a_sentence_of_the_main_text_too() -> None:
    (overload, _) = report({"quote_b": "-"}).coverage.sections
    (refuted, _) = report({"quote_b": "not from one hard blow"}).coverage.sections
    assert refuted.asked == overload.asked + 1


def test_a_question_in_the_text_is_not_to_be_asked_about() -> None:
    asking = ARTICLE.replace("A boot protects the foot.", "Does a boot protect the foot?")
    rests = [report({}, article=text).coverage.sections[1] for text in (ARTICLE, asking)]
    assert rests[1].sentences == rests[0].sentences - 1
    assert rests[1].marked == rests[0].marked == 1


@pytest.mark.parametrize(
    ("cells", "left"),
    [({}, 2), ({"quote_b": FROM_BOX}, 1), ({"quote_a": FROM_BOX}, 2), ({"quote_c": FROM_BOX}, 1)],
)
def test_g12_every_sentence_of_a_box_refutes_a_wrong_option(
    cells: dict[str, str], left: int
) -> None:
    (problem,) = problems("G12", cells, article=BOXED)
    assert f"Of 2 sentences in the box of 'rest', {left} " in problem.message
    line = BOXED.splitlines().index("## Taking the load off {#rest}") + 1
    assert (problem.file, problem.row) == ("article.md", line)


def test_g12_is_content_once_all_do() -> None:
    rows = [{"quote_b": FROM_BOX, "quote_c": "Walking on slows the bone down"}]
    assert problems("G12", *rows, article=BOXED) == ()
    marked = BOXED.replace("down.", "down. <!-- not asked -->")
    assert len(problems("G12", {"quote_b": FROM_BOX}, article=marked)) == 1, "a mark excuses none"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"section": "rest", "quote_a": FROM_BOX}, "quote_a", "The key is quoted from the box"),
        ({"quote_b": f"knows the case. {FROM_BOX}"}, "quote_b", "runs from the main text into"),
        ({"quote_a": f"knows the case. {FROM_BOX}"}, "quote_a", "runs from the main text into"),
    ],
)
def test_g11_a_key_rests_on_the_main_text(cells: dict[str, str], column: str, words: str) -> None:
    (problem,) = problems("G11", cells, article=BOXED)
    assert (problem.row, problem.column, problem.severity) == (2, column, Severity.WARNING)
    assert words in problem.message


def test_g11_lets_a_wrong_option_be_refuted_from_either() -> None:
    assert problems("G11", {"quote_b": FROM_BOX}, article=BOXED) == ()


def marked_article(marked: int, asked: int) -> str:
    lines = [f"A bone has {n} cracks." for n in range(asked)]
    lines += [f"It says {n} things. <!-- not asked -->" for n in range(marked)]
    return f"{ARTICLE}\n\n## More {{#more}}\n\n" + "\n\n".join(lines)


def test_g13_counts_what_is_marked() -> None:
    # The small article has 9 sentences to be asked about and one that is marked.
    assert problems("G13", {}, article=marked_article(2, 8)) == (), "15 % of 20"
    (problem,) = problems("G13", {}, article=marked_article(3, 7))
    assert "4 of 20 sentences are marked not asked: 20.0 %" in problem.message
    assert problem.words == ""
    figures = report({}, article=marked_article(3, 7), select=["G13"]).figures
    assert figures["marked_percent"] == 20.0
    assert problems("G13", {}, article=marked_article(9, 0)) == (), "too short to tell"


def test_g09_counts_proportion_by_the_main_text_alone() -> None:
    rows = numbered(20)
    said = [p.message for p in problems("G09", *rows, article=ARTICLE)]
    assert [p.message for p in problems("G09", *rows, article=BOXED)] == said
