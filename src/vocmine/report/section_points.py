"""Section: friction points in the order to mend them, with what each costs and who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.comparison.wording import column_name
from vocmine.priorities.points import shows_loss
from vocmine.report.chapters.draft import Figure, address
from vocmine.report.chart_parts import NEGATIVE
from vocmine.report.section_charts import Length, Whisker, lengths, whiskers
from vocmine.report.section_parts import MOST_POINTS, Section, Sheet, anchor, point_find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.priorities.rows import FrictionPoint, Impact, Segment
    from vocmine.report.chart_parts import Chart

SEGMENTS = 3
ARROWS = {"up": "↑", "down": "↓", "flat": "→", "unknown": ""}
PALE_MARK = "#8d99a6"
"""Of an impact that could be nothing, or that rests on few messages."""


def points_section(sheet: Sheet) -> Section:
    """Friction points ranked by what they cost, or by severity where no score exists."""
    words, points = sheet.words, sheet.decisions.points
    if not points:
        return {"absent": words.text("friction_none")}
    shown = points[:MOST_POINTS]
    after = []
    if len(points) > MOST_POINTS:
        total, number = words.number(len(points)), words.number(MOST_POINTS)
        after.append(words.text("points_shown", shown=number, total=total))
    return {
        "absent": "",
        "ranking": ranking(sheet),
        "marked": any(title for quote in sheet.pieces.values() for _, title in quote),
        "chart": _chart(sheet, shown),
        "table": _table(sheet, shown),
        "points": [_entry(sheet, point) for point in shown],
        "trend_head": words.text("col_trend", grain=words.text(f"grain_{sheet.grain}")),
        "after": after,
    }


def ranking(sheet: Sheet) -> str:
    """How the points are ranked, and what is missing to rank them better."""
    words, first = sheet.words, sheet.decisions.points[0]
    if first.impact is None or first.ranked_by != "impact":
        return words.text("ranked_severity")
    return words.text("ranked_impact", metric=words.text(f"metric_{first.impact.metric}"))


def _entry(sheet: Sheet, point: FrictionPoint) -> dict[str, Any]:
    words = sheet.words
    customers = ""
    if point.customers is not None:
        customers = words.count("customers", point.customers)
        if point.customer_share is not None:
            customers += f" ({sheet.share(point.customer_share, decimals=1)})"
    return {
        "rank": point.rank,
        "name": words.label("friction", point.friction),
        "place": words.place(point.stage, point.touchpoint),
        "topic": words.text("point_topic", topic=point.topic) if point.topic else "",
        "full": full_name(sheet, point),
        "href": address(point_find(point)),
        "messages": sheet.messages(point.messages, point_find(point)),
        "share": Figure(sheet.share(point.share, decimals=1), point_find(point), "share", {}, 1),
        "customers": customers,
        "severity": words.number(point.severity),
        "impact": impact_text(sheet, point),
        "segments": segments_text(sheet, point.segments),
        "quotes": sheet.quotes(point.quotes),
        "owner": point.owner,
        "owner_id": anchor("area", point.owner),
        "trend": _trend(sheet, point),
        "few": words.text("point_few") if point.warning else "",
    }


def full_name(sheet: Sheet, point: FrictionPoint) -> str:
    """`Cobro (uso · factura)`: a point at the start of a line."""
    name = sheet.words.point(point.friction, point.stage, point.touchpoint)
    return name[:1].upper() + name[1:]


def impact_text(sheet: Sheet, point: FrictionPoint) -> dict[str, str] | None:
    """The fall of the score, its interval, and what to make of it (`told` and `tone`)."""
    words, impact = sheet.words, point.impact
    if impact is None:
        return None
    low, high = (
        sheet.measure(impact.metric, end, signed=True) for end in (impact.low, impact.high)
    )
    return {
        "metric": words.text(f"metric_{impact.metric}"),
        "fall": sheet.measure(impact.metric, impact.effect, signed=True),
        "interval": words.text("impact_interval", low=low, high=high),
        "told": _told(sheet, impact, point.severity),
        "tone": "bad" if shows_loss(impact) else "plain",
    }


def _told(sheet: Sheet, impact: Impact, severity: float) -> str:
    words, metric = sheet.words, sheet.words.text(f"metric_{impact.metric}")
    if not impact.enough:
        return words.count("impact_few", impact.messages)
    if not shows_loss(impact):
        return words.text("impact_unsure", metric=metric, n=words.number(severity))
    cost = sheet.measure(impact.metric, impact.cost, more=1)
    return words.text("impact_cost", n=cost, metric=metric)


def segments_text(sheet: Sheet, segments: Sequence[Segment]) -> str:
    """The groups hit hardest as one phrase; empty without any."""
    words = sheet.words
    parts = [
        words.text(
            "segment",
            column=_column(sheet, segment.column),
            value=segment.value,
            share=sheet.share(segment.share),
            rest=sheet.share(segment.rest),
        )
        for segment in segments[:SEGMENTS]
    ]
    return words.text("segments", groups=words.listing(parts)) if parts else ""


def _column(sheet: Sheet, column: str) -> str:
    """A column inside a sentence: `canal`; one of the export keeps its own name."""
    name = column_name(column, sheet.words)
    return name if name == column else name[:1].lower() + name[1:]


def _trend(sheet: Sheet, point: FrictionPoint) -> dict[str, str]:
    words, trend = sheet.words, point.trend
    periods = sheet.decisions.periods
    told = {"arrow": ARROWS[trend.direction], "direction": trend.direction}
    told["text"] = words.text(f"trend_{trend.direction}")
    if trend.direction in ("up", "down"):
        change = words.text("share_points", n=sheet.points(trend.change))
        told["text"] += f" ({change})"
    if len(trend.series) < 2 or len(trend.series) != len(periods):
        return told | {"id": ""}
    name = f"points-trend-{point.rank}"
    return told | sheet.sparkline(name, trend.series, periods, sheet.grain)


def _chart(sheet: Sheet, points: Sequence[FrictionPoint]) -> dict[str, str]:
    words = sheet.words
    first = full_name(sheet, points[0])
    measured = [(point, point.impact) for point in points if point.impact]
    if points[0].ranked_by != "impact" or not measured:
        return sheet.chart("points", _severities(sheet, points), "points_severity_aria", name=first)
    metric = words.text(f"metric_{measured[0][1].metric}")
    rows = [_whisker(sheet, point, impact) for point, impact in measured]
    return sheet.chart("points", whiskers(rows), "points_impact_aria", metric=metric, name=first)


def _whisker(sheet: Sheet, point: FrictionPoint, impact: Impact) -> Whisker:
    name, fall = full_name(sheet, point), sheet.measure(impact.metric, impact.effect, signed=True)
    messages = sheet.words.count("messages", point.messages)
    return Whisker(
        name=f"{point.rank}. {name}",
        short=f"{point.rank}. {sheet.words.label('friction', point.friction)}",
        value=impact.effect,
        low=impact.low,
        high=impact.high,
        label=fall,
        tip="\n".join([name, fall, _told(sheet, impact, point.severity), messages]),
        colour=NEGATIVE if shows_loss(impact) else PALE_MARK,
        chosen=point_find(point),
    )


def _severities(sheet: Sheet, points: Sequence[FrictionPoint]) -> Chart:
    words = sheet.words
    rows = []
    for point in points:
        messages = words.count("messages", point.messages)
        label = words.text("severity_label", n=words.number(point.severity), messages=messages)
        name = f"{point.rank}. {full_name(sheet, point)}"
        row = Length(name, round(point.weight, 1), label, f"{name}\n{label}", point_find(point))
        rows.append(row)
    return lengths(rows, words.text("severity_total"))


def _table(sheet: Sheet, points: Sequence[FrictionPoint]) -> dict[str, Any]:
    words = sheet.words

    def row(point: FrictionPoint) -> list[str | Figure]:
        told = impact_text(sheet, point)
        return [
            full_name(sheet, point),
            point.owner or "–",
            sheet.messages(point.messages, point_find(point)),
            Figure(sheet.share(point.share, decimals=1), point_find(point), "share", {}, 1),
            words.number(point.customers) if point.customers is not None else "–",
            f"{told['fall']} {told['interval']}" if told else "–",
            words.number(point.severity),
            words.text(f"trend_{point.trend.direction}"),
        ]

    heads = (
        "col_point",
        "col_owner",
        "col_messages",
        "col_share",
        "col_customers",
        "col_impact",
        "col_severity",
        "col_trend_short",
    )
    return sheet.table(heads, (row(point) for point in points), words_in=2)
