"""Apache ECharts options as plain dicts: data, words and colours, never code.

Tooltips are the `tip` text of each point, which the page shows as text; `filter` is what a click
looks up among the messages. The page counts a chart again under a filter where `finds` says what
each point of each series counts, and writes the tip anew from `told`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.chart_parts import (
    LINE,
    MUTED,
    NEGATIVE,
    NEUTRAL,
    PALE,
    POSITIVE,
    Chart,
    Option,
    bar,
    base,
    legend,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.data import Row
    from vocmine.report.periods import Timeline
    from vocmine.report.wording import Wording

PLEASANT = frozenset({"joy", "gratitude", "trust"})
UNDECIDED = frozenset({"surprise"})


def over_time(rows: Sequence[Row], timeline: Timeline, words: Wording) -> Chart:
    """Messages of each period, stacked by tone."""
    series = []
    for tone, colour in (("negative", NEGATIVE), ("neutral", NEUTRAL), ("positive", POSITIVE)):
        title = words.text(f"col_{tone}_m")
        items: list[Option] = []
        for row in rows:
            told = f"{words.period(row['period'], timeline.grain)}\n{title}: "
            share = words.percent(row[tone], row["messages"])
            items.append(
                {
                    "value": row[tone],
                    "tip": f"{told}{words.number(row[tone])} ({share})",
                    "told": told,
                    "filter": {"period": row["period"], "mood": tone},
                }
            )
        series.append(bar(title, items, colour, stack="all") | {"barMaxWidth": 46})
    option = base() | {
        "legend": legend(),
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 24},
        "xAxis": {
            "type": "category",
            "data": [words.period(row["period"], timeline.grain, axis=True) for row in rows],
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": MUTED, "hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "splitLine": {"lineStyle": {"color": PALE}},
            "axisLabel": {"color": MUTED},
            "minInterval": 1,
        },
        "series": series,
    }
    return {"wide": option, "narrow": option, "height": 320, "narrow_height": 280}


def sparkline(values: Sequence[int]) -> Chart:
    """A small line without axes, its last point marked."""
    items: list[Option] = [{"value": value, "symbol": "none"} for value in values]
    items[-1] |= {"symbol": "circle", "symbolSize": 6}
    option = base() | {
        "grid": {"left": 4, "right": 6, "top": 6, "bottom": 4},
        "tooltip": {"show": False},
        "xAxis": {"type": "category", "show": False, "boundaryGap": False},
        "yAxis": {"type": "value", "show": False, "min": 0},
        "series": [
            {
                "type": "line",
                "data": items,
                "silent": True,
                "lineStyle": {"color": NEGATIVE, "width": 2},
                "itemStyle": {"color": NEGATIVE},
                "areaStyle": {"color": NEGATIVE, "opacity": 0.1},
            }
        ],
    }
    return {"wide": option, "narrow": option, "height": 42, "narrow_height": 42}
