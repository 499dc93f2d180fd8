"""Quotes to read: for every friction point and everything that is praised, the tellingest ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.catalogue import label_set

if TYPE_CHECKING:
    from vocmine.store.database import Store
    from vocmine.store.frame import Frame, InsightColumns, Ints

_PLACES = ("friction", "stage", "touchpoint")
_COMFORTABLE = 70
"""Characters of a quote that is read at a glance."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Exact words of a customer, with what was read in them.

    Args:
        friction: Code; `none` in praise.
        stage: Code.
        touchpoint: Code.
        polarity: -2 to 2, never 0.
        confidence: Of all labels together, 0 to 1.
        text: The words.
        day: ISO; empty without a date.
        channel: As the export has it.
        external_id: Of the message.
    """

    friction: str
    stage: str
    touchpoint: str
    polarity: int
    confidence: float
    text: str
    day: str
    channel: str
    external_id: str


def verbatims(store: Store, frame: Frame, each: int) -> tuple[Verbatim, ...]:
    """The surest quotes of a readable length, at most one of a message for each place.

    Args:
        store: Where the words are.
        frame: Whose insights.
        each: Quotes of each friction x stage x touchpoint, of complaints and of praise.

    Returns:
        Complaints before praise; places with more insights first.
    """
    if not each:
        return ()
    rows = _chosen(frame.insights, each)
    keys = frame.insights.id[rows].tolist()
    found = {
        row[0]: row[1:]
        for row in store.conn.execute(
            "SELECT i.id, i.quote, coalesce(substr(m.created_at, 1, 10), ''), "
            "coalesce(m.channel, ''), coalesce(m.external_id, '') FROM json_each(?) AS k "
            "JOIN insights AS i ON i.id = k.value JOIN messages AS m ON m.id = i.message_id",
            [json.dumps(keys)],
        )
    }
    codes = {name: label_set(name).codes for name in _PLACES}
    i = frame.insights
    quotes = []
    for row, key in zip(rows.tolist(), keys, strict=True):
        friction, stage, touchpoint = (codes[name][getattr(i, name)[row]] for name in _PLACES)
        text, day, channel, external_id = found[key]
        quotes.append(
            Verbatim(
                friction=friction,
                stage=stage,
                touchpoint=touchpoint,
                polarity=int(i.polarity[row]),
                confidence=float(i.confidence[row]),
                text=text,
                day=day,
                channel=channel,
                external_id=external_id,
            )
        )
    return tuple(quotes)


def _chosen(i: InsightColumns, each: int) -> Ints:
    """Rows of the quotes, in the order they are shown."""
    known = (i.friction >= 0) & (i.stage >= 0) & (i.touchpoint >= 0)
    rows = np.flatnonzero(known & i.judged & (i.polarity != 0))
    praise = (i.polarity[rows] > 0).astype(np.int64)
    place = (praise << 24) + (i.friction[rows].astype(np.int64) << 16)
    place += (i.stage[rows].astype(np.int64) << 8) + i.touchpoint[rows]
    best = np.lexsort(
        (
            rows,
            np.abs(i.length[rows] - _COMFORTABLE),
            -np.abs(i.polarity[rows]),
            -np.round(i.confidence[rows], 1),
        )
    )
    rows, place, praise = rows[best], place[best], praise[best]
    # Of a message the best quote for each place.
    n = int(i.message.max(initial=0)) + 1
    _, first = np.unique(place * n + i.message[rows], return_index=True)
    first = np.sort(first)
    rows, place, praise = rows[first], place[first], praise[first]
    _, code, count = np.unique(place, return_inverse=True, return_counts=True)
    shown = np.lexsort((np.arange(len(rows)), place, -count[code], praise))
    rows, code = rows[shown], code[shown]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(code)) + 1]) if len(rows) else rows
    within = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    found: Ints = rows[within < each]
    return found
