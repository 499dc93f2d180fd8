"""Labels of many messages as columns: what every figure that is more than a count is made of.

One reading of the store gives arrays that numpy compares, counts and fits in microseconds; texts
stay in the store until a quote is shown. Copies of a message are left out, as everywhere.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.store.database import Store
    from vocmine.store.filters import Filter

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int16]
Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

UNKNOWN = -1
"""In a column of codes or levels: the message or insight was not judged, or has no such label."""
_TONES = {"very_negative": -2, "negative": -1, "positive": 1, "very_positive": 2}
_INSIGHT_SETS = ("friction", "stage", "phase", "touchpoint", "pyramid")


@dataclass(frozen=True, slots=True)
class Names:
    """A column of few different texts.

    Args:
        values: The different texts, most frequent first; the empty text is none of them.
        code: Index into `values` of each row, int64 (n,); `UNKNOWN` where there is no text.
    """

    values: tuple[str, ...]
    code: Ints

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Names:
        """The column of these texts."""
        given = [text or "" for text in texts]
        counts = Counter(given)
        del counts[""]
        values = tuple(sorted(counts, key=lambda text: (-counts[text], text)))
        place = {text: code for code, text in enumerate(values)}
        return cls(values, np.array([place.get(text, UNKNOWN) for text in given], dtype=np.int64))

    def take(self, rows: Ints) -> Names:
        """The column of some rows, with the same values."""
        return Names(self.values, self.code[rows])


@dataclass(frozen=True, slots=True)
class MessageColumns:
    """The messages of a frame, in the order they were first read; n of them.

    Args:
        id: Key in the store, int64 (n,).
        day: Date of writing, datetime64[D] (n,); NaT without one.
        score: Stars or alike, float64 (n,), 1 to 5; nan without one.
        nps: Answer to "would you recommend", float64 (n,), 0 to 10; nan without one.
        csat: Satisfaction as the export has it, float64 (n,); nan without one.
        sentiment: int8 (n,), -2 to 2; `mixed` is 0.
        judged: Whether there is a sentiment, bool (n,).
        effort: int8 (n,), 0 to 3, or `UNKNOWN`.
        churn: bool (n,).
        urgent: bool (n,).
        recommend: int8 (n,): -1, 0, 1.
        pqrs: int16 (n,), index into the codes of the label set `pqrs`, or `UNKNOWN`.
        emotions: bool (n, emotions), in the order of the label set `emotion`.
        length: Characters of the text, int64 (n,).
        lang: Of the text.
        channel: As the export writes it.
        country: ISO 3166-1 alpha-2.
        author: Pseudonym.
        source: Name of the export.
    """

    id: Ints
    day: Days
    score: Floats
    nps: Floats
    csat: Floats
    sentiment: Bytes
    judged: Flags
    effort: Bytes
    churn: Flags
    urgent: Flags
    recommend: Bytes
    pqrs: Codes
    emotions: Flags
    length: Ints
    lang: Names
    channel: Names
    country: Names
    author: Names
    source: Names

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class InsightColumns:
    """The insights of a frame's messages, by message and place in it; m of them.

    Codes are indices into the codes of the label set of the same name, or `UNKNOWN`.

    Args:
        id: Key in the store, int64 (m,).
        message: Row of the message in the frame, int64 (m,), ascending.
        friction: int16 (m,).
        stage: int16 (m,).
        phase: int16 (m,).
        touchpoint: int16 (m,).
        pyramid: int16 (m,).
        polarity: int8 (m,), -2 to 2; 0 where it was not judged.
        judged: Whether there is a polarity, bool (m,).
        confidence: Of all its labels together, float64 (m,), 0 to 1.
        length: Characters of the quote, int64 (m,).
    """

    id: Ints
    message: Ints
    friction: Codes
    stage: Codes
    phase: Codes
    touchpoint: Codes
    pyramid: Codes
    polarity: Bytes
    judged: Flags
    confidence: Floats
    length: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Frame:
    """Messages and insights of a selection, as columns."""

    messages: MessageColumns
    insights: InsightColumns

    def with_insight(self, chosen: Flags) -> Flags:
        """Which messages hold one of the chosen insights.

        Args:
            chosen: bool (m,), of the insights.

        Returns:
            bool (n,).
        """
        found = np.zeros(len(self.messages), dtype=np.bool_)
        found[self.insights.message[chosen]] = True
        return found


@cache
def code_of(labels: str, code: str) -> int:
    """Index of a code in the columns of its label set: `code_of("friction", "billing")`."""
    return label_set(labels).codes.index(code)


def read_frame(store: Store, chosen: Filter) -> Frame:
    """Read the messages of a selection that figures count, and their insights.

    Args:
        store: Where they are. Labels of analyzers that were not run are unknown.
        chosen: Which messages; its conditions on insights choose among the insights only.
    """
    where, values = chosen.counted_messages()
    tables = set(store.db.table_names())
    rows = store.conn.execute(f"{_messages_sql(tables)} WHERE {where} ORDER BY m.id", values)
    messages = _message_columns(store, _columns(rows, 17), tables)
    where, values = chosen.counted()
    rows = store.conn.execute(
        "SELECT i.id, i.message_id, i.friction, i.stage, i.phase, i.touchpoint, i.pyramid, "
        "i.polarity, i.confidence, length(i.quote) FROM insights AS i "
        "JOIN messages AS m ON m.id = i.message_id JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {where} ORDER BY i.message_id, i.start, i.id",
        values,
    )
    return Frame(messages, _insight_columns(_columns(rows, 10), messages.id))


def _columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into columns; `zip` of as many would keep the garbage collector busy."""
    found = list(rows)
    return [[row[place] for row in found] for place in range(width)]


def extra_column(store: Store, frame: Frame, *names: str) -> list[str]:
    """Text of a column of the exports for each message of a frame; empty where it has none.

    Args:
        store: Where the messages are.
        frame: Whose messages.
        names: Names of the column as `messages.extra` has them; the first that is filled counts.
    """
    found: dict[int, str] = {}
    rows = store.conn.execute(
        "SELECT m.id, j.key, j.value FROM json_each(?) AS k JOIN messages AS m ON m.id = k.value, "
        "json_each(m.extra) AS j WHERE j.key IN (SELECT value FROM json_each(?))",
        [json.dumps(frame.messages.id.tolist()), json.dumps(names)],
    )
    rank = {name: place for place, name in enumerate(names)}
    for key, _, value in sorted(rows, key=lambda row: rank[row[1]], reverse=True):
        if value not in (None, ""):
            found[key] = str(value).strip()
    return [found.get(key, "") for key in frame.messages.id.tolist()]


def _messages_sql(tables: set[str]) -> str:
    given = {
        "sentiment": ("t.sentiment, t.recommend", "sentiment AS t"),
        "effort": ("e.effort, e.churn", "effort AS e"),
        "pqrs": ("p.pqrs, p.urgent", "pqrs AS p"),
    }
    columns, joins = [], []
    for table, (names, source) in given.items():
        columns.append(names if table in tables else "NULL, NULL")
        if table in tables:
            joins.append(f"LEFT JOIN {source} ON {source[-1]}.message_id = m.id")
    return (
        f"SELECT m.id, m.created_at, m.score, {', '.join(columns)}, length(m.text), m.lang, "
        "m.channel, m.country, m.author, s.name, json_extract(m.extra, '$.nps'), "
        "json_extract(m.extra, '$.csat') FROM messages AS m "
        f"JOIN sources AS s ON s.id = m.source_id {' '.join(joins)}"
    )


def _message_columns(
    store: Store, columns: Sequence[Sequence[Any]], tables: set[str]
) -> MessageColumns:
    (ids, created, score, sentiment, recommend, effort, churn, pqrs, urgent, length) = columns[:10]
    key = np.array(ids, dtype=np.int64)
    codes = {code: place for place, code in enumerate(label_set("pqrs").codes)}
    return MessageColumns(
        id=key,
        day=_days(created),
        score=_numbers(score),
        nps=_numbers(columns[15]),
        csat=_numbers(columns[16]),
        sentiment=np.array([_TONES.get(value or "", 0) for value in sentiment], dtype=np.int8),
        judged=np.array([value is not None for value in sentiment], dtype=np.bool_),
        effort=np.array([UNKNOWN if v is None else v for v in effort], dtype=np.int8),
        churn=np.array([bool(value) for value in churn], dtype=np.bool_),
        urgent=np.array([bool(value) for value in urgent], dtype=np.bool_),
        recommend=np.array([value or 0 for value in recommend], dtype=np.int8),
        pqrs=np.array([codes.get(value, UNKNOWN) for value in pqrs], dtype=np.int16),
        emotions=_emotions(store, key, tables),
        length=np.array(length, dtype=np.int64),
        lang=Names.of(columns[10]),
        channel=Names.of(columns[11]),
        country=Names.of(columns[12]),
        author=Names.of(columns[13]),
        source=Names.of(columns[14]),
    )


def _emotions(store: Store, key: Ints, tables: set[str]) -> Flags:
    place = {code: number for number, code in enumerate(label_set("emotion").codes)}
    found = np.zeros((len(key), len(place)), dtype=np.bool_)
    if "emotions" not in tables or not len(key):
        return found
    rows = store.conn.execute("SELECT message_id, emotion FROM emotions").fetchall()
    owner = np.array([row[0] for row in rows], dtype=np.int64)
    code = np.array([place[row[1]] for row in rows], dtype=np.int64)
    at = np.minimum(np.searchsorted(key, owner), len(key) - 1)
    inside = key[at] == owner
    found[at[inside], code[inside]] = True
    return found


def _insight_columns(columns: Sequence[Sequence[Any]], messages: Ints) -> InsightColumns:
    places = {
        name: {code: place for place, code in enumerate(label_set(name).codes)}
        for name in _INSIGHT_SETS
    }
    coded = {
        name: np.array([places[name].get(v, UNKNOWN) for v in values], dtype=np.int16)
        for name, values in zip(_INSIGHT_SETS, columns[2:7], strict=True)
    }
    polarity = columns[7]
    return InsightColumns(
        id=np.array(columns[0], dtype=np.int64),
        message=np.searchsorted(messages, np.array(columns[1], dtype=np.int64)).astype(np.int64),
        polarity=np.array([value or 0 for value in polarity], dtype=np.int8),
        judged=np.array([value is not None for value in polarity], dtype=np.bool_),
        confidence=np.array(columns[8], dtype=np.float64),
        length=np.array(columns[9], dtype=np.int64),
        **coded,
    )


def _days(values: Sequence[str | None]) -> Days:
    return np.array([(value or "NaT")[:10] for value in values], dtype="datetime64[D]")


def _numbers(values: Sequence[Any]) -> Floats:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    try:
        return float(str(value).replace(",", ".")) if value not in (None, "") else float("nan")
    except ValueError:
        return float("nan")
