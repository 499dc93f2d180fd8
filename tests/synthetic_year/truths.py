"""What is true of the synthetic year, and has to be found in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .points import Point

FIRST_DAY = date(2024, 12, 30)
"""A Monday: week n of the year is ISO week n of 2025."""
TODAY = date(2025, 12, 29)
"""The day on which the clock is read."""
HOLIDAYS = np.array(
    "2025-01-01 2025-01-06 2025-03-24 2025-04-17 2025-04-18 2025-05-01 2025-06-02 2025-06-23 "
    "2025-06-30 2025-08-07 2025-08-18 2025-10-13 2025-11-03 2025-11-17 2025-12-08 2025-12-25 "
    "2026-01-01 2026-01-12".split(),
    dtype="datetime64[D]",
)
"""Of Colombia, on weekdays, written by hand: the clock must not be checked against itself."""


def week_start(week: int) -> str:
    """Key of a week, counted from 1: its Monday."""
    return (FIRST_DAY + timedelta(weeks=week - 1)).isoformat()


def business_day(after: date, days: int) -> date:
    """The business day that many after a day, which does not count itself."""
    found = np.busday_offset(after, days, roll="backward", holidays=HOLIDAYS)
    return date.fromisoformat(str(found))


@dataclass(frozen=True, slots=True)
class Case:
    """A message still open whose due date was counted by hand on a calendar.

    Args:
        external_id: …
        kind: Code of `pqrs`.
        received: ISO day.
        due: ISO day, under the general regime of Colombia.
        state: On `TODAY`.
    """

    external_id: str
    kind: str
    received: str
    due: str
    state: str


CASES = (
    Case("AA-CASO-1", "claim", "2025-11-04", "2025-11-26", "red"),  # over the 17th of November
    Case("AA-CASO-2", "claim", "2025-11-28", "2025-12-22", "red"),  # over the 8th of December
    Case("AA-CASO-3", "claim", "2025-10-10", "2025-11-04", "red"),  # over two moved holidays
    Case("AA-CASO-4", "grievance", "2025-12-02", "2025-12-24", "red"),
    Case("AA-CASO-5", "inquiry", "2025-11-04", "2025-12-18", "red"),  # thirty days
    Case("AA-CASO-6", "claim", "2025-12-04", "2025-12-29", "amber"),  # the last day is today
    Case("AA-CASO-7", "claim", "2025-12-22", "2026-01-15", "green"),  # over two years' holidays
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A friction point, and the week in which something happens to it."""

    point: Point
    week: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A point that a group of customers has more often than the others."""

    point: Point
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Truths:
    """All that was planted.

    Args:
        costly: The point that costs most, and is not the most frequent.
        costly_effect: Points of NPS that each message with it lies below its like.
        costly_cost: Points of NPS it takes from the mean of all who answered, about 12.
        naive_effect: Mean NPS with it minus mean NPS without, which is wrong.
        harmless: The most frequent point, which costs nothing.
        spike: In one week.
        new: First week of a new point.
        gone: Last week of a point that vanishes.
        drift: Point whose praise becomes mere mention, and the last week of praise.
        hits: Points that hit one group harder.
        low_channel: Channel whose answers are low whatever happened.
        missed_level: Of the pyramid, fails.
        met_level: Delights above it.
        broken: Promise to the messages that say it was broken.
        kept: Promise to those that praise it.
        event: Name and day of what happened in the week of the spike.
        cases: Open cases with due dates counted by hand.
        overdue: External ids of all claims and grievances overdue on `TODAY`.
        days_taken: Business days to the answer, by external id of what was answered.
        repeaters: Author to the external ids of the claims, each sent while those before it
            were open.
    """

    costly: Point
    costly_effect: float
    costly_cost: float
    naive_effect: float
    harmless: Point
    spike: Planted
    new: Planted
    gone: Planted
    drift: Planted
    hits: tuple[Hit, ...]
    low_channel: str
    missed_level: str
    met_level: str
    broken: dict[str, int]
    kept: dict[str, int]
    event: tuple[str, str]
    cases: tuple[Case, ...]
    overdue: frozenset[str]
    days_taken: dict[str, int]
    repeaters: dict[str, tuple[str, ...]]
