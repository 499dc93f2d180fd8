"""Figures of the report: SQL aggregates over the scope, as plain dicts of codes and numbers.

Nothing here knows a language or a colour. Every function reads the temporary tables that
`vocmine.report.scope.report_scope` makes, and must be called inside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import label_set

if TYPE_CHECKING:
    import sqlite_utils

    from vocmine.report.periods import Timeline

Row = dict[str, Any]

STAGES = tuple(code for code in label_set("stage").codes if code != "unknown")
LEVELS = tuple(code for code in label_set("pyramid").codes if code != "none")
UNSURE = 0.25
"""Confidence under which an insight is marked as unsure; it joins that of all its labels."""
MAX_POINTS = 12
MAX_TOPICS = 12

_POINTS = """
WITH point AS (
    SELECT friction, stage, touchpoint, message_id, count(*) AS insights, sum(polarity) AS polarity
    FROM report_insights
    WHERE tone = 'negative' AND friction <> 'none'
    GROUP BY friction, stage, touchpoint, message_id
)
SELECT
    p.friction, p.stage, p.touchpoint,
    sum(p.insights) AS insights, count(*) AS messages,
    1.0 * sum(p.polarity) / sum(p.insights) AS mean_polarity,
    sum(m.churn) AS churn, sum(m.effort = 3) AS high_effort, sum(m.urgent) AS urgent
FROM point AS p
JOIN report_messages AS m ON m.id = p.message_id
GROUP BY p.friction, p.stage, p.touchpoint
"""


def headline(db: sqlite_utils.Database) -> Row:
    """Counts of messages by tone, PQRS, effort, churn and urgency, and the first and last day."""
    row = _one(
        db,
        """
        SELECT count(*) AS messages, count(day) AS dated, min(day) AS first_day,
               max(day) AS last_day,
               count(sentiment) AS with_sentiment,
               coalesce(sum(tone = 'negative'), 0) AS negative,
               coalesce(sum(tone = 'positive'), 0) AS positive,
               coalesce(sum(tone = 'neutral'), 0) AS neutral,
               count(pqrs) AS with_pqrs,
               coalesce(sum(pqrs IN ('claim', 'grievance')), 0) AS complaints,
               coalesce(sum(urgent), 0) AS urgent,
               count(effort) AS with_effort,
               coalesce(sum(effort = 3), 0) AS high_effort,
               coalesce(sum(churn), 0) AS churn
        FROM report_messages
        """,
    )
    insights = _one(
        db,
        """
        SELECT count(*) AS insights, count(DISTINCT message_id) AS messages_with_insights,
               avg(confidence) AS mean_confidence,
               coalesce(sum(confidence < :unsure), 0) AS unsure
        FROM report_insights
        """,
        {"unsure": UNSURE},
    )
    return row | insights


def friction(db: sqlite_utils.Database, timeline: Timeline) -> Row:
    """Friction points by number of messages, and the total by kind of obstacle.

    `points` leaves out the friction `other` (a verdict without a cause cannot be acted on);
    how many messages carry one is in `other_messages`. The figures are those of the view
    `friction_points`.
    """
    rows = list(
        db.query(
            _POINTS + "ORDER BY messages DESC, mean_polarity, p.friction, p.stage, p.touchpoint"
        )
    )
    points = [row for row in rows if row["friction"] != "other"]
    shown = points[:MAX_POINTS]
    for point in shown:
        point["trend"] = _trend(db, point, timeline)
    return {
        "points": shown,
        "total_points": len(points),
        "other_messages": _one(
            db,
            "SELECT count(DISTINCT message_id) AS n FROM report_insights "
            "WHERE tone = 'negative' AND friction = 'other'",
        )["n"],
        "messages": _one(
            db,
            "SELECT count(DISTINCT message_id) AS n FROM report_insights "
            "WHERE tone = 'negative' AND friction <> 'none'",
        )["n"],
        "kinds": list(
            db.query(
                """
                SELECT friction, count(*) AS insights,
                       sum(phase = 'before') AS before, sum(phase = 'during') AS during,
                       sum(phase = 'after') AS after, sum(phase = 'unknown') AS unknown
                FROM report_insights
                WHERE tone = 'negative' AND friction <> 'none'
                GROUP BY friction
                ORDER BY insights DESC, friction
                """
            )
        ),
    }


def _trend(db: sqlite_utils.Database, point: Row, timeline: Timeline) -> list[int]:
    counts = {
        row["period"]: row["messages"]
        for row in db.query(
            """
            SELECT m.period, count(DISTINCT m.id) AS messages
            FROM report_insights AS i
            JOIN report_messages AS m ON m.id = i.message_id
            WHERE i.tone = 'negative' AND m.period IS NOT NULL AND i.friction = :friction
              AND i.stage = :stage AND i.touchpoint = :touchpoint
            GROUP BY m.period
            """,
            {key: point[key] for key in ("friction", "stage", "touchpoint")},
        )
    }
    return [counts.get(period, 0) for period in timeline.periods]


def journey(db: sqlite_utils.Database) -> Row:
    """Volume and tone of each stage; insights without a stage are counted in `unknown`."""
    rows = {
        row["stage"]: row
        for row in db.query(
            """
            SELECT stage, count(*) AS insights, count(DISTINCT message_id) AS messages,
                   coalesce(sum(tone = 'negative'), 0) AS negative,
                   coalesce(sum(tone = 'neutral'), 0) AS neutral,
                   coalesce(sum(tone = 'positive'), 0) AS positive, avg(polarity) AS mean_polarity
            FROM report_insights GROUP BY stage
            """
        )
    }
    stages = []
    for label in label_set("stage").labels:
        if label.code in STAGES:
            row = rows.get(label.code) or _empty_tone({"stage": label.code, "messages": 0})
            stages.append(row | {"phase": label.parent, "net": net(row)})
    unknown = rows.get("unknown", {}).get("insights", 0)
    return {"stages": stages, "unknown": unknown}


def matrix(db: sqlite_utils.Database) -> Row:
    """Stage × pyramid cells in canonical order, and how many insights have no place in it."""
    found = {
        (row["stage"], row["pyramid"]): row
        for row in db.query(
            """
            SELECT stage, pyramid, count(*) AS insights,
                   coalesce(sum(tone = 'negative'), 0) AS negative,
                   coalesce(sum(tone = 'neutral'), 0) AS neutral,
                   coalesce(sum(tone = 'positive'), 0) AS positive
            FROM report_insights GROUP BY stage, pyramid
            """
        )
    }
    cells = []
    for stage in STAGES:
        for level in LEVELS:
            row = found.get((stage, level)) or _empty_tone({"stage": stage, "pyramid": level})
            cells.append(row | {"net": net(row)})
    placed = sum(cell["insights"] for cell in cells)
    return {
        "cells": cells,
        "placed": placed,
        "outside": sum(row["insights"] for row in found.values()) - placed,
    }


def pyramid(db: sqlite_utils.Database) -> list[Row]:
    """For each level, base first: insights met (positive) and missed (negative), share met."""
    found = {
        row["level"]: row
        for row in db.query(
            """
            SELECT pyramid AS level, coalesce(sum(tone = 'negative'), 0) AS missed,
                   coalesce(sum(tone = 'positive'), 0) AS met
            FROM report_insights GROUP BY pyramid
            """
        )
    }
    levels = []
    for level in LEVELS:
        row = found.get(level) or {"level": level, "missed": 0, "met": 0}
        judged = row["missed"] + row["met"]
        levels.append(row | {"judged": judged, "share_met": row["met"] / judged if judged else 0.0})
    return levels


def emotions(db: sqlite_utils.Database) -> Row:
    """Messages that express each emotion, in all and at each stage they speak of."""
    base = {
        row["stage"]: row["messages"]
        for row in db.query(
            "SELECT stage, count(DISTINCT message_id) AS messages FROM report_insights GROUP BY 1"
        )
    }
    cells = {
        (row["emotion"], row["stage"]): row["messages"]
        for row in db.query(
            """
            SELECT e.emotion, i.stage, count(DISTINCT e.message_id) AS messages
            FROM (SELECT DISTINCT message_id, stage FROM report_insights) AS i
            JOIN emotions AS e ON e.message_id = i.message_id
            GROUP BY e.emotion, i.stage
            """
        )
    }
    totals = list(
        db.query(
            """
            SELECT e.emotion, count(DISTINCT e.message_id) AS messages
            FROM emotions AS e JOIN report_messages AS m ON m.id = e.message_id
            GROUP BY e.emotion ORDER BY messages DESC, e.emotion
            """
        )
    )
    for total in totals:
        total["stages"] = [
            {
                "stage": stage,
                "messages": cells.get((total["emotion"], stage), 0),
                "of": base.get(stage, 0),
            }
            for stage in STAGES
        ]
    with_any = _one(
        db,
        "SELECT count(DISTINCT e.message_id) AS n FROM emotions AS e "
        "JOIN report_messages AS m ON m.id = e.message_id",
    )["n"]
    return {"emotions": totals, "with_any": with_any}


def pqrs_mix(db: sqlite_utils.Database) -> list[Row]:
    """Messages of each PQRS kind, most frequent first, with tone, high effort and urgency.

    `with_tone` and `with_effort` say how many of them were judged at all.
    """
    return list(
        db.query(
            """
            SELECT pqrs, count(*) AS messages,
                   coalesce(sum(tone = 'negative'), 0) AS negative,
                   coalesce(sum(tone = 'neutral'), 0) AS neutral,
                   coalesce(sum(tone = 'positive'), 0) AS positive,
                   sum(tone IS NULL) AS unjudged, count(tone) AS with_tone,
                   coalesce(sum(effort = 3), 0) AS high_effort, count(effort) AS with_effort,
                   coalesce(sum(urgent), 0) AS urgent
            FROM report_messages WHERE pqrs IS NOT NULL
            GROUP BY pqrs ORDER BY messages DESC, pqrs
            """
        )
    )


def topics(db: sqlite_utils.Database) -> Row:
    """Topics by number of messages, with their terms and the tone of those messages."""
    rows = list(
        db.query(
            """
            WITH touched AS (
                SELECT DISTINCT s.topics_id, g.message_id
                FROM segment_topics AS s JOIN main.segments AS g ON g.id = s.segment_id
            )
            SELECT t.id, t.name, t.terms, count(*) AS messages,
                   coalesce(sum(m.tone = 'negative'), 0) AS negative,
                   coalesce(sum(m.tone = 'neutral'), 0) AS neutral,
                   coalesce(sum(m.tone = 'positive'), 0) AS positive,
                   sum(m.tone IS NULL) AS unjudged, count(m.tone) AS with_tone
            FROM touched
            JOIN topics AS t ON t.id = touched.topics_id
            JOIN report_messages AS m ON m.id = touched.message_id
            GROUP BY t.id ORDER BY messages DESC, t.id
            """
        )
    )
    shown = rows[:MAX_TOPICS]
    for row in shown:
        row["terms"] = _terms(row["terms"])
    return {"topics": shown, "total": len(rows)}


def _terms(raw: str | None) -> list[str]:
    try:
        values = json.loads(raw or "[]")
    except json.JSONDecodeError:
        return []
    return [word for word in values if isinstance(word, str)] if isinstance(values, list) else []


def sentiment_over_time(db: sqlite_utils.Database, timeline: Timeline) -> list[Row]:
    """Messages by tone in every period of the timeline, periods without messages included."""
    found = {
        row["period"]: row
        for row in db.query(
            """
            SELECT period, count(*) AS messages, sum(tone = 'negative') AS negative,
                   sum(tone = 'neutral') AS neutral, sum(tone = 'positive') AS positive
            FROM report_messages WHERE period IS NOT NULL AND tone IS NOT NULL GROUP BY period
            """
        )
    }
    empty = {"messages": 0, "negative": 0, "neutral": 0, "positive": 0}
    return [found.get(period) or {"period": period, **empty} for period in timeline.periods]


def net(row: Row) -> float | None:
    """Positive minus negative insights over all of them, -1.0 to 1.0; None without insights."""
    if not row["insights"]:
        return None
    return float(row["positive"] - row["negative"]) / float(row["insights"])


def _empty_tone(row: Row) -> Row:
    zeros: Row = {"insights": 0, "negative": 0, "neutral": 0, "positive": 0, "mean_polarity": None}
    return row | zeros


def _one(db: sqlite_utils.Database, sql: str, values: Row | None = None) -> Row:
    return next(iter(db.query(sql, values or {})))
