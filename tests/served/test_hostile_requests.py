"""Somebody sends what no page of ours does: refused politely, and nothing of it is stored, shown or
logged."""

from __future__ import annotations

import re

import pytest

from tests.support.hostile import SCRIPT, TYPED, Hall, first_status, polite, raw
from tests.support.phones import Phone, joined

pytestmark = pytest.mark.slow


ODD_NUMBERS = [
    *("", "-1", "+1", "1.0", "1e3", "0x1", " 1", "1000000000", "9" * 5_000, "１", "٣", "½"),
    *("NaN", "inf", "null", "[]", "1;2", "0\x00", TYPED, SCRIPT, "99", "2"),
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "form"])
def test_numbers_that_are_none_are_refused(hall: Hall, script: bool) -> None:
    headers = {"X-Requested-With": "fetch"} if script else {}
    phones = many_people(hall, len(ODD_NUMBERS) * 2)
    for number in ODD_NUMBERS:
        for step, position in ((number, "0"), ("1", number)):
            fields = [("step", step), ("position", position), ("option", "a")]
            reply = phones.pop().post(fields, **headers)
            assert reply.status in ({400, 409, 413} if script else {303, 400, 413}), number
            polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


BODIES: list[str | bytes] = [
    *("", "&&&&===", "step=1", "position=0&option=a", "step=1&position=0", "\x00" * 100),
    *("step=1&position=0&option=z", "step=1&position=0&option=", "step=1&position=0&option=A"),
    *("step=1&position=0&" + "option=z&" * 150, f"step=1&position=0&option={SCRIPT}"),
    *('{"step":1,"position":0,"option":"a"}', "step=1&position=0&option=%FF%FE", b"\xff\xfe" * 50),
    *("step[]=1&position[]=0&option[]=a", f"{SCRIPT}={SCRIPT}"),
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "form"])
@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x"])
def test_bodies_that_are_no_form_of_ours_are_refused(hall: Hall, script: bool, kind: str) -> None:
    headers = ({"X-Requested-With": "fetch"} if script else {}) | {"Content-Type": kind}
    for body, phone in zip(BODIES, many_people(hall, len(BODIES)), strict=True):
        reply = phone.post(body, **headers)
        assert reply.status in ({400, 409} if script else {303, 400}), body
        polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


def many_people(hall: Hall, count: int) -> list[Phone]:
    """Phones that are not yet in, so that none of them asks too often."""
    found = []
    for number in range(count):
        phone = Phone(hall.port, hall.room.code, host=f"198.51.100.{number % 200}")
        phone.look()
        found.append(phone)
    return found


def test_markup_in_every_field_stays_text(hall: Hall) -> None:
    phone = hall.hostile
    typed = joined(SCRIPT)
    replies = [
        phone.ask("GET", f"/join?code={typed}"),
        phone.ask("GET", f"/join?code={typed}&{typed}={typed}"),
        phone.ask("GET", f"/r/{typed.replace('%2F', '')}"),
        phone.ask("GET", f"{phone.path}?note={typed}&on={typed}"),
        phone.ask("GET", f"{phone.path}/moved?step={typed}"),
        phone.ask("GET", f"{phone.path}?on=1", **{"User-Agent": SCRIPT, "Referer": SCRIPT}),
        phone.send(SCRIPT, SCRIPT, [SCRIPT]),
        phone.send(1, 0, [SCRIPT]),
        phone.post([("step", SCRIPT), (SCRIPT, SCRIPT)]),
        phone.ask("POST", f"{phone.path}/answer", [("step", SCRIPT)], Origin=SCRIPT),
    ]
    for reply in replies:
        polite(reply)
    stream = raw(phone, f"{phone.path}/events?step={typed}", "").replace(b"POST", b"GET", 1)
    assert first_status(phone.port, stream) == b"200"
    hall.stays_honest()


def test_a_form_of_another_site_stores_nothing(hall: Hall) -> None:
    phone = hall.hostile
    fields = [("step", "1"), ("position", "0"), ("option", "a")]
    here = f"http://127.0.0.1:{phone.port}"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{here}.evil.example"},
        {"Origin": here, "Sec-Fetch-Site": "cross-site"},
        {"Origin": here, "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
    ):
        for more in ({}, {"X-Requested-With": "fetch"}):
            reply = phone.ask("POST", f"{phone.path}/answer", fields, **headers, **more)
            assert reply.status == 403, headers
            polite(reply)
    assert phone.ask("POST", f"{phone.path}/answer", fields).status == 403
    assert hall.answers == 0
    # The same from the session's own page is taken.
    assert phone.post(fields).status == 303
    assert hall.answers == 1
    hall.stays_honest()


def test_huge_bodies_are_not_read(hall: Hall) -> None:
    phone = hall.hostile
    path = f"{phone.path}/answer"
    for length in ("2001", "1000000000000", "9" * 40):
        status = first_status(phone.port, raw(phone, path, "", **{"Content-Length": length}))
        assert status in (b"413", b"400"), length
    chunked = raw(phone, path, "", **{"Transfer-Encoding": "chunked"})
    chunked = re.sub(rb"Content-Length: \d+\r\n", b"", chunked)
    piece = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    assert first_status(phone.port, chunked, piece * 50) == b"413"
    reply = phone.post("step=1&position=0&option=a&x=" + "y" * 100_000)
    assert reply.status == 413
    polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


def test_floods_of_headers_and_broken_requests_are_turned_away(hall: Hall) -> None:
    port, path = hall.port, hall.hostile.path
    start = f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode()
    floods = [
        start + b"".join(b"X-%d: %s\r\n" % (n, TYPED.encode()) for n in range(20_000)) + b"\r\n",
        start + b"Cookie: bme_seat=" + b"A" * 500_000 + b"\r\n\r\n",
        start + b"X: " + TYPED.encode() * 50_000,
        b"GET /r/" + b"B" * 500_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    for flood in floods:
        assert first_status(port, flood) in (b"", b"200", b"400", b"404", b"414", b"431")
    for broken in (b"\x00\x01\x02\r\n\r\n", TYPED.encode() + b"\r\n\r\n", b"\x16\x03\x01" * 99):
        for _ in range(40):
            assert first_status(port, broken) in (b"", b"400")
    hall.stays_honest()


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X-Y"]
)
def test_methods_that_do_not_fit_are_refused_with_a_page(hall: Hall, method: str) -> None:
    phone = hall.hostile
    for path in (phone.path, f"{phone.path}/answer", f"{phone.path}/events", "/join"):
        reply = phone.ask(method, path)
        assert reply.status == 405
        assert reply.headers["allow"]
        polite(reply)
    assert phone.ask("GET", f"{phone.path}/answer").status == 405
    assert phone.ask("POST", phone.path, "").status == 405
    for path in (f"{phone.path}/nothing", "/r/", "/r/a/b/c", "/r/..%2f..%2fetc"):
        reply = phone.ask("GET", path)
        assert reply.status == 404
        polite(reply)
