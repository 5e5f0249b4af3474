"""Pages of plain HTML: escaped, whole, small, and allowed nothing."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.server import templates
from bme_quiz.server.templates import plain_page, render

FILES = sorted((Path(templates.__file__).parent / "templates").glob("*.html"))


@given(st.text())
def test_whatever_is_put_into_a_page_is_text(typed: str) -> None:
    plain = render("device.html", wrong="x")
    assert render("device.html", wrong=f"x<{typed}>").count("<") == plain.count("<")


def test_a_name_that_was_forgotten_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("device.html")


def test_a_page_is_one_response_with_its_style_and_its_language() -> None:
    page = render("device.html", wrong="", lang="de")
    assert '<html lang="de">' in page
    assert "--brand: light-dark(#0b5f66, #7fd3d9);" in page
    assert "src=" not in page
    assert "stylesheet" not in page
    assert len(page.encode()) < 6_000


def test_a_page_brings_its_icon_so_that_no_browser_asks_for_one() -> None:
    answer = plain_page("device.html", wrong="")
    assert b'<link rel="icon" href="data:' in answer.body
    assert "img-src data:;" in answer.headers["content-security-policy"]


def test_a_page_may_run_nothing_and_is_kept_by_nobody() -> None:
    answer = plain_page("device.html", 400, wrong="")
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")


def test_colours_are_those_of_the_app() -> None:
    static = Path(templates.__file__).parent / "static"

    def colours(name: str) -> dict[str, str]:
        lines = (line.strip() for line in (static / name).read_text("utf-8").splitlines())
        named = (line.rstrip(";").split(":", 1) for line in lines if line.startswith("--"))
        return {name: value.strip() for name, value in named}

    app, plain = colours("app.css"), colours("plain.css")
    assert app
    assert {name: plain.get(name) for name in app} == app


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_template_passes_by_the_escaping(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
