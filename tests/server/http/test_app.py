"""What stands round the app: the cookie, the page's head, the app's own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bme_quiz.content.problems import ContentError
from bme_quiz.routes import BARE
from bme_quiz.server.http import page_head, streamlit_internals
from bme_quiz.server.http.cookie import LearnerCookie
from bme_quiz.server.http.page_head import PageHead
from bme_quiz.server.http.serve import OPTIONS
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.settings import ENV_PORT, read_settings
from tests.support.courses import ROOT

STATIC = ROOT / "bme_quiz" / "server" / "assets"
PAGE = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body></body></html>'


async def _page(request: Request) -> Response:
    encoding = request.headers.get("accept-encoding", "none")
    return HTMLResponse(PAGE, headers={"x-seen-encoding": encoding})


async def _script(_: Request) -> Response:
    return PlainTextResponse("let x;", media_type="text/javascript")


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/", _page), Route("/a.js", _script), *page_head.routes()]
    middleware = [Middleware(LearnerCookie), Middleware(PageHead)]
    return TestClient(Starlette(routes=routes, middleware=middleware))


def test_a_new_browser_gets_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    header = client.get("/", headers={"accept": "text/html"}).headers["set-cookie"]
    assert is_token(re.match(rf"{COOKIE}=([^;]+)", header).group(1))  # type: ignore[union-attr]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Secure" not in header


def test_over_https_the_cookie_is_secure(client: TestClient) -> None:
    client.base_url = "https://testserver"
    assert "; Secure" in client.get("/").headers["set-cookie"]


def test_a_known_browser_keeps_its_cookie_and_a_forged_one_is_replaced(client: TestClient) -> None:
    client.cookies.set(COOKIE, new_token())
    assert "set-cookie" not in client.get("/").headers
    client.cookies.clear()
    client.cookies.set(COOKIE, "../../etc")
    assert "set-cookie" in client.get("/").headers


def test_a_script_comes_without_a_cookie(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/a.js").headers


def test_two_new_browsers_are_two_learners() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000


def test_a_page_gets_the_apps_own_style_and_script(client: TestClient) -> None:
    answer = client.get("/", headers={"accept": "text/html", "accept-encoding": "gzip"})
    assert answer.headers["x-seen-encoding"] == "none"  # compressed, it could not be added to
    assert int(answer.headers["content-length"]) == len(answer.content)
    for kind in ("css", "js"):
        address = re.search(rf'"(/app/[0-9a-f]+/\w+\.{kind})"', answer.text)
        assert address
        found = client.get(address.group(1))
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]
    assert client.get("/a.js").text == "let x;"


@pytest.mark.parametrize(
    "path",
    [
        "/app/1/serve.py",
        "/app/1/..%2Fserve.py",
        "/course/images/none.svg",
        "/course/images/..%2Fbank.csv",
    ],
)
def test_other_files_are_not_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_picture_of_the_course_is_served_and_runs_no_script(
    client: TestClient, small_folder: Path
) -> None:
    (small_folder / "images").mkdir()
    (small_folder / "images" / "cut.svg").write_text("<svg/>")
    answer = client.get("/course/images/cut.svg")
    assert answer.text == "<svg/>"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert not any(rule.startswith("script-src") for rule in policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "image/svg+xml"


def test_streamlit_still_has_every_option_that_is_set() -> None:
    """Fails when a new Streamlit renames one, the hidden ``runner.postScriptGC`` above all."""
    streamlit_internals.set_options({})
    from streamlit import config

    assert OPTIONS.keys() <= config._config_options_template.keys()
    with pytest.raises(RuntimeError, match=r"no option runner\.made_up"):
        streamlit_internals.set_options({"runner.made_up": 1})


def test_streamlit_still_looks_for_its_config_beside_the_named_script() -> None:
    from streamlit import config

    assert hasattr(config, "_main_script_path")


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
def test_a_wrong_port_in_the_environment_gets_one_sentence(port: str) -> None:
    with pytest.raises(ContentError, match=f"is '{port}'; a port is a number from 1 to 65535"):
        read_settings({ENV_PORT: port})


def test_settings_come_from_the_environment() -> None:
    settings = read_settings({"BME_QUIZ_QUESTIONS": "/x", ENV_PORT: "9000", "BME_QUIZ_HOST": "::1"})
    assert (settings.questions, settings.port, settings.host) == (Path("/x"), 9000, "::1")
    assert read_settings({}).host == "127.0.0.1"


def test_the_page_comes_from_memory_after_its_first_visit() -> None:
    asked: list[str] = []

    async def page(request: Request) -> Response:
        asked.append(request.url.path)
        return HTMLResponse(PAGE, headers={"x-frame-options": "DENY", "etag": "1"})

    routes = [Route("/", page), Route("/cards", page), Route("/other", page)]
    middleware = [Middleware(LearnerCookie), Middleware(PageHead, pages=["/", "/cards"])]
    client = TestClient(Starlette(routes=routes, middleware=middleware))
    first = client.get("/", headers={"accept-encoding": "identity"})
    for encoding in ("identity", "br", "gzip"):
        named = None if encoding == "identity" else encoding
        client.cookies.clear()
        again = client.get("/cards?x=1", headers={"accept-encoding": encoding})
        assert again.text == first.text
        assert again.headers.get("content-encoding") == named
        assert again.headers["vary"] == "Accept-Encoding"
        assert again.headers["cache-control"] == "no-cache"
        assert again.headers["x-frame-options"] == "DENY"
        assert "etag" not in again.headers
        # Whose page it is says the cookie alone, and each browser gets its own.
        assert COOKIE in again.headers["set-cookie"]
    assert client.get("/other").text == first.text
    assert asked == ["/", "/other"]


def test_a_page_that_brings_a_cookie_is_not_kept() -> None:
    seen: list[int] = []

    async def page(_: Request) -> Response:
        seen.append(1)
        return HTMLResponse(PAGE, headers={"set-cookie": "of=somebody"})

    middleware = [Middleware(PageHead, pages=["/"])]
    client = TestClient(Starlette(routes=[Route("/", page)], middleware=middleware))
    for _ in range(3):
        assert "set-cookie" in client.get("/").headers
    assert len(seen) == 3


def test_the_theme_made_once_is_the_theme_that_streamlit_makes() -> None:
    """Also fails when a new Streamlit makes it elsewhere."""
    from streamlit import config
    from streamlit.proto.NewSession_pb2 import CustomThemeConfig
    from streamlit.runtime import app_session

    sections = ("theme", "theme.light", "theme.dark", "theme.sidebar")

    def made() -> list[bytes]:
        themes = []
        for section in sections:
            app_session._populate_theme_msg(theme := CustomThemeConfig(), section)
            themes.append(theme.SerializeToString())
        return themes

    # What a session sends at the beginning of each run is made of it.
    maker = app_session.AppSession._create_new_session_message
    maker = getattr(maker, "original", maker)
    assert "_populate_theme_msg" in maker.__code__.co_names
    before, real = config.get_option("theme.primaryColor"), app_session._populate_theme_msg
    config.set_option("theme.primaryColor", "#123456")
    try:
        as_streamlit = made()
        assert any(as_streamlit)
        streamlit_internals.make_theme_once()
        assert made() == made() == as_streamlit
        config.set_option("theme.primaryColor", "#654321")
        assert made() == as_streamlit
        streamlit_internals.make_theme_once()
        assert made() != as_streamlit
    finally:
        config.set_option("theme.primaryColor", before)
        app_session._populate_theme_msg = real


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip"])
def test_the_apps_style_is_one_file_compressed_for_whoever_takes_that(
    client: TestClient, encoding: str
) -> None:
    answer = client.get(
        page_head.file_address("app.css", BARE), headers={"accept-encoding": encoding}
    )
    named = None if encoding == "identity" else encoding
    assert answer.headers.get("content-encoding") == named
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    for part in ("app.css", "wall.css"):
        assert (STATIC / part).read_text("utf-8") in answer.text
    assert client.get("/app/x/wall.css").status_code == 404
