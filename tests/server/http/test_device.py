"""The form for a code, and the keeper's commands, as they are met from outside."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bme_quiz.cli.main import main
from bme_quiz.server.http import device
from bme_quiz.services.accounts.devices import Devices
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS
from bme_quiz.services.store import Store, make_store, shared_store
from tests.support.attempts import attempt, response
from tests.support.courses import OWN_QUESTIONS

ORIGIN = {"origin": "http://testserver"}
ME, YOU = new_token(), new_token()


@pytest.fixture
def kept(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the server and the commands find in the environment."""
    monkeypatch.setenv(ENV_DATABASE, sqlite_address)
    store = shared_store(sqlite_address)
    store.attempts.add(ME, attempt())
    store.attempts.add_response(ME, "first", response("load-01"), "rev")
    yield store
    store.database.close()


@pytest.fixture
def client(kept: Store) -> TestClient:
    del kept
    app = Starlette(routes=device.routes())
    return TestClient(app, follow_redirects=False)


def test_a_right_code_makes_this_browser_the_other_devices_learner(
    client: TestClient, kept: Store
) -> None:
    made = Devices(kept.device_codes).new_code(ME)
    assert made is not None
    client.cookies.set(COOKIE, YOU)
    answer = client.post("/device", data={"code": made.text}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={ME}; ")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    again = client.post("/device", data={"code": made.text}, headers=ORIGIN)
    assert again.status_code == 400
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://elsewhere.example"},
        {"origin": "http://testserver.elsewhere.example"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/device", "/new-number"])
def test_a_form_of_another_site_does_nothing(
    client: TestClient, kept: Store, path: str, headers: dict[str, str]
) -> None:
    made = Devices(kept.device_codes).new_code(ME)
    assert made is not None
    answer = client.post(path, data={"code": made.text}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "not sent from this page" in answer.text
    # The code was not used up by it.
    assert client.post("/device", data={"code": made.text}, headers=ORIGIN).status_code == 303


def test_trying_codes_is_slowed_down(client: TestClient) -> None:
    found = [
        client.post("/device", data={"code": "BBBBBBBB"}, headers=ORIGIN).status_code
        for _ in range(8)
    ]
    assert found == [400] * 5 + [429] * 3


def test_what_is_typed_is_never_markup_and_a_huge_form_is_not_read(client: TestClient) -> None:
    answer = client.post("/device", data={"code": "<script>alert(1)</script>"}, headers=ORIGIN)
    assert answer.status_code == 400
    assert "<script" not in answer.text
    answer = client.post("/device", content=b"code=" + b"B" * 10_000_000, headers=ORIGIN)
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_code_cannot_be_looked_up_while_the_database_is_away(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"garbage!" * 2_000)
    monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{bad}")
    answer = client.post("/device", data={"code": "BCDFGHJK"}, headers=ORIGIN)
    assert answer.status_code == 503
    assert "could not be looked up" in answer.text


def test_a_new_number_is_a_learner_id_of_nobody(client: TestClient) -> None:
    answer = client.post("/new-number", headers={"sec-fetch-site": "same-origin"})
    value = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert is_token(value)
    assert value not in (ME, YOU)


def test_responses_as_csv_and_json(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    del kept
    assert main(["responses"]) == 0
    (line,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (line["question_id"], line["mark"], line["date"]) == ("load-01", "1.0", "2026-03-04")
    assert ME not in str(line)
    assert main(["responses", "--format", "json", "--since", "2026-03-05"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["responses", "--format", "json", "--since", "2026-03-04"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_backup_and_purge(kept: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    assert main(["backup", str(copy)]) == 0
    assert main(["purge", "--older-than", "0d"]) == 0
    assert "Forgot 1 attempt, 1 learner and 0 sessions." in capsys.readouterr().out
    assert kept.attempts.latest(ME) is None
    restored = make_store(f"sqlite:///{copy}")
    assert restored.attempts.latest(ME) is not None
    restored.database.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["responses", "--database", "sqlite:////nowhere/q.db"], "There is no database at"),
        (["backup", "x.db", "--database", "mysql://x/y"], "'mysql' is not known"),
        (["purge", "--older-than", "1d", "--database", "rubbish"], "not one that can be read"),
        (["serve", "--no-browser", "--database", "rubbish"], "not one that can be read"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_and_exit_2(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ENV_QUESTIONS, str(OWN_QUESTIONS))  # put back what serve writes there
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["purge"], ["purge", "--older-than", "soon"], ["responses", "--since", "yesterday"]],
)
def test_a_wrong_option_is_one_line_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
