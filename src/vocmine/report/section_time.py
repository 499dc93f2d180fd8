"""Section: how the figures move, what changed for sure, and what happened around events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.chapters.draft import address
from vocmine.report.section_panels import Panel, over_time, place_of
from vocmine.report.section_parts import Section, Sheet, find_of, point_find

if TYPE_CHECKING:
    from vocmine.trends.rows import Change, EventEffect, Series

FIGURES = ("messages", "negative", "nps", "score")
SHARES = ("negative", "neutral", "positive", "praise")
POINTS = 4
"""Friction points that changed, each with a panel of its own."""
CHANGES = 20


def time_section(sheet: Sheet) -> Section:
    """Series with what stands out and the events, then each change and event in words."""
    words, found = sheet.words, sheet.decisions
    if not found.totals.dated:
        return {"absent": words.text("time_none")}
    if len(found.periods) < 2:
        return {"absent": words.text("time_one")}
    changes = found.changes[:CHANGES]
    more = len(found.changes) - len(changes)
    return {
        "absent": "",
        "intro": words.text("series_intro", grain=words.text(f"grain_{sheet.grain}")),
        "chart": _chart(sheet),
        "table": _table(sheet),
        "changes": [_told(sheet, change) for change in changes],
        "more": words.count("changes_more", more) if more else "",
        "events": _events(sheet) if found.events else None,
        "event_lines": [_event_line(sheet, event) for event in found.events],
    }


def _series(sheet: Sheet) -> list[Series]:
    """The main figures that have values, then the friction points that changed most surely."""
    by_name = {series.name: series for series in sheet.decisions.series}
    main = [by_name[name] for name in FIGURES if name in by_name]
    changed = dict.fromkeys(_name_of(change) for change in sheet.decisions.changes)
    points = [by_name[name] for name in changed if "/" in name and name in by_name]
    return [row for row in [*main, *points[:POINTS]] if any(v is not None for v in row.values)]


def _name_of(change: Change) -> str:
    """The name of the series that changed, as `Series.name` has it."""
    if change.friction:
        return f"{change.friction}/{change.stage}/{change.touchpoint}"
    return "messages" if change.what == "volume" else change.what


def change_name(sheet: Sheet, change: Change) -> str:
    """What changed, at the start of a sentence."""
    name = sheet.named(_name_of(change))
    if not change.friction and change.stage:
        name += f" ({sheet.words.place(change.stage, change.touchpoint, capital=False)})"
    return name[:1].upper() + name[1:]


def _chart(sheet: Sheet) -> dict[str, str]:
    words, periods = sheet.words, sheet.decisions.periods
    names = [sheet.period(key, axis=True) for key in periods]
    panels = [_panel(sheet, series) for series in _series(sheet)]
    events = [
        (at, event.name)
        for event in sheet.decisions.events
        if (at := place_of(event.day, periods)) is not None
    ]
    return sheet.chart(
        "series",
        over_time(names, panels, events),
        "series_aria",
        figures=words.listing([panel.title for panel in panels]),
        first=sheet.period(periods[0]),
        last=sheet.period(periods[-1]),
    )


def _panel(sheet: Sheet, series: Series) -> Panel:
    name = sheet.named(series.name)
    title = name[:1].upper() + name[1:]
    marks = {c.period for c in sheet.decisions.changes if _name_of(c) == series.name}
    scale = 100.0 if is_share(series.name) else 1.0
    return Panel(
        title=title + (" (%)" if is_share(series.name) else ""),
        values=[None if value is None else scale * value for value in series.values],
        tips=[
            f"{title} · {sheet.period(key)}\n{value_text(sheet, series.name, value)} "
            f"({sheet.words.count('messages', n)})"
            for key, value, n in zip(series.periods, series.values, series.counts, strict=True)
        ],
        marks=frozenset(at for at, key in enumerate(series.periods) if key in marks),
        bars=series.name == "messages" or "/" in series.name,
        chosen=find_of(series.name) if "/" in series.name else None,
    )


def is_share(name: str) -> bool:
    """Whether a series, or what changed, is a share of messages."""
    return "/" in name or name in SHARES


def value_text(sheet: Sheet, name: str, value: float | None) -> str:
    """A value of a series as people write it."""
    if value is None:
        return "–"
    if is_share(name):
        return sheet.share(value, decimals=int("/" in name and value > 0))
    return sheet.words.number(value) if name == "messages" else sheet.measure(name, value)


def _table(sheet: Sheet) -> dict[str, Any]:
    shown = [row for row in _series(sheet) if row.name in FIGURES]
    rows = (
        [sheet.period(key), *(value_text(sheet, row.name, row.values[at]) for row in shown)]
        for at, key in enumerate(sheet.decisions.periods)
    )
    table = sheet.table(("col_period",), rows)
    names = [sheet.named(row.name) for row in shown]
    return table | {"heads": table["heads"] + [name[:1].upper() + name[1:] for name in names]}


def _told(sheet: Sheet, change: Change) -> dict[str, Any]:
    """A change in a sentence, with what to look up and how sure it is."""
    words, name = sheet.words, _name_of(change)
    sentence = words.text(
        f"change_{change.kind}",
        what=change_name(sheet, change),
        period=sheet.period(change.period),
        value=value_text(sheet, name, change.value),
        expected=value_text(sheet, name, change.expected),
        messages=words.count("messages", change.messages),
    )
    return {
        "kind": change.kind,
        "name": words.text(f"change_name_{change.kind}"),
        "text": sentence,
        "sure": p_text(sheet, change.p_value),
        "event": words.text("change_event", event=change.event) if change.event else "",
        "href": address(point_find(change)) if change.friction else "",
    }


def p_text(sheet: Sheet, p_value: float) -> str:
    """`p < 0,001` or `p = 0,012`."""
    if p_value < 0.001:
        return f"p < {sheet.words.number(0.001, 3)}"
    return f"p = {sheet.words.number(p_value, 3)}"


def _days_of(sheet: Sheet, event: EventEffect) -> str:
    first, last = sheet.day(event.day), sheet.day(event.end)
    if event.day == event.end or not event.end:
        return first
    return sheet.words.text("date_range", first=first, last=last)


def _events(sheet: Sheet) -> dict[str, Any]:
    words = sheet.words
    return sheet.table(
        ("col_event", "col_date", "col_before", "col_after", "col_difference", "col_messages"),
        (
            [
                event.name,
                _days_of(sheet, event),
                sheet.share(event.before),
                sheet.share(event.after),
                _difference(sheet, event),
                f"{words.number(event.messages_before)} / {words.number(event.messages_after)}",
            ]
            for event in sheet.decisions.events
        ),
        words_in=2,
    )


def _difference(sheet: Sheet, event: EventEffect) -> str:
    if event.before is None or event.after is None:
        return "–"
    told = sheet.points(event.after - event.before)
    if event.low is None or event.high is None:
        return told
    ends = {"low": sheet.points(event.low), "high": sheet.points(event.high)}
    return f"{told} {sheet.words.text('impact_interval', **ends)}"


def _event_line(sheet: Sheet, event: EventEffect) -> str:
    words, days = sheet.words, _days_of(sheet, event)
    if event.before is None or event.after is None or event.low is None or event.high is None:
        return words.text("event_unknown", name=event.name, day=days)
    if event.low <= 0 <= event.high:
        return words.text("event_same", name=event.name, day=days)
    return words.text(
        "event_worse" if event.low > 0 else "event_better",
        name=event.name,
        day=days,
        before=sheet.share(event.before),
        after=sheet.share(event.after),
    )
