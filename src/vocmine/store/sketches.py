"""Sketches of segments in the store: written with the analysis, made up where they lack."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vocmine.batch import IdArray, IntArray, SketchArray

_SEGMENTS = "(SELECT count(*) FROM segments AS s WHERE s.message_id = m.id)"


def write_sketches(
    conn: sqlite3.Connection,
    message_ids: IdArray,
    segment_message: IntArray,
    sketches: SketchArray,
    encoder: str,
) -> None:
    """Keep the sketches of some messages' segments, in place of those that were there.

    Args:
        conn: In a transaction.
        message_ids: int64 (messages,).
        segment_message: Index of each segment's message, ascending, int32 (segments,).
        sketches: int8 (segments, width), in order of where segments start.
        encoder: Fingerprint of the encoder they were made with.
    """
    bounds = np.searchsorted(segment_message, np.arange(len(message_ids) + 1)).tolist()
    conn.executemany(
        "INSERT OR REPLACE INTO sketches (message_id, encoder, segments) VALUES (?, ?, ?)",
        (
            (message, encoder, sketches[first:end].tobytes())
            for message, first, end in zip(
                message_ids.tolist(), bounds[:-1], bounds[1:], strict=True
            )
        ),
    )


def forget_sketches(conn: sqlite3.Connection, message_ids: Iterable[int]) -> None:
    """Drop the sketches of messages whose words or segments are other ones now."""
    conn.executemany("DELETE FROM sketches WHERE message_id = ?", [(i,) for i in message_ids])


def without_sketches(
    conn: sqlite3.Connection, encoder: str, width: int, after: int, most: int
) -> list[tuple[int, str]]:
    """Analysed messages whose segments lack sketches of this encoder: (id, text), by id.

    Args:
        width: Numbers in a sketch of this encoder.
        after: Only messages with a greater id.
        most: How many at most.
    """
    return conn.execute(
        "SELECT m.id, m.text FROM messages AS m LEFT JOIN sketches AS k "
        "ON k.message_id = m.id AND k.encoder = ? WHERE m.id > ? AND m.skip_reason IS NULL "
        f"AND coalesce(length(k.segments), 0) <> ? * {_SEGMENTS} ORDER BY m.id LIMIT ?",
        [encoder, after, width, most],
    ).fetchall()


def read_sketches(conn: sqlite3.Connection, first: int, last: int) -> dict[int, bytes]:
    """Sketches of the messages with ids from `first` to `last`, as they were written."""
    rows = conn.execute(
        "SELECT message_id, segments FROM sketches WHERE message_id BETWEEN ? AND ?", [first, last]
    )
    return dict(rows.fetchall())


def stacked(message_ids: Sequence[int], kept: dict[int, bytes], segments: int) -> SketchArray:
    """The sketches of a window of messages as one array, int8 (segments, width).

    Args:
        message_ids: In order.
        kept: What `read_sketches` gave.
        segments: How many segments these messages have.
    """
    joined = b"".join(kept.get(message, b"") for message in message_ids)
    width = len(joined) // segments if segments else 0
    return np.frombuffer(joined, dtype=np.int8)[: segments * width].reshape(segments, width)
