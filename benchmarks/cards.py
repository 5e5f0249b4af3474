"""From a rating to the next card: does it take longer with more cards and a longer log?

    python benchmarks/cards.py [--ratings N]

Two learners in two databases, each with 120 cards due today: one knows 400 cards of a course of
600 and has 4,000 rows in the log, the other knows 10,000 of 10,200 and has 100,000 rows. Their
ratings alternate in one run, so that whatever else the machine does falls on both. Printed are
medians in milliseconds and the ratio: of the use cases alone (store the rating, find the next
card), and on the screen (from the press, over the websocket, until the next card is drawn).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bme_quiz.content.table import write_table
from bme_quiz.rules.cards.scheduling import Rating, Review, Schedule, State
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.cards.review_rows import review_row, schedule_row
from bme_quiz.storage.engine.schema import learners, reviews, schedules
from bme_quiz.ui.shell import words
from tests.support.courses import ROWS, write_course
from tests.support.server import Server
from tests.support.streamlit_client import StreamlitClient

LEARNER = "B" * 22
DUE_TODAY = 120
REVIEWS_A_CARD = 10
NEW_LEFT = 200


class Size:
    """One of the two: a course, a database, a server over both."""

    def __init__(self, folder: Path, known: int) -> None:
        self.known = known
        self.folder = write_course(folder, ROWS)
        terms = [
            {"term": f"term {n:05d}", "definition": f"Meaning {n:05d}.", "section": "load"}
            for n in range((known + NEW_LEFT) // 2)
        ]
        text = write_table(
            ("term", "definition", "section", "quote"), [{**t, "quote": ""} for t in terms]
        )
        (self.folder / "glossary.csv").write_text(text, "utf-8")
        self.course = load_course(self.folder)
        self.address = f"sqlite:///{folder / 'cards.db'}"
        self.store: Store = make_store(self.address)
        self._fill()
        self.cards = Cards(self.course, self.store.reviews)

    def _fill(self) -> None:
        rng = Random(self.known)
        now = datetime.now(UTC)
        log, states = [], []
        for place, card in enumerate(self.course.deck.ids[: self.known]):
            last = now - timedelta(days=rng.uniform(2, 60))
            due = now - timedelta(hours=1) if place < 2 * DUE_TODAY and place % 2 == 0 else None
            schedule = Schedule(
                State.REVIEW,
                due or now + timedelta(days=rng.uniform(2, 300)),
                None,
                rng.uniform(2, 200),
                rng.uniform(1, 10),
                Rating.GOOD,
                last,
                last.date(),
                last.date() - timedelta(days=200),
                REVIEWS_A_CARD,
            )
            states.append(schedule_row(LEARNER, card, schedule))
            for number in range(1, REVIEWS_A_CARD + 1):
                at = last - timedelta(days=20 * (REVIEWS_A_CARD - number))
                entry = Review(number, Rating.GOOD, at, at.date())
                log.append(review_row(LEARNER, card, entry, schedule))

        def work(connection) -> None:
            connection.execute(insert(learners), {"id": LEARNER})
            connection.execute(insert(reviews), log)
            connection.execute(insert(schedules), states)

        self.store.database.write(work)
        self.rows = len(log)

    def rate(self) -> float:
        """Milliseconds from a rating to knowing the next card, without a page."""
        front = self.cards.queue(LEARNER).current
        assert front is not None
        start = time.perf_counter()
        assert self.cards.answer(LEARNER, Answer(front.card_id, front.number, Rating.GOOD))
        assert self.cards.queue(LEARNER).current is not None
        return 1000 * (time.perf_counter() - start)


class Tab(StreamlitClient):
    """A browser tab on the page of the cards."""

    def run(self, widgets=()) -> None:
        message = BackMsg()
        message.rerun_script.page_name = "cards"
        message.rerun_script.widget_states.widgets.extend(widgets)
        self._socket.send(message.SerializeToString())
        self.elements = []
        while True:
            got = ForwardMsg()
            got.ParseFromString(self._socket.recv(timeout=60))
            kind = got.WhichOneof("type")
            if kind == "delta" and got.delta.WhichOneof("type") == "new_element":
                self.elements.append(got.delta.new_element)
            elif kind == "script_finished":
                return

    def rate(self) -> float:
        """Milliseconds from the press of "Good" until the next card's front is drawn."""
        self.press(words.SHOW_ANSWER)
        start = time.perf_counter()
        self.press(words.GOOD)
        assert self.button(words.SHOW_ANSWER) is not None
        return 1000 * (time.perf_counter() - start)


def report(what: str, small: list[float], large: list[float]) -> None:
    """One line: both medians and their ratio."""
    one, other = statistics.median(small), statistics.median(large)
    print(f"{what:<42} {one:8.1f} {other:8.1f} {other / one:8.2f}")


def main() -> int:
    """Build both, rate in turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=int, default=40)
    ratings = parser.parse_args().ratings
    with tempfile.TemporaryDirectory() as name:
        small, large = Size(Path(name) / "small", 400), Size(Path(name) / "large", 10_000)
        print(f"{'':<42} {'small':>8} {'large':>8} {'ratio':>8}")
        print(f"{'cards known':<42} {small.known:8,} {large.known:8,}")
        print(f"{'rows in the log':<42} {small.rows:8,} {large.rows:8,}")
        times: dict[Size, list[float]] = {small: [], large: []}
        for size in [small, large] * (ratings + 3):
            times[size].append(size.rate())
        report("rating stored, next card known (ms)", times[small][3:], times[large][3:])
        with (
            Server(small.folder, **{ENV_DATABASE: small.address}) as one,
            Server(large.folder, **{ENV_DATABASE: large.address}) as other,
            Tab(one.port, LEARNER, 120) as small_tab,
            Tab(other.port, LEARNER, 120) as large_tab,
        ):
            drawn: dict[Tab, list[float]] = {small_tab: [], large_tab: []}
            for tab in [small_tab, large_tab] * (ratings + 3):
                drawn[tab].append(tab.rate())
            report(
                "rating pressed, next card drawn (ms)", drawn[small_tab][3:], drawn[large_tab][3:]
            )
        small.store.database.close()
        large.store.database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
