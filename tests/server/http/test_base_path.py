"""The base path: what lies within, what outside, and how a proxy says that it took it off."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bme_quiz.routes import ROOM, Addresses
from bme_quiz.server.http.base_path import BasePath, addresses_of, is_outside
from bme_quiz.server.http.clients import Clients

PROXY = "127.0.0.1"


async def _tell(request: Request) -> Response:
    where = "outside" if is_outside(request.scope) else "within"
    raw = request.scope["raw_path"].decode()
    address = addresses_of(request.scope).to(ROOM, code="ABC")
    return PlainTextResponse(f"{where} {request.scope['path']} {raw} {address}")


def client(base: str = "/quiz", came_from: str = PROXY) -> TestClient:
    """A browser, or the proxy before it, at this address."""
    app: ASGIApp = Starlette(routes=[Route("/{path:path}", _tell, methods=["GET", "POST"])])
    app = Clients(BasePath(app, Addresses(base)))
    return TestClient(app, client=(came_from, 50_000), follow_redirects=False)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/quiz/", "within / / /quiz/r/ABC"),
        ("/quiz/join", "within /join /join /quiz/r/ABC"),
        ("/quiz/quiz/", "within /quiz/ /quiz/ /quiz/r/ABC"),
        ("/quiz/a%20b", "within /a b /a%20b /quiz/r/ABC"),
        ("/%71uiz/join", "within /join /join /quiz/r/ABC"),
    ],
)
def test_the_base_path_is_taken_off_and_put_on_again(asked: str, told: str) -> None:
    assert client().get(asked).text == told


@pytest.mark.parametrize("asked", ["/", "/join", "/quizzes", "/quizzes/join", "/Quiz/join"])
def test_what_lies_outside_is_marked(asked: str) -> None:
    assert client().get(asked).text.startswith(f"outside {asked} ")


@pytest.mark.parametrize("asked", ["/healthz", "/readyz"])
def test_what_watches_the_process_needs_no_base_path(asked: str) -> None:
    assert client().get(asked).text.startswith(f"within {asked} ")
    assert client().get(f"/quiz{asked}").text.startswith(f"within {asked} ")


def test_the_base_path_without_its_slash_leads_to_the_start_page() -> None:
    answer = client().get("/quiz?alone&x=1")
    assert (answer.status_code, answer.headers["location"]) == (307, "/quiz/?alone&x=1")


def test_without_a_base_path_everything_lies_within() -> None:
    assert client("").get("/join").text == "within /join /join /r/ABC"
    assert client("").get("/").text == "within / / /r/ABC"


@pytest.mark.parametrize(
    ("base", "prefix"),
    [
        *(("/quiz", "/quiz"), ("/quiz", "quiz/"), ("/clinic/quiz", "/clinic/quiz")),
        # One proxy behind another, each of which takes off a part.
        ("/clinic/quiz", "/clinic, /quiz"),
    ],
)
def test_a_proxy_that_is_trusted_says_what_it_took_off(base: str, prefix: str) -> None:
    answer = client(base).get("/join", headers={"x-forwarded-prefix": prefix})
    assert answer.text == f"within /join /join {base}/r/ABC"


def test_of_a_part_that_was_taken_off_the_rest_still_stands_in_the_path() -> None:
    answer = client("/clinic/quiz").get("/quiz/join", headers={"x-forwarded-prefix": "/clinic"})
    assert answer.text.startswith("within /join ")


def test_a_proxy_that_passes_the_path_on_may_say_so_all_the_same() -> None:
    answer = client().get("/quiz/join", headers={"x-forwarded-prefix": "/quiz"})
    assert answer.text.startswith("within /join ")


@pytest.mark.parametrize("prefix", ["/other", "/quizzes", "", "/quiz" * 100])
def test_another_prefix_leads_nowhere(prefix: str) -> None:
    answer = client().get("/join", headers={"x-forwarded-prefix": prefix})
    assert answer.text.startswith("outside /join ")


def test_whoever_is_not_trusted_says_nothing_about_it() -> None:
    stranger = client(came_from="192.0.2.7")
    answer = stranger.get("/join", headers={"x-forwarded-prefix": "/quiz"})
    assert answer.text.startswith("outside /join ")


@pytest.mark.parametrize(
    ("base", "sent"),
    [
        ("", "a=1; Path=/; HttpOnly"),
        ("/quiz", "a=1; Path=/quiz; HttpOnly"),
    ],
)
def test_a_cookie_for_every_path_is_one_for_the_app_alone(base: str, sent: str) -> None:
    async def bake(_: Request) -> Response:
        cookies = ["a=1; Path=/; HttpOnly", "b=/; path=/", f"c=2; Path={base}/r"]
        answer = PlainTextResponse("")
        answer.raw_headers += [(b"set-cookie", cookie.encode()) for cookie in cookies]
        return answer

    app = BasePath(Starlette(routes=[Route("/", bake)]), Addresses(base))
    cookies = TestClient(app).get(f"{base}/").headers.get_list("set-cookie")
    kept = "b=/; path=/" if not base else f"b=/; Path={base}"
    assert cookies == [sent, kept, f"c=2; Path={base}/r"]
