"""A server that is attacked, of one module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.attacks import open_socket
from tests.support.courses import ROWS, write_course
from tests.support.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    course = write_course(tmp_path_factory.mktemp("course"), ROWS)
    database = f"sqlite:///{tmp_path_factory.mktemp('data') / 'quiz.db'}"
    with Server(course, BME_QUIZ_DATABASE=database) as running:
        # The first page of all loads what the others find.
        with open_socket(running.port) as first:
            first.session()
        yield running
