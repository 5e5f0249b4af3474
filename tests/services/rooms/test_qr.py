"""The QR picture says the very address, and stays dark on white with its quiet zone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno

from bme_quiz.routes import BARE
from bme_quiz.services.addresses import invited_page
from bme_quiz.services.rooms.qr import QUIET_ZONE, qr_svg

ADDRESS = invited_page(BARE.at("http://192.168.1.5:8501"), "BCDFGH", "0123456789")
SVG = "{http://www.w3.org/2000/svg}"
_COMMAND = re.compile(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?")


def parts(svg: str) -> tuple[ElementTree.Element, dict[str, ElementTree.Element]]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    paths = {"light" if "fill" in p.attrib else "dark": p for p in root.iter(f"{SVG}path")}
    return root, paths


def dark_modules(path: str) -> set[tuple[int, int]]:
    """The modules under a path of horizontal strokes, as (row, column)."""
    found: set[tuple[int, int]] = set()
    column, row = 0.0, 0.0
    for command, first, second in _COMMAND.findall(path):
        if command == "h":
            found |= {(int(row), int(column) + step) for step in range(int(first))}
            column += int(first)
        elif command == "M":
            column, row = float(first), float(second)
        else:
            column, row = column + float(first), row + float(second)
    return found


@pytest.mark.parametrize("address", [ADDRESS, "https://quiz.example.org/r/XYZXYZ"])
def test_the_picture_has_the_modules_of_this_address_and_of_no_other(address: str) -> None:
    _, paths = parts(qr_svg(address))
    made = segno.make(address, error="m", micro=False, boost_error=False)
    wanted = {
        (row + QUIET_ZONE, column + QUIET_ZONE)
        for row, modules in enumerate(made.matrix)
        for column, dark in enumerate(modules)
        if dark
    }
    assert dark_modules(paths["dark"].attrib["d"]) == wanted
    _, others = parts(qr_svg(f"{address}X"))
    assert dark_modules(others["dark"].attrib["d"]) != wanted


def test_it_is_dark_on_white_with_a_quiet_zone_all_round() -> None:
    root, paths = parts(qr_svg(ADDRESS))
    side = int(root.attrib["viewBox"].split()[2])
    assert side == segno.make(ADDRESS, error="m", micro=False).symbol_size(border=QUIET_ZONE)[0]
    assert paths["light"].attrib["fill"] == "#fff"
    assert paths["light"].attrib["d"] == f"M0 0h{side}v{side}h-{side}z"
    assert paths["dark"].attrib["stroke"] == "#000"
    places = [place for module in dark_modules(paths["dark"].attrib["d"]) for place in module]
    assert min(places) == QUIET_ZONE
    assert max(places) == side - QUIET_ZONE - 1


def test_its_name_is_the_address_and_its_size_that_of_its_box() -> None:
    root, _ = parts(qr_svg("https://quiz.example.org/r/A?b=<c>&d"))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "QR code of https://quiz.example.org/r/A?b=<c>&d"
    assert "width" not in root.attrib
    assert "height" not in root.attrib
