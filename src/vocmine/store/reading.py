"""Reading results back: message and insight objects in the shape of the output contract."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from vocmine.store.corrections import corrected_fields
from vocmine.store.database import Store
from vocmine.store.duplicates import copies_of
from vocmine.store.filters import Filter

__all__ = [
    "INSIGHT_ORDER",
    "SCHEMA_VERSION",
    "Filter",
    "all_message_ids",
    "count_copies",
    "count_messages",
    "counted_ids",
    "distribution",
    "first_and_last_day",
    "friction_rows",
    "insight_rows",
    "journey_rows",
    "message_ids",
    "message_objects",
    "pyramid_rows",
    "topic_counts",
    "view_rows",
]

SCHEMA_VERSION = 1
"""Of the JSON objects; grows when a key changes its meaning or goes away."""

WINDOW = 500

INSIGHT_ORDER = "i.message_id, i.start, i.id"
"""Order of insights wherever they are listed: two that start alike have one too."""

_INSIGHT_KEYS = (
    "quote start end polarity friction category stage pyramid touchpoint confidence corrected"
).split()


def message_objects(store: Store, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """One object per id, in the order given, with the keys of the output contract.

    Labels of analyzers that were not run are None; so are those of messages that are stored but
    not analysed, which carry `skipped` with the reason.
    """
    tables = set(store.db.table_names())
    iterator = iter(ids)
    while window := list(islice(iterator, WINDOW)):
        found = _window(store, sorted(set(window)), tables)
        yield from (found[key] for key in window)


def all_message_ids(store: Store) -> list[int]:
    """Ids of all messages, in the order they were first read."""
    return [row[0] for row in store.conn.execute("SELECT id FROM messages ORDER BY id")]


def message_ids(store: Store, chosen: Filter) -> list[int]:
    """Messages that pass a filter; all that are stored, analysed or not, when there is none.

    With a condition on insights, those that hold such an insight.
    """
    if chosen.is_open:
        return all_message_ids(store)
    return _ids(store, chosen, *chosen.where())


def counted_ids(store: Store, chosen: Filter) -> list[int]:
    """Messages that figures of a filter count: analysed ones, of copies the first only."""
    return _ids(store, chosen, *chosen.counted())


def _ids(store: Store, chosen: Filter, where: str, values: list[Any]) -> list[int]:
    on_insights = chosen.where()[0] != chosen.message_where()[0]
    join = "JOIN insights AS i ON i.message_id = m.id " if on_insights else ""
    rows = store.conn.execute(
        f"SELECT DISTINCT m.id FROM messages AS m {join}"
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where} ORDER BY m.id",
        values,
    )
    return [row[0] for row in rows]


def _window(store: Store, ids: list[int], tables: set[str]) -> dict[int, dict[str, Any]]:
    wanted = json.dumps(ids)
    labels = {
        table: _rows(store, table, columns, wanted) if table in tables else {}
        for table, columns in (
            ("sentiment", "sentiment, recommend"),
            ("effort", "effort, churn"),
            ("pqrs", "pqrs, urgent"),
        )
    }
    emotions = _emotions(store, wanted) if "emotions" in tables else {}
    insights = _insights_by_message(store, wanted)
    corrected = corrected_fields(store, ids)
    copy_of, copies = copies_of(store, ids)
    found = {}
    for row in store.conn.execute(
        "SELECT m.id, m.external_id, s.name AS source, m.text, m.lang, m.created_at, m.title, "
        "m.channel, m.country, m.score, m.skip_reason FROM json_each(?) AS j "
        "JOIN messages AS m ON m.id = j.value JOIN sources AS s ON s.id = m.source_id",
        [wanted],
    ):
        key, external_id, source, text, lang, created, title, channel, country, score, skip = row
        sentiment, recommend = labels["sentiment"].get(key, (None, None))
        effort, churn = labels["effort"].get(key, (None, None))
        pqrs, urgent = labels["pqrs"].get(key, (None, None))
        found[key] = {
            "schema": SCHEMA_VERSION,
            "external_id": external_id,
            "source": source,
            "text": text,
            "lang": lang,
            "created_at": created,
            "title": title,
            "channel": channel,
            "country": country,
            "score": score,
            "pqrs": pqrs,
            "sentiment": sentiment,
            "emotions": emotions.get(key, [] if "emotions" in tables and not skip else None),
            "effort": effort,
            "churn": churn,
            "recommend": recommend,
            "urgent": urgent,
            "copy_of": copy_of.get(key),
            "copies": copies.get(key, 0),
            "corrected": corrected.get(key, []),
            "insights": insights.get(key, []),
        }
        if skip:
            found[key]["skipped"] = skip
    return found


def _rows(store: Store, table: str, columns: str, wanted: str) -> dict[int, tuple[Any, ...]]:
    rows = store.conn.execute(
        f"SELECT t.message_id, {columns} FROM json_each(?) AS j "
        f"JOIN {table} AS t ON t.message_id = j.value",
        [wanted],
    )
    return {row[0]: row[1:] for row in rows}


def _emotions(store: Store, wanted: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for message_id, emotion in store.conn.execute(
        "SELECT t.message_id, t.emotion FROM json_each(?) AS j "
        "JOIN emotions AS t ON t.message_id = j.value ORDER BY t.message_id, t.confidence DESC",
        [wanted],
    ):
        found[message_id].append(emotion)
    return found


def _insights_by_message(store: Store, wanted: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ", ".join(f"i.{name}" for name in _INSIGHT_KEYS)
    for message_id, *values in store.conn.execute(
        f"SELECT i.message_id, {columns} FROM json_each(?) AS j "
        f"JOIN insights AS i ON i.message_id = j.value ORDER BY {INSIGHT_ORDER}",
        [wanted],
    ):
        insight = dict(zip(_INSIGHT_KEYS, values, strict=True))
        insight["confidence"] = round(insight["confidence"], 4)
        found[message_id].append(insight)
    return found


def insight_rows(store: Store, chosen: Filter, limit: int = 0) -> Iterator[dict[str, Any]]:
    """One object per insight with its message's id, source, date and language."""
    where, values = chosen.where()
    columns = ", ".join(f"i.{name}" for name in [*_INSIGHT_KEYS, "phase"])
    cursor = store.conn.execute(
        f"SELECT m.external_id, s.name AS source, m.created_at, m.lang, {columns}, "
        "c.name AS category_name FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        "LEFT JOIN categories AS c ON c.code = i.category "
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where} ORDER BY {INSIGHT_ORDER} "
        "LIMIT ?",
        [*values, limit or -1],
    )
    names = [column[0] for column in cursor.description]
    for row in cursor:
        insight = dict(zip(names, row, strict=True))
        insight["confidence"] = round(insight["confidence"], 4)
        yield {"schema": SCHEMA_VERSION, **insight}


def friction_rows(store: Store, chosen: Filter, limit: int = 0) -> list[dict[str, Any]]:
    """Friction points (friction x stage x touchpoint) by number of messages, with a quote."""
    where, values = chosen.counted()
    total = count_messages(store, chosen)
    judged = "sentiment" in store.db.table_names()
    sad = "t.sentiment IN ('negative', 'very_negative')" if judged else "0"
    joined = "LEFT JOIN sentiment AS t ON t.message_id = m.id " if judged else ""
    cursor = store.conn.execute(
        "SELECT i.friction, i.stage, i.touchpoint, count(*) AS insights, "
        "count(DISTINCT i.message_id) AS messages, round(avg(i.polarity), 3) AS mean_polarity, "
        "min(m.created_at) AS first_seen, max(m.created_at) AS last_seen, "
        # A quote that is sure, neither a scrap nor a paragraph, and of a message that is negative
        # as a whole: two judgements err less than one. SQLite takes the bare column from the row
        # that holds the maximum.
        f"max((length(i.quote) BETWEEN 25 AND 90) + coalesce({sad}, 0) + i.confidence) AS telling, "
        "i.quote AS quote "
        "FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        f"JOIN sources AS s ON s.id = m.source_id {joined}"
        f"WHERE i.polarity < 0 AND i.friction <> 'none' AND {where} "
        "GROUP BY i.friction, i.stage, i.touchpoint "
        "ORDER BY messages DESC, mean_polarity, i.friction, i.stage, i.touchpoint LIMIT ?",
        [*values, limit or -1],
    )
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    every = _with_copies(store, chosen)
    for row in rows:
        del row["telling"]
        row["share"] = round(row["messages"] / total, 4) if total else 0.0
        point = row["friction"], row["stage"], row["touchpoint"]
        row["copies"] = every[point] - row["messages"] if point in every else 0
    return rows


def _with_copies(store: Store, chosen: Filter) -> dict[tuple[str, str, str], int]:
    """Messages of each friction point when copies count too; empty when there are no copies."""
    if not count_copies(store, chosen):
        return {}
    where, values = chosen.where()
    rows = store.conn.execute(
        "SELECT i.friction, i.stage, i.touchpoint, count(DISTINCT i.message_id) "
        "FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        "JOIN sources AS s ON s.id = m.source_id "
        f"WHERE i.polarity < 0 AND i.friction <> 'none' AND {where} GROUP BY 1, 2, 3",
        values,
    )
    return {row[:3]: row[3] for row in rows}


def journey_rows(store: Store, chosen: Filter) -> list[dict[str, Any]]:
    """Every stage in order, with its volume and polarity."""
    return _level_rows(store, chosen, "stage", "l.parent AS phase, l.code AS stage")


def pyramid_rows(store: Store, chosen: Filter) -> list[dict[str, Any]]:
    """Every level of the pyramid from the base up; `positive` is met, `negative` missed."""
    rows = _level_rows(store, chosen, "pyramid", "l.code AS level")
    return [row for row in rows if row["level"] != "none"]


def _level_rows(store: Store, chosen: Filter, column: str, names: str) -> list[dict[str, Any]]:
    where, values = chosen.counted()
    return view_rows(
        store,
        f"WITH chosen AS (SELECT i.* FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where}) "
        f"SELECT {names}, count(c.id) AS insights, count(DISTINCT c.message_id) AS messages, "
        "coalesce(sum(c.polarity < 0), 0) AS negative, "
        "coalesce(sum(c.polarity = 0), 0) AS neutral, "
        "coalesce(sum(c.polarity > 0), 0) AS positive, round(avg(c.polarity), 3) AS mean_polarity "
        f"FROM labels_{column} AS l LEFT JOIN chosen AS c ON c.{column} = l.code "
        "GROUP BY l.code ORDER BY l.position",
        values,
    )


def count_copies(store: Store, chosen: Filter) -> int:
    """Number of messages that pass and that figures leave out, being copies of others."""
    if chosen.keep_duplicates:
        return 0
    return count_messages(store, replace(chosen, keep_duplicates=True)) - count_messages(
        store, chosen
    )


def count_messages(store: Store, chosen: Filter) -> int:
    """Number of analysed messages, copies apart, that pass the message-level part of a filter."""
    where, values = chosen.counted_messages()
    row = store.conn.execute(
        f"SELECT count(*) FROM messages AS m JOIN sources AS s ON s.id = m.source_id WHERE {where}",
        values,
    ).fetchone()
    return int(row[0])


def first_and_last_day(store: Store, chosen: Filter) -> tuple[str, str]:
    """Days of the oldest and the newest message of a filter; empty when none has a date."""
    where, values = chosen.counted_messages()
    first, last = store.conn.execute(
        "SELECT min(m.created_at), max(m.created_at) FROM messages AS m "
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where}",
        values,
    ).fetchone()
    return (first or "")[:10], (last or "")[:10]


def topic_counts(store: Store, chosen: Filter, limit: int) -> list[dict[str, Any]]:
    """Name and number of messages of the topics of the filtered messages, most first."""
    if not {"topics", "segment_topics"} <= set(store.db.table_names()):
        return []
    where, values = chosen.counted_messages()
    return view_rows(
        store,
        "SELECT t.name, count(DISTINCT m.id) AS messages FROM segment_topics AS st "
        "JOIN topics AS t ON t.id = st.topics_id JOIN segments AS g ON g.id = st.segment_id "
        "JOIN messages AS m ON m.id = g.message_id JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {where} GROUP BY t.id ORDER BY messages DESC, t.id LIMIT ?",
        [*values, limit],
    )


def view_rows(store: Store, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows of a query as dicts."""
    cursor = store.conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def distribution(store: Store, table: str, column: str, chosen: Filter) -> dict[str, int]:
    """Number of messages with each code of a label column, most frequent first."""
    if table not in store.db.table_names():
        return {}
    where, values = chosen.counted_messages()
    rows = store.conn.execute(
        f"SELECT t.{column}, count(*) AS n FROM {table} AS t "
        "JOIN messages AS m ON m.id = t.message_id JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {where} GROUP BY 1 ORDER BY n DESC, 1",
        values,
    )
    return {str(row[0]): row[1] for row in rows}
