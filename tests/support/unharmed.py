"""What everybody else must find of a real server while one hostile visitor does what they like."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from benchmarks.attacks import Others, megabytes, watch
from tests.support.server import Server

# What a quiet visit is compared with: on a machine that does much else it is slow by itself.
TIMES_SLOWER = 10
SECONDS, MEGABYTES = 0.5, 150.0
# A machine that does much else holds up one in twenty by itself. Unguarded, the slowest took 13 s.
SECONDS_AT_MOST = 3.0


@contextlib.contextmanager
def unharmed(server: Server) -> Iterator[None]:
    """Whatever happens meanwhile, ``/join`` is served and the memory stays."""
    calm = watch(server.port, server.pid, 1.0)
    before = megabytes(server.pid)
    with Others(server.port, server.pid) as fare:
        yield
    bound = max(SECONDS, TIMES_SLOWER * calm.usual)
    assert fare.usual <= bound, f"/join took {fare.usual:.2f} s, {calm.usual:.2f} s before"
    assert fare.slowest <= max(SECONDS_AT_MOST, TIMES_SLOWER * calm.slowest)
    assert fare.megabytes - before <= MEGABYTES
