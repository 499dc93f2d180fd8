"""Time in the report: which grain suits the dates there are, and the periods between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import sqlite_utils

Grain = Literal["day", "week", "month", "year"]

_SET_PERIOD: dict[Grain, str] = {
    "day": "UPDATE report_messages SET period = day",
    "week": "UPDATE report_messages SET period = date(day, 'weekday 0', '-6 days')",  # Monday
    "month": "UPDATE report_messages SET period = substr(day, 1, 7)",
    "year": "UPDATE report_messages SET period = substr(day, 1, 4)",
}
_LONGEST: tuple[tuple[int, Grain], ...] = ((21, "day"), (182, "week"), (1826, "month"))


@dataclass(frozen=True, slots=True)
class Timeline:
    """The periods a chart shows.

    Args:
        grain: Length of a period.
        periods: Keys without gaps: `2026-03-02` (day, or a week's Monday), `2026-03`, `2026`.
        dated: Messages that have a date.
        outside: Dated messages before the first or after the last period shown.
    """

    grain: Grain
    periods: tuple[str, ...]
    dated: int
    outside: int


def set_periods(db: sqlite_utils.Database) -> Timeline:
    """Choose the grain, fill `report_messages.period` and list the periods to show.

    The ends are the 1st and 99th percentiles of the dates, so that one wrong year in an export
    does not flatten every chart; with fewer than 100 dates they are the first and last ones.
    """
    dated = next(db.query("SELECT count(day) AS n FROM report_messages"))["n"]
    if not dated:
        return Timeline("month", (), 0, 0)
    first, last = (_day_at(db, position) for position in (dated // 100, dated - 1 - dated // 100))
    days = (last - first).days
    grain: Grain = next((grain for limit, grain in _LONGEST if days <= limit), "year")
    db.execute(_SET_PERIOD[grain])
    periods = periods_between(first, last, grain)
    outside = next(
        db.query(
            "SELECT count(*) AS n FROM report_messages WHERE period < ? OR period > ?",
            [periods[0], periods[-1]],
        )
    )["n"]
    return Timeline(grain, periods, dated, outside)


def _day_at(db: sqlite_utils.Database, position: int) -> date:
    sql = "SELECT day FROM report_messages WHERE day IS NOT NULL ORDER BY day LIMIT 1 OFFSET ?"
    return date.fromisoformat(next(db.query(sql, [position]))["day"])


def periods_between(first: date, last: date, grain: Grain) -> tuple[str, ...]:
    """Keys of every period from the one of `first` to the one of `last`, both included."""
    if grain == "year":
        return tuple(str(year) for year in range(first.year, last.year + 1))
    if grain == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)
    step = 7 if grain == "week" else 1
    start = first - timedelta(days=first.weekday()) if grain == "week" else first
    count = (last - start).days // step + 1
    return tuple((start + timedelta(days=step * index)).isoformat() for index in range(count))
