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
from bme_quiz.server import page_head, streamlit_internals
from bme_quiz.server.cookie import LearnerCookie
from bme_quiz.server.page_head import PageHead
from bme_quiz.server.serve import OPTIONS
from bme_quiz.services.learner import COOKIE
from bme_quiz.services.settings import ENV_PORT, read_settings
from bme_quiz.services.tokens import is_token, new_token

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
    assert "default-src 'none'" in answer.headers["content-security-policy"]


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
