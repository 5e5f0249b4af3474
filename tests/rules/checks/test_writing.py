"""Writing (W01 to W17): failing and passing rows of each rule."""

from __future__ import annotations

import pytest

from bme_quiz.content.problems import Severity
from tests.support.findings import MULTIPLE, TRUE_FALSE, found, problems

LISTED = "i. Rest ii. Ice iii. Heat"
LONG = "A story is told here that nobody needs in order to answer the question at the end. " * 5


def options(*texts: str, stem: str = "") -> dict[str, str]:
    cells = {f"option_{letter}": text for letter, text in zip("abcde", texts, strict=False)}
    return {**cells, "stem": stem} if stem else cells


BAD = [
    ("W01", options("One", "Two", "All of the above"), "option_c"),
    ("W01", options("One", "Two", "all of these answers are correct."), "option_c"),
    ("W01", options("One", "Two", "All"), "option_c"),
    ("W01", options("One", "Two", "A and B"), "option_c"),
    ("W01", options("Tea", "Milk", "All of the drinks above"), "option_c"),
    ("W01", options("Tea", "Milk", "Everything mentioned above"), "option_c"),
    ("W02", options("Tea", "Milk", "None of the drinks above"), "option_c"),
    ("W02", options("One", "Two", "None of the above"), "option_c"),
    ("W02", options("One", "Two", "Neither of these"), "option_c"),
    ("W02", options("One", "Two", "No correct answer"), "option_c"),
    ("W02", options("One", "Two", "none"), "option_c"),
    ("W03", options("A very small crack that builds up over time", "A tear", "A cut"), "option_a"),
    ("W03", options("Protons and neutrons", "Protons", "Neutrons"), "option_a"),
    ("W04", options("6 weeks", "2 weeks", "4 weeks"), "option_a"),
    ("W04", options("6 to 8 weeks", "2 to 4 weeks", "4–6 weeks"), "option_a"),
    ("W04", options("6 weeks", "2 days", "4 months"), "option_a"),
    ("W04", options("1 g", "250 mg", "2 g"), "option_a"),
    ("W04", options("P = 0.6", "P = .3", "P = 0.9"), "option_a"),
    ("W04", options("1,000", "200", "3,000"), "option_a"),
    ("W04", options("Six", "Two", "Nine"), "option_a"),
    ("W04", {**MULTIPLE, **options("1", "-1", "0", "none"), "type": "single"}, "option_a"),
    ("W05", {"stem": "A stress fracture is a ____ crack."}, "stem"),
    ("W05", {"stem": "Fill in the blank: a fracture is small."}, "stem"),
    ("W06", {"stem": "Which of these is not a cause?"}, "stem"),
    ("W06", {"stem": "All of these help EXCEPT:"}, "stem"),
    ("W06", {"stem": "Which is the least likely cause?"}, "stem"),
    ("W06", {"stem": "What doesn't a scan show?"}, "stem"),
    ("W06", {"stem": "Cracks do not come from:"}, "stem"),
    ("W06", {"stem": "Which statement is false?"}, "stem"),
    ("W06", {"stem": "Which of these include all but the knee?"}, "stem"),
    ("W06", {"stem": "All of these are causes but:"}, "stem"),
    ("W06", {**TRUE_FALSE, "stem": "A wet boot should not be dried with a hair dryer."}, "stem"),
    ("W06", {**TRUE_FALSE, "stem": "True or false: Cracks don't hurt."}, "stem"),
    ("W07", {"stem": "Which is NOT true?", "option_b": "It does not hurt"}, "option_b"),
    ("W08", options("Rest", "Ice", "Heat", "a and c") | {"why_d": "x", "quote_d": "-"}, "option_d"),
    ("W08", options("I and II", "II only", "III", stem="I. Rest II. Ice III. Heat?"), "option_a"),
    ("W08", options("1. Rest 2. Ice", "1. Ice 2. Rest", "1. Heat 2. Ice"), "option_a"),
    ("W08", options("Rest", "Ice", "Both of the above"), "option_c"),
    ("W09", options("apple", "bruise", "injury", stem="A small crack is called an"), "option_b"),
    ("W09", options("cracks", "a bruise", "tears", stem="Stress fractures are"), "option_b"),
    ("W10", {"stem": "What is a hairline crack?", "option_a": "A hairline fracture"}, "option_a"),
    ("W11", {"option_b": "It always comes from a blow"}, "option_b"),
    ("W11", {**TRUE_FALSE, "stem": "A crack never hurts."}, "stem"),
    ("W11", {"option_a": "It must hurt", "option_b": "It never hurts"}, "option_b"),
    ("W12", {"option_a": "Usually a very small crack"}, "option_a"),
    ("W12", {**TRUE_FALSE, "stem": "Broken toes usually heal without a cast."}, "stem"),
    ("W13", options("Rest and ice", "Rest and heat", "Running and ice"), "option_a"),
    ("W13", options("Ice, rest, heat", "Ice, pills", "Rest, tea", "Heat, milk"), "option_a"),
    ("W13", options("Slow healing of bone", "Fast healing of bone", "Weather"), "option_a"),
    ("W14", {"stem": "Stress fractures."}, "stem"),
    ("W14", {"stem": "One thing is said about a stress fracture in this text."}, "stem"),
    ("W14", {"stem": "Think of the leg, and take these three statements:"}, "stem"),
    ("W14", {"stem": "In a long leg, what is the"}, "stem"),
    ("W15", {"option_b": "It heals alone", "option_c": "It does not heal alone"}, "option_c"),
    ("W15", {"option_b": "2 to 6 weeks", "option_c": "4 to 8 weeks"}, "option_c"),
    ("W15", {"option_b": "A torn muscle", "option_c": "A torn muscle and a bruise"}, "option_c"),
    ("W16", {"stem": f"{LONG} What is it?"}, "stem"),
    ("W17", {"option_c": "", "why_c": "", "quote_c": ""}, "option_c"),
]  # fmt: skip

GOOD = [
    ("W01", options("One", "Two", "All of the patients in the study")),
    ("W01", options("One", "Two", "All bones")),
    ("W01", options("Heart", "Leg", "All bones above the knee")),
    ("W02", options("One", "Two", "None", stem="How many bones broke?")),
    ("W02", options("One", "Two", "No effect")),
    ("W02", options("One", "Two", "None of the patients recovered")),
    ("W03", options("A very small crack in a bone", "A break of a big bone", "A cut")),
    ("W03", options("Bisphosphonates", "Rest", "Ice")),
    ("W03", {**MULTIPLE, "answer": "a;b", "option_a": "A crack far longer than all others"}),
    ("W04", options("2 weeks", "4 weeks", "6 weeks")),
    ("W04", options("6 weeks", "4 weeks", "1 week")),
    ("W04", options("2 days", "6 weeks", "4 months")),
    ("W04", options("2 to 4 weeks", "4 to 6 weeks", "6 to 8 weeks")),
    ("W04", options("6 and 7", "4 and 5", "8 and 9")),
    ("W04", options("It takes 6 weeks", "Rest for 2 weeks", "A 4 week trip")),
    ("W05", {"stem": "Is file_name a word?"}),
    ("W05", {"stem": "What is a crack_x2014__x2014_small or not?"}),
    ("W06", {"stem": "A runner should not run. Which step helps?"}),
    ("W06", {"stem": "Which of these explains why a leg does not hurt?"}),
    ("W06", {"stem": "Why does a scan not always help?"}),
    ("W06", {"stem": 'What does "not from a blow" mean?'}),
    ("W06", {"stem": "Which part weighs the least?"}),
    ("W06", {"stem": "How many of the staff did NOT have a crack?"}),
    ("W06", {"stem": "What share of the runners did not rest?"}),
    ("W06", {**TRUE_FALSE, "stem": "A crack that does not hurt can heal."}),
    ("W06", {**TRUE_FALSE, "stem": "Not only athletes have cracks."}),
    ("W07", {"stem": "Which is true?", "option_b": "It does not hurt"}),
    ("W08", options("Rest", "Ice", "Both legs")),
    ("W08", options("2 and 3", "4 and 5", "6 and 7", stem="Which numbers are meant?")),
    ("W08", options("A and B", "A and E", "B and C", stem="Which hepatitis comes from food?")),
    ("W08", options("I and II", "II and III", "III only", stem="Which types of collagen?")),
    ("W08", options("4 x - 2", "4 x + 2", "2 x - 4", stem="Which is the same as 2(2x - 1)?")),
    ("W09", options("MRI", "8-hour rest", "injury", stem="What helps is an")),
    ("W09", options("university", "bruise", "CT scan", stem="It was seen by a")),
    ("W09", options("It lies in bone.", "It lies in skin.", "It lies in legs.")),
    ("W09", options("bone", "muscle", "skin")),
    ("W09", options("It lies in bone.", "It lies in the leg", "It lies in skin")),
    ("W09", options("Bone", "muscle", "Skin")),
    ("W10", {"stem": "What is a hairline crack?", "option_a": "A stress fracture"}),
    ("W10", {"stem": "Is it bone or muscle?", "option_a": "Bone", "option_b": "Muscle"}),
    ("W11", {"option_b": "It always hurts", "option_a": "It never hurts"}),
    ("W12", {"option_a": "Usually small", "option_b": "Often large"}),
    ("W12", {**TRUE_FALSE, "stem": "Broken toes heal without a cast."}),
    ("W13", options("Rest and ice", "A long run", "A hot bath")),
    ("W13", options("Rest and ice", "Rest", "Ice", "Heat")),
    ("W13", options("Slow healing of bone", "Fast healing of bone", "None of the above")),
    ("W14", {"stem": "Name the cause of a stress fracture"}),
    ("W14", {"stem": "A stress fracture comes from"}),
    ("W14", {"stem": "Foods of a low index should be judged with care because:"}),
    ("W14", {**TRUE_FALSE, "stem": "Cracks are small."}),
    ("W15", options("A crack", "It heals alone", "It needs surgery")),
    ("W15", {"option_b": "2 to 4 weeks", "option_c": "5 to 8 weeks"}),
    ("W15", options("Heals alone", "Does not heal alone", "Hurts alone", "Does not hurt alone")),
    ("W15", options("Three times a week", "More than three times a week", "Once")),
    ("W16", {"stem": f"{'word ' * 26}is it?"}),
    ("W16", {"stem": f"What is right? {' '.join(f'{n}. {LONG[:80]}' for n in range(1, 8))}"}),
    ("W17", TRUE_FALSE),
]  # fmt: skip


@pytest.mark.parametrize(("code", "cells", "column"), BAD)
def test_a_flaw_is_reported_with_its_column(code: str, cells: dict[str, str], column: str) -> None:
    assert (2, column) in found(code, cells)


@pytest.mark.parametrize(("code", "cells"), GOOD)
def test_a_well_written_row_is_let_pass(code: str, cells: dict[str, str]) -> None:
    assert found(code, cells) == []


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("W03", options("Rest", "A walk of half an hour each day", "A run of half a mile a week")),
        ("W06", {"stem": "Which statement is false?"}),
        ("W08", options("iii, i, ii", "i, ii, iii", "ii, i, iii", stem=f"{LISTED} Which order?")),
        ("W16", {"stem": f"{LONG} What is it?"}),
    ],
)
def test_what_is_often_meant_is_a_note(code: str, cells: dict[str, str]) -> None:
    assert {problem.severity for problem in problems(code, cells)} == {Severity.NOTE}
