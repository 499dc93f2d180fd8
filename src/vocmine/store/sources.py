"""Exports in the store: which file, and how it was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from vocmine.store.database import Store


class Reading(NamedTuple):
    """How an export was read, so that a better reading of the same file replaces the first.

    Args:
        content: SHA-256 of the file, or empty for what has none (a Maildir).
        options: JSON of the columns, encoding, … that were used.
    """

    content: str = ""
    options: str = ""


def source_id(
    store: Store,
    name: str,
    path: str,
    plugin: str,
    format_: str,
    reading: Reading = Reading(),  # noqa: B008 - immutable
    run_id: int = 0,
) -> int:
    """The id of a source, made when it is new."""
    with store.transaction() as conn:
        conn.execute(
            "INSERT INTO sources (name, path, plugin, format, content, reading, since_run) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
            "plugin = excluded.plugin, format = excluded.format, content = excluded.content, "
            "since_run = iif(content = excluded.content, since_run, excluded.since_run), "
            # From here on the store holds two readings of the same bytes, until one is complete.
            "reading = iif(content = excluded.content AND reading <> excluded.reading, '', "
            "excluded.reading)",
            [name, path, plugin, format_, *reading, run_id],
        )
        row = conn.execute("SELECT id FROM sources WHERE path = ?", [path]).fetchone()
    return int(row[0])


def replace_reading(store: Store, source: int, reading: Reading, seen: Sequence[int]) -> int:
    """Delete what other readings of the very same bytes left; call it after a complete one.

    What only other bytes under the same name held stays (last month's export), and so does what
    another export holds as well.

    Args:
        store: Where the messages are.
        source: Id of the source.
        reading: How it was read now.
        seen: Ids of the messages it gave.

    Returns:
        Number of messages deleted.
    """
    kept = store.conn.execute("SELECT reading FROM sources WHERE id = ?", [source]).fetchone()[0]
    if not reading.content or kept == reading.options:
        return 0
    with store.transaction() as conn:
        conn.execute("UPDATE sources SET reading = ? WHERE id = ?", [reading.options, source])
        gone = conn.execute(
            "DELETE FROM message_sources WHERE source_id = ? "
            "AND run_id >= (SELECT since_run FROM sources WHERE id = ?) "
            "AND message_id NOT IN (SELECT value FROM json_each(?)) RETURNING message_id",
            [source, source, json.dumps(list(seen))],
        ).fetchall()
        conn.executemany(_ADOPT, gone)
        deleted = conn.executemany(_DELETE_ORPHAN, gone).rowcount
        if deleted > 0:
            # Topics were learned from what is no longer there.
            conn.execute(
                "UPDATE analyses SET status = 'outdated' WHERE status = 'ok' AND name IN "
                "(SELECT analyzer FROM analyzer_tables WHERE per = 'corpus')"
            )
    return max(deleted, 0)


_ADOPT = (
    "UPDATE messages SET source_id = (SELECT min(s.source_id) FROM message_sources AS s "
    "WHERE s.message_id = messages.id) "
    "WHERE id = ? AND id IN (SELECT message_id FROM message_sources)"
)
_DELETE_ORPHAN = (
    "DELETE FROM messages WHERE id = ? AND id NOT IN (SELECT message_id FROM message_sources)"
)
