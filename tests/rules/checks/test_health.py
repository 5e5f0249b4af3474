"""Health (H01, H02): what feedback must not say."""

from __future__ import annotations

import pytest

from tests.support.findings import found

BAD = [
    ("H01", {"why_a": "Right, you have a stress fracture."}, "why_a"),
    ("H01", {"why_a": "You can stop using the crutches."}, "why_a"),
    ("H01", {"why_b": "You should now rest the leg."}, "why_b"),
    ("H01", {"hint": "Your scan shows what is wrong."}, "hint"),
    ("H01", {"why_c": "Do not worry, you will heal."}, "why_c"),
    ("H01", {"why_c": "You don't need a doctor."}, "why_c"),
    ("H01", {"why_c": "You're healed by then."}, "why_c"),
    ("H02", {"why_b": "Obviously wrong."}, "why_b"),
    ("H02", {"why_b": "Such a careless step hurts."}, "why_b"),
    ("H02", {"stem": "How devastating is a fracture?"}, "stem"),
    ("H02", {"hint": "It is a ticking time bomb."}, "hint"),
]

GOOD = [
    ("H01", {"why_a": "If you have a fever, call a doctor."}),
    ("H01", {"why_a": "Ask your doctor whether your bone is ready."}),
    ("H01", {"why_a": "Right, you have read it well."}),
    ("H01", {"why_a": "Many people can stop after weeks."}),
    ("H01", {"stem": "You have a sore leg. What is a stress fracture?"}),
    ("H02", {"option_b": "A time bomb in a bone"}),
    ("H02", {"why_b": "Many think so, since the pain comes suddenly."}),
]


@pytest.mark.parametrize(("code", "cells", "column"), BAD)
def test_harmful_words_are_reported(code: str, cells: dict[str, str], column: str) -> None:
    assert found(code, cells) == [(2, column)]


@pytest.mark.parametrize(("code", "cells"), GOOD)
def test_plain_words_are_let_pass(code: str, cells: dict[str, str]) -> None:
    assert found(code, cells) == []
