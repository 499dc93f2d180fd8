"""Topics that come up: much oftener in the newest weeks than in all the time before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.comparison.intervals import adjusted, share_p_values
from vocmine.store.topics import has_topics

if TYPE_CHECKING:
    from vocmine.store.database import Store

CHANCE = 0.05
"""Share of topics told as coming up, of all that are, which may be so by chance."""
MIN_RECENT = 5
"""Messages of the newest days that a topic must have."""
MIN_BEFORE = 30
"""Messages that there must be before the newest days: history to compare with."""
_COUNTS = """
SELECT p.topic, p.name, count(DISTINCT m.id) FILTER (WHERE m.created_at >= :edge),
       count(DISTINCT m.id) FILTER (WHERE m.created_at < :edge), min(date(m.created_at))
FROM segment_topics AS t JOIN segments AS s ON s.id = t.segment_id
JOIN messages AS m ON m.id = s.message_id JOIN topics AS p ON p.id = t.topics_id
WHERE m.created_at IS NOT NULL AND m.skip_reason IS NULL GROUP BY p.id ORDER BY p.id
"""
_TOTALS = """
SELECT count(*) FILTER (WHERE created_at >= :edge), count(*) FILTER (WHERE created_at < :edge)
FROM messages WHERE created_at IS NOT NULL AND skip_reason IS NULL
"""


def newest_day(store: Store) -> date | None:
    """Day of the newest dated message that was analysed."""
    (found,) = store.conn.execute(
        "SELECT max(date(created_at)) FROM messages WHERE skip_reason IS NULL"
    ).fetchone()
    return date.fromisoformat(found) if found else None


def emerging_rows(store: Store, days: int) -> list[dict[str, Any]]:
    """Topics whose share of messages in the newest days is above what it was before, largest first.

    A two-sided test of the two shares for each topic, adjusted for the number of topics so that
    at most one in twenty of those told is chance (Benjamini and Hochberg, 1995). A topic that
    did not exist before has `times` None.

    Args:
        days: How many of the newest days are compared with all before them.

    Returns:
        `topic`, `label`, `recent` and `before` (messages), `share_recent`, `share_before`,
        `times` (as often as before), `first_seen`. Empty without enough history.
    """
    newest = newest_day(store)
    if newest is None or not has_topics(store):
        return []
    edge = {"edge": (newest - timedelta(days=days - 1)).isoformat()}
    of_recent, of_before = store.conn.execute(_TOTALS, edge).fetchone()
    rows = store.conn.execute(_COUNTS, edge).fetchall()
    if not rows or of_before < MIN_BEFORE or not of_recent:
        return []
    recent, before = (np.array([row[at] for row in rows], dtype=np.float64) for at in (2, 3))
    of = np.full(len(rows), float(of_recent)), np.full(len(rows), float(of_before))
    p_values = share_p_values(recent, of[0], before, of[1])
    sure = adjusted(p_values, np.ones(len(rows), dtype=np.bool_)) <= CHANCE
    rising = recent / of[0] > before / of[1]
    found = np.flatnonzero(sure & rising & (recent >= MIN_RECENT))
    return [
        _row(rows[at], int(of_recent), int(of_before))
        for at in sorted(found.tolist(), key=lambda at: (-recent[at], rows[at][0]))
    ]


def _row(row: tuple[Any, ...], of_recent: int, of_before: int) -> dict[str, Any]:
    topic, name, recent, before, first = row
    shares = recent / of_recent, before / of_before
    return {
        "topic": topic,
        "label": name,
        "recent": recent,
        "before": before,
        "share_recent": round(shares[0], 4),
        "share_before": round(shares[1], 4),
        "times": round(shares[0] / shares[1], 1) if before else None,
        "first_seen": first,
    }
