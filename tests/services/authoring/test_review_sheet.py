"""Review sheet: which sentences are claims, how they are laid out, and whether docs/ has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bme_quiz.cli.main import main
from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.course import CourseFiles, read_course
from bme_quiz.content.identity import Identity, Roles
from bme_quiz.rules.review import Claim, claims_to_review
from bme_quiz.services.authoring.review_sheet import review_sheet
from tests.support import findings
from tests.support.courses import OWN_QUESTIONS, ROOT

ARTICLE = """# Bones | and *loads*

## Rest {#rest}

Rest helps.[^1] It takes a while. Crutches help too.[^1]

Does it hurt?[^1] Ask us. <!-- not asked -->

> **Often misunderstood**
>
> - Painkillers are no rest.[^2]
> - Walking is none.

## Numbers {#numbers}

In 18 of 100 knees it shows.[^2] It shows at night.[^2] It shows in 7 weeks.

## Help {#help}

**At once:** <!-- not asked -->

- A limb that cannot bear weight | call now.[^1]
- So does numbness.

**Same day** <!-- not asked -->

- Fever needs help.

This is general education. <!-- not asked -->

[^1]: Of *rest*. <https://example.org/a_b>
[^2]: Of knees.
[^3]: Of nothing.
"""
LIMB = "A limb that cannot bear weight | call now."
IDENTITY = Identity("bones", "Bones", roles=Roles(help="help"), review=("rest",))


def files(identity: Identity = IDENTITY) -> CourseFiles:
    article, problems = parse_article(ARTICLE)
    assert problems == []
    return replace(findings.course({}), article=article, identity=identity)


def test_claims_are_told_by_section_source_and_number() -> None:
    found = claims_to_review(files().article, IDENTITY)
    assert [(r.section.id, [c.text for c in r.claims]) for r in found] == [
        ("rest", ["Rest helps. Crutches help too.", "Painkillers are no rest."]),
        ("numbers", ["In 18 of 100 knees it shows."]),
        ("help", [LIMB, "So does numbness.", "Fever needs help."]),
    ]
    assert found[0].claims[1] == Claim("Painkillers are no rest.", "", ("2",), True)
    assert [claim.said_of for claim in found[2].claims] == ["At once", "At once", "Same day"]
    assert [claim.sources for claim in found[2].claims] == [("1",), (), ()]


def test_a_course_that_lists_no_section_has_every_sourced_claim_reviewed() -> None:
    whole = claims_to_review(files().article, replace(IDENTITY, review=()))
    assert [len(section.claims) for section in whole] == [2, 1, 3]
    assert whole[1].claims[0].text == "In 18 of 100 knees it shows. It shows at night."


def test_the_sheet_is_a_table_a_section_with_boxes_sources_and_a_place_to_sign() -> None:
    sheet = review_sheet(files())
    assert sheet.startswith("# Clinical review of “Bones \\| and loads”\n")
    row = LIMB.replace("|", "\\|")
    assert f"| **At once** | | | | |\n| {row} | 1 | ☐ | ☐ | |" in sheet
    assert "| Fever needs help. | none | ☐ | ☐ | |" in sheet
    assert "| *Often misunderstood:* Painkillers are no rest. | 2 | ☐ | ☐ | |" in sheet
    assert "## Verdict on these 6 claims" in sheet
    assert "Signature: " in sheet
    assert sheet.endswith("- 1: Of rest. https://example.org/a\\_b\n- 2: Of knees.\n")
    assert files().article.fingerprint in sheet
    reviewed = review_sheet(files(replace(IDENTITY, reviewed_by="Dr. [A]")))
    assert "Reviewed so far by: Dr. \\[A\\]." in reviewed
    for line in sheet.splitlines():
        cells = line.replace("\\|", "").count("|")
        assert cells in (0, 6), line


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = review_sheet(read_course(OWN_QUESTIONS))
    assert main(["review-sheet", str(OWN_QUESTIONS)]) == 0
    assert capsys.readouterr().out == expected
    assert main(["review-sheet", str(OWN_QUESTIONS), "--out", str(tmp_path / "sheet.md")]) == 0
    assert (tmp_path / "sheet.md").read_text("utf-8") == expected
    assert main(["review-sheet", str(OWN_QUESTIONS), "--out", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert main(["review-sheet", str(tmp_path / "gone")]) == 2


def test_the_sheet_in_the_docs_is_of_the_course_as_it_is() -> None:
    kept = (ROOT / "docs" / "clinical-review.md").read_text("utf-8")
    assert kept == review_sheet(read_course(OWN_QUESTIONS)), (
        "run: python -m bme_quiz review-sheet --out docs/clinical-review.md"
    )
