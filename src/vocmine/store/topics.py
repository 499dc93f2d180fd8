"""Topics of a store as lists: with sub-themes and quotes, by segment, and what became of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vocmine.store.reading import Filter, count_copies, counted_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocmine.store.database import Store

_TOPICS = (
    "SELECT topic, name, terms, messages, segments FROM topics "
    "ORDER BY messages DESC, segments DESC, id"
)
_SUBTOPICS = (
    "SELECT subtopic, name, terms, messages, segments FROM subtopics WHERE topic = ? "
    "ORDER BY messages DESC, segments DESC, id"
)
_OF_MESSAGES = (
    "SELECT p.{key}, p.name, p.terms, count(DISTINCT s.message_id) AS messages, "
    "count(*) AS segments FROM json_each(?) AS j JOIN segments AS s ON s.message_id = j.value "
    "JOIN segment_topics AS t ON t.segment_id = s.id JOIN {table} AS p ON {join} "
    "GROUP BY p.id ORDER BY messages DESC, segments DESC, p.id"
)
_TOPICS_OF_MESSAGES = _OF_MESSAGES.format(key="topic", table="topics", join="p.id = t.topics_id")
_SUBTOPICS_OF_MESSAGES = _OF_MESSAGES.format(
    key="subtopic", table="subtopics", join="p.subtopic = t.subtopic AND p.topic = ?"
)
_QUOTE = (20, 200)
"""Characters of a quote that reads well by itself; others come after those."""


def has_topics(store: Store) -> bool:
    """Whether a topic analyzer has run."""
    return {"topics", "segment_topics"} <= set(store.db.table_names())


def topic_rows(
    store: Store, chosen: Filter | None = None, *, quotes: int = 3, subtopics: bool = True
) -> Iterator[dict[str, Any]]:
    """One row per topic, the one of most messages first, each followed by its sub-themes.

    `topic` is what a topic keeps from one run to the next; `parent` is the topic of a sub-theme,
    None for a topic. With a filter, of the messages that pass it only. Empty when no topic analyzer
    has run.

    Args:
        quotes: How many of its most typical clauses each row has.
        subtopics: Whether sub-themes have rows.
    """
    if not has_topics(store):
        return
    chosen = chosen or Filter()
    # What the analyzer counted is of every message, copies too.
    as_counted = chosen.is_open and not count_copies(store, chosen)
    ids = None if as_counted else json.dumps(counted_ids(store, chosen))
    given = [] if ids is None else [ids]
    sql = _TOPICS if ids is None else _TOPICS_OF_MESSAGES
    for row in store.conn.execute(sql, given).fetchall():
        yield _row(store, row, None, quotes, ids)
        if subtopics:
            below = _SUBTOPICS if ids is None else _SUBTOPICS_OF_MESSAGES
            for part in store.conn.execute(below, [*given, row[0]]).fetchall():
                yield _row(store, part, row[0], quotes, ids)


def assignment_rows(store: Store) -> Iterator[dict[str, Any]]:
    """One row per segment and topic, by message and place, the heaviest topic of a segment first.

    `start` and `end` are characters of the message's text; `weight` is the topic's share of the
    segment. A segment without a topic has no row.
    """
    if not has_topics(store):
        return
    rows = store.conn.execute(
        "SELECT m.external_id, s.start, s.end, p.topic, t.weight, t.subtopic FROM segment_topics "
        "AS t JOIN segments AS s ON s.id = t.segment_id JOIN messages AS m ON m.id = s.message_id "
        "JOIN topics AS p ON p.id = t.topics_id ORDER BY m.id, s.start, t.weight DESC, p.id"
    )
    names = ("external_id", "start", "end", "topic", "weight", "subtopic")
    for row in rows:
        yield dict(zip(names, row, strict=True))


def change_rows(store: Store) -> list[dict[str, Any]]:
    """What became of topics each time that they were learnt anew, the latest first.

    `change` is `new`, `kept`, `split`, `merged` or `gone`; `related` are other topics: those that
    it comes out of, that went into it, or that it went into.
    """
    if "topic_changes" not in store.db.table_names():
        return []
    rows = store.conn.execute(
        "SELECT generation, topic, name, change, related FROM topic_changes "
        "ORDER BY generation DESC, id"
    )
    return [
        {
            "generation": generation,
            "topic": topic,
            "label": name,
            "change": change,
            "related": json.loads(related),
        }
        for generation, topic, name, change, related in rows
    ]


def coverage(store: Store) -> tuple[int, int]:
    """Analysed messages with a topic, and all of them."""
    (of,) = store.conn.execute("SELECT count(*) FROM messages WHERE skip_reason IS NULL").fetchone()
    (having,) = store.conn.execute(
        "SELECT count(DISTINCT s.message_id) FROM segment_topics AS t "
        "JOIN segments AS s ON s.id = t.segment_id"
    ).fetchone()
    return having, of


def _row(
    store: Store, row: tuple[Any, ...], parent: int | None, quotes: int, ids: str | None
) -> dict[str, Any]:
    topic, name, terms, messages, segments = row
    return {
        "topic": topic,
        "parent": parent,
        "label": name,
        "terms": _terms(terms),
        "messages": messages,
        "segments": segments,
        "quotes": _typical(store, topic, parent, quotes, ids) if quotes else [],
    }


def _terms(stored: str) -> list[str]:
    """Terms of a topic, stored as a JSON array of words or of (word, weight)."""
    return [str(term[0] if isinstance(term, list) else term) for term in json.loads(stored)]


def _typical(
    store: Store, topic: int, parent: int | None, count: int, ids: str | None
) -> list[str]:
    """The clauses most typical of a topic, none of them twice and each of another message."""
    own = "t.topics_id = (SELECT id FROM topics WHERE topic = ?)"
    if parent is not None:
        own = "t.subtopic = ?"
    of_messages = "" if ids is None else "AND s.message_id IN (SELECT value FROM json_each(?)) "
    rows = store.conn.execute(
        "SELECT s.title FROM ("
        # SQLite takes the bare columns from the row that holds the maximum.
        "SELECT s.id, s.title, max((length(s.title) BETWEEN ? AND ?) + t.weight + t.fit) AS worth "
        "FROM segment_topics AS t JOIN segments AS s ON s.id = t.segment_id "
        f"WHERE {own} {of_messages}GROUP BY s.message_id"
        ") AS s GROUP BY lower(s.title) ORDER BY max(s.worth) DESC, s.id LIMIT ?",
        [*_QUOTE, topic, *([] if ids is None else [ids]), count],
    )
    return [row[0] for row in rows]
