"""Which groups of customers a friction point hits harder than the others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.errors import UsageError
from vocmine.priorities.rows import Segment
from vocmine.readers.aliases import plain
from vocmine.store.frame import UNKNOWN, Names
from vocmine.store.parts import refuse_persons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.priorities.clusters import Clusters
    from vocmine.store.database import Store
    from vocmine.store.frame import Floats, Frame, Ints

LEAST_POINT, LEAST_GROUP, LEAST_BOTH = 10, 30, 5
"""Messages of a point, of a group, and of both together, under which nothing is said of them."""
LEVEL = 0.05
"""Rate of wrong claims among the groups that are named."""
SHOWN = 3
_COLUMNS, _VALUES = 6, 50
_HANDLING = frozenset(
    "first_reply_at answered_at closed_at due_at updated_at status priority type reason area agent "
    "language csat nps ces".split()
)
"""Columns that tell what was said or how it was handled, and not who said it."""


def usual_columns(store: Store) -> list[str]:
    """Channel, country, and the columns of the export that part customers into some groups."""
    rows = store.conn.execute(
        "SELECT j.key FROM messages AS m, json_each(m.extra) AS j "
        "WHERE m.skip_reason IS NULL AND j.value NOT IN ('') GROUP BY j.key "
        "HAVING count(*) >= ? AND count(DISTINCT j.value) BETWEEN 2 AND ? "
        "ORDER BY count(*) DESC, j.key",
        [LEAST_GROUP, _VALUES],
    )
    found = [name for (name,) in rows if name not in _HANDLING]
    return ["channel", "country", *found[:_COLUMNS]]


def hardest_hit(
    store: Store, frame: Frame, points: Clusters, by: Sequence[str]
) -> list[tuple[Segment, ...]]:
    """The groups that each point hits hardest, worst first.

    Were a point to strike blindly, its messages would fall to a group as often as all messages do:
    the one-sided binomial test of that, over all points and groups at once with Benjamini and
    Hochberg's control.

    Args:
        store: Where the columns are.
        frame: Whose messages.
        points: Its friction points.
        by: Columns; those that do not exist or tell persons apart are passed over.
    """
    from scipy import stats

    found: list[list[Segment]] = [[] for _ in range(len(points))]
    tested = [_tested(points, *group) for group in _groups(store, frame, by)]
    every = np.concatenate([one.p_value for one in tested]) if tested else np.zeros(0)
    if not len(every):
        return [()] * len(points)
    sure = np.split(
        stats.false_discovery_control(every) <= LEVEL,
        np.cumsum([len(one.p_value) for one in tested])[:-1],
    )
    for one, chosen in zip(tested, sure, strict=True):
        for place in np.flatnonzero(chosen & (one.messages >= LEAST_BOTH)).tolist():
            found[one.point[place]].append(
                Segment(
                    one.column,
                    one.values[one.group[place]],
                    float(one.share[place]),
                    float(one.rest[place]),
                    int(one.messages[place]),
                )
            )
    return [tuple(sorted(rows, key=lambda row: row.rest - row.share)[:SHOWN]) for rows in found]


def _groups(
    store: Store, frame: Frame, by: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], Ints]]:
    """Name, values and the code of each message, of the columns that part the messages."""
    own = {name: getattr(frame.messages, name) for name in ("channel", "country", "lang", "source")}
    extra = _of_export(store, frame, [name for name in by if name not in own])
    for name in by:
        column = own.get(name) or extra.get(name)
        if column is None:
            continue
        if name in extra:
            try:
                refuse_persons(name, list(column.values), int((column.code != UNKNOWN).sum()))
            except UsageError:
                continue
        values, code = _folded(column)
        if len(values) > 1:
            yield name, values, code


def _of_export(store: Store, frame: Frame, names: Sequence[str]) -> dict[str, Names]:
    """Columns of the export, read at once."""
    place = {key: row for row, key in enumerate(frame.messages.id.tolist())}
    texts = {name: [""] * len(place) for name in names}
    for key, name, value in store.conn.execute(
        "SELECT m.id, j.key, j.value FROM messages AS m, json_each(m.extra) AS j "
        "WHERE j.key IN (SELECT value FROM json_each(?))",
        [json.dumps(list(names))],
    ):
        if key in place and value is not None:
            texts[name][place[key]] = " ".join(str(value).split())
    return {name: Names.of(column) for name, column in texts.items()}


def _folded(column: Names) -> tuple[tuple[str, ...], Ints]:
    """Values that differ in case and accents only are one, in the most frequent spelling."""
    groups: dict[str, int] = {}
    spelling: list[str] = []
    group = np.full(len(column.values) + 1, UNKNOWN, dtype=np.int64)
    for number, value in enumerate(column.values):
        key = plain(value) or value
        if key not in groups:
            groups[key] = len(spelling)
            spelling.append(value)
        group[number] = groups[key]
    return tuple(spelling), group[column.code]


@dataclass(frozen=True, slots=True)
class _Tested:
    """The pairs of a point and a group of one column that are tested, t of them."""

    column: str
    values: tuple[str, ...]
    point: Ints
    group: Ints
    messages: Ints
    share: Floats
    rest: Floats
    p_value: Floats


def _tested(points: Clusters, column: str, values: tuple[str, ...], code: Ints) -> _Tested:
    from scipy import stats

    groups = len(values)
    size = np.bincount(code[code != UNKNOWN], minlength=groups)
    inside = code[points.message] != UNKNOWN
    pair = points.of[inside] * groups + code[points.message[inside]]
    held = np.bincount(pair, minlength=len(points) * groups).reshape(len(points), groups)
    of_point = held.sum(axis=1)
    point, group = np.nonzero((of_point >= LEAST_POINT)[:, None] & (size >= LEAST_GROUP))
    both, whole, own, every = held[point, group], of_point[point], size[group], size.sum()
    return _Tested(
        column,
        values,
        point,
        group,
        both,
        both / own,
        (whole - both) / np.maximum(every - own, 1),
        stats.binom.sf(both - 1, whole, own / every),
    )
