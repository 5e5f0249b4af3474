"""``GET /healthz``: whether learners can be served, for whatever watches the program."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.content.problems import ContentError
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.errors import StorageError

_LOG = logging.getLogger("bme_quiz")


def healthz(_request: Request) -> Response:
    """200 and ``ok`` when the database answers, 503 and one line when it does not.

    The line names no file and no server: anybody may ask. The log has the particulars.
    """
    headers = {"cache-control": "no-store"}
    try:
        shared_store(read_settings().database).database.ping()
    except (StorageError, ContentError) as error:
        _LOG.error("not healthy: %s", error)
        return PlainTextResponse("the database does not answer\n", 503, headers)
    return PlainTextResponse("ok\n", headers=headers)


def routes() -> list[BaseRoute]:
    """The route; its function is a plain one, which Starlette runs off the event loop."""
    return [Route("/healthz", healthz, methods=["GET"])]
