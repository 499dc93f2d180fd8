"""What belongs to a store itself and to no message."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vocmine.store.database import Store


def author_salt(store: Store) -> str:
    """The store's own secret for pseudonyms of authors, made when it is first asked for."""
    with store.transaction() as conn:
        conn.execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES ('author_salt', ?)",
            [secrets.token_hex(16)],
        )
        row = conn.execute("SELECT value FROM settings WHERE name = 'author_salt'").fetchone()
    return str(row[0])
