"""Streamlit's scripts, compressed once."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import brotli
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bme_quiz.server.http import static_files
from bme_quiz.server.http.encodings import Encoding
from bme_quiz.server.http.page_head import PageHead
from bme_quiz.server.http.static_files import FIRST_PAGE, NEXT_PAGE, StaticFiles, StaticStore

SCRIPTS = {
    "js/Radio.AB.js": 'import{a}from"./base.CD.js";import(`./late.EF.js`);const r=1;' * 40,
    "js/base.CD.js": 'import"./deep.GH.js";export const a=2;' * 40,
    "js/deep.GH.js": 'import{r}from"./Radio.AB.js";' * 40,
    "js/late.EF.js": "export const l=3;",
    "css/index.IJ.css": "p{color:red}" * 40,
    "media/font.woff2": "font",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SCRIPTS.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "secret.js").write_text("no")
    (tmp_path / "favicon.png").write_text("icon")
    return tmp_path / "static"


@pytest.fixture
def client(folder: Path, tmp_path: Path) -> TestClient:
    async def plain(_: object) -> PlainTextResponse:
        return PlainTextResponse("plain")

    return TestClient(
        Starlette(
            routes=[Route("/{path:path}", plain)],
            middleware=[Middleware(StaticFiles, store=StaticStore(folder, tmp_path / "cache"))],
        )
    )


def raw(client: TestClient, path: str, accepts: str) -> tuple[str, bytes, str]:
    with client.stream("GET", path, headers={"accept-encoding": accepts}) as answer:
        body = b"".join(answer.iter_raw())
        return answer.headers.get("content-encoding", ""), body, answer.headers["content-type"]


# Phones in a room come over plain HTTP, where browsers offer no Brotli.
@pytest.mark.parametrize(
    ("accepts", "named"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("gzip, br; q=0", "gzip"),
    ],
)
def test_a_script_comes_compressed_and_unchanged(
    client: TestClient, accepts: str, named: str
) -> None:
    encoding, body, kind = raw(client, "/static/js/Radio.AB.js", accepts)
    assert encoding == named
    unpacked = brotli.decompress(body) if named == "br" else gzip.decompress(body)
    assert unpacked.decode() == SCRIPTS["js/Radio.AB.js"]
    assert len(body) < len(SCRIPTS["js/Radio.AB.js"]) / 5
    assert kind.startswith("text/javascript")


@pytest.mark.parametrize("accepts", ["", "identity", "br;q=0", "deflate, gzip; q=0"])
def test_who_takes_neither_gets_the_file_as_it_is(client: TestClient, accepts: str) -> None:
    name = "js/Radio.AB.js"
    assert raw(client, f"/static/{name}", accepts)[:2] == ("", SCRIPTS[name].encode())


def test_what_is_compressed_already_comes_as_it_is(client: TestClient) -> None:
    assert raw(client, "/static/media/font.woff2", "br") == ("", b"font", "font/woff2")
    assert raw(client, "/favicon.png", "br") == ("", b"icon", "image/png")


def test_no_file_is_open_for_whoever_never_reads(client: TestClient, folder: Path) -> None:
    assert client.get("/static/media/font.woff2").text == "font"
    (folder / "media" / "font.woff2").unlink()
    assert client.get("/static/media/font.woff2").text == "font"


@pytest.mark.parametrize(
    "path",
    ["js/none.js", "..%2Fsecret.js", "..%2f..%2f..%2fetc/passwd", "../manifest.json", "", "js"],
)
def test_no_address_leads_out_of_the_folder(client: TestClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert (answer.status_code, answer.text) in ((404, "Not found"), (200, "plain"))


def test_files_are_only_read(client: TestClient) -> None:
    assert client.head("/static/js/Radio.AB.js").status_code == 200
    assert client.post("/static/js/Radio.AB.js").status_code == 405


def test_other_addresses_are_left_to_streamlit(client: TestClient) -> None:
    assert raw(client, "/js/x", "br")[1] == b"plain"


def test_a_file_is_compressed_once_however_many_ask(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[Encoding, bool]] = []
    real = static_files.compress

    def counted(body: bytes, encoding: Encoding, *, best: bool) -> bytes:
        made.append((encoding, best))
        return real(body, encoding, best=best)

    monkeypatch.setattr(static_files, "compress", counted)
    store = StaticStore(folder, tmp_path / "cache")
    store.warm(["js/Radio.AB.js"])
    slow = ("js/base.CD.js", Encoding.GZIP)
    threads = [threading.Thread(target=store.get, args=slow) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [(Encoding.BROTLI, True), (Encoding.GZIP, True), (Encoding.GZIP, False)]
    assert made == expected
    again = StaticStore(folder, tmp_path / "cache")  # the next start finds them on disk
    for encoding in Encoding:
        name = "js/Radio.AB.js"
        assert again.get(name, encoding) == store.get(name, encoding)
    again.get(*slow)
    assert made == expected


def test_without_a_place_to_keep_them_the_quick_form_is_made_in_memory(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    store = StaticStore(folder, tmp_path / "file" / "cache")
    store.warm(["js/Radio.AB.js", "js/none.js"])
    found = store.kept("js/Radio.AB.js", Encoding.GZIP)
    assert found is not None
    assert gzip.decompress(found).decode() == SCRIPTS["js/Radio.AB.js"]


def test_the_closure_follows_imports_and_not_what_is_loaded_later(folder: Path) -> None:
    assert StaticStore(folder, None).closure(["Radio"]) == [
        "js/Radio.AB.js",
        "js/base.CD.js",
        "js/deep.GH.js",
    ]


def test_streamlit_still_names_its_widgets_as_we_look_for_them() -> None:
    store = StaticStore.of_streamlit()
    for stem in (*FIRST_PAGE, *NEXT_PAGE):
        assert store.closure([stem]), stem


def test_the_head_announces_scripts_and_forgets_the_font() -> None:
    page = (
        '<html lang="en"><head>\n<link\n      rel="preload"\n      href="./f.woff2"\n'
        '      as="font"\n      crossorigin\n    />\n</head></html>'
    )

    async def html(_: object) -> PlainTextResponse:
        return PlainTextResponse(page, media_type="text/html")

    middleware = [Middleware(PageHead, lang="de", soon=["js/a.js"], later=["js/b.js"])]
    app = Starlette(routes=[Route("/", html)], middleware=middleware)
    text = TestClient(app).get("/", headers={"accept": "text/html"}).text
    assert "f.woff2" not in text
    assert '<link rel="modulepreload" crossorigin href="/static/js/a.js">' in text
    assert '<link rel="prefetch" as="script" crossorigin href="/static/js/b.js">' in text
    assert '<link rel="preload" as="fetch" crossorigin href="/_stcore/host-config">' in text
    assert '<html lang="de"' in text
