"""Editions: what was published, and what is a draft of the next."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from bme_quiz.cli.main import main
from bme_quiz.content.course import read_course
from bme_quiz.content.editions import content_of
from bme_quiz.content.problems import ContentError
from bme_quiz.routes import BARE
from bme_quiz.services.authoring.publishing import (
    edition_in_words,
    edition_now,
    edition_state,
    publish,
)
from bme_quiz.ui.shell import article_pieces
from tests.support.courses import ARTICLE, OWN_QUESTIONS, ROWS, row, write_course

DAY = date(2026, 1, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_course(tmp_path / "course", ROWS)
    (made / "images").mkdir()
    (made / "images" / "bone.svg").write_text("<svg/>", "utf-8")
    (made / "images" / "notes.txt").write_text("of nobody", "utf-8")
    return made


def is_draft(folder: Path) -> bool:
    state = edition_state(folder, read_course(folder))
    assert state is not None
    assert edition_now(folder) == state
    return state.is_draft


def test_an_edition_has_the_fingerprints_of_all_that_a_learner_reads(folder: Path) -> None:
    path = publish(folder, DAY)
    assert path == folder / "editions" / "1.json"
    kept = json.loads(path.read_text("utf-8"))
    assert (kept["number"], kept["date"], len(kept["digest"])) == (1, "2026-01-31", 64)
    assert kept["questions"].keys() == {r["id"] for r in ROWS}
    assert kept["images"].keys() == {"bone.svg"}
    article = read_course(folder).article
    assert {name: len(found) for name, found in kept["sentences"].items()} == {
        "": 1,
        **{s.id: len(s.sentences) for s in article.sections},
    }
    assert kept["digest"] == content_of(folder, read_course(folder)).digest


def test_what_has_not_changed_is_not_published_again(folder: Path) -> None:
    publish(folder, DAY)
    with pytest.raises(ContentError, match=r"Nothing has changed in .* since edition 1"):
        publish(folder, DAY)
    write_course(folder, [*ROWS, row(id="load-03", stem="And what now?")])
    assert publish(folder, DAY).name == "2.json"
    # Back to what the first one was: that is a third.
    write_course(folder, ROWS)
    assert publish(folder, DAY).name == "3.json"


@pytest.mark.parametrize(
    "edit",
    [
        lambda f: write_course(f, ROWS, ARTICLE.replace("A boot protects", "Boots protect")),
        lambda f: write_course(f, ROWS, ARTICLE.replace("How to rest", "Resting")),
        lambda f: write_course(f, ROWS, ARTICLE.replace("A source about boots", "Of boots")),
        lambda f: write_course(f, [{**ROWS[0], "why_a": "Else."}, *ROWS[1:]]),
        lambda f: write_course(f, ROWS[1:]),
        lambda f: (f / "images" / "bone.svg").write_text("<svg></svg>", "utf-8"),
        lambda f: (f / "course.toml").write_text('id = "knees"\nlicence = "CC0"', "utf-8"),
        lambda f: (f / "glossary.csv").write_text(
            "term,definition,section,quote\nboot,A shoe.,rest,A boot protects the foot.\n", "utf-8"
        ),
    ],
)
def test_whatever_a_learner_could_notice_makes_a_draft_of_the_next(
    folder: Path, edit: object
) -> None:
    publish(folder, DAY)
    assert not is_draft(folder)
    edit(folder)  # type: ignore[operator]
    assert is_draft(folder)


def test_what_is_only_for_authors_makes_no_draft(folder: Path) -> None:
    publish(folder, DAY)
    spaced = [{**r, "stem": f" {r['stem']} ", "checked": "0123456789ab"} for r in reversed(ROWS)]
    write_course(folder, spaced)
    (folder / "images" / "notes.txt").write_text("of somebody", "utf-8")
    (folder / "exceptions.csv").write_text("id,rule,reason\n", "utf-8")
    assert not is_draft(folder)


def test_a_course_with_errors_is_not_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(folder, [row(answer="e")])
    assert main(["publish", str(folder)]) == 2
    assert "so it is not published; python -m bme_quiz check" in capsys.readouterr().err
    assert not (folder / "editions").exists()


def test_the_command_publishes_and_the_check_and_the_about_page_say_what_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder)]) == 0
    assert "dition" not in capsys.readouterr().out
    assert main(["publish", str(folder)]) == 0
    assert capsys.readouterr().out == f"Published edition 1: {folder / 'editions' / '1.json'}\n"
    path = folder / "editions" / "1.json"
    path.write_text(
        path.read_text("utf-8").replace(json.loads(path.read_text())["date"], DAY.isoformat()),
        "utf-8",
    )
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Edition 1 (31 January 2026)."
    write_course(folder, ROWS[1:])
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Draft after edition 1 (31 January 2026)."
    state = edition_now(folder)
    assert state is not None
    head = read_course(folder).article.head
    assert "<h2>Edition</h2><p>Draft after edition 1" in article_pieces.about(
        head, 3, "", BARE, state.in_words
    )
    assert "Edition" not in article_pieces.about(head, 3, "", BARE)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"number": 2, "date": "2026-01-31", "digest": ""}', '{"number": 1}', "[" * 9],
)
def test_an_edition_that_was_meddled_with_is_one_sentence(folder: Path, text: str) -> None:
    publish(folder, DAY).write_text(text, "utf-8")
    with pytest.raises(ContentError, match=r"1\.json is no edition as publish writes it"):
        publish(folder, DAY)
    # The page about the course is shown all the same.
    assert edition_in_words(folder) == ""


def test_the_shipped_course_could_be_published(tmp_path: Path) -> None:
    copy = tmp_path / "questions"
    shutil.copytree(OWN_QUESTIONS, copy, ignore=shutil.ignore_patterns("editions"))
    kept = json.loads(publish(copy, DAY).read_text("utf-8"))
    assert set(kept["images"]) == {file.name for file in (OWN_QUESTIONS / "images").iterdir()}
    assert len(kept["questions"]) > 100
