"""The educator's page about the end of a session's twelve hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bme_quiz.services.clock import utc_now
from bme_quiz.services.rooms.report import SETTLING
from bme_quiz.services.rooms.rooms import LIFE, Rooms
from bme_quiz.ui.shell import words
from tests.support.educator_page import labels, laptop, text_of
from tests.support.rooms import started


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("steps", [0, 1])
def test_a_session_that_has_just_expired_stands_still_until_its_report_is_there(
    rooms: Rooms, steps: int
) -> None:
    """The page does not draw itself again and again meanwhile, and promises no report."""
    just = replace(rooms, clock=lambda: utc_now() - LIFE)
    room = started(just, steps=steps)
    assert rooms.is_over(room)
    app = laptop(room)
    assert "The session is over" not in text_of(app)
    assert words.SEE_REPORT not in labels(laptop())
    earlier = replace(rooms, clock=lambda: utc_now() - LIFE - SETTLING - timedelta(seconds=1))
    room = started(earlier, steps=steps)
    assert "The session is over" in text_of(laptop(room))
    assert words.SEE_REPORT in labels(laptop())
