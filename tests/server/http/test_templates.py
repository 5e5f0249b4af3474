"""Pages of plain HTML: escaped, whole, small, and allowed nothing."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.routes import BARE
from bme_quiz.server.http import templates
from bme_quiz.server.http.templates import plain_page, render

FILES = sorted((Path(templates.__file__).parents[1] / "templates").glob("*.html"))


@given(st.text())
def test_whatever_is_put_into_a_page_is_text(typed: str) -> None:
    plain = render("device.html", BARE, wrong="x")
    assert render("device.html", BARE, wrong=f"x<{typed}>").count("<") == plain.count("<")


def test_a_name_that_was_forgotten_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("device.html", BARE)


def test_a_page_is_one_response_with_its_style_and_its_language() -> None:
    page = render("device.html", BARE, wrong="", lang="de")
    assert '<html lang="de">' in page
    assert "--brand:#0b5f66" in page
    assert "src=" not in page
    assert "stylesheet" not in page
    assert len(page.encode()) < 6_000


def test_a_page_brings_its_icon_so_that_no_browser_asks_for_one() -> None:
    answer = plain_page("device.html", BARE, wrong="")
    assert b'<link rel="icon" href="data:' in answer.body
    assert "img-src data:;" in answer.headers["content-security-policy"]


def test_a_page_may_run_nothing_and_is_kept_by_nobody() -> None:
    answer = plain_page("device.html", BARE, 400, wrong="")
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")


_COLOUR = re.compile(r"(--[\w-]+): ([^;]+);")
_BOTH = re.compile(r"light-dark\((#\w+), (#\w+)\)")


def colours(css: str, rule: str) -> dict[str, str]:
    """The colours that a style sheet names, in the block that begins so."""
    assert css.count(rule) == 1
    return dict(_COLOUR.findall(css.split(rule)[1].split("}")[0]))


def test_colours_are_the_same_on_all_pages_in_light_and_dark_and_for_browsers_of_any_age() -> None:
    static = Path(templates.__file__).parents[1] / "assets"
    app, plain = (
        re.sub(r"\n\s*", "", (static / name).read_text("utf-8"))
        for name in ("app.css", "plain.css")
    )
    dark = "@media (prefers-color-scheme: dark) {"
    found = colours(app, "@supports (color: light-dark(#000, #fff)) {.stApp {")
    pairs = {name: _BOTH.fullmatch(value) for name, value in found.items()}
    assert all(pairs.values())
    light = {name: pair[1] for name, pair in pairs.items() if pair}
    after_dark = {name: pair[2] for name, pair in pairs.items() if pair}
    assert len(light) > 5
    assert colours(app, "*/.stApp {") == light
    assert colours(app, f"{dark}.stApp {{") == after_dark
    text = {"--text"}
    plain_light = colours(plain, "*/:root {")
    plain_dark = colours(plain, f"{dark}:root {{")
    assert plain_light.keys() == plain_dark.keys() == light.keys() | text
    assert light.items() <= plain_light.items()
    assert after_dark.items() <= plain_dark.items()
    assert "light-dark" not in plain.replace("light-dark() yet", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_template_passes_by_the_escaping(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
