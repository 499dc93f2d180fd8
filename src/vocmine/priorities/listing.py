"""Friction points as rows of plain values: what `vocmine friction` prints for other programs."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import label_set
from vocmine.priorities.points import friction_points
from vocmine.store.frame import read_frame
from vocmine.store.reading import SCHEMA_VERSION, friction_rows

if TYPE_CHECKING:
    from vocmine.priorities.owners import Owners
    from vocmine.priorities.rows import FrictionPoint, Impact
    from vocmine.store.database import Store
    from vocmine.store.filters import Filter

ON = {"nps": "nps", "csat": "csat", "score": "stars"}
"""Name of each metric in `impact_on`."""
_DIGITS = 4


def point_rows(
    store: Store, chosen: Filter, owners: Owners | None = None, area: str = ""
) -> list[dict[str, Any]]:
    """The friction points of a selection as rows; their keys are those of docs/priorities.md.

    Args:
        store: Where the messages are.
        chosen: Which of them; conditions on friction, stage, phase and touchpoint choose among the
            points, whose figures are explained by all others too.
        owners: Who owns what; None means the default areas.
        area: Only the points of this area; empty means all.
    """
    whole = replace(chosen, friction="", stage="", phase="", touchpoint="")
    points = [
        point
        for point in friction_points(store, read_frame(store, whole), owners=owners)
        if _passes(point, chosen) and area in ("", point.owner)
    ]
    counted = {_codes(row): row for row in friction_rows(store, chosen)}
    return [
        _row(rank, point, counted.get((point.friction, point.stage, point.touchpoint), {}))
        for rank, point in enumerate(points, 1)
    ]


def _passes(point: FrictionPoint, chosen: Filter) -> bool:
    phase = next(label.parent for label in label_set("stage").labels if label.code == point.stage)
    return all(
        wanted in ("", code)
        for wanted, code in (
            (chosen.friction, point.friction),
            (chosen.stage, point.stage),
            (chosen.phase, phase),
            (chosen.touchpoint, point.touchpoint),
        )
    )


def _codes(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["friction"], row["stage"] or "unknown", row["touchpoint"] or "unknown"


def _row(rank: int, point: FrictionPoint, counted: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "rank": rank,
        "friction": point.friction,
        "stage": point.stage,
        "touchpoint": point.touchpoint,
        "topic": point.topic,
        "insights": point.insights,
        "messages": point.messages,
        "share": round(point.share, _DIGITS),
        "customers": point.customers,
        "customer_share": _rounded(point.customer_share),
        "mean_polarity": round(point.mean_polarity, 3),
        "severity": round(point.severity, 1),
        **_impact(point.impact, point.severity),
        "weight": round(point.weight, _DIGITS),
        "ranked_by": point.ranked_by,
        "trend": point.trend.direction,
        "trend_change": _rounded(point.trend.change),
        "trend_p_value": _rounded(point.trend.p_value),
        "series": list(point.trend.series),
        "segments": [_segment(asdict(segment)) for segment in point.segments],
        "owner": point.owner,
        "warning": point.warning,
        "first_seen": counted.get("first_seen"),
        "last_seen": counted.get("last_seen"),
        "copies": counted.get("copies", 0),
        "quote": point.quotes[0].text if point.quotes else "",
        "quotes": [quote.text for quote in point.quotes],
        "quote_messages": [quote.external_id for quote in point.quotes],
    }


def _impact(impact: Impact | None, severity: float) -> dict[str, Any]:
    if impact is None:
        return {
            "impact": round(severity, 1),
            "impact_low": None,
            "impact_high": None,
            "impact_on": "severity",
            "impact_messages": None,
            "impact_enough": None,
            "impact_p_value": None,
            "cost": None,
        }
    return {
        "impact": round(impact.effect, _DIGITS),
        "impact_low": round(impact.low, _DIGITS),
        "impact_high": round(impact.high, _DIGITS),
        "impact_on": ON[impact.metric],
        "impact_messages": impact.messages,
        "impact_enough": impact.enough,
        "impact_p_value": _rounded(impact.p_value),
        "cost": round(impact.cost, _DIGITS),
    }


def _segment(segment: dict[str, Any]) -> dict[str, Any]:
    return segment | {name: round(segment[name], _DIGITS) for name in ("share", "rest")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
