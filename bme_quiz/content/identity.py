"""Identity of a course: id, title, language and more from ``course.toml``, or their defaults."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bme_quiz.content.article import Article
from bme_quiz.content.files import read_file
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.text import fingerprint, fold_spaces

IDENTITY_FILE = "course.toml"
DEFAULT_LANGUAGE = "en"
# What courses called this section before there was a file to say it in.
HELP_SECTION = "when-to-get-help"
LONGEST_ID = 64

_CODE = "C01"
_MOST_BYTES = 100_000
_LONGEST = 2_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# The form of a tag (RFC 5646, section 2.1), not its registry.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_SITE = re.compile(r"https?://[^\s/?#]+[^\s]*")
_NUMBER = re.compile(r"\+?[0-9][0-9 ]{1,19}")


@dataclass(frozen=True, slots=True)
class Roles:
    """Which section of the article is what; each is a section's id, empty where none is."""

    summary: str = ""
    help: str = ""
    ask: str = ""
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a course is called, and what its parts are for.

    Attributes:
        id: names the course to databases and exports; lower-case letters, digits and hyphens.
        is_stated: the id stands in the file; else it was made from the title.
        language: of the texts, as a BCP 47 tag.
        licence, reviewed_by, summary, site, emergency_number: as written; empty where not.
        review_date: None where there was no review.
        require_approval: only questions that a person has approved may be served.
        sets: title of each set that has one, by its name.
        review: ids of the sections whose claims a clinician is asked to review; empty for those
            that say which words tell such a claim.
    """

    id: str
    title: str
    is_stated: bool = False
    language: str = DEFAULT_LANGUAGE
    licence: str = ""
    reviewed_by: str = ""
    review_date: date | None = None
    summary: str = ""
    site: str = ""
    emergency_number: str = ""
    require_approval: bool = False
    roles: Roles = field(default_factory=Roles)
    sets: tuple[tuple[str, str], ...] = ()
    review: tuple[str, ...] = ()

    def set_title(self, name: str) -> str:
        """What a set is called: its title, or its name with a capital."""
        return dict(self.sets).get(name) or sentence_case(name)


def sentence_case(name: str) -> str:
    """A name of lower-case words and hyphens as people read it."""
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def id_from_title(title: str) -> str:
    """The id of a course that states none: its title in lower-case ASCII letters and hyphens.

    A title without such letters gives ``course-`` and its fingerprint.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-")
    return words or f"course-{fingerprint(title)}"


def default_identity(article: Article) -> Identity:
    """The identity of a course without ``course.toml``: title and id are the article's.

    Its help page is the section that such courses have always called ``when-to-get-help``.
    """
    title = fold_spaces(article.title)
    return Identity(id_from_title(title), title, roles=_default_roles(article))


def read_identity(folder: Path, article: Article) -> tuple[Identity, tuple[Problem, ...]]:
    """What ``course.toml`` in a course's folder says, and what is wrong in it.

    A value that cannot be used is left out and said; the default stands in its place.

    Raises:
        ContentError: the file cannot be read, or its ``id`` is none: with another one, answers
            would go to another course.
    """
    path = folder / IDENTITY_FILE
    if not path.exists():
        return default_identity(article), ()
    return parse_identity(read_file(path, "file"), article)


def parse_identity(data: bytes, article: Article) -> tuple[Identity, tuple[Problem, ...]]:
    """The identity in the bytes of a ``course.toml``; see :func:`read_identity`.

    Raises:
        ContentError: they are no TOML, or the ``id`` is none.
    """
    values = _parsed(data)
    problems: list[Problem] = []
    default = default_identity(article)
    given: dict[str, Any] = {}
    for key, value in values.items():
        if key in _TABLES:
            continue
        check = _CHECKS.get(key)
        if check is None:
            known = ", ".join((*_CHECKS, *_TABLES))
            message = f"'{_shown(key)}' is no key of {IDENTITY_FILE}, so it is passed over."
            mend = f"Take it out, or write one of: {known}."
            problems.append(_problem(key, message, mend, Severity.WARNING))
            continue
        try:
            given[key] = check(value)
        except _ValueError as error:
            if key == "id":
                raise ContentError(f"{IDENTITY_FILE}, id: {error.message} {error.mend}") from None
            problems.append(_problem(key, error.message, error.mend))
    title = given.pop("title", default.title)
    made, stated = id_from_title(title), given.pop("id", "")
    if not stated:
        message = f"No id is given, so '{made}' stands for it as long as the title stays."
        mend = f'Write id = "{made}" and never change it.'
        problems.append(_problem("id", message, mend, Severity.WARNING))
    # A file without a word about roles is not to take away a page that keeps people safe.
    roles = default.roles
    if "roles" in values:
        roles = _roles(values["roles"], article, problems)
    identity = Identity(
        stated or made,
        title,
        is_stated=bool(stated),
        roles=roles,
        sets=_sets(values.get("sets", {}), problems),
        review=_review(values.get("review", {}), article, problems),
        **given,
    )
    return identity, tuple(problems)


class _ValueError(Exception):
    """What is wrong with a value, and how to mend it."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.message, self.mend = message, mend


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > _MOST_BYTES:
        raise ContentError(
            f"{IDENTITY_FILE} has {len(data):,} bytes; {_MOST_BYTES:,} at most. Take out what is "
            "not about the course as a whole."
        )
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ContentError(
            f"{IDENTITY_FILE} is not UTF-8 text in line {line}; save it as UTF-8."
        ) from None
    except (ValueError, RecursionError) as error:
        reason = "lists too deep" if isinstance(error, RecursionError) else str(error)[:200]
        raise ContentError(
            f'{IDENTITY_FILE} cannot be read ({reason}). Write each line as key = "value", with '
            "the roles below a line [roles]."
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _ValueError("It is no text.", 'Write it in quotation marks: key = "…".')
    text = fold_spaces(value)
    if len(text) > _LONGEST:
        raise _ValueError(f"It has {len(text):,} signs.", f"Write {_LONGEST:,} at most.")
    return text


def _title(value: Any) -> str:
    text = _text(value)
    if not text:
        raise _ValueError("It is empty.", "Write the course's title, or take the line out.")
    return text


def _id(value: Any) -> str:
    text = _text(value)
    if len(text) > LONGEST_ID or _SLUG.fullmatch(text) is None:
        raise _ValueError(
            f"'{_shown(text)}' cannot be an id.",
            f"Write {LONGEST_ID} lower-case letters, digits and hyphens at most, such as "
            '"knee-pain".',
        )
    return text


def _language(value: Any) -> str:
    text = _text(value)
    if _LANGUAGE.fullmatch(text) is None:
        raise _ValueError(
            f"'{_shown(text)}' is no language tag.", 'Write one such as "en", "es" or "pt-BR".'
        )
    return text


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise _ValueError(
            f"'{_shown(str(value))}' is no day.", "Write one such as 2026-01-31."
        ) from None


def _site(value: Any) -> str:
    text = _text(value)
    if text and _SITE.fullmatch(text) is None:
        raise _ValueError(
            f"'{_shown(text)}' is no address.", 'Write one such as "https://quiz.example.org".'
        )
    return text


def _number(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    if text and _NUMBER.fullmatch(text) is None:
        raise _ValueError(f"'{_shown(text)}' is no number to call.", 'Write one such as "112".')
    return text


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _ValueError("It is neither true nor false.", "Write true or false, without marks.")
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "id": _id,
    "title": _title,
    "language": _language,
    "licence": _text,
    "reviewed_by": _text,
    "review_date": _day,
    "summary": _text,
    "site": _site,
    "emergency_number": _number,
    "require_approval": _yes_or_no,
}


_TABLES = ("roles", "sets", "review")
_MOST_SETS = 100


def _sets(value: Any, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or len(value) > _MOST_SETS:
        mend = f'Write a line [sets], and below it {_MOST_SETS} lines at most: essentials = "…".'
        problems.append(_problem("sets", "It is no table of sets.", mend))
        return ()
    found = []
    for name, title in value.items():
        try:
            text = _text(title)
        except _ValueError as error:
            problems.append(_problem(f"sets.{name}", error.message, error.mend))
            continue
        if text:
            found.append((name, text))
    return tuple(found)


def _review(value: Any, article: Article, problems: list[Problem]) -> tuple[str, ...]:
    mend = 'Write a line [review], and below it: sections = ["rest", "how-long"].'
    if not isinstance(value, dict) or not value.keys() <= {"sections"}:
        problems.append(_problem("review", "It is no table with a line 'sections'.", mend))
        return ()
    sections = value.get("sections", [])
    if not isinstance(sections, list):
        problems.append(_problem("review.sections", "It is no list of sections.", mend))
        return ()
    found = []
    for section in sections:
        if not isinstance(section, str) or article.section(section) is None:
            message = f"The article has no section '{_shown(str(section))}'."
            mend = "Write the id that a heading of the article ends in, or take it out."
            problems.append(_problem("review.sections", message, mend))
        else:
            found.append(section)
    return tuple(dict.fromkeys(found))


def _roles(value: Any, article: Article, problems: list[Problem]) -> Roles:
    names = tuple(one.name for one in fields(Roles))
    if not isinstance(value, dict):
        mend = 'Write a line [roles], and below it lines such as help = "when-to-get-help".'
        problems.append(_problem("roles", "It is no table.", mend))
        return Roles()
    found = {}
    for name, section in value.items():
        key = f"roles.{name}"
        if name not in names:
            message = f"'{_shown(name)}' is no role, so it is passed over."
            mend = f"Take it out, or write one of: {', '.join(names)}."
            problems.append(_problem(key, message, mend, Severity.WARNING))
        elif not isinstance(section, str) or article.section(section) is None:
            message = f"The article has no section '{_shown(str(section))}'."
            mend = "Write the id that a heading of the article ends in, or take the line out."
            problems.append(_problem(key, message, mend))
        else:
            found[name] = section
    return Roles(**found)


def _default_roles(article: Article) -> Roles:
    return Roles(help=HELP_SECTION) if article.section(HELP_SECTION) is not None else Roles()


def _problem(key: str, message: str, mend: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(_CODE, severity, IDENTITY_FILE, message, mend, column=_shown(key))


def _shown(text: str) -> str:
    """What somebody wrote, as it may stand in a sentence."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= 80 else f"{plain[:80]}…"
