"""A learner's days: they begin at four in the morning, where the learner is.

Somebody who studies at one in the morning is still in yesterday's sitting; most people are asleep
at four.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_BEGINS = time(4)
_SHIFT = timedelta(hours=DAY_BEGINS.hour)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The learner's day that a moment falls in.

    Args:
        moment: with time zone.
        zone: the learner's.
    """
    # By the clock on the wall, so that a day is one also when the clocks go forward or back.
    return (moment.astimezone(zone).replace(tzinfo=None) - _SHIFT).date()


def beginning_of(day: date, zone: tzinfo) -> datetime:
    """When a learner's day begins, in UTC."""
    return datetime.combine(day, DAY_BEGINS, zone).astimezone(UTC)
