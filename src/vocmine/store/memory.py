"""What analyzers learnt, kept from one run to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def read_memory(conn: sqlite3.Connection, plugin: str) -> dict[str, bytes]:
    """All that an analyzer keeps, by key; empty when it keeps nothing.

    Args:
        plugin: The name that the analyzer is registered by.
    """
    rows = conn.execute("SELECT key, value FROM plugin_memory WHERE plugin = ?", [plugin])
    return dict(rows.fetchall())


def replace_memory(conn: sqlite3.Connection, plugin: str, values: Mapping[str, bytes]) -> None:
    """Replace the given keys by what says the same as the analyzer's tables, which stay valid.

    Args:
        conn: In a transaction, in which the tables are changed too.
        plugin: The name that the analyzer is registered by.
    """
    conn.executemany(
        "DELETE FROM plugin_memory WHERE plugin = ? AND key = ?", [(plugin, key) for key in values]
    )
    conn.executemany(
        "INSERT INTO plugin_memory (plugin, key, value) VALUES (?, ?, ?)",
        [(plugin, key, value) for key, value in values.items() if value],
    )


def write_memory(conn: sqlite3.Connection, plugin: str, values: Mapping[str, bytes]) -> None:
    """Replace the given keys; an empty value removes its key, and other keys stay.

    Tables that were made with what was there are outdated: the next run makes them again.

    Args:
        conn: In a transaction.
        plugin: The name that the analyzer is registered by.
    """
    replace_memory(conn, plugin, values)
    # While the analyzer itself is at work its analysis is 'running', and stays so.
    conn.execute(
        "UPDATE analyses SET status = 'outdated' WHERE status = 'ok' "
        "AND id = (SELECT max(id) FROM analyses WHERE name = ?)",
        [plugin],
    )
