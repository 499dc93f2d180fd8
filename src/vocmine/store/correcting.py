"""What people corrected, put into the results of a message, and taken out again.

A corrected message keeps what the model said in `predictions`. `restore` puts that back, and
`apply_corrections` notes it and applies every correction that counts; whatever changes results
or corrections does so between the two, in one transaction.
"""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from vocmine.catalogue import label_set
from vocmine.spans import closest
from vocmine.store.tables import INTEGER_SETS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

MESSAGE_FIELDS = {
    "pqrs": ("pqrs", "pqrs"),
    "urgent": ("pqrs", "urgent"),
    "sentiment": ("sentiment", "sentiment"),
    "recommend": ("sentiment", "recommend"),
    "effort": ("effort", "effort"),
    "churn": ("effort", "churn"),
    "emotions": ("emotions", "emotion"),
}
"""Field of a message to the table and column that hold it."""
INSIGHT_FIELDS = ("polarity", "friction", "category", "stage", "pyramid", "touchpoint")
EXISTS = "insight"
"""Field that says whether an insight is one at all: `YES` adds it where it is missing."""
YES, NO = "yes", "no"
MANY = "; "
"""Between the values of a field of several."""
COUNTS = "c.undone_at IS NULL AND c.replaced_by IS NULL"
"""Corrections `c` that are applied: neither undone nor replaced."""
OF_MESSAGE = (
    "c.external_id = m.external_id AND (c.source_id = m.source_id OR EXISTS (SELECT 1 "
    "FROM message_sources AS o WHERE o.message_id = m.id AND o.source_id = c.source_id))"
)
"""Corrections `c` of a message `m`, whichever of its exports they were made on."""
NUMBERS = INTEGER_SETS | {"churn", "urgent"}
_ADDED = {"friction": "none", "stage": "unknown", "pyramid": "none", "touchpoint": "unknown"}
"""Labels of an added insight that nobody gave."""


class Counting(NamedTuple):
    """A correction that counts."""

    id: int
    start: int | None
    end: int | None
    field: str
    value: str


def text_hash(text: str) -> str:
    """SHA-256 of the words that somebody judged."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def typed(field: str, value: str) -> str | int:
    """A value as the store keeps it."""
    return int(value) if field in NUMBERS else value


def restore(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Put back what the model said of the messages that were corrected."""
    kept = conn.execute(
        "SELECT p.message_id, p.content FROM json_each(?) AS j "
        "JOIN predictions AS p ON p.message_id = j.value",
        [json.dumps(list(ids))],
    ).fetchall()
    there = _columns(conn) if kept else {}
    for message_id, content in kept:
        said = json.loads(content)
        for field, (value, confidence) in said["fields"].items():
            table, column = MESSAGE_FIELDS[field]
            if column in there.get(table, ()):
                _set_label(conn, message_id, field, value, confidence)
        if "emotions" in said and "emotions" in there:
            _set_emotions(conn, message_id, said["emotions"])
        conn.execute("DELETE FROM insights WHERE message_id = ?", [message_id])
        for row in said["insights"]:
            _insert_insight(conn, row)
        conn.execute("DELETE FROM predictions WHERE message_id = ?", [message_id])


def apply_corrections(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Apply every correction that counts to what the model said of some messages."""
    rows = conn.execute(
        "SELECT m.id, m.text, c.text_sha256, c.id, c.start, c.end, c.field, c.value "
        "FROM json_each(?) AS j JOIN messages AS m ON m.id = j.value "
        f"JOIN corrections AS c ON {OF_MESSAGE} WHERE {COUNTS} ORDER BY m.id, c.id",
        [json.dumps(list(ids))],
    ).fetchall()
    there = _columns(conn) if rows else {}
    for (message_id, text), own in groupby(rows, key=lambda row: (row[0], row[1])):
        digest = text_hash(text)
        every = [(row[2] == digest, Counting(*row[3:])) for row in own]
        # A judgement of other words is none of these.
        current = [correction for same, correction in every if same]
        done = _apply(conn, message_id, current, there) if current else set()
        conn.executemany(
            "UPDATE corrections SET applied = ? WHERE id = ?",
            [(int(c.id in done), c.id) for _, c in every],
        )


def _apply(
    conn: sqlite3.Connection,
    message_id: int,
    corrections: Sequence[Counting],
    there: dict[str, list[str]],
) -> set[int]:
    """Apply the corrections of one message; returns those that found what they correct."""
    _note(conn, message_id, there)
    done: set[int] = set()
    for one in corrections:
        if one.field in MESSAGE_FIELDS and _correct_label(conn, message_id, one, there):
            done.add(one.id)
    spans: dict[tuple[int, int], list[Counting]] = {}
    for one in corrections:
        if one.start is not None and one.end is not None:
            spans.setdefault((one.start, one.end), []).append(one)
    for span, group in spans.items():
        given = {one.field: one.value for one in group}
        if _correct_insight(conn, message_id, span, given):
            done.update(one.id for one in group)
    return done


def _columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Columns of the tables of labels that there are: analyzers may not have run."""
    found = {}
    for table in {table for table, _ in MESSAGE_FIELDS.values()}:
        names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
        if names:
            found[table] = names
    return found


def _note(conn: sqlite3.Connection, message_id: int, there: dict[str, list[str]]) -> None:
    """Keep what the model says of a message."""
    said: dict[str, Any] = {"fields": {}}
    for field, (table, column) in MESSAGE_FIELDS.items():
        if field != "emotions" and column in there.get(table, ()):
            row = conn.execute(
                f"SELECT {column}, {column}_confidence FROM {table} WHERE message_id = ?",
                [message_id],
            ).fetchone()
            if row:
                said["fields"][field] = row
    if "emotions" in there:
        said["emotions"] = conn.execute(
            "SELECT emotion, confidence FROM emotions WHERE message_id = ? ORDER BY id",
            [message_id],
        ).fetchall()
    said["insights"] = _insights(conn, message_id)
    conn.execute(
        "INSERT OR REPLACE INTO predictions (message_id, content) VALUES (?, ?)",
        [message_id, json.dumps(said, ensure_ascii=False)],
    )


def _insights(conn: sqlite3.Connection, message_id: int) -> list[dict[str, Any]]:
    cursor = conn.execute(
        "SELECT * FROM insights WHERE message_id = ? ORDER BY start, id", [message_id]
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _insert_insight(conn: sqlite3.Connection, row: dict[str, Any]) -> None:
    conn.execute(
        f"INSERT INTO insights ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def _set_label(
    conn: sqlite3.Connection, message_id: int, field: str, value: Any, confidence: float
) -> bool:
    table, column = MESSAGE_FIELDS[field]
    found = conn.execute(
        f"UPDATE {table} SET {column} = ?, {column}_confidence = ? WHERE message_id = ?",
        [value, confidence, message_id],
    )
    return found.rowcount > 0


def _set_emotions(
    conn: sqlite3.Connection, message_id: int, emotions: Sequence[tuple[str, float]]
) -> None:
    conn.execute("DELETE FROM emotions WHERE message_id = ?", [message_id])
    conn.executemany(
        "INSERT INTO emotions (message_id, emotion, confidence) VALUES (?, ?, ?)",
        [(message_id, emotion, confidence) for emotion, confidence in emotions],
    )


def _correct_label(
    conn: sqlite3.Connection, message_id: int, one: Counting, there: dict[str, list[str]]
) -> bool:
    table, column = MESSAGE_FIELDS[one.field]
    if column not in there.get(table, ()):
        return False
    if one.field != "emotions":
        return _set_label(conn, message_id, one.field, typed(one.field, one.value), 1.0)
    analysed = conn.execute(
        "SELECT 1 FROM analysed WHERE message_id = ? AND analyzer = "
        "(SELECT analyzer FROM analyzer_tables WHERE name = 'emotions')",
        [message_id],
    ).fetchone()
    if analysed:
        codes = one.value.split(MANY) if one.value else []
        _set_emotions(conn, message_id, [(code, 1.0) for code in codes])
    return analysed is not None


def _correct_insight(
    conn: sqlite3.Connection, message_id: int, span: tuple[int, int], given: dict[str, str]
) -> bool:
    """Change, remove or add the insight of a span; False when there is nothing to change."""
    found = _insights(conn, message_id)
    place = closest(span, [(row["start"], row["end"]) for row in found])
    best = found[place] if place >= 0 else None
    exists = given.get(EXISTS)
    if exists == NO:
        if best is not None:
            conn.execute("DELETE FROM insights WHERE id = ?", [best["id"]])
        return True
    if best is None:
        return exists == YES and _add(conn, message_id, span, given)
    changes = _changes(conn, best["friction"], given)
    sets = ", ".join(f"{name} = ?" for name in changes)
    conn.execute(
        f"UPDATE insights SET {sets}, corrected = 1 WHERE id = ?"
        if changes
        else "UPDATE insights SET corrected = 1 WHERE id = ?",
        [*changes.values(), best["id"]],
    )
    return True


def _changes(
    conn: sqlite3.Connection, friction: str | None, given: dict[str, str]
) -> dict[str, Any]:
    """Columns that change, with those that follow: phase, and labels that would not agree."""
    changes: dict[str, Any] = {
        name: typed(name, given[name]) for name in INSIGHT_FIELDS if given.get(name)
    }
    if "stage" in changes:
        phases = {label.code: label.parent for label in label_set("stage").labels}
        changes["phase"] = phases[changes["stage"]]
    own = given.get("category")
    if own:
        changes["friction"] = conn.execute(
            "SELECT friction FROM categories WHERE code = ?", [own]
        ).fetchone()[0]
    elif "friction" in changes and changes["friction"] != friction:
        changes["category"] = None
    elif "friction" not in changes and changes.get("polarity", -1) >= 0 and friction is not None:
        changes |= {"friction": "none", "category": None}  # praise has no obstacle
    return changes


def _add(
    conn: sqlite3.Connection, message_id: int, span: tuple[int, int], given: dict[str, str]
) -> bool:
    """Add an insight that the model missed, in the segment that shares most of it."""
    segment = conn.execute(
        "SELECT id FROM segments WHERE message_id = ? "
        "ORDER BY min(end, ?) - max(start, ?) DESC, id LIMIT 1",
        [message_id, span[1], span[0]],
    ).fetchone()
    if segment is None:
        return False
    text = conn.execute("SELECT text FROM messages WHERE id = ?", [message_id]).fetchone()[0]
    own = given.get("category")
    usual = {name: code for name, code in _ADDED.items() if name != "friction" or not own}
    labels = _changes(conn, None, {**usual, **given})
    _insert_insight(
        conn,
        {
            "message_id": message_id,
            "segment_id": segment[0],
            "start": span[0],
            "end": span[1],
            "quote": text[span[0] : span[1]],
            "confidence": 1.0,
            "corrected": 1,
            **labels,
        },
    )
    return True
