"""Lists that people ask for: phases, levels of the pyramid, search results and runs."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.store.reading import Filter, pyramid_rows, view_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocmine.store.database import Store


def phase_rows(store: Store, chosen: Filter) -> list[dict[str, Any]]:
    """One row per phase, as `journey_rows` per stage: a message counts once in each phase."""
    where, values = chosen.counted()
    return view_rows(
        store,
        "WITH chosen AS (SELECT i.* FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where}) "
        "SELECT l.code AS phase, count(c.id) AS insights, count(DISTINCT c.message_id) AS messages,"
        " coalesce(sum(c.polarity < 0), 0) AS negative,"
        " coalesce(sum(c.polarity = 0), 0) AS neutral,"
        " coalesce(sum(c.polarity > 0), 0) AS positive, round(avg(c.polarity), 3) AS mean_polarity"
        " FROM labels_phase AS l LEFT JOIN chosen AS c ON c.phase = l.code "
        "GROUP BY l.code ORDER BY l.position",
        values,
    )


def level_rows(store: Store, chosen: Filter) -> list[dict[str, Any]]:
    """One row per level of the pyramid, from the base up: how often it is met and missed.

    `share_met` is the share of opinions, neutral ones left out; None when there is no opinion.
    """
    return [
        {
            "level": row["level"],
            "insights": row["insights"],
            "messages": row["messages"],
            "met": row["positive"],
            "missed": row["negative"],
            "share_met": _share(row["positive"], row["positive"] + row["negative"]),
            "mean_polarity": row["mean_polarity"],
        }
        for row in pyramid_rows(store, chosen)
    ]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


OPEN, CLOSE = "«", "»"
"""Around each word found, in snippets."""

_WANTED = re.compile(r'"([^"]*)"|(\S+)')


def fts_query(words: str) -> str:
    """An FTS5 query that finds all the words, whatever signs the user typed among them.

    `"no llegó"` is a phrase and `cobr*` a prefix; everything else is taken literally, so that
    `AND`, `-`, `:` or a lone quote cannot break the query. Empty when there is no word.
    """
    parts = []
    for phrase, word in _WANTED.findall(words):
        text = (phrase or word).replace('"', " ")
        if any(character.isalnum() for character in text):
            prefix = "*" if not phrase and word.endswith("*") else ""
            parts.append(f'"{text.strip()}"{prefix}')
    return " ".join(parts)


def search_rows(store: Store, query: str, *, limit: int = 0) -> Iterator[dict[str, Any]]:
    """Messages that match an FTS5 query, the best first; accents and capitals do not matter.

    Raises:
        UsageError: When the query is not valid FTS5.
    """
    store.ensure_search()
    try:
        cursor = store.conn.execute(
            "SELECT m.external_id, f.name AS source, m.created_at, m.lang, "
            "snippet(messages_fts, 1, ?, ?, '…', 24) AS snippet, "
            "snippet(messages_fts, 0, ?, ?, '…', 24) AS in_title, m.text "
            "FROM messages_fts JOIN messages AS m ON m.id = messages_fts.rowid "
            "JOIN sources AS f ON f.id = m.source_id "
            "WHERE messages_fts MATCH ? ORDER BY messages_fts.rank, m.id LIMIT ?",
            [*[OPEN, CLOSE] * 2, query, limit or -1],
        )
    except sqlite3.OperationalError as error:
        raise UsageError(
            f"The search '{query}' is not valid: {error}.",
            "Leave --raw out to search for the words as they are.",
        ) from error
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        title = row.pop("in_title")
        if OPEN not in row["snippet"]:
            row["snippet"] = title
        row["snippet"] = " ".join(row["snippet"].split())
        yield row


_COUNTS = ("read", "new", "changed", "unchanged", "skipped", "failed", "analysed")


def run_rows(store: Store, limit: int = 0) -> list[dict[str, Any]]:
    """The runs of a store, the newest first, with their counts."""
    return view_rows(
        store,
        f"SELECT id, name, started_at, finished_at, status, version, {', '.join(_COUNTS)} "
        "FROM runs ORDER BY id DESC LIMIT ?",
        [limit or -1],
    )


def first_failures(store: Store, run_id: int, limit: int) -> list[dict[str, Any]]:
    """The first record or message that failed in a run for each plugin, and how many did."""
    return view_rows(
        store,
        # SQLite takes the bare columns from the row that holds the minimum.
        "SELECT min(f.id), count(*) AS failed, f.plugin, s.name AS source, f.locator, f.error "
        "FROM failures AS f JOIN sources AS s ON s.id = f.source_id "
        "WHERE f.run_id = ? AND f.locator <> '' GROUP BY f.plugin ORDER BY min(f.id) LIMIT ?",
        [run_id, limit],
    )


def run_object(store: Store, run_id: int) -> dict[str, Any]:
    """One run with its options, analyses, costs by plugin, skipped records, and failures.

    Raises:
        UsageError: When the store has no such run.
    """
    found = view_rows(
        store,
        f"SELECT id, name, started_at, finished_at, status, version, options, "
        f"{', '.join(_COUNTS)} FROM runs WHERE id = ?",
        [run_id],
    )
    if not found:
        raise UsageError(f"The store has no run {run_id}.", "List them with 'vocmine runs'.")
    run = found[0]
    run["options"] = json.loads(run["options"])
    run["analyses"] = view_rows(
        store,
        "SELECT name, plugin, version, status FROM analyses WHERE run_id = ? ORDER BY id",
        [run_id],
    )
    run["costs"] = view_rows(
        store,
        "SELECT kind, name, plugin, calls, seconds, memory FROM plugin_costs WHERE run_id = ? "
        "ORDER BY seconds DESC, kind, name",
        [run_id],
    )
    run["skips"] = view_rows(
        store,
        "SELECT s.name AS source, k.reason, k.records, k.example FROM skips AS k "
        "LEFT JOIN sources AS s ON s.id = k.source_id WHERE k.run_id = ? "
        "ORDER BY k.records DESC, k.reason, source",
        [run_id],
    )
    run["failures"] = view_rows(
        store,
        "SELECT f.plugin, s.name AS source, f.locator, m.external_id, f.error, f.raw "
        "FROM failures AS f LEFT JOIN sources AS s ON s.id = f.source_id "
        "LEFT JOIN messages AS m ON m.id = f.message_id WHERE f.run_id = ? ORDER BY f.id",
        [run_id],
    )
    return run
