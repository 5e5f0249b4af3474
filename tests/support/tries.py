"""What tests of the educator's door share: a clock that is set, and hands that are quick."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.accounts.passcodes import Cost
from tests.support.attempts import NOW

QUICK = Cost(n=2, r=1, p=1)
LAPTOP, PHONE = "192.168.1.10", "192.168.1.77"


@dataclass
class Clock:
    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def opened(educators: Educators, typed: str, by: str = LAPTOP) -> str:
    token = educators.enter(typed, by)
    assert isinstance(token, str)
    return token


def at_once(count: int, work: Callable[[int], None]) -> None:
    gate = threading.Barrier(count)

    def run(n: int) -> None:
        gate.wait()
        work(n)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
