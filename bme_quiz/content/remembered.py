"""Memory for what is made of a text again and again: bounded, and never of a text of one visitor.

What is made of a whole section lies with the section and goes with its course (``render.py``).
What is made of a stem or an option is remembered here, for every learner asks for the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from bme_quiz.content.bounds import MAX_CELL

P = ParamSpec("P")
R = TypeVar("R")

_forgets: ContextVar[bool] = ContextVar("forgets", default=False)


@contextmanager
def without_remembering() -> Iterator[None]:
    """Remember nothing of what is drawn meanwhile: an upload is to be gone with its page."""
    before = _forgets.set(True)
    try:
        yield
    finally:
        _forgets.reset(before)


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember a function's results for so many texts, the first argument, of a cell's length.

    The function must not be given anything that cannot be hashed.
    """

    def decorate(make: Callable[P, R]) -> Callable[P, R]:
        known = lru_cache(maxsize=most)(make)

        @wraps(make)
        def look(*args: P.args, **kwargs: P.kwargs) -> R:
            if _forgets.get() or len(str(args[0])) > MAX_CELL:
                return make(*args, **kwargs)
            return known(*args, **kwargs)  # type: ignore[arg-type]

        return look

    return decorate
