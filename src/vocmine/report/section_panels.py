"""Charts of time: figures one under the other, what stands out in them, and the context events."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.report.chart_parts import (
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    PALE,
    POSITIVE,
    Chart,
    Option,
    base,
)
from vocmine.report.section_charts import pen, scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_PANEL, _GAP = 96, 46


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure over time.

    Args:
        title: Above it.
        values: Of each period; None leaves a gap.
        tips: What a pointer shows on each period.
        marks: Places of the periods that stand out.
        bars: Columns instead of a line.
        chosen: What a click looks up among the messages.
    """

    title: str
    values: Sequence[float | None]
    tips: Sequence[str]
    marks: frozenset[int] = frozenset()
    bars: bool = False
    chosen: Option | None = None


def over_time(
    periods: Sequence[str], panels: Sequence[Panel], events: Sequence[tuple[int, str]]
) -> Chart:
    """Figures one under the other on the same time, with a vertical line for each event.

    Args:
        periods: Names on the axis.
        panels: From the top.
        events: Place among the periods and name.
    """
    series: list[Option] = []
    axes: dict[str, list[Option]] = {"grid": [], "xAxis": [], "yAxis": []}
    title = {"align": "left", "color": INK, "fontWeight": 600, "padding": [0, 0, 2, -40]}
    for place, panel in enumerate(panels):
        top = 30 + place * (_PANEL + _GAP)
        last = place == len(panels) - 1
        scale = _panel_scale(panel)
        axes["grid"].append({"left": 48, "right": 16, "top": top, "height": _PANEL})
        axes["xAxis"].append(
            {
                "type": "category",
                "data": list(periods),
                "gridIndex": place,
                "axisTick": {"show": False},
                "axisLine": {"lineStyle": {"color": LINE}},
                "axisLabel": {"show": last, "color": MUTED, "hideOverlap": True},
            }
        )
        axes["yAxis"].append(
            {
                "type": "value",
                "name": panel.title,
                "nameTextStyle": title,
                "nameGap": 10,
                "gridIndex": place,
                "splitLine": {"lineStyle": {"color": PALE}},
                "axisLabel": {"color": MUTED, "hideOverlap": True},
            }
            | scale
        )
        series.append(_figure(panel, place))
        ends = scale["min"], scale["max"]
        for number, (at, name) in enumerate(events):
            line = _event(at, ends, place)
            if not place:  # named once, over all panels
                late = at > (len(periods) - 1) / 2
                line["data"][1] |= _name(name, "left" if late else "right", number)
            series.append(line)
    option = base() | axes | {"series": series}
    height = 30 + len(panels) * (_PANEL + _GAP)
    return {"wide": option, "narrow": option, "height": height, "narrow_height": height}


def _panel_scale(panel: Panel) -> Option:
    # Ends are fixed, so that event lines reach from edge to edge.
    found = [value for value in panel.values if value is not None]
    low, high = min(0.0, *found, 0.0), max(0.0, *found, 0.0)
    if not panel.bars and low == 0.0 and high > 0.0:
        # A line may leave out the floor, columns may not.
        low = max(0.0, min(found) - (high - min(found)))
    return scale_of(low, high or 1.0, 2)


def _figure(panel: Panel, place: int) -> Option:
    items: list[Option] = []
    for at, (value, tip) in enumerate(zip(panel.values, panel.tips, strict=True)):
        item: Option = {"value": "-" if value is None else round(value, 2), "tip": tip}
        if panel.chosen:
            item["filter"] = panel.chosen
        if at in panel.marks:
            item |= {"itemStyle": {"color": NEGATIVE}, "symbolSize": 12}
            # A column of no height is marked too.
            item["label"] = {
                "show": panel.bars,
                "formatter": "▼",
                "color": NEGATIVE,
                "position": "top",
            }
        items.append(item)
    shape: Option = {"data": items, "xAxisIndex": place, "yAxisIndex": place}
    if panel.bars:
        return shape | {"type": "bar", "barMaxWidth": 26, "itemStyle": {"color": "#8fa9ba"}}
    return shape | {
        "type": "line",
        "symbol": "circle",
        "symbolSize": 4,
        "showAllSymbol": True,
        "connectNulls": False,
        "itemStyle": {"color": POSITIVE},
        "lineStyle": {"color": POSITIVE, "width": 2},
    }


def _event(at: int, ends: tuple[float, float], place: int) -> Option:
    line = pen([{"value": [at, ends[0]]}, {"value": [at, ends[1]]}], MUTED, 1, kind="dashed")
    return line | {"xAxisIndex": place, "yAxisIndex": place}


def _name(name: str, side: str, number: int) -> Option:
    """A label at the upper end of an event's line; neighbours stand on different heights."""
    label: Option = {"show": True, "formatter": name, "position": side, "fontSize": 11}
    label |= {"color": MUTED, "width": 150, "overflow": "truncate"}
    return {
        "symbol": "circle",
        "symbolSize": 1,
        "label": label | {"offset": [0, 13 * (number % 2)]},
    }


def place_of(day: str, periods: Sequence[str]) -> int | None:
    """Place of the period that holds a day; None when the day is before the first."""
    at = bisect_right(periods, day) - 1
    return at if at >= 0 else None
