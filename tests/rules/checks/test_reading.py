"""Reading (R01 to R04), the syllable counter and numbers in text."""

from __future__ import annotations

import pytest

from bme_quiz.content.glossary import Term
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.readability import Terms, counts, syllables
from bme_quiz.rules.numbers import measure, quantities
from tests.support.findings import ARTICLE, TRUE_FALSE, found, numbered, problems, report

HEAVY = "Characteristically idiopathic inflammatory abnormalities necessitate investigation."
_TABLE = """
marrow 2 edema 3 finding 2 bone 1 fluid 2 inflammation 4 diagnosis 4 magnetic 3 resonance 3
imaging 3 sensitive 3 radiologist 5 several 3 area 3 injury 3 medical 3 spells 1 called 1
causes 2 bruises 2 fracture 2 fractured 2 loading 2 athletes 2 weights 1 people 2 arthritis 3
rheumatoid 4 cartilage 3 avascular 4 necrosis 3 tissue 2 infection 3 benign 2 malignant 3
reaction 3 naturally 4 treatment 2 medicine 3 crutches 2 exercises 4 muscle 2 little 2
possible 3 usual 3 disease 2 diseases 3 recovery 4 specialist 3 changes 2 needed 2 reduced 2
measure 2 science 2 patient 2 special 2 initial 3 serious 3 region 2 million 2 period 3
radio 3 theory 3 idea 3 created 3 react 2 real 1 reality 4 gradual 3 value 2 fuel 2 quiet 2
society 4 experience 4 being 2 seeing 2 dying 2 biopsy 3 material 4 reliable 4 simple 2
ankles 2 whole 1 scale 1 carries 2 boxes 2 wishes 2 uses 2 makes 1 safely 2 careful 2
immediately 5 complete 2 knee 1 the 1 anatomy 4 syndrome 2 pregnancy 3 bleeding 2 emergency 4
temperature 4 healed 1 rubbed 1 visited 3 closed 1 involves 2
"""
SYLLABLES = _TABLE.split()


def test_the_syllable_counter_is_right_for_nearly_all_words() -> None:
    wrong = [
        word
        for word, number in zip(SYLLABLES[::2], SYLLABLES[1::2], strict=True)
        if syllables(word) != int(number)
    ]
    assert len(wrong) <= 0.05 * len(SYLLABLES) / 2, wrong


@pytest.mark.parametrize(("word", "number"), [("MRI", 3), ("18", 1), ("WHO", 5), ("rhythm", 1)])
def test_numbers_and_abbreviations_are_spoken(word: str, number: int) -> None:
    assert syllables(word) == number


def test_the_grade_is_the_formulas() -> None:
    found_counts = counts("The cat sat. The dog ran to the cat.")
    assert (found_counts.words, found_counts.sentences, found_counts.syllables) == (9, 2, 9)
    assert found_counts.grade == pytest.approx(0.39 * 9 / 2 + 11.8 * 9 / 9 - 15.59)
    assert counts("").grade == 0


def test_terms_are_left_out_with_their_plurals() -> None:
    terms = Terms(["bone marrow edema", "BME", "fracture"])
    assert counts("Bone marrow edema (BME) and two fractures of bone.", terms).words == 4


def test_r01_grades_what_is_long_enough() -> None:
    heavy = numbered(20, why_a=HEAVY, why_b=HEAVY)
    (problem,) = problems("R01", *heavy)
    assert (problem.file, problem.row) == ("bank.csv", None)
    assert found("R01", *numbered(20)) == []
    assert found("R01", *numbered(5, why_a=HEAVY, why_b=HEAVY)) == [], "under 30 sentences"
    assert found("R01", *numbered(20, why_a=HEAVY, why_b=HEAVY, audience="student")) == []


def test_r01_grades_the_article_without_the_glossarys_terms() -> None:
    article = ARTICLE + f"\n\n{HEAVY} " * 30
    (problem,) = problems("R01", {}, article=article)
    assert problem.file == "article.md"
    terms = [Term(word, "x", "rest", "", 2) for word in HEAVY.rstrip(".").split()]
    (note,) = problems("R01", {}, article=article, terms=terms)
    assert note.severity is Severity.NOTE, "with its terms it is hard to read all the same"
    figures = report({}, article=article, terms=terms, select=["R01"]).figures
    assert figures["reading_grade_article"] < figures["reading_grade_article_with_terms"]


def test_r02_reports_a_long_word_once() -> None:
    word = "idiopathically"
    assert found("R02", {"why_b": f"It is {word}."}, {"id": "x", "hint": word}) == [(2, "why_b")]
    term = Term(word, "of no known cause", "overload", "", 2)
    assert found("R02", {"why_b": f"It is {word}."}, terms=[term]) == []


def test_r02_reads_the_article_too() -> None:
    (problem,) = problems("R02", {}, article=ARTICLE.replace("small", "characteristic"))
    assert (problem.file, problem.words) == ("article.md", "characteristic")


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"stem": "What does a DEXA scan show?"}, ["stem"]),
        ({"stem": "What does an MRI scan show?"}, []),
        ({"stem": "Which is NOT true of T2 and stage II?"}, []),
        ({**TRUE_FALSE, "option_a": "TRUE", "option_b": "FALSE"}, []),
        ({"why_b": "DEXA and CTs are scans."}, ["why_b", "why_b"]),
    ],
)
def test_r03_an_abbreviation_is_explained(cells: dict[str, str], columns: list[str]) -> None:
    assert [column for _, column in found("R03", cells)] == columns


@pytest.mark.parametrize(
    "text",
    [
        "A scan (CT) helps.",
        "CT stands for computed tomography.",
        "It is called CT for short.",
        "CT (computed tomography) helps.",
    ],
)
def test_r03_knows_ways_to_explain(text: str) -> None:
    article = f"{ARTICLE}\n{text} CT is used.\n"
    assert found("R03", {"stem": "What does CT show?"}, article=article) == []
    unexplained = f"{ARTICLE}\nCT is used.\n"
    faults = problems("R03", {}, article=unexplained)
    assert [(p.file, p.words) for p in faults] == [("article.md", "CT")]


def test_r04_a_long_sentence_in_text_for_patients() -> None:
    long = "word " * 20 + "end."
    assert found("R04", {"why_b": long}) == [(2, "why_b")]
    assert found("R04", {"why_b": long, "audience": "student"}) == []
    assert found("R04", {"why_b": "Short one. " * 20}) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("6 to 8 weeks", [(6, "week"), (8, "week")]),
        ("sixteen days", [(16, "day")]),
        ("one bone, one week", [(1, "week")]),
        ("5% or 5 percent", [(5, "%"), (5, "%")]),
        ("1,000 mg", [(1000, "mg")]),
        ("T2, B12, COVID-19 and 3T", []),
    ],
)
def test_numbers_are_read_with_their_units(text: str, values: list[tuple[float, str]]) -> None:
    assert [(quantity.value, quantity.unit) for quantity in quantities(text)] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [("95 °C", 95), ("P(B) = 0.6", 0.6), ("3/4", 0.75), ("−1", -1), ("six weeks", 6), ("a", None)],
)  # fmt: skip
def test_an_option_that_is_a_number_is_read_as_one(text: str, value: float | None) -> None:
    found_measure = measure(text)
    assert (found_measure and found_measure.value) == value
