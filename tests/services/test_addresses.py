"""Which addresses phones get, how this machine is found, and what a start prints about it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.cli.serve import EVERY_HOST, open_to_phones
from bme_quiz.content.problems import ContentError
from bme_quiz.routes import BARE, JOIN, ROOM
from bme_quiz.services.addresses import (
    clean_address,
    client_neighbourhood,
    client_network,
    invitation,
    invited_page,
    is_private,
    is_this_machine_only,
    local_addresses,
)
from bme_quiz.services.settings import (
    ENV_ADDRESS,
    ENV_BASE_PATH,
    Settings,
    http_address,
    read_settings,
)

HERE = Settings(Path("questions"), "127.0.0.1", 8501, "sqlite://")


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://quiz.example.org", "https://quiz.example.org"),
        (" https://quiz.example.org/ ", "https://quiz.example.org"),
        ("http://192.168.1.5:8501", "http://192.168.1.5:8501"),
        ("http://[fd00::5]:8501/", "http://[fd00::5]:8501"),
    ],
)
def test_an_address_is_a_base_for_others(text: str, base: str) -> None:
    assert clean_address(text) == base
    assert read_settings({ENV_ADDRESS: text}).address == base
    addresses = BARE.at(base)
    assert addresses.to(JOIN) == f"{base}/join"
    assert addresses.to(ROOM, code="BCDFGH") == f"{base}/r/BCDFGH"
    assert invited_page(addresses, "BCDFGH", "0123456789") == f"{base}/r/BCDFGH?k=0123456789"


@pytest.mark.parametrize(
    "text",
    [
        "quiz.example.org",
        "ftp://quiz.example.org",
        "javascript:alert(1)",
        "http://",
        "http://:8501",
        "http://quiz.example.org/join",
        "http://quiz.example.org?x",
        "http://quiz.example.org#x",
        "http://anna@quiz.example.org",
        "http://quiz.example.org:0",
        "http://quiz.example.org:99999",
        "http://quiz.example.org:port",
        "http://two words",
        'http://"><script>',
        "http://[::1",
    ],
)
def test_what_phones_could_not_open_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_settings({ENV_ADDRESS: text})
    sentence = str(refused.value)
    assert sentence.startswith(f"{ENV_ADDRESS}: '{text}' is not an address that phones could open")
    assert "\n" not in sentence


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        base = clean_address(text)
    except ValueError:
        return
    parts = urlsplit(base)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert (parts.path, parts.query, parts.fragment, parts.username) == ("", "", "", None)
    assert clean_address(base) == base


def test_no_address_is_no_setting() -> None:
    assert read_settings({}).address is None


@pytest.mark.parametrize(
    ("address", "only", "private"),
    [
        ("http://127.0.0.1:8501", True, False),
        ("http://localhost:8501", True, False),
        ("http://quiz.localhost", True, False),
        ("http://[::1]:8501", True, False),
        ("http://192.168.1.5:8501", False, True),
        ("http://10.1.2.3", False, True),
        ("https://quiz.example.org", False, False),
        ("https://93.184.215.14", False, False),
    ],
)
def test_which_addresses_lead_where(address: str, only: bool, private: bool) -> None:
    assert is_this_machine_only(address) is only
    assert is_private(address) is private


def test_this_machines_addresses_are_numbers_that_others_could_use() -> None:
    for found in local_addresses():
        assert not ip_address(found).is_loopback
        assert not ip_address(found).is_unspecified


def test_an_address_on_the_very_network_goes_before_the_way_out() -> None:
    """A VPN takes all that is not on the Wi-Fi itself, and phones cannot come in through it."""

    def source(towards: str) -> str:
        return "192.168.1.23" if towards.startswith("192.168.1.") else "10.8.0.2"

    assert local_addresses(source) == ("192.168.1.23", "10.8.0.2")


@pytest.mark.parametrize("own", [None, "127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_without_a_network_no_address_is_found(own: str | None) -> None:
    assert local_addresses(lambda _: own) == ()


def test_each_address_is_named_once() -> None:
    assert local_addresses(lambda _: "172.20.3.4") == ("172.20.3.4",)


def test_room_mode_listens_to_the_network_and_tells_phones_where() -> None:
    settings, told = open_to_phones(HERE, ["192.168.1.5", "10.8.0.2"], keep_host=False)
    assert (settings.host, settings.address) == (EVERY_HOST, "http://192.168.1.5:8501")
    assert "For phones: http://192.168.1.5:8501/join" in told
    assert "same network" in told
    assert "let port 8501 in" in told
    assert "http://10.8.0.2:8501" in told


def test_room_mode_keeps_a_host_that_was_named() -> None:
    named = replace(HERE, host="192.168.7.7")
    settings, told = open_to_phones(named, ["192.168.1.5"], keep_host=True)
    assert (settings.host, settings.address) == ("192.168.7.7", "http://192.168.7.7:8501")
    assert "http://192.168.7.7:8501/join" in told


def test_room_mode_takes_the_address_of_the_settings() -> None:
    known = replace(HERE, address="https://quiz.example.org")
    settings, told = open_to_phones(known, ["192.168.1.5"], keep_host=False)
    assert settings.address == "https://quiz.example.org"
    assert told == "For phones: https://quiz.example.org/join"


def test_room_mode_says_so_where_no_address_is_found() -> None:
    settings, told = open_to_phones(HERE, [], keep_host=False)
    assert settings.address is None
    assert "no address was found" in told
    alone, told_alone = open_to_phones(HERE, ["192.168.1.5"], keep_host=True)
    assert (alone.host, alone.address) == ("127.0.0.1", None)
    assert told == invitation(None)
    assert "listens on 127.0.0.1, which is this computer alone" in told_alone
    assert "no address was found" not in told_alone


def test_a_host_that_stands_for_all_is_not_put_into_a_browser() -> None:
    assert http_address(EVERY_HOST, 8501) == "http://127.0.0.1:8501"
    assert http_address("::", 8501) == "http://[::1]:8501"
    assert http_address("192.168.1.5", 8501) == "http://192.168.1.5:8501"


@pytest.mark.parametrize(
    ("one", "other", "same_network", "same_neighbourhood"),
    [
        ("192.0.2.1", "192.0.2.1", True, True),
        ("192.0.2.1", "192.0.2.255", False, True),
        ("192.0.2.1", "192.0.3.1", False, False),
        ("::ffff:192.0.2.1", "192.0.2.1", True, True),
        ("2001:db8::1", "2001:db8::ffff", True, True),
        ("2001:db8::1", "2001:db8:0:1::1", False, True),
        ("2001:db8::1", "2001:db8:1::1", False, False),
        ("fe80::1%eth0", "fe80::2%eth0", True, True),
        ("testclient", "testclient", True, True),
        ("testclient", "another", False, False),
    ],
)
def test_clients_of_one_network_and_of_one_neighbourhood_count_together(
    one: str, other: str, same_network: bool, same_neighbourhood: bool
) -> None:
    assert (client_network(one) == client_network(other)) is same_network
    assert (client_neighbourhood(one) == client_neighbourhood(other)) is same_neighbourhood
    # Whoever knows the network only finds the same neighbourhood.
    assert client_neighbourhood(client_network(one)) == client_neighbourhood(one)


@pytest.mark.parametrize("text", ["https://example.org", "https://example.org/quiz/"])
def test_phones_are_invited_behind_the_base_path_that_an_address_may_end_in(text: str) -> None:
    settings = read_settings({ENV_ADDRESS: text, ENV_BASE_PATH: "quiz/"})
    assert (settings.address, settings.base_path) == ("https://example.org", "/quiz")
    _, told = open_to_phones(settings, [], keep_host=False)
    assert told.splitlines()[0] == "For phones: https://example.org/quiz/join"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {ENV_BASE_PATH: "a b"},
            "BME_QUIZ_BASE_PATH: 'a b' is not a path; write one such as /quiz",
        ),
        ({ENV_BASE_PATH: "/join"}, "begins like an address of the quiz itself"),
        (
            {ENV_ADDRESS: "https://example.org/other", ENV_BASE_PATH: "/quiz"},
            "with nothing but the base path /quiz behind it",
        ),
        ({ENV_ADDRESS: "https://example.org/quiz"}, "with nothing behind it"),
    ],
)
def test_a_base_path_that_is_none_or_another_than_the_address_ends_in_is_refused(
    environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ContentError, match=sentence):
        read_settings(environ)
