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
) -> int:
    """The id of a source, made when it is new."""
    with store.transaction() as conn:
        conn.execute(
            "INSERT INTO sources (name, path, plugin, format, content, reading) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
            "plugin = excluded.plugin, format = excluded.format, content = excluded.content, "
            # The same bytes read otherwise: the first reading counts until this one is complete.
            "reading = iif(content = excluded.content AND content <> '', reading, "
            "excluded.reading)",
            [name, path, plugin, format_, *reading],
        )
        row = conn.execute("SELECT id FROM sources WHERE path = ?", [path]).fetchone()
    return int(row[0])


def replace_reading(store: Store, source: int, reading: Reading, seen: Sequence[int]) -> int:
    """Delete what another reading of the very same file left; call it after a complete one.

    A file that has changed keeps its old messages: last month's export may have had its name.

    Args:
        store: Where the messages are.
        source: Id of the source.
        reading: How it was read now.
        seen: Ids of the messages it gave.

    Returns:
        Number of messages deleted.
    """
    before = store.conn.execute(
        "SELECT content, reading FROM sources WHERE id = ?", [source]
    ).fetchone()
    if not reading.content or tuple(before) == reading:
        return 0
    with store.transaction() as conn:
        gone = conn.execute(
            "DELETE FROM messages WHERE source_id = ? "
            "AND id NOT IN (SELECT value FROM json_each(?))",
            [source, json.dumps(list(seen))],
        ).rowcount
        conn.execute("UPDATE sources SET reading = ? WHERE id = ?", [reading.options, source])
        if gone:
            # Topics were learned from what is no longer there.
            conn.execute(
                "UPDATE analyses SET status = 'outdated' WHERE name IN "
                "(SELECT analyzer FROM analyzer_tables WHERE per = 'corpus')"
            )
    return int(gone)
