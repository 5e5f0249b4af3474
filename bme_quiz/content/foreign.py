"""Recognition of files of another kind than the one that was looked for, to name them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError),
)
"""What reading a zip file may raise, whatever is in it."""

_LOOKED_AT = 20_000

_BEGINNINGS = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text with formats (RTF)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"7z\xbc\xaf": "a compressed file (7z)",
    b"SQLite format 3\0": "a database",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"

# By a file that lies in the archive.
_ARCHIVES = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("xl/workbook.bin", "an Excel workbook in the binary form (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("imsmanifest.xml", "a package of questions (QTI or SCORM)"),
    ("collection.anki21b", "a package of Anki cards"),
    ("collection.anki21", "a package of Anki cards"),
    ("collection.anki2", "a package of Anki cards"),
    ("Index/Document.iwa", "a Numbers or Pages document"),
)
_OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.spreadsheet": "a LibreOffice spreadsheet (.ods)",
    "application/vnd.oasis.opendocument.text": "a LibreOffice text (.odt)",
}
WORKBOOK = "an Excel workbook"

_BEGINNINGS_OF_TEXT = (
    ("Moodle XML", re.compile(r"(?:<\?xml[^>]*+>\s*+)?<quiz\b")),
    ("QTI", re.compile(r"(?:<\?xml[^>]*+>\s*+)?<(?:questestinterop|assessmentItem)\b")),
    ("a web page (HTML)", re.compile(r"<!DOCTYPE html|<html\b", re.IGNORECASE)),
    ("XML of some kind", re.compile(r"<\?xml\b")),
    ("JSON", re.compile(r"[\[{]\s*+[\"\[{]")),
    ("Anki's text export", re.compile(r"#(?:separator|html|deck|notetype|columns|tags)\b")),
)
_CHOICE = re.compile(r"[A-Z][.)] \S")
_AIKEN_KEY = re.compile(r"ANSWER: ?[A-Z]\s*+\Z")
_GIFT_TITLE = re.compile(r"::[^:]++::|\$CATEGORY:")
_GIFT_ANSWER = re.compile(r"\{\s*+(?:[=~]|#-?\d|(?:T|F|TRUE|FALSE)\s*+\}|\Z)")
_TEXT2QTI_STEM = re.compile(r"\d{1,4}\. +\S")
_TEXT2QTI_CHOICE = re.compile(r"\*?[a-z]\) |\[[* ]?\] ")


def foreign_file(data: bytes) -> str:
    """What a file is that is no text, by its first bytes; empty where it may be a text."""
    if data.startswith(_ZIP):
        return _archive(data)
    if data.startswith(_OLD_OFFICE):
        return "an old Office file, or one that is protected by a password"
    for start, kind in _BEGINNINGS.items():
        if data.startswith(start):
            return kind
    return ""


def foreign_text(text: str) -> str:
    """What a text looks like that is no table, such as ``GIFT``; empty where it is not known."""
    start = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    for name, pattern in _BEGINNINGS_OF_TEXT:
        if pattern.match(start):
            return name
    lines = start.splitlines()

    def any_is(pattern: re.Pattern[str]) -> bool:
        return any(pattern.match(line) for line in lines)

    if any_is(_CHOICE) and any_is(_AIKEN_KEY):
        return "Aiken"
    if any_is(_GIFT_TITLE) or any(_GIFT_ANSWER.search(line) for line in lines):
        return "GIFT"
    if any_is(_TEXT2QTI_STEM) and any_is(_TEXT2QTI_CHOICE):
        return "text2qti"
    return ""


def _archive(data: bytes) -> str:
    """What a zip file is, by the names in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info for info in archive.infolist()}
            for name, kind in _ARCHIVES:
                if name in names:
                    return kind
            kind_of = names.get("mimetype")
            if kind_of is not None and kind_of.file_size < 200:
                mime = archive.read(kind_of).decode("ascii", "replace").strip()
                return _OPEN_DOCUMENTS.get(mime, "a zipped file")
    except (*DAMAGED, OSError):
        return "a damaged zipped file, such as an Excel workbook that was cut off"
    return "a zipped file"
