"""Charts of the decisions: figures with their intervals, stacked bars, curves of the journey.

Options as in `vocmine.report.charts`; whiskers are line series, so that the bundle needs no other
chart type.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from vocmine.report.chart_parts import (
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    PALE,
    Chart,
    Option,
    bar,
    base,
    horizontal,
    legend,
    with_totals,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

GREY = "#b4bcc5"
"""Of a level on which opinions are divided, or few."""
_ROW = 38
_PANEL, _GAP = 96, 46


@dataclass(frozen=True, slots=True)
class Whisker:
    """A figure with its interval.

    Args:
        name: Of the row.
        short: The same on a phone.
        value: The figure.
        low: Lower end of the interval.
        high: Upper end.
        label: The figure in words, beside the mark.
        tip: What a pointer shows.
        colour: Of the mark.
        chosen: What a click looks up among the messages.
    """

    name: str
    short: str
    value: float
    low: float
    high: float
    label: str
    tip: str
    colour: str = NEGATIVE
    chosen: Option | None = None


def whiskers(
    rows: Sequence[Whisker], *, zero: float = 0.0, ends: tuple[float, float] | None = None
) -> Chart:
    """A dot for each figure and a line for its interval, around the line of no difference.

    Args:
        rows: First on top.
        zero: Where nothing is gained or lost.
        ends: The least and most that the axis shows; None fits it to the rows.
    """
    low = min(zero, *(row.low for row in rows)) if ends is None else ends[0]
    high = max(zero, *(row.high for row in rows)) if ends is None else ends[1]
    scale = scale_of(low, high, 5)
    lines: list[Option] = []
    for place, row in enumerate(rows):
        lines += [{"value": [row.low, place]}, {"value": [row.high, place]}]
        lines.append({"value": ["-", place]})  # lifts the pen
    dots = [
        {
            "value": [row.value, place],
            "tip": row.tip,
            "itemStyle": {"color": row.colour},
            "label": {"formatter": row.label, "align": _align(row.value, scale)},
        }
        | ({"filter": row.chosen} if row.chosen else {})
        for place, row in enumerate(rows)
    ]
    edge = [{"value": [zero, place]} for place in (0, len(rows) - 1)]
    series: list[Option] = [
        pen(edge, MUTED, 1, kind="dashed"),
        pen(lines, INK, 2),
        {
            "type": "line",
            "data": dots,
            "symbol": "circle",
            "symbolSize": 12,
            "lineStyle": {"width": 0},
            "emphasis": {"scale": 1.2},
            "label": {
                "show": True,
                "position": "top",
                "distance": 3,
                "color": INK,
                "fontWeight": 600,
                "fontSize": 12,
            },
        },
    ]
    chart = horizontal([row.name for row in rows], series, room=20)
    chart["narrow"]["yAxis"]["data"] = [row.short for row in rows]
    for option in (chart["wide"], chart["narrow"]):
        option["grid"] |= {"top": 14, "bottom": 24}
        option["yAxis"]["axisLabel"] |= {"interval": 0}
        option["xAxis"] |= scale | {"show": True, "splitLine": {"lineStyle": {"color": PALE}}}
        option["xAxis"] |= {"axisLabel": {"color": MUTED, "hideOverlap": True}}
    height = 44 + _ROW * len(rows)
    return chart | {"height": height, "narrow_height": height + 8 * len(rows)}


def _align(value: float, scale: Option) -> str:
    """Which end of a label stands at its dot, so that none is cut off at an edge."""
    at = (value - scale["min"]) / (scale["max"] - scale["min"])
    return "left" if at < 0.15 else "right" if at > 0.8 else "center"


def pen(data: Sequence[Option], colour: str, width: int, *, kind: str = "solid") -> Option:
    """A line without dots or tooltip; a value of `-` lifts it off the paper."""
    return {
        "type": "line",
        "data": list(data),
        "symbol": "none",
        "silent": True,
        "connectNulls": False,
        "showAllSymbol": True,  # a label stands at its symbol
        "lineStyle": {"color": colour, "width": width, "type": kind},
        "tooltip": {"show": False},
    }


def lengths(rows: Sequence[Length], title: str) -> Chart:
    """A bar for each row, with its label at the end."""
    items: list[Option] = [
        {"value": row.value, "tip": row.tip, "filter": row.chosen} for row in rows
    ]
    labels = [row.label for row in rows]
    series = with_totals([bar(title, items, NEGATIVE, stack="all")], labels)
    room = 8 * max((len(label) for label in labels), default=0) + 16
    chart = horizontal([row.name for row in rows], series, room=room)
    for option in (chart["wide"], chart["narrow"]):
        option["legend"] |= {"show": False}
        option["grid"] |= {"top": 8}
        option["yAxis"]["axisLabel"] |= {"interval": 0}
    return chart


@dataclass(frozen=True, slots=True)
class Length:
    """A bar: its name, length and label, what a pointer shows and what a click looks up."""

    name: str
    value: float
    label: str
    tip: str
    chosen: Option


@dataclass(frozen=True, slots=True)
class Line:
    """A curve over stages.

    Args:
        name: In the legend.
        colour: Of the curve.
        values: Of each stage; None leaves a gap.
        labels: Beside each dot; may be empty.
        tips: What a pointer shows on each dot.
        dash: Style of the line.
    """

    name: str
    colour: str
    values: Sequence[float | None]
    labels: Sequence[str]
    tips: Sequence[str]
    dash: str = "solid"


def curves(
    stages: Sequence[str],
    short: Sequence[str],
    balance: Line,
    emotions: Sequence[Line],
    chosen: Sequence[Option],
) -> Chart:
    """Two curves on one journey: the balance of what is said above, emotions below.

    Args:
        stages: Names, in order.
        short: Names for a phone.
        balance: -100 to 100.
        emotions: 0 to 100 each.
        chosen: What a click on a stage looks up among the messages.
    """

    series = [_curve(line, chosen, panel=1, size=7, width=2) for line in emotions]
    balanced = [
        _curve(balance, chosen, panel=0, size=11, width=3, labels=labels)
        for labels in (True, False)
    ]
    names = [line.name for line in emotions]
    return {
        "wide": _journey(stages, names, rotate=0) | {"series": [balanced[0], *series]},
        "narrow": _journey(short, names, rotate=50) | {"series": [balanced[1], *series]},
        "height": 420,
        "narrow_height": 456,
    }


def _journey(stages: Sequence[str], emotions: Sequence[str], *, rotate: int) -> Option:
    """Two panels on the same stages, whose names are below the lower one."""
    axis = {
        "type": "category",
        "data": list(stages),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": LINE}},
    }
    value = {
        "type": "value",
        "splitLine": {"lineStyle": {"color": PALE}},
        "axisLabel": {"color": MUTED},
    }
    names = {"color": INK, "interval": 0, "rotate": rotate, "fontSize": 12}
    return base() | {
        "legend": legend() | {"data": list(emotions), "top": 206, "itemGap": 12},
        "grid": [
            {"left": 44, "right": 12, "top": 14, "height": 176},
            {"left": 44, "right": 12, "top": 240, "height": 150},
        ],
        "xAxis": [
            axis | {"gridIndex": 0, "axisLabel": {"show": False}},
            axis | {"gridIndex": 1, "axisLabel": names},
        ],
        "yAxis": [
            value | {"gridIndex": 0, "min": -100, "max": 100, "interval": 50},
            value | {"gridIndex": 1, "min": 0, "minInterval": 5, "splitNumber": 3},
        ],
    }


def _curve(
    line: Line,
    chosen: Sequence[Option],
    *,
    panel: int,
    size: int,
    width: int,
    labels: bool = False,
) -> Option:
    items = []
    for place, value in enumerate(line.values):
        item: Option = {"value": "-" if value is None else round(value, 1)}
        if value is not None:
            item |= {"tip": line.tips[place], "filter": chosen[place]}
            if labels and line.labels:
                # Above zero the label stands over its dot, below zero under it.
                where = "top" if value >= 0 else "bottom"
                item["label"] = {"formatter": line.labels[place], "position": where}
        items.append(item)
    return {
        "type": "line",
        "name": line.name,
        "data": items,
        "xAxisIndex": panel,
        "yAxisIndex": panel,
        "symbol": "circle",
        "symbolSize": size,
        "connectNulls": True,
        "itemStyle": {"color": line.colour},
        "lineStyle": {"color": line.colour, "width": width, "type": line.dash},
        "label": {"show": labels, "color": INK, "fontWeight": 600, "fontSize": 12},
    }


def scale_of(low: float, high: float, steps: int) -> Option:
    """An axis from `low` to `high` with about `steps` steps of a round size."""
    wide = (high - low) / steps or 1.0
    power = 10.0 ** floor(log10(wide))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= wide * 0.999)
    ends = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    return {"min": round(ends[0], 6), "max": round(ends[1], 6), "interval": round(step, 6)}
