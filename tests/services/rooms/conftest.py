"""A session's use cases over one store."""

from __future__ import annotations

from tests.support.room_fixtures import clock, rooms, store

__all__ = ["clock", "rooms", "store"]
