"""Route of a session's report for a spreadsheet, for educators only.

A plain route: Streamlit keeps a file that is offered for download in one process's memory, and
behind one address there may be two.
"""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bme_quiz.content.problems import ContentError
from bme_quiz.routes import REPORT
from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.educator_login import is_educator
from bme_quiz.server.http.templates import plain_page
from bme_quiz.server.http.threads import LOOKS
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.report_csv import report_csv
from bme_quiz.services.rooms.rooms import rooms_now
from bme_quiz.storage.engine.errors import StorageError

_LOG = logging.getLogger("bme_quiz")

NOT_OPEN = "Reports are for educators. Open the educator's page with its passcode, then try again."
UNKNOWN = "There is no session with this address. It may have been forgotten since it ended."
GOING_ON = "This session is not over yet. Its report can be had once it has ended."
AWAY = "The report cannot be made just now. Wait a moment, then try again."


async def report_file(request: Request) -> Response:
    """The report as a file; a plain page where there is none for this browser."""
    return await LOOKS.run(request.scope, _report_file, request)


def _report_file(request: Request) -> Response:
    try:
        if not is_educator(request):
            return _page(request, NOT_OPEN, 403)
        rooms = rooms_now()
        room = rooms.room(request.query_params.get("session", ""))
        if room is None:
            return _page(request, UNKNOWN, 404)
        report = session_report(rooms, room)
    except (StorageError, ContentError) as error:
        _LOG.error("a session's report could not be made: %s", error)
        return _page(request, AWAY, 503)
    if report is None:
        return _page(request, GOING_ON, 409)
    return Response(
        report_csv(report).encode("utf-8"),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{file_name(report)}"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


def file_name(report: RoomReport) -> str:
    """What the file is called: by its day and kind, ``session-2026-01-31-discuss.csv``.

    The day is the one in UTC, as in the file: a plain request does not say where it comes from.
    """
    return f"session-{report.day.isoformat()}-{report.kind.value}.csv"


def _page(request: Request, message: str, status: int) -> Response:
    return plain_page("report.html", addresses_of(request.scope), status, message=message)


def routes() -> list[BaseRoute]:
    """The route."""
    return [Route(REPORT.path, report_file, methods=["GET"])]
