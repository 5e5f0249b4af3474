"""The table of routes is the one place where a path is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bme_quiz import routes
from bme_quiz.routes import BARE, CLOSED, COURSES, ENDPOINTS, Addresses, Endpoint, clean_base_path
from tests.support.courses import ROOT

PACKAGE = ROOT / "bme_quiz"
TABLE = PACKAGE / "routes.py"
PATHS = (*(endpoint.path for endpoint in ENDPOINTS), *CLOSED, COURSES)
FIRST_NAMES = sorted({path.split("/")[1] for path in PATHS} - {""})
# A slash with the first name of a route, where a path could begin; `</article>` is none.
LITERAL = re.compile(rf"(?<![\w.<)*-])/(?:{'|'.join(map(re.escape, FIRST_NAMES))})(?![\w.-])")
# Behind a path that is put together elsewhere: what only the last part of a route is called.
LAST_PARTS = re.compile(r"/(?:answer|events|moved|leave|report\.csv|room\.js|images)(?![\w.-])")
LINK = re.compile(r"""(?:href|src|action)=["']/|url\(\s*["']?/|location\s*=\s*["'`]/""")


def python_texts(source: str) -> Iterator[str]:
    """Every text of a module but for docstrings; of f-strings what stands between the braces."""
    tree = ast.parse(source)
    # A text that stands alone says what the thing beside it is.
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            if isinstance(node.value, str):
                yield node.value
            elif isinstance(node.value, bytes):
                yield node.value.decode("latin-1")


def without_comments(source: str) -> str:
    """A script, style sheet or template without what is said in it to its readers."""
    source = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", source, flags=re.DOTALL)
    return re.sub(r"(?m)(?:^|\s)//.*$", "", source)


def paths_written(path: Path) -> list[str]:
    """What in a file looks like an address of the table."""
    source = path.read_text("utf-8")
    texts = python_texts(source) if path.suffix == ".py" else iter([without_comments(source)])
    patterns = (LITERAL, LAST_PARTS, LINK)
    return [found[0] for text in texts for pattern in patterns for found in pattern.finditer(text)]


SOURCES = sorted(
    path
    for suffix in ("py", "js", "css", "html")
    for path in PACKAGE.rglob(f"*.{suffix}")
    if path != TABLE and "course" not in path.relative_to(PACKAGE).parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_path_is_written_outside_the_table(path: Path) -> None:
    assert paths_written(path) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", "x = f'<a href=\"/join\">{y}</a>'"),
        ("a.py", 'x = f"{base}/r/{code}"'),
        ("a.py", 'x = re.compile(r"/r/|/join")'),
        ("a.py", "x = '/session/report.csv'"),
        ("a.py", 'x = "/_stcore/health"'),
        ("a.py", 'x = f"{page}/events"'),
        ("a.py", 'x = b"/static/"'),
        ("a.html", '<form action="/educator">'),
        ("a.html", '<a href="/">'),
        ("a.js", 'fetch("/_stcore/health")'),
        ("a.js", "fetch(`${here}/events?step=1`)"),
        ("a.css", "body { background: url(/course/images/a.png) }"),
    ],
)
def test_a_path_that_is_written_elsewhere_is_found(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).write_text(source, "utf-8")
    assert paths_written(tmp_path / name)


def test_every_route_has_a_path_of_its_own_and_says_what_it_serves() -> None:
    assert len({e.path for e in ENDPOINTS}) == len({e.serves for e in ENDPOINTS}) == len(ENDPOINTS)
    for endpoint in ENDPOINTS:
        assert re.fullmatch(r"/|(?:/(?:[\w.-]+|\{\w+\}))+", endpoint.path), endpoint


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.path)
def test_an_address_is_one_that_the_route_matches(endpoint: Endpoint) -> None:
    parts = {name: f"a/ü {name}" for name in re.findall(r"\{(\w+)\}", endpoint.path)}
    address = BARE.to(endpoint, **parts)
    assert endpoint.pattern.match(address)
    assert not endpoint.pattern.match(f"{address}x/y")
    behind = Addresses("/quiz", "knees", "https://example.org").to(endpoint, **parts)
    front = "/quiz/c/knees" if endpoint.of_course else "/quiz"
    assert behind == f"https://example.org{front}{address}"


def test_a_query_is_quoted() -> None:
    assert BARE.to(routes.ROOM, {"k": "a&b", "on": 2}, code="ABC") == "/r/ABC?k=a%26b&on=2"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""),
        ("/", ""),
        ("quiz", "/quiz"),
        ("/quiz/", "/quiz"),
        (" /clinic/bme-quiz_2.0~x ", "/clinic/bme-quiz_2.0~x"),
    ],
)
def test_a_base_path_begins_with_a_slash_and_does_not_end_in_one(text: str, path: str) -> None:
    assert clean_base_path(text) == path


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a b",
            "a//b",
            "../a",
            "a/..",
            ".",
            "a?b",
            "a#b",
            "https://example.org/quiz",
            "ä",
            "a%20b",
        ),
        *("\\a", "a\nb", "{x}", "x" * 200),
    ],
)
def test_what_is_no_base_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a path; write one such as /quiz"):
        clean_base_path(text)


@pytest.mark.parametrize("text", ["join", "/r", "/static/quiz", "/c/x", "_stcore", "auth"])
def test_a_base_path_is_no_address_of_the_quiz(text: str) -> None:
    with pytest.raises(ValueError, match="begins like an address of the quiz itself"):
        clean_base_path(text)
