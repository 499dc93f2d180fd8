"""Changes, series and events as rows for other programs: codes, and keys that stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocmine.trends.rows import Change, EventEffect, Series

SCHEMA = 1
"""Of the rows; grows when a key changes its meaning or goes away."""
KINDS = {"level": "shift", "vanished": "gone"}
"""Kinds of changes that have another code outside: spike, shift, new, gone, drift."""


def change_data(change: Change) -> dict[str, Any]:
    """A change; `what` is a figure or `friction`, whose point the next three keys tell."""
    row = asdict(change)
    kind = KINDS.get(change.kind, change.kind)
    return {"schema": SCHEMA, "what": row.pop("what"), "period": row.pop("period")} | {
        **row,
        "kind": kind,
    }


def series_data(row: Series) -> Iterator[dict[str, Any]]:
    """A series, one row for each period; `value` is None where nothing was measured."""
    for period, value, count in zip(row.periods, row.values, row.counts, strict=True):
        yield {
            "schema": SCHEMA,
            "name": row.name,
            "period": period,
            "value": value,
            "messages": count,
        }


def effect_data(effect: EventEffect) -> dict[str, Any]:
    """What was said before and after an event."""
    return {"schema": SCHEMA, **asdict(effect)}
