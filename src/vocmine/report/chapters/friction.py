"""Chapter: friction points by the number of messages, and the obstacles by phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.chapters.draft import (
    Bar,
    Block,
    Content,
    Draft,
    Figure,
    Part,
    address,
    block,
    query,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row

_SIGNALS = (
    ("churn", "signal_churn", "churn"),
    ("high_effort", "signal_effort", "effort"),
    ("urgent", "signal_urgent", "urgent"),
)
_PLACE = ("friction", "stage", "touchpoint")


def friction(draft: Draft) -> Content:
    """Ranked friction points with their figures, trend and quotes."""
    words, found = draft.words, draft.data["friction"]
    # Where points were ranked by what they cost, the chapter begins with those instead.
    points = [] if draft.decisions else found["points"]
    after = []
    if found["other_messages"]:
        after.append(words.count("friction_other", found["other_messages"]))
    if found["total_points"] > len(points) > 0:
        after.append(
            words.text(
                "friction_shown",
                shown=words.number(len(points)),
                total=words.number(found["total_points"]),
            )
        )
    return {
        "absent": draft.missing("friction", "segment_friction")
        or draft.missing("sentiment", "segment_polarity"),
        "points": [_point(draft, rank, point) for rank, point in enumerate(points, 1)],
        "trend_head": words.text("col_trend", grain=words.text(f"grain_{draft.timeline.grain}")),
        "marked": found["marked"],
        "after": after,
        "kinds": _kinds(draft, found["kinds"]) if found["kinds"] else None,
    }


def _point(draft: Draft, rank: int, point: Row) -> dict[str, Any]:
    words = draft.words
    find: Find = {key: point[key] for key in _PLACE} | {"tone": "negative"}
    signals = [
        words.pieces(name, point[key], n=draft.messages(point[key], find | {"flag": flag}))
        for key, name, flag in _SIGNALS
        if point[key]
    ]
    return {
        "rank": rank,
        "name": words.label("friction", point["friction"]),
        "place": words.place(point["stage"], point["touchpoint"]),
        "full": words.point(point["friction"], point["stage"], point["touchpoint"]),
        "href": address(find),
        "messages": draft.messages(point["messages"], find),
        "share": draft.share(point["messages"], draft.total, find, {}, decimals=1),
        "intensity": Figure(words.number(point["mean_polarity"], 1), find, "intensity", decimals=1),
        "signals": signals,
        "quotes": point["quotes"],
        "trend": _trend(draft, rank, point["trend"], find),
    }


def _trend(draft: Draft, rank: int, values: Sequence[int], find: Find) -> dict[str, str] | None:
    if len(values) < 2:
        return None
    name, periods = f"trend-{rank}", draft.timeline.periods
    drawn = draft.sparkline(name, values, periods, draft.timeline.grain)
    draft.charts[name]["finds"] = [[query(find | {"period": period}) for period in periods]]
    return drawn


def _kinds(draft: Draft, kinds: Sequence[Row]) -> Block:
    words = draft.words
    first = words.label("friction", kinds[0]["friction"])
    phases = ("before", "during", "after", "unknown")

    def bar(kind: Row) -> Bar:
        find: Find = {"friction": kind["friction"], "tone": "negative"}
        parts = tuple(
            Part(
                phase,
                words.text(phase),
                draft.insights(kind[phase], find | {"phase": phase}),
                kind[phase],
            )
            for phase in phases
        )
        name = words.label("friction", kind["friction"])
        return Bar(name, parts, draft.insights(kind["insights"], find))

    def row(kind: Row) -> list[str | Figure]:
        find: Find = {"friction": kind["friction"], "tone": "negative"}
        return [
            words.label("friction", kind["friction"]),
            draft.insights(kind["insights"], find),
            *(draft.insights(kind[phase], find | {"phase": phase}) for phase in phases),
        ]

    return block(
        title=words.text("kinds_title"),
        note=words.text("kinds_note"),
        bars=draft.bars(
            [bar(kind) for kind in kinds],
            "kinds_aria",
            name=first,
            n=words.number(kinds[0]["insights"]),
        ),
        table=draft.table(
            ("col_friction", "col_mentions", "before", "during", "after", "unknown"),
            (row(kind) for kind in kinds),
        ),
    )
