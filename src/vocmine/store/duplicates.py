"""Copies of messages in the store: found at the end of a run, counted once by every figure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from vocmine.duplicates import BANDS, Bands, find_copies, is_nobody, text_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.database import Store

_WINDOW = 2000
_WITHOUT_KEY = (
    "SELECT m.id, m.text, m.author, substr(coalesce(m.created_at, ''), 1, 10) FROM messages AS m "
    "WHERE m.skip_reason IS NULL AND m.id > ? "
    "AND m.id NOT IN (SELECT message_id FROM text_keys) ORDER BY m.id LIMIT ?"
)


def mark_duplicates(store: Store) -> int:
    """Find the copies among the analysed messages of a store and note them.

    Memory grows with 80 bytes for each message, and time with their number.

    Returns:
        How many messages are copies of another one.
    """
    _add_keys(store)
    keys = store.conn.execute(
        "SELECT k.message_id, k.exact, k.bands FROM text_keys AS k "
        "JOIN messages AS m ON m.id = k.message_id WHERE m.skip_reason IS NULL ORDER BY 1"
    )
    rows = np.fromiter(
        (
            (key, exact or 0, exact is not None, _unpacked(bands), bool(bands))
            for key, exact, bands in keys
        ),
        dtype=_ROW,
    )

    def text_of(position: int) -> str:
        found = store.conn.execute(
            "SELECT text FROM messages WHERE id = ?", [int(rows["id"][position])]
        )
        return str(found.fetchone()[0])

    found = find_copies(rows["exact"], rows["has_exact"], rows["bands"], rows["has_bands"], text_of)
    ids = rows["id"].tolist()
    firsts = {*found.exact.values(), *found.near.values()}
    wanted = {ids[first]: (ids[first], "first") for first in firsts}
    for kind, copies in (("exact", found.exact), ("near", found.near)):
        wanted |= {ids[copy]: (ids[first], kind) for copy, first in copies.items()}
    _write(store, wanted)
    return len(found.exact) + len(found.near)


_NO_BANDS = bytes(4 * BANDS)
_ROW = np.dtype(
    [
        ("id", np.int64),
        ("exact", np.int64),
        ("has_exact", np.bool_),
        ("bands", "<u4", (BANDS,)),
        ("has_bands", np.bool_),
    ]
)


def _unpacked(bands: bytes | None) -> Bands:
    return np.frombuffer(bands or _NO_BANDS, "<u4")


def _add_keys(store: Store) -> None:
    """Give every analysed message that has none its key."""
    last = 0
    while rows := store.conn.execute(_WITHOUT_KEY, [last, _WINDOW]).fetchall():
        last = rows[-1][0]
        keys = []
        for key, text, author, day in rows:
            found = text_key(text, "" if is_nobody(author) else author, day)
            bands = None if found.bands is None else found.bands.astype("<u4").tobytes()
            keys.append((key, found.exact, bands))
        with store.transaction() as conn:
            conn.executemany("INSERT INTO text_keys VALUES (?, ?, ?)", keys)


def _write(store: Store, wanted: dict[int, tuple[int, str]]) -> None:
    there = {
        row[0]: (row[1], row[2])
        for row in store.conn.execute("SELECT message_id, first_id, kind FROM duplicates")
    }
    if there == wanted:
        return
    with store.transaction() as conn:
        conn.execute("DELETE FROM duplicates")
        conn.executemany(
            "INSERT INTO duplicates (message_id, first_id, kind) VALUES (?, ?, ?)",
            [(key, *value) for key, value in sorted(wanted.items())],
        )


def forget_duplicates(store: Store) -> None:
    """Let every message of the store count."""
    _write(store, {})


def copies_of(store: Store, ids: Sequence[int]) -> tuple[dict[int, str], dict[int, int]]:
    """Which of some messages are copies, and of which there are copies.

    Returns:
        Copy to the external id of the first of its group; first to the number of its copies.
    """
    wanted = json.dumps(list(ids))
    of = store.conn.execute(
        "SELECT d.message_id, m.external_id FROM json_each(?) AS j "
        "JOIN duplicates AS d ON d.message_id = j.value JOIN messages AS m ON m.id = d.first_id "
        "WHERE d.message_id <> d.first_id",
        [wanted],
    )
    number = store.conn.execute(
        "SELECT d.first_id, count(*) - 1 FROM json_each(?) AS j "
        "JOIN duplicates AS d ON d.first_id = j.value GROUP BY d.first_id",
        [wanted],
    )
    return dict(of.fetchall()), dict(number.fetchall())
