"""Corrections that people make: recorded, listed, undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.spans import closest
from vocmine.store.correcting import (
    COUNTS,
    EXISTS,
    MANY,
    MESSAGE_FIELDS,
    NO,
    OF_MESSAGE,
    YES,
    apply_corrections,
    restore,
    text_hash,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from vocmine.store.database import Store

_ONE = ["friction", "category"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says about a message, or about one of its insights.

    Args:
        message_id: Row of the message.
        field: A field of `MESSAGE_FIELDS` or, with a span, of `INSIGHT_FIELDS`, or `insight`.
        value: A code; several joined with `; `; `yes` or `no` for `insight`.
        span: Characters of the insight in its message.
    """

    message_id: int
    field: str
    value: str
    span: tuple[int, int] | None = None
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of some corrections.

    Args:
        made: Numbers of those that were recorded.
        agreed: How many said what the store says already, and were not.
        unapplied: Numbers of those that found nothing to correct; they are kept.
    """

    made: list[int]
    agreed: int
    unapplied: list[int]


def record(store: Store, corrections: Sequence[Correction], *, confirm: bool = False) -> Recorded:
    """Keep corrections and apply them, in one transaction.

    Args:
        confirm: Also keep those that agree with what is there: they say that somebody looked.
    """
    ids = sorted({one.message_id for one in corrections})
    made: list[int] = []
    agreed = 0
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with store.transaction() as conn:
        before = [_before(conn, one) for one in corrections]
        restore(conn, ids)
        for one, (there, span) in zip(corrections, before, strict=True):
            if there == one.value and not confirm:
                agreed += 1
                continue
            made.append(_insert(conn, one, there, span, moment))
        apply_corrections(conn, ids)
        rows = conn.execute(
            "SELECT c.id FROM json_each(?) AS j JOIN corrections AS c ON c.id = j.value "
            "WHERE c.applied = 0",
            [json.dumps(made)],
        )
        return Recorded(made, agreed, [row[0] for row in rows])


def _insert(
    conn: sqlite3.Connection,
    one: Correction,
    there: str | None,
    span: tuple[int, int] | None,
    moment: str,
) -> int:
    source, external_id, text = conn.execute(
        "SELECT source_id, external_id, text FROM messages WHERE id = ?", [one.message_id]
    ).fetchone()
    start, end = span or (None, None)
    cursor = conn.execute(
        "INSERT INTO corrections (source_id, external_id, text_sha256, start, end, quote, field, "
        "value, before, author, note, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source,
            external_id,
            text_hash(text),
            start,
            end,
            text[start:end] if span else None,
            one.field,
            one.value,
            there,
            one.author,
            one.note,
            moment,
        ],
    )
    key = int(cursor.lastrowid or 0)
    # An own category says the friction too, so each takes the place of the other.
    same = _ONE if one.field in _ONE else [one.field]
    conn.execute(
        "UPDATE corrections SET replaced_by = ? WHERE id < ? AND source_id = ? AND external_id = ? "
        "AND field IN (SELECT value FROM json_each(?)) AND start IS ? AND end IS ? "
        "AND undone_at IS NULL AND replaced_by IS NULL",
        [key, key, source, external_id, json.dumps(same), start, end],
    )
    return key


def _before(conn: sqlite3.Connection, one: Correction) -> tuple[str | None, tuple[int, int] | None]:
    """What the store says of what is corrected, and the span of the insight it is said of."""
    if one.span is None:
        return _label_before(conn, one.message_id, one.field), None
    # An earlier correction of this place may have removed its insight: then it is that place.
    places = conn.execute(
        "SELECT i.start, i.end, i.id FROM insights AS i WHERE i.message_id = ? UNION ALL "
        "SELECT c.start, c.end, NULL FROM corrections AS c JOIN messages AS m "
        f"ON m.external_id = c.external_id AND m.source_id = c.source_id WHERE m.id = ? "
        f"AND c.start IS NOT NULL AND {COUNTS}",
        [one.message_id, one.message_id],
    ).fetchall()
    place = closest(one.span, [(row[0], row[1]) for row in places])
    if place < 0:
        return (NO if one.field == EXISTS else None), one.span
    best = places[place]
    span = (int(best[0]), int(best[1]))
    if one.field == EXISTS:
        return (YES if best[2] is not None else NO), span
    row = conn.execute(f"SELECT {one.field} FROM insights WHERE id = ?", [best[2]]).fetchone()
    return (None if row is None or row[0] is None else str(row[0])), span


def _label_before(conn: sqlite3.Connection, message_id: int, field: str) -> str | None:
    table, column = MESSAGE_FIELDS[field]
    if not conn.execute(f"PRAGMA table_info({table})").fetchone():
        return None
    rows = conn.execute(
        f"SELECT {column} FROM {table} WHERE message_id = ? ORDER BY 1", [message_id]
    ).fetchall()
    if field == "emotions":
        return MANY.join(row[0] for row in rows)
    return str(rows[0][0]) if rows else None


def undo(store: Store, ids: Sequence[int]) -> None:
    """Take corrections back; what they replaced counts again, else what the model said.

    Raises:
        UsageError: There is no such correction, or it was undone or replaced already.
    """
    with store.transaction() as conn:
        for key in ids:
            row = conn.execute(
                "SELECT undone_at, replaced_by FROM corrections WHERE id = ?", [key]
            ).fetchone()
            if row is None or row[0] or row[1]:
                what = "was undone already" if row and row[0] else "was replaced by another"
                raise UsageError(
                    f"Correction {key} {what if row else 'does not exist'}.",
                    "See those that can be undone with 'vocmine correct --list'.",
                )
            messages = _messages(conn, key)
            restore(conn, messages)
            conn.execute(
                "UPDATE corrections SET undone_at = ?, applied = 0 WHERE id = ?",
                [datetime.now(UTC).isoformat(timespec="seconds"), key],
            )
            conn.execute("UPDATE corrections SET replaced_by = NULL WHERE replaced_by = ?", [key])
            apply_corrections(conn, messages)


def _messages(conn: sqlite3.Connection, correction: int) -> list[int]:
    """Messages that a correction is about."""
    rows = conn.execute(
        f"SELECT m.id FROM corrections AS c JOIN messages AS m ON {OF_MESSAGE} WHERE c.id = ?",
        [correction],
    )
    return [row[0] for row in rows]


def corrected_fields(store: Store, ids: Sequence[int]) -> dict[int, list[str]]:
    """Message to its own labels that people gave, in the order of `MESSAGE_FIELDS`."""
    rows = store.conn.execute(
        "SELECT m.id, c.field FROM json_each(?) AS j JOIN messages AS m ON m.id = j.value "
        f"JOIN corrections AS c ON {OF_MESSAGE} "
        f"WHERE c.applied = 1 AND c.start IS NULL AND {COUNTS}",
        [json.dumps(list(ids))],
    )
    found: dict[int, set[str]] = {}
    for key, field in rows:
        found.setdefault(key, set()).add(field)
    return {key: [f for f in MESSAGE_FIELDS if f in fields] for key, fields in found.items()}


def correction_rows(store: Store, *, every: bool = False) -> list[dict[str, Any]]:
    """The corrections that count, the newest first; with `every` also undone and replaced ones.

    `state` is `applied`, `waiting` (found nothing to correct), `undone` or `replaced`.
    """
    cursor = store.conn.execute(
        "SELECT c.id, c.external_id, s.name AS source, c.quote, c.field, c.before, c.value, "
        "CASE WHEN c.undone_at IS NOT NULL THEN 'undone' WHEN c.replaced_by IS NOT NULL "
        "THEN 'replaced' WHEN c.applied THEN 'applied' ELSE 'waiting' END AS state, "
        "c.author, c.note, c.made_at, c.start, c.end "
        "FROM corrections AS c JOIN sources AS s ON s.id = c.source_id "
        f"WHERE {'1' if every else COUNTS} ORDER BY c.id DESC"
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def unapplied(store: Store) -> Iterable[str]:
    """A sentence about corrections that found nothing to correct, or none."""
    count = store.conn.execute(
        f"SELECT count(*) FROM corrections AS c WHERE c.applied = 0 AND {COUNTS}"
    ).fetchone()[0]
    if count:
        yield (
            f"Corrections that found nothing to correct: {count}. They are kept; "
            "see 'vocmine correct --list'."
        )
