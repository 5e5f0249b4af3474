"""What leans on other packages' insides: listed, there, and bounded; and what the start says."""

from __future__ import annotations

import ast
import logging
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from packaging.requirements import Requirement
from streamlit.runtime import app_session

from bme_quiz.server.http import contacts, lifespan
from bme_quiz.server.http.contacts import CONTACTS, Contact, missing, startup_notice
from bme_quiz.server.http.page_head import _ASKED
from bme_quiz.server.http.static_files import FIRST_PAGE, NEXT_PAGE, StaticStore
from tests.support.courses import ROOT
from tests.support.loops import run

PACKAGE = ROOT / "bme_quiz"
STATIC = PACKAGE / "server" / "assets"
OTHERS = {"streamlit", "uvicorn", "starlette", "h11", "websockets"}
# What these packages document: their top, and starlette, all of whose modules are its interface.
DOCUMENTED = re.compile(r"streamlit(\.errors|\.testing\.v1)?|uvicorn|h11|starlette(\.\w+)*")
_COMMENTS = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STYLE_NAME = re.compile(r"\bst[A-Z]\w+|#root|data-test-[\w-]+|data-baseweb")


@pytest.mark.parametrize("contact", CONTACTS, ids=lambda c: f"{c.package}:{c.name or c.files}")
def test_each_name_is_in_the_installed_package(contact: Contact) -> None:
    assert missing([contact]) == []


@pytest.mark.parametrize(
    "contact",
    [
        Contact("streamlit", "streamlit.config._no_such_thing", ""),
        Contact("streamlit", "streamlit.no_such_module.name", ""),
        Contact("streamlit", "stNoSuchThing", "", "static/static/js/*.js"),
        Contact("streamlit", "", "", "static/static/js/NoSuchChunk.*.js"),
    ],
)
def test_a_name_that_is_gone_is_missing(contact: Contact) -> None:
    assert missing([contact]) == [contact]


def leaning(tree: ast.AST) -> Iterator[str]:
    """Dotted names of other packages that Python uses though they are not documented."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module.split(".")[0] in OTHERS:
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    bound[alias.asname or alias.name] = name
                    if not DOCUMENTED.fullmatch(node.module):
                        yield name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in OTHERS:
                    bound[alias.asname or alias.name] = alias.name
                    if not DOCUMENTED.fullmatch(alias.name):
                        yield alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = bound.get(node.value.id, "")
            hidden = re.match("_(?!_)", node.attr) is not None
            if owner and (hidden or owner in UNDOCUMENTED_MODULES):
                yield f"{owner}.{node.attr}"


UNDOCUMENTED_MODULES = {
    "streamlit.config",
    "streamlit.file_util",
    "streamlit.runtime.app_session",
}


def test_what_python_leans_on_is_listed() -> None:
    listed = {contact.name for contact in CONTACTS if not contact.files}
    used = set()
    for path in PACKAGE.rglob("*.py"):
        used |= set(leaning(ast.parse(path.read_text("utf-8"))))
    # A module that is imported to reach a listed name in it.
    used = {name for name in used if not any(one.startswith(f"{name}.") for one in listed)}
    assert used <= listed
    assert {"streamlit.config._main_script_path", "streamlit.navigation.page.Page"} <= used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from streamlit import config\nconfig._made_up", "streamlit.config._made_up"),
        ("from streamlit.runtime.x import y", "streamlit.runtime.x.y"),
        ("import websockets.frames", "websockets.frames"),
        ("import uvicorn\nuvicorn._hidden", "uvicorn._hidden"),
    ],
)
def test_what_python_leans_on_besides_would_be_found(text: str, found: str) -> None:
    assert found in set(leaning(ast.parse(text)))


def test_what_style_and_script_lean_on_is_listed() -> None:
    listed = {contact.name for contact in CONTACTS if contact.files}
    text = "\n".join(
        _COMMENTS.sub("", path.read_text("utf-8"))
        for path in STATIC.iterdir()
        if path.name in ("app.css", "wall.css", "page.js", "page_chrome.js")
    )
    used = set(_STYLE_NAME.findall(text))
    assert "stMainBlockContainer" in used
    # A button's kind stands behind its name; the page's root is in the page, not in a script.
    named = {name.replace("#root", 'id="root"').removesuffix("Warning") for name in used}
    if "document.fonts.load" in text:
        named.add("fonts.load")
    assert named - listed == set()
    wanted = {name for name in listed if _STYLE_NAME.fullmatch(name)}
    assert wanted <= named | {"data-test-connection-state"}
    assert "testConnectionState" in text


def test_what_stands_elsewhere_is_listed_under_the_same_name() -> None:
    names = {contact.name for contact in CONTACTS}
    files = {contact.files for contact in CONTACTS}
    assert all(endpoint.path.split("/")[1] in names for endpoint in _ASKED)
    for stem in (*FIRST_PAGE, *NEXT_PAGE):
        assert f"static/static/js/{stem}.*.js" in files
        assert StaticStore.of_streamlit().closure([stem])


def test_each_package_that_is_leaned_on_has_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounded = {
        wanted.name
        for wanted in map(Requirement, project["dependencies"])
        if any(one.operator == "<" for one in wanted.specifier)
    }
    assert bounded >= OTHERS
    assert {contact.package for contact in CONTACTS} <= bounded


def test_a_start_as_expected_says_nothing() -> None:
    assert startup_notice() == ""


def test_the_start_says_in_one_sentence_what_could_not_be_applied_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lifespan.StaticStore, "warm_first_pages", lambda _: None)
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    gone = [replace(c, name="<HEAD>") if c.name == "<head>" else c for c in CONTACTS]
    monkeypatch.setattr(contacts, "CONTACTS", tuple(gone))

    async def start() -> None:
        async with lifespan.lifespan(None):
            pass

    with caplog.at_level(logging.WARNING, "bme_quiz"):
        run(start())
    (said,) = [record.getMessage() for record in caplog.records if record.name == "bme_quiz"]
    assert re.fullmatch(
        r"With streamlit [\d.]+ these could not be applied, and the app goes on without: "
        r"the theme made once, the page's own head\.",
        said,
    )
