"""The labels of all messages as small columns inside the page, so that it can count by itself.

A filter of the page must give the figures that the store would give, and how many different
messages meet two criteria cannot be added up from totals. So every message and insight is there
as a row of codes, without words and without its key, in an order that tells nothing and that gzip
shortens most: some 4 bytes a message.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set
from vocmine.report.data import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sqlite_utils

    from vocmine.report.periods import Timeline

MAX_BYTES = 900_000
"""Of the cube in the page; a larger one is left out, and the page says how to filter instead."""
MAX_CHANNELS = 200
FLAGS = ("urgent", "churn", "effort")
MOODS = ("negative", "neutral", "positive")
STATES = ("red", "amber", "green", "grey")
OF_INSIGHT = ("friction", "phase", "stage", "touchpoint", "pyramid", "polarity")

Ints = npt.NDArray[np.int64]

_MESSAGES = """
SELECT m.id, m.period, m.channel, m.pqrs, m.tone, m.urgent, m.churn, m.effort = 3 AS effort
FROM report_messages AS m ORDER BY m.id
"""
_INSIGHTS = """
SELECT message_id, friction, phase, stage, touchpoint, pyramid,
       CASE WHEN tone IS NULL THEN NULL ELSE polarity END AS polarity
FROM report_insights ORDER BY message_id
"""
_EMOTIONS = """
SELECT DISTINCT e.message_id, e.emotion FROM emotions AS e
JOIN report_messages AS m ON m.id = e.message_id
"""
_TOPICS = """
SELECT DISTINCT g.message_id, s.topics_id FROM segment_topics AS s
JOIN main.segments AS g ON g.id = s.segment_id
JOIN report_messages AS m ON m.id = g.message_id
"""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the store says of the messages of a report, as codes.

    Args:
        id: Keys of the messages, int64 (n,), ascending.
        values: For each column the codes that its numbers stand for; 0 stands for none, k for
            `values[k - 1]`. The codes of a column of bits stand for 1, 2, 4, …
        of_message: Columns of messages, int64 (n,): `period`, `channel`, `pqrs`, `mood`, `due`,
            `case`, and bits in `flag`, `emotion`, `topic`.
        owner: Row of the message of each insight, int64 (m,), ascending.
        of_insight: Columns of insights, int64 (m,): `OF_INSIGHT`; a polarity is 0 where none was
            judged, else 3 more than itself.
    """

    id: Ints
    values: Mapping[str, Sequence[str]]
    of_message: Mapping[str, Ints]
    owner: Ints
    of_insight: Mapping[str, Ints]


def read_columns(
    db: sqlite_utils.Database,
    timeline: Timeline,
    topics: Sequence[Row],
    states: Mapping[int, str],
    cases: Mapping[int, str],
) -> Columns:
    """Labels of the messages of the scope; must be called inside it.

    Args:
        db: The store.
        timeline: Its periods are those that can be told apart.
        topics: Rows of the topics shown, with `id`.
        states: Of the case that each message is, by its key; may be empty.
        cases: Name of its kind under the law, which need not be the one that the model gives.
    """
    rows = [tuple(row.values()) for row in db.query(_MESSAGES)]
    id_, period, channel, pqrs, mood, *flags = _transposed(rows, 8)
    key = np.array(id_, dtype=np.int64)
    channels = _most_used(channel)
    shown = [str(row["id"]) for row in topics]
    values: dict[str, Sequence[str]] = {
        "period": timeline.periods,
        "channel": channels,
        "pqrs": label_set("pqrs").codes,
        "mood": MOODS,
        "due": STATES,
        "case": sorted(set(cases.values())),
        "flag": FLAGS,
        "emotion": label_set("emotion").codes,
        "topic": shown,
    }
    of_message = {
        "period": _coded(period, values["period"]),
        "channel": _coded(channel, channels),
        "pqrs": _coded(pqrs, values["pqrs"]),
        "mood": _coded(mood, MOODS),
        "due": _coded((states.get(k) for k in id_), STATES),
        "case": _coded((cases.get(k) for k in id_), values["case"]),
        "flag": np.sum(
            [
                np.array([bool(v) for v in flag], dtype=np.int64) << place
                for place, flag in enumerate(flags)
            ],
            axis=0,
        ),
        "emotion": _bits(key, list(db.query(_EMOTIONS)), values["emotion"]),
        "topic": _bits(key, list(db.query(_TOPICS)), shown),
    }
    found = [tuple(row.values()) for row in db.query(_INSIGHTS)]
    owner, *labels, polarity = _transposed(found, 7)
    sets = {name: label_set(name).codes for name in OF_INSIGHT[:-1]}
    of_insight = {
        name: _coded(column, sets[name]) for name, column in zip(sets, labels, strict=True)
    }
    of_insight["polarity"] = np.array([0 if v is None else v + 3 for v in polarity], dtype=np.int64)
    place = np.searchsorted(key, np.array(owner, dtype=np.int64))
    return Columns(key, values | sets, of_message, place, of_insight)


def packed(columns: Columns) -> Row | None:
    """The columns as the page's script reads them; None when they are over `MAX_BYTES`.

    Returns:
        `messages` and `insights` (how many), `values`, `columns` (name, whether of insights, and
        bytes of a number, in the order of `data`) and `data`: base64 of gzip of the numbers, for a
        column of two bytes first all the low ones. The column `insights` of messages says how many
        insights each has; those of one message stand together, in the order of the messages.
    """
    count = np.bincount(columns.owner, minlength=len(columns.id))
    order, inner = _short_order(columns, count)
    names = [(name, 0, values[order]) for name, values in columns.of_message.items()]
    names.append(("insights", 0, count[order]))
    names += [(name, 1, values[inner]) for name, values in columns.of_insight.items()]
    listed: list[list[Any]] = []
    parts: list[Ints] = []
    for name, level, values in names:
        wide = bool(len(values)) and int(values.max()) > 255
        parts += [values & 255, values >> 8] if wide else [values]
        listed.append([name, level, 2 if wide else 1])
    whole = b"".join(part.astype(np.uint8).tobytes() for part in parts)
    data = base64.b64encode(gzip.compress(whole, 9, mtime=0)).decode()
    if len(data) > MAX_BYTES:
        return None
    return {
        "messages": len(columns.id),
        "insights": len(columns.owner),
        "values": {name: list(codes) for name, codes in columns.values.items()},
        "columns": listed,
        "data": data,
    }


def _short_order(columns: Columns, count: Ints) -> tuple[Ints, Ints]:
    """Orders of messages and insights that put like beside like: what is written is shorter, and
    the order of the export is gone."""
    of_message = columns.of_message
    first = np.zeros(len(columns.id), dtype=np.int64)
    ends = np.cumsum(count)
    held = count > 0
    kinds = np.zeros(len(columns.owner), dtype=np.int64)
    for values in columns.of_insight.values():
        kinds = kinds * 32 + values
    first[held] = kinds[(ends - count)[held]]
    keys = [first, count, *reversed([of_message[name] for name in _BY])]
    order = np.lexsort(keys) if len(columns.id) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    inner = np.argsort(rank[columns.owner], kind="stable")
    return order, inner


_BY = ("channel", "period", "due", "case", "topic", "mood", "pqrs", "flag", "emotion")


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) or [()] * width


def _most_used(names: Iterable[str | None]) -> list[str]:
    found = np.array([name or "" for name in names], dtype=object)
    values, counts = np.unique(found, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [str(values[i]) for i in order if values[i]][:MAX_CHANNELS]


def _coded(column: Iterable[Any], codes: Sequence[str]) -> Ints:
    places = {code: place for place, code in enumerate(codes, 1)}
    return np.array([places.get(value, 0) for value in column], dtype=np.int64)


def _bits(key: Ints, rows: Sequence[Row], codes: Sequence[str]) -> Ints:
    found = np.zeros(len(key), dtype=np.int64)
    owner, value = _transposed([tuple(row.values()) for row in rows], 2)
    place = np.searchsorted(key, np.array(owner, dtype=np.int64))
    code = _coded((str(v) for v in value), codes)
    known = code > 0
    np.bitwise_or.at(found, place[known], 1 << (code[known] - 1))
    return found
