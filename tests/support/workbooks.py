"""Workbooks made on the spot: sound ones, and ones made in bad faith."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook

from bme_quiz.content.bank import COLUMNS

SHEET = "xl/worksheets/sheet1.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(rows: Iterable[Sequence[object]], title: str = "Questions") -> bytes:
    """A workbook of one sheet with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return workbook_bytes(book)


def bank_workbook(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str] = COLUMNS, title: str = "Questions"
) -> bytes:
    """A workbook with a bank's rows."""
    lines = [list(columns), *([row.get(column, "") for column in columns] for row in rows)]
    return sheet_of(lines, title)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced, or one more."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for info in archive.infolist():
            if info.filename != name:
                written.writestr(info.filename, archive.read(info))
        written.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_xml(rows: str) -> bytes:
    """A sheet's XML with these row elements."""
    return f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def hostile() -> dict[str, bytes]:
    """Workbooks that ask for hours or for all memory, by what is wrong with them."""
    sound = bank_workbook([])
    strings = part(sound, "xl/workbook.xml")
    thousand = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships"/>' % (n, n)
        for n in range(2, 1002)
    )
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "{"x" * 100}">{entities}]>'
        f'<worksheet xmlns="{_NAMESPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
        "&e9;</t></is></c></row></sheetData></worksheet>"
    ).encode()
    return {
        "a thousand sheets": with_part(
            sound, "xl/workbook.xml", strings.replace(b"</sheets>", thousand + b"</sheets>")
        ),
        "an entity bomb": with_part(sound, SHEET, bomb),
        "a million empty rows": with_part(
            sound, SHEET, sheet_xml("".join(f'<row r="{n}"/>' for n in range(1, 1_000_001)))
        ),
        "a million rows of no number": with_part(sound, SHEET, sheet_xml("<row/>" * 1_000_000)),
        "a row far below": with_part(sound, SHEET, sheet_xml('<row r="1048576"/>')),
        "a row of many cells": with_part(
            sound, SHEET, sheet_xml(f"<row>{'<c><v>1</v></c>' * 500_000}</row>")
        ),
        "a zip bomb": with_part(sound, SHEET, b" " * 80_000_000),
        "many parts": with_parts(sound, 3_000),
        "many formats": with_part(
            sound,
            "xl/styles.xml",
            f'<styleSheet xmlns="{_NAMESPACE}">{"<xf/>" * 500_000}</styleSheet>'.encode(),
        ),
        "deep nesting": with_part(sound, "xl/styles.xml", b"<a>" * 100_000 + b"</a>" * 100_000),
    }


def with_parts(data: bytes, count: int) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/media/{number}.xml", b"<a/>")
    return out.getvalue()
