"""The customers' own words: quotes that show a friction point, and messages to read in full."""

from __future__ import annotations

import json
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlite_utils

    from vocmine.report.data import Row

MAX_MESSAGES = 500
MAX_BYTES = 1_000_000
"""Embedded JSON of the messages, so that the file stays under 3 MB whatever their length."""
PER_POINT = 8
PER_FIGURE = 3
"""Messages behind every other figure of the page, so that a click on it finds some."""
LATE = 40
"""Overdue cases, the latest first: who must answer them wants to read them."""
MAX_INSIGHTS = 40
LONGEST_TEXT = 3_000
MARGIN = 300
_SHORTEST_QUOTE, _LONGEST_QUOTE = 18, 160

# Sure labels first, then quotes of a readable length. What shows a point comes from a message that
# is negative as a whole, if there is one: two judgements err less than one.
_OF_POINT = """
SELECT message_id FROM report_insights
WHERE tone = 'negative' AND friction = :friction AND stage = :stage AND touchpoint = :touchpoint
ORDER BY round(confidence, 1) DESC, abs(length - 70), id LIMIT :most
"""
_OF_OBSTACLE = """
SELECT message_id FROM report_insights WHERE tone = 'negative' AND friction = :kind
ORDER BY round(confidence, 1) DESC, abs(length - 70), id LIMIT :most
"""
_OF_STAGE = """
SELECT message_id FROM report_insights WHERE tone = :tone AND stage = :kind
ORDER BY round(confidence, 1) DESC, abs(length - 70), id LIMIT :most
"""

_QUOTES = """
SELECT i.id, i.message_id, main.insights.start, main.insights.quote, m.external_id, i.confidence
FROM report_insights AS i
JOIN main.insights ON main.insights.id = i.id
JOIN report_messages AS m ON m.id = i.message_id
WHERE i.tone = 'negative' AND i.friction = :friction AND i.stage = :stage
  AND i.touchpoint = :touchpoint
ORDER BY (i.length BETWEEN :shortest AND :longest) DESC, m.tone IS 'negative' DESC,
         round(i.confidence, 1) DESC, i.polarity, abs(i.length - 70), i.id
LIMIT 12
"""


def add_quotes(db: sqlite_utils.Database, points: Sequence[Row], count: int = 2) -> None:
    """Give every friction point `quotes`: readable, sure, strong, and not the same one twice."""
    for point in points:
        place = {key: point[key] for key in ("friction", "stage", "touchpoint")}
        limits = {"shortest": _SHORTEST_QUOTE, "longest": _LONGEST_QUOTE}
        candidates = list(db.query(_QUOTES, place | limits))
        point["quotes"] = _diverse(candidates, count)


def _diverse(candidates: Sequence[Row], count: int) -> list[Row]:
    chosen: list[Row] = []
    seen: list[set[str]] = []
    for candidate in candidates:
        words = set(str(candidate["quote"]).casefold().split())
        repeated = any(len(words & other) > len(words | other) / 3 for other in seen)
        if not repeated and all(row["message_id"] != candidate["message_id"] for row in chosen):
            chosen.append(candidate)
            seen.append(words)
        if len(chosen) == count:
            break
    return chosen


def verbatims(db: sqlite_utils.Database, points: Sequence[Row], late: Sequence[int] = ()) -> Row:
    """Up to `MAX_MESSAGES` whole messages: those quoted of the main friction points, those that are
    late, more of each point, then some behind every figure of the page, then a round over every
    obstacle and every stage that is praised, then messages in file order.

    Args:
        db: The store, inside the scope of a report.
        points: The main friction points, with their `quotes`.
        late: Messages that are overdue, the latest first.

    Returns:
        `messages`: rows for the page, each with `pieces` (see `pieces`) and its `insights`;
        `total`: messages of the scope that they were chosen from.
    """
    chosen = _chosen(db, points, late[:LATE])
    ids = json.dumps(chosen)
    insights = _insights(db, ids)
    found = {row["id"]: row for row in _messages(db, ids)}
    messages = []
    size = 0
    for identifier in filter(found.__contains__, chosen):
        row = _page_row(found[identifier], insights.get(identifier, [])[:MAX_INSIGHTS])
        length = len(json.dumps(row, ensure_ascii=False).encode())
        if size + length <= MAX_BYTES:
            messages.append(row)
            size += length
    total = next(iter(db.query("SELECT count(*) AS n FROM report_messages")))["n"]
    return {"messages": messages, "total": total}


_BEHIND = (
    # Insights: every point, place, level and touchpoint in every tone.
    """
    SELECT message_id, row_number() OVER (
        PARTITION BY {keys} ORDER BY round(confidence, 1) DESC, abs(length - 70), id
    ) AS turn FROM report_insights
    """,
    # Messages: every mood of every kind, channel and period.
    """
    SELECT id AS message_id, row_number() OVER (
        PARTITION BY {keys} ORDER BY CASE tone WHEN 'negative' THEN 0 ELSE 1 END, id
    ) AS turn FROM report_messages
    """,
    """
    SELECT message_id, row_number() OVER (
        PARTITION BY {keys} ORDER BY round(confidence, 1) DESC, message_id
    ) AS turn FROM emotions WHERE message_id IN (SELECT id FROM report_messages)
    """,
    """
    SELECT message_id, row_number() OVER (
        PARTITION BY {keys} ORDER BY round(weight, 1) DESC, message_id
    ) AS turn FROM segment_topics AS s JOIN main.segments AS g ON g.id = s.segment_id
    WHERE message_id IN (SELECT id FROM report_messages)
    """,
)
_FIGURES = (
    (0, "tone, friction, stage, touchpoint"),
    (0, "tone, stage, pyramid"),
    (1, "pqrs, tone"),
    (2, "emotion"),
    (3, "topics_id"),
    (1, "channel, tone"),
    (1, "period, tone"),
    (1, "urgent"),
    (1, "churn"),
    (1, "effort"),
)
"""Which of `_BEHIND`, and what makes its groups; never words of the data."""


def _behind_figures(db: sqlite_utils.Database) -> list[int]:
    """Ids of messages behind every figure: first one of each, then another of each, …"""
    offered: list[list[int]] = [[] for _ in range(PER_FIGURE)]
    for place, keys in _FIGURES:
        sql = f"SELECT * FROM ({_BEHIND[place].format(keys=keys)}) WHERE turn <= ? ORDER BY turn"
        for row in db.query(sql, [PER_FIGURE]):
            offered[row["turn"] - 1].append(row["message_id"])
    return list(chain.from_iterable(offered))


def _chosen(db: sqlite_utils.Database, points: Sequence[Row], late: Sequence[int]) -> list[int]:
    """Ids in the order of the page, each message where it is first offered."""
    quoted = [quote["message_id"] for point in points for quote in point.get("quotes", ())]
    of_points = [_ids(db, _OF_POINT, point, PER_POINT) for point in points]
    groups = db.query(
        "SELECT DISTINCT tone, CASE WHEN tone = 'negative' THEN friction ELSE stage END AS kind "
        "FROM report_insights ORDER BY tone, kind"
    )
    of_groups = [
        _ids(db, _OF_OBSTACLE if group["tone"] == "negative" else _OF_STAGE, group, MAX_MESSAGES)
        for group in list(groups)
    ]
    rest = db.query("SELECT id FROM report_messages ORDER BY id LIMIT ?", [MAX_MESSAGES])
    offered = chain(
        quoted,
        late,
        _in_turns(of_points),
        _behind_figures(db),
        _in_turns(of_groups),
        (row["id"] for row in rest),
    )
    return list(dict.fromkeys(offered))[:MAX_MESSAGES]


def _in_turns(offers: Sequence[Sequence[int]]) -> Iterator[int]:
    for turn in zip_longest(*offers):
        yield from (identifier for identifier in turn if identifier is not None)


def _ids(db: sqlite_utils.Database, sql: str, place: Row, most: int) -> list[int]:
    return [row["message_id"] for row in db.query(sql, place | {"most": most})]


def _messages(db: sqlite_utils.Database, ids: str) -> list[Row]:
    return list(
        db.query(
            """
            SELECT m.id, m.external_id, m.text, m.channel, r.day, r.period, r.pqrs, r.sentiment,
                   r.tone, r.effort, r.churn, r.urgent, s.name AS source,
                   (SELECT json_group_array(DISTINCT e.emotion) FROM emotions AS e
                    WHERE e.message_id = m.id) AS emotions,
                   (SELECT json_group_array(DISTINCT CAST(t.topics_id AS TEXT))
                    FROM segment_topics AS t JOIN main.segments AS g ON g.id = t.segment_id
                    WHERE g.message_id = m.id) AS topics
            FROM main.messages AS m
            JOIN report_messages AS r ON r.id = m.id
            JOIN main.sources AS s ON s.id = m.source_id
            WHERE m.id IN (SELECT value FROM json_each(?))
            """,
            [ids],
        )
    )


def _insights(db: sqlite_utils.Database, ids: str) -> dict[int, list[Row]]:
    by_message: dict[int, list[Row]] = {}
    for row in db.query(
        """
        SELECT i.message_id, n.start, n.end, i.polarity, i.friction, i.phase, i.stage, i.pyramid,
               i.touchpoint, i.tone, i.confidence
        FROM report_insights AS i JOIN main.insights AS n ON n.id = i.id
        WHERE i.message_id IN (SELECT value FROM json_each(?))
        ORDER BY i.message_id, n.start, n.end
        """,
        [ids],
    ):
        by_message.setdefault(row["message_id"], []).append(row)
    return by_message


def _page_row(message: Row, insights: Sequence[Row]) -> Row:
    keys = ("external_id", "day", "period", "channel", "source", "pqrs", "sentiment")
    row = {key: message[key] for key in keys if message[key]}
    row["key"] = message["id"]
    row["mood"] = message["tone"] or "unjudged"
    for name in ("emotions", "topics"):
        if found := json.loads(message[name]):
            row[name[:-1]] = sorted(found)
    row["flag"] = [
        flag
        for flag, raised in (
            ("urgent", message["urgent"]),
            ("churn", message["churn"]),
            ("effort", message["effort"] == 3),
        )
        if raised
    ]
    row["pieces"] = pieces(message["text"], insights)
    row["insights"] = [
        {
            key: insight[key]
            for key in ("tone", "friction", "phase", "stage", "pyramid", "touchpoint")
        }
        | {"confidence": round(insight["confidence"], 2)}
        for insight in insights
    ]
    return row


def pieces(text: str, insights: Sequence[Row]) -> list[list[Any]]:
    """Cut a text where its quotes start and end, so that the page needs no offsets.

    Args:
        text: The whole message.
        insights: Rows with `start` and `end` in code points, ascending. A quote that starts
            inside the one before is not marked again.

    Returns:
        `[words]` for plain text, `[words, index]` for the quote of `insights[index]`, and `[]`
        where words were left out: far from every quote in a text over `LONGEST_TEXT` characters.
    """
    marked: list[list[Any]] = []
    cursor = 0
    for index, insight in enumerate(insights):
        start, end = insight["start"], insight["end"]
        if start < cursor:
            continue
        if start > cursor:
            marked.append([text[cursor:start]])
        marked.append([text[start:end], index])
        cursor = end
    if cursor < len(text):
        marked.append([text[cursor:]])
    if len(text) <= LONGEST_TEXT:
        return marked
    return _shortened(marked)


def _shortened(marked: Sequence[list[Any]]) -> list[list[Any]]:
    if len(marked) == 1:
        return [[marked[0][0][:LONGEST_TEXT]], []]
    kept: list[list[Any]] = []
    for position, piece in enumerate(marked):
        head = MARGIN if position else 0
        tail = MARGIN if position < len(marked) - 1 else 0
        if len(piece) == 2 or len(piece[0]) <= head + tail:
            kept.append(piece)
            continue
        if head:
            kept.append([piece[0][:head]])
        kept.append([])
        if tail:
            kept.append([piece[0][-tail:]])
    return kept
