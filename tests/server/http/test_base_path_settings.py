"""What the app is made of where Streamlit starts it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from streamlit import config

from bme_quiz.content.problems import ContentError
from bme_quiz.server.http.app import app_parts
from bme_quiz.server.http.base_path import BasePath
from bme_quiz.services.settings import ENV_BASE_PATH, read_settings


@pytest.fixture(autouse=True)
def _settings_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(ENV_BASE_PATH, "")
    yield
    config.set_option("server.baseUrlPath", "")


def base_path() -> str:
    """What the app takes off every request."""
    (found,) = [one for one in app_parts()["middleware"] if one.cls is BasePath]
    return str(found.kwargs["addresses"].base)


@pytest.mark.parametrize(
    ("own", "streamlits", "taken"),
    [("", "", ""), ("/quiz", "", "/quiz"), ("", "quiz/", "/quiz"), ("quiz", "quiz", "/quiz")],
)
def test_streamlits_own_setting_of_a_base_path_is_taken_and_put_to_rest(
    monkeypatch: pytest.MonkeyPatch, own: str, streamlits: str, taken: str
) -> None:
    monkeypatch.setenv(ENV_BASE_PATH, own)
    config.set_option("server.baseUrlPath", streamlits)
    assert base_path() == taken
    assert config.get_option("server.baseUrlPath") == ""
    # Pages ask the environment.
    assert read_settings(os.environ).base_path == taken


def test_two_settings_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_BASE_PATH, "/quiz")
    config.set_option("server.baseUrlPath", "other")
    with pytest.raises(ContentError, match=r"says /quiz, and Streamlit's server\.baseUrlPath says"):
        app_parts()


def test_a_path_of_streamlits_that_is_none_is_refused_by_its_name() -> None:
    config.set_option("server.baseUrlPath", "a b")
    with pytest.raises(ContentError, match=r"server\.baseUrlPath: 'a b' is not a path"):
        app_parts()
