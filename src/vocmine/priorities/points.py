"""Friction points in the order to mend them, with everything that is known of each.

What the figures mean, with formulas and limits, is in docs/priorities.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.catalogue import label_set
from vocmine.priorities.about import topics_of
from vocmine.priorities.clusters import Clusters, clusters, customers
from vocmine.priorities.impact import LEVEL, impacts
from vocmine.priorities.owners import load_owners
from vocmine.priorities.quotes import representative
from vocmine.priorities.rows import FrictionPoint
from vocmine.priorities.segments import hardest_hit, usual_columns
from vocmine.priorities.severity import severities
from vocmine.priorities.trend import trends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.priorities.owners import Owners
    from vocmine.priorities.rows import Impact
    from vocmine.store.database import Store
    from vocmine.store.frame import Floats, Frame, Ints

FEW = 10
"""Messages under which the figures of a point are a hint and no more."""
RANKED_SHARE = 0.2
"""Share of messages with a score under which points are not ranked by it: it may tell of some
channel only."""


def friction_points(
    store: Store,
    frame: Frame,
    *,
    owners: Owners | None = None,
    limit: int = 0,
    by: Sequence[str] = (),
) -> list[FrictionPoint]:
    """The friction points of a frame, first to mend first.

    Where losses of a score are shown, points are ranked by what they cost it, and those without a
    shown loss follow; elsewhere by severity, added up over their messages.

    Args:
        store: Where the words, topics and columns of the export are.
        frame: Whose messages; it must hold all their insights, for the score is explained by all
            of them.
        owners: Who owns what; None means the default areas.
        limit: Points at most; 0 means all.
        by: Columns whose groups are compared; empty means channel, country and the columns of the
            export that part customers into some groups.
    """
    from vocmine.trends.series import places, timeline

    points = clusters(frame)
    if not len(points):
        return []
    owners = owners or load_owners()
    severity = severities(frame, points)
    impact = impacts(frame, points)
    by_impact, weight = _weights(points, severity, impact)
    total_severity = severity * points.messages
    order = np.lexsort((-total_severity, -weight)).tolist()
    shown = order[:limit] if limit else order
    periods = timeline(frame)
    trend = trends(points, places(frame, periods), periods)
    segments = hardest_hit(store, frame, points, by or usual_columns(store))
    topics = topics_of(store, frame, points)
    quotes = representative(store, frame, points, shown)
    counts = _counts(frame, points)
    return [
        FrictionPoint(
            **counts[point],
            topic=topics[point],
            rank=rank,
            severity=float(severity[point]),
            impact=impact[point],
            weight=float(weight[point]),
            ranked_by="impact" if by_impact else "severity",
            trend=trend[point],
            segments=segments[point],
            quotes=quotes[point],
            owner=owners.area(counts[point]["friction"], counts[point]["touchpoint"]),
        )
        for rank, point in enumerate(shown, 1)
    ]


def shows_loss(impact: Impact | None) -> bool:
    """Whether a loss of the score is shown: enough messages, and no chance finding."""
    return impact is not None and impact.enough and impact.effect < 0 and impact.p_value <= LEVEL


def _weights(
    points: Clusters, severity: Floats, impact: Sequence[Impact | None]
) -> tuple[bool, Floats]:
    """Whether points are ranked by impact, and the weight of each, float64 (p,).

    The weight is the cost where a loss is shown and 0 where none is; or, by severity, as many
    messages as would be as severe at index 100.
    """
    scored = max((one.scored for one in impact if one), default=0)
    shown = np.array([shows_loss(one) for one in impact])
    cost = np.array([one.cost if one else 0.0 for one in impact])
    if shown.any() and scored >= RANKED_SHARE * points.total:
        return True, np.where(shown, cost, 0.0)
    return False, severity / 100 * points.messages


def _counts(frame: Frame, points: Clusters) -> list[dict[str, Any]]:
    """What is counted of each point, by the names of `FrictionPoint`."""
    names = ("friction", "stage", "touchpoint")
    codes = [[label_set(n).codes[code] for code in getattr(points, n).tolist()] for n in names]
    insights, messages = points.insights, points.messages
    polarity = np.bincount(points.of_insight, frame.insights.polarity[points.insight], len(points))
    who, every_customer = _customers(frame, points)
    return [
        {
            **dict(zip(names, (column[point] for column in codes), strict=True)),
            "insights": int(insights[point]),
            "messages": int(messages[point]),
            "share": float(messages[point] / points.total),
            "customers": int(who[point]) if every_customer else None,
            "customer_share": float(who[point] / every_customer) if every_customer else None,
            "mean_polarity": float(polarity[point] / insights[point]),
            "warning": "few" if messages[point] < FEW else "",
        }
        for point in range(len(points))
    ]


def _customers(frame: Frame, points: Clusters) -> tuple[Ints, int]:
    """Customers of each point, int64 (p,), and of the frame; 0 when no message names its author."""
    who = customers(frame)
    if not (who < len(frame.messages.author.values)).any():
        return np.zeros(len(points), dtype=np.int64), 0
    pairs = np.unique(np.stack([points.of, who[points.message]]), axis=1)
    return np.bincount(pairs[0], minlength=len(points)), len(np.unique(who))
