"""Settings from the environment; the command line writes the same variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

import platformdirs

from bme_quiz.content.course import COURSE_FILES
from bme_quiz.content.problems import ContentError
from bme_quiz.routes import Addresses, clean_base_path
from bme_quiz.services.addresses import clean_address, split_host

ENV_QUESTIONS = "BME_QUIZ_QUESTIONS"
ENV_DATABASE = "BME_QUIZ_DATABASE"
ENV_FORGET_AFTER = "BME_QUIZ_FORGET_AFTER"
ENV_HOST = "BME_QUIZ_HOST"
ENV_PORT = "BME_QUIZ_PORT"
ENV_PASSCODE = "BME_QUIZ_PASSCODE"
ENV_ADDRESS = "BME_QUIZ_ADDRESS"
ENV_TRUSTED_PROXY = "BME_QUIZ_TRUSTED_PROXY"
ENV_ALLOWED_HOSTS = "BME_QUIZ_ALLOWED_HOSTS"
ENV_PEOPLE = "BME_QUIZ_PEOPLE_PER_ADDRESS"
ENV_BASE_PATH = "BME_QUIZ_BASE_PATH"

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501
DEFAULT_PROXIES = ("127.0.0.1", "::1")
DEFAULT_PEOPLE = 200

_PACKAGE = Path(__file__).resolve().parents[1]
# The course that comes with the package: beside it in a checkout, inside it when installed.
_OWN_QUESTIONS = (_PACKAGE.parent / "questions", _PACKAGE / "course")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the course and the answers are, and where the server listens.

    Attributes:
        database: an SQLAlchemy address.
        forget_after: how long after its last answer an attempt is forgotten; None means never.
        passcode: of the educator's pages; None where the program is to make one.
        address: what phones open, such as ``https://quiz.example.org``; None where nobody said.
        trusted_proxies: addresses and networks of the proxies whose ``X-Forwarded-*`` is believed.
        allowed_hosts: further names under which the server may be asked for, without ports.
        people_per_address: how many people may share one address, behind a clinic's router say.
        base_path: what stands in front of every path, such as ``/quiz``; mostly empty.
    """

    questions: Path
    host: str
    port: int
    database: str
    forget_after: timedelta | None = None
    # Not shown where settings are printed or logged.
    passcode: str | None = field(default=None, repr=False)
    address: str | None = None
    trusted_proxies: tuple[str, ...] = DEFAULT_PROXIES
    allowed_hosts: tuple[str, ...] = ()
    people_per_address: int = DEFAULT_PEOPLE
    base_path: str = ""

    @property
    def addresses(self) -> Addresses:
        """How the app's addresses are written."""
        return Addresses(self.base_path)


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as the environment has them.

    Raises:
        ContentError: the port is not a number from 1 to 65535, the time after which to forget
            is none, the passcode is too short, too long or cannot be typed, the address for
            phones is none, a trusted proxy is no address or network, an allowed host is no name,
            the number of people is none, or the base path is none.
    """
    return _settings(*(environ.get(name, "").strip() for name in _NAMES))


_NAMES = (
    *(ENV_QUESTIONS, ENV_DATABASE, ENV_FORGET_AFTER, ENV_HOST, ENV_PORT, ENV_PASSCODE),
    *(ENV_ADDRESS, ENV_TRUSTED_PROXY, ENV_ALLOWED_HOSTS, ENV_PEOPLE, ENV_BASE_PATH),
)


# Every run of every page asks for them.
@lru_cache(maxsize=8)
def _settings(
    questions: str,
    database: str,
    forget_after: str,
    host: str,
    port: str,
    passcode: str,
    address: str,
    trusted_proxy: str,
    allowed_hosts: str,
    people: str,
    base_path: str,
) -> Settings:
    base_path = read_base_path(base_path)
    port = port or str(DEFAULT_PORT)
    # Python turns no number of thousands of digits into an integer.
    if not port.isdecimal() or len(port) > _LONGEST_PORT or not 1 <= int(port) <= 65535:
        raise ContentError(f"{ENV_PORT} is '{port[:60]}'; a port is a number from 1 to 65535.")
    return Settings(
        questions=course_folder(questions),
        host=host or DEFAULT_HOST,
        port=int(port),
        database=database or default_database(),
        forget_after=_forget_after(forget_after),
        passcode=_passcode(passcode),
        address=_address(address, base_path),
        trusted_proxies=_proxies(trusted_proxy),
        allowed_hosts=_hosts(allowed_hosts),
        people_per_address=_people(people),
        base_path=base_path,
    )


def course_folder(named: str) -> Path:
    """The course's folder as it is named; without a name ./questions, or the package's own."""
    if named:
        return Path(named)
    here = Path("questions")
    found = (folder for folder in (here, *_OWN_QUESTIONS) if _is_course(folder))
    return next(found, here)


def folder_in_words(folder: Path) -> str:
    """Which folder is meant, in full: the first line that a command prints."""
    return f"Course folder: {folder.absolute()}"


def _is_course(folder: Path) -> bool:
    """Whether a folder is meant as a course: one whose article is missing is one to mend."""
    return any((folder / name).is_file() for name in COURSE_FILES)


def http_address(host: str, port: int) -> str:
    """What to write into this machine's browser for a host that is listened on, and a port."""
    # What stands for every address of this machine is none that all browsers open.
    host = {"0.0.0.0": DEFAULT_HOST, "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def default_database() -> str:
    """The address of an SQLite file where this system keeps a user's data."""
    folder = platformdirs.user_data_path("bme-quiz", appauthor=False)
    return f"sqlite:///{folder / 'bme-quiz.db'}"


def parse_age(text: str) -> timedelta:
    """An age such as ``180d``, ``26w`` or ``2y`` (of 365 days).

    Raises:
        ValueError: it is none, or longer than a thousand years.
    """
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no length of time; write one such as 180d, 26w or 2y")
    return timedelta(days=int(found[1]) * _DAYS[found[2]])


_LONGEST_PORT = 20
_AGE = re.compile(r"(\d{1,3}|\d{1,5}(?=d))([dwy])")
_DAYS = {"d": 1, "w": 7, "y": 365}


def _forget_after(text: str) -> timedelta | None:
    if not text:
        return None
    try:
        return parse_age(text)
    except ValueError as error:
        raise ContentError(f"{ENV_FORGET_AFTER}: {error}.") from None


# Short enough for the form that takes it, whatever signs it is made of.
_PASSCODE_LENGTHS = range(8, 201)


def _passcode(text: str) -> str | None:
    if not text:
        return None
    if len(text) not in _PASSCODE_LENGTHS:
        raise ContentError(f"{ENV_PASSCODE} needs 8 to 200 signs; it has {len(text)}.")
    if not text.isprintable():
        raise ContentError(f"{ENV_PASSCODE} has a sign that cannot be typed into a form.")
    return text


def read_base_path(text: str, setting: str = ENV_BASE_PATH) -> str:
    """The base path as a setting names it; empty for none.

    Raises:
        ContentError: it is none, or a page of the app is called so.
    """
    try:
        return clean_base_path(text)
    except ValueError as error:
        raise ContentError(f"{setting}: {error}.") from None


def _address(text: str, base_path: str) -> str | None:
    if not text:
        return None
    try:
        return clean_address(text, base_path)
    except ValueError as error:
        raise ContentError(f"{ENV_ADDRESS}: {error}.") from None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _proxies(text: str) -> tuple[str, ...]:
    listed = _listed(text)
    for one in listed:
        try:
            ip_network(one)
        except ValueError:
            raise ContentError(
                f"{ENV_TRUSTED_PROXY}: '{one}' is neither an address nor a network; write one such "
                "as 10.0.0.7 or 172.18.0.0/16, several with commas between them."
            ) from None
    return tuple(listed) or DEFAULT_PROXIES


def _hosts(text: str) -> tuple[str, ...]:
    names = []
    for one in _listed(text):
        found = split_host(one)
        if found is None or found[1] is not None:
            raise ContentError(
                f"{ENV_ALLOWED_HOSTS}: '{one}' is not a host's name; write one such as "
                "quiz.example.org, without http:// and without a port."
            )
        names.append(found[0])
    return tuple(names)


_MOST_PEOPLE = 10_000


def _people(text: str) -> int:
    if not text:
        return DEFAULT_PEOPLE
    is_number = text.isascii() and text.isdecimal() and len(text) < 9
    if not is_number or not 1 <= int(text) <= _MOST_PEOPLE:
        raise ContentError(
            f"{ENV_PEOPLE} is '{text}'; write how many people may share one address, from 1 to "
            f"{_MOST_PEOPLE}."
        )
    return int(text)
