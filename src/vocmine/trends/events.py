"""Context events: a CSV of dates, and what was said before and after each.

An event near a change coincides with it; nothing here says that it caused it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vocmine.errors import SourceError
from vocmine.message import Unreadable
from vocmine.proportions import newcombe
from vocmine.trends.rows import Change, EventEffect
from vocmine.trends.series import starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.readers import Table
    from vocmine.readers.dates import DateReader
    from vocmine.store.frame import Frame, Ints

WINDOW = 28
"""Days before an event and from its first day on; an event that lasts longer has its own length."""
LEAST_DAYS = 7
"""Days of a window below which before and after are not compared."""
LEAST_MESSAGES = 20
"""Messages of a window below which they are not."""
_HINT = "Write a header 'fecha,evento' (and 'fin', if events last), and one event a line."
_COLUMNS = {
    "day": {"fecha", "date", "data", "dia", "day", "inicio", "start", "desde", "from"},
    "name": {"evento", "event", "nombre", "name", "nome", "descripcion", "description"},
    "end": {"fin", "end", "fim", "hasta", "until", "fecha fin", "end date"},
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Args:
        name: As the team wrote it.
        day: First day.
        end: Last day; the same for one day.
    """

    name: str
    day: date
    end: date


def load_events(path: str | Path) -> tuple[Event, ...]:
    """Read a table of events in order of date: CSV with any delimiter, a workbook or JSON.

    Columns are called `fecha` and `evento` (or `date` and `event`), and `fin` or `end` where events
    last. Dates are ISO, `31/03/2026` or with the name of the month.

    Raises:
        SourceError: The file cannot be read, has no such columns, or a row has no date, no name or
            an end before its start; names the file and the row.
    """
    from vocmine.plugin import ReadOptions
    from vocmine.readers import open_table
    from vocmine.readers.dates import DateReader

    path = Path(path)
    table = open_table(path, ReadOptions())
    at = _columns(table)
    cells = [row[at["day"]] for row in table.sample]
    reader = DateReader.for_column(cells)
    events = []
    for row in table.rows():
        if isinstance(row, Unreadable):
            raise SourceError(f"{path.name}, {row.locator}: {row.error}", _HINT)
        events.append(_event(f"{path.name}, {row.locator}", row.cells, at, reader))
    return tuple(sorted(events, key=lambda event: event.day))


def _columns(table: Table) -> dict[str, int]:
    from vocmine.readers.aliases import plain

    named = {plain(column): place for place, column in enumerate(table.columns)}
    found = {
        field: next(named[name] for name in named if name in names)
        for field, names in _COLUMNS.items()
        if names & set(named)
    }
    for field, called in (("day", "fecha"), ("name", "evento")):
        if field not in found:
            raise SourceError(
                f"{table.path.name} has no column '{called}'; its columns are: "
                f"{', '.join(table.columns)}.",
                _HINT,
            )
    return found


def _event(where: str, cells: Sequence[str], at: dict[str, int], reader: DateReader) -> Event:
    def day(field: str) -> date:
        found = reader.read(cells[at[field]])
        if found is None:
            raise SourceError(
                f"{where}: '{cells[at[field]].strip():.40}' is no date.",
                "Write it as 2026-03-31 or 31/03/2026.",
            )
        return found.date()

    name = " ".join(cells[at["name"]].split())
    if not name:
        raise SourceError(f"{where}: the event has no name.", _HINT)
    first = day("day")
    last = day("end") if "end" in at and cells[at["end"]].strip() else first
    if last < first:
        raise SourceError(
            f"{where}: '{name:.40}' ends on {last}, before it starts on {first}.",
            "Put its first day in 'fecha' and its last one in 'fin'.",
        )
    return Event(name, first, last)


def nearby(change: Change, periods: Sequence[str], events: Sequence[Event]) -> Change:
    """The change with the names of the events that fall in its period or in the one before.

    Where a change that stays began is not sure to a period, so the one after it counts as well.
    """
    edges = starts_of(periods)
    at = list(periods).index(change.period)
    first = edges[max(at - 1, 0)].item()
    last = edges[min(at + (1 if change.kind == "spike" else 2), len(periods))].item()
    names = [event.name for event in events if event.day < last and event.end >= first]
    return replace(change, event="; ".join(names))


def event_effects(frame: Frame, events: Sequence[Event]) -> list[EventEffect]:
    """Share of negative messages in equal windows before each event and from its first day on.

    Both windows have 28 days, or as many as a longer event lasts, and are cut alike where the data
    begin or end. The interval of the difference is Newcombe's (1998, method 10), with messages
    counted for less where days differ by more than chance.

    Returns:
        One for each event, in the order given; without figures where a window has fewer than
        `LEAST_DAYS` days or `LEAST_MESSAGES` messages.
    """
    messages = frame.messages
    counted = messages.judged & ~np.isnat(messages.day)
    day = messages.day[counted].astype(np.int64)
    negative = messages.sentiment[counted] < 0
    if not len(day):
        none = (None, None, None, None, 0, 0)
        return [EventEffect(e.name, str(e.day), str(e.end), *none) for e in events]
    start, width = int(day.min()), int(day.max() - day.min()) + 1
    said = np.bincount(day - start, minlength=width)
    bad = np.bincount(day[negative] - start, minlength=width)
    return [_effect(event, start, said, bad) for event in events]


def _effect(event: Event, start: int, said: Ints, bad: Ints) -> EventEffect:
    at = int(np.datetime64(event.day, "D").astype(np.int64)) - start
    length = max(WINDOW, (event.end - event.day).days + 1)
    length = max(0, min(length, at, len(said) - at))
    windows = [slice(max(at - length, 0), max(at, 0)), slice(max(at, 0), max(at + length, 0))]
    counts = [int(said[window].sum()) for window in windows]
    shown = (event.name, event.day.isoformat(), event.end.isoformat())
    if length < LEAST_DAYS or min(counts) < LEAST_MESSAGES:
        return EventEffect(*shown, None, None, None, None, *counts)
    before, after = (float(bad[window].sum() / said[window].sum()) for window in windows)
    worth_b, worth_a = (_worth(said[window], bad[window]) for window in windows)
    low, high = newcombe(after * worth_a, worth_a, before * worth_b, worth_b)
    return EventEffect(*shown, before, after, low, high, *counts)


def _worth(said: Ints, bad: Ints) -> float:
    """How many independent messages a share is worth, each day being a cluster of messages."""
    on = said > 0
    said, bad = said[on], bad[on]
    share = bad.sum() / said.sum()
    variance = np.maximum(said * share * (1 - share), 1e-9)
    restless = ((bad - said * share) ** 2 / variance).sum() / max(len(said) - 1, 1)
    return float(said.sum() / max(restless, 1.0))
