"""Sheets of the clock, of time and of comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.sheets import Kind, Said, Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.clock.rows import Due
    from vocmine.comparison.rows import GroupFigure
    from vocmine.report.decisions import Decisions
    from vocmine.trends.rows import Change

_CASE: dict[str, Kind] = {
    **dict.fromkeys(("due", "received", "answered_on"), "date"),
    **dict.fromkeys(("title", "cues"), "long"),
    **dict.fromkeys(("external_id", "kind_name", "status", "area", "rule", "verified"), "text"),
    **dict.fromkeys(("extended", "transferred", "silence", "copies"), "text"),
}
_KIND: dict[str, Kind] = {"kind_name": "text", "share_in_time": "share"}
"""How the columns of the clock are written; the others are whole numbers."""
_MEANS = {"score": "decimal", "nps": "decimal", "csat": "decimal"}


def in_order(d: Decisions) -> list[Due]:
    """Messages with a term: the most urgent first, those answered last."""
    from vocmine.clock.listing import most_urgent_first

    return [row for row in most_urgent_first(d.due) if row.state != "none"]


def due_sheet(d: Decisions, said: Said) -> Sheet:
    """Every message with a legal term, coloured by its light; columns are those of the clock."""
    from vocmine.clock.listing import shown_case
    from vocmine.clock.workbook import CASE

    return Sheet(
        said("sheet_due"),
        said("ask_due"),
        _clock_columns(CASE, _CASE, said),
        [_picked(shown_case(row, said.words.lang), CASE) for row in in_order(d)],
        said("none_due"),
        state=CASE.index("status"),
    )


def kinds_sheet(d: Decisions, said: Said, *, brief: bool = False) -> Sheet:
    """The clock by kind, all of them first; `brief` leaves out what is rarely there."""
    from vocmine.clock.listing import shown_kind
    from vocmine.clock.workbook import KIND

    columns = KIND[: KIND.index("undated")] if brief else KIND
    rows = [
        # The share as a number, which a sheet shows as a percentage.
        _picked(shown_kind(kind, said.words.lang) | {"share_in_time": kind.share_in_time}, columns)
        for kind in sorted(d.kinds, key=lambda kind: kind.kind != "")
    ]
    return Sheet(said("sheet_kinds"), said("ask_kinds"), _clock_columns(columns, _KIND, said), rows)


def _clock_columns(
    names: Sequence[str], kinds: Mapping[str, Kind], said: Said
) -> tuple[tuple[str, Kind], ...]:
    from vocmine.clock.words import words

    headings = words(said.words.lang)
    return tuple((headings[name], kinds.get(name, "int")) for name in names)


def _picked(row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [row[name] for name in names]


def series_name(name: str, said: Said) -> str:
    """A series in words: `% negativos`, `Demora (soporte · teléfono)`."""
    if "/" not in name:
        return said.code("series", name)
    point = said.words.point(*name.split("/"))
    return point[:1].upper() + point[1:]


def _kind_of(name: str) -> Kind:
    if name in ("messages", "volume"):
        return "int"
    return "decimal" if name in _MEANS else "share"


def series_sheet(d: Decisions, said: Said) -> Sheet:
    """A row for each period and a column for each figure."""
    columns: list[tuple[str, Kind]] = [(said("period"), "text"), (said("first"), "date")]
    columns += [(series_name(one.name, said), _kind_of(one.name)) for one in d.series]
    rows = [
        [
            said.words.period(period, d.grain),
            period + "-01-01"[len(period) - 4 :] if len(period) < len("2026-01-01") else period,
            *(one.values[at] for one in d.series),
        ]
        for at, period in enumerate(d.periods)
    ]
    return Sheet(said("sheet_series"), said("ask_series"), tuple(columns), rows, said("none_dates"))


def change_name(change: Change, said: Said) -> str:
    """What changed, in words."""
    if change.friction:
        return series_name("/".join((change.friction, change.stage, change.touchpoint)), said)
    name = said.code("series", change.what)
    place = said.words.place(change.stage or "unknown", change.touchpoint or "unknown")
    return f"{name} ({place})" if place else name


def change_value(change: Change, value: float) -> Value:
    """A figure of a change, to be written as what it is."""
    return Value(value, _kind_of(change.what))


def changes_sheet(d: Decisions, said: Said) -> Sheet:
    """What changed, the surest first."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("change_kind", "text"), ("figure", "long"), ("period", "text"), ("value", "decimal")),
        *(("expected", "decimal"), ("messages", "int"), ("p_value", "p"), ("event", "text")),
    )
    rows = [
        [
            said.code("change_name", change.kind),
            change_name(change, said),
            said.words.period(change.period, d.grain),
            change_value(change, change.value),
            change_value(change, change.expected),
            *(change.messages, change.p_value, change.event),
        ]
        for change in d.changes
    ]
    none = said("none_changes") if d.periods else ""
    return Sheet(said("sheet_changes"), said("ask_changes"), said.columns(*keys), rows, none)


def events_sheet(d: Decisions, said: Said) -> Sheet:
    """Context events with the share of negative messages before and after."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("event", "text"), ("first", "date"), ("last", "date"), ("before", "share")),
        *(("after", "share"), ("difference", "change"), ("low", "change"), ("high", "change")),
        *(("messages_before", "int"), ("messages_after", "int")),
    )
    rows = [
        [
            *(event.name, event.day, event.end, event.before, event.after),
            None if event.before is None or event.after is None else event.after - event.before,
            *(event.low, event.high, event.messages_before, event.messages_after),
        ]
        for event in d.events
    ]
    return Sheet(said("sheet_events"), said("ask_events"), said.columns(*keys), rows)


def by_evidence(d: Decisions) -> list[GroupFigure]:
    """Differences by column, the sure ones first, then by p-value."""
    columns = list(dict.fromkeys(row.column for row in d.differences))
    return sorted(
        d.differences, key=lambda row: (columns.index(row.column), not row.sure, row.p_value)
    )


def comparison_sheet(d: Decisions, said: Said) -> Sheet:
    """Each group beside all the others, one line for each figure."""
    from vocmine.comparison.wording import column_name, figure_name, finding, group_name

    keys: tuple[tuple[str, Kind], ...] = (
        *(("column", "text"), ("group", "text"), ("figure", "long"), ("messages", "int")),
        *(("of_group", "share"), ("of_rest", "share"), ("difference", "change")),
        *(("low", "change"), ("high", "change"), ("p_value", "p"), ("sure", "text")),
        ("finding", "long"),
    )

    def cells(row: GroupFigure) -> list[Any]:
        values = (row.of_group, row.of_rest)
        between = (row.difference, row.low, row.high)
        if row.figure in _MEANS:
            return [
                *(Value(value, "decimal") for value in values),
                *(Value(value, "signed") for value in between),
            ]
        return [*values, *between]

    rows = [
        [
            column_name(row.column, said.words),
            group_name(row, said.words),
            figure_name(row.figure, said.words),
            row.messages,
            *cells(row),
            row.p_value if row.tested else None,
            said.flag(row.sure),
            finding(row, said.words),
        ]
        for row in by_evidence(d)
    ]
    return Sheet(said("sheet_comparison"), said("ask_comparison"), said.columns(*keys), rows)
