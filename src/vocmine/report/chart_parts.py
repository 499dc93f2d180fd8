"""What the charts share: palette, axes, legend, bars and heat maps as ECharts options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Option = dict[str, Any]
Chart = dict[str, Any]
"""`wide` and `narrow` (options for a broad and a phone-wide box) and their heights in px."""

INK, MUTED, LINE, PALE = "#1b2733", "#56626f", "#d9dee4", "#eef0f2"
NEGATIVE, NEUTRAL, POSITIVE = "#b84a17", "#b9c1ca", "#1f6396"
PHASES = {"before": "#7fa7c9", "during": "#e3a43b", "after": "#24445c", "unknown": "#cfd5db"}
DIVERGING = ("#9a3a0c", "#d9743a", "#f3c7a6", "#f5f4f1", "#b4d2e7", "#4f94c4", "#174f7c")
"""Orange to blue: told apart with every common kind of colour blindness."""
_ROW = 34
_FONT = 'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", Arial, sans-serif'


def base() -> Option:
    """Font, tooltip and no animation: what every chart starts from."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": _FONT, "color": INK},
        "tooltip": {"trigger": "item", "confine": True},
    }


def legend() -> Option:
    """A legend at the top left."""
    return {
        "top": 0,
        "left": 0,
        "icon": "roundRect",
        "itemWidth": 12,
        "itemHeight": 12,
        "itemGap": 18,
        "textStyle": {"color": MUTED},
    }


def bar(name: str, items: Sequence[Option], colour: str, *, stack: str) -> Option:
    """One bar series of a stack."""
    return {
        "type": "bar",
        "name": name,
        "stack": stack,
        "data": list(items),
        "barMaxWidth": 20,
        "itemStyle": {"color": colour},
        "emphasis": {"focus": "none"},
    }


def with_totals(series: list[Option], totals: Sequence[str]) -> list[Option]:
    """The series of a stack plus an empty bar whose label is the total."""
    end = {
        "type": "bar",
        "stack": "all",
        "silent": True,
        "data": [{"value": 0, "label": {"formatter": total}} for total in totals],
        "label": {"show": True, "position": "right", "color": INK, "fontWeight": 600},
        "tooltip": {"show": False},
    }
    return [*series, end]


def horizontal(names: Sequence[str], series: Sequence[Option], *, room: int = 56) -> Chart:
    """Horizontal bars, first name on top; `room` px are kept on the right for labels."""

    entries = [row["name"] for row in series if "name" in row]

    def option(width: int, size: int, top: int) -> Option:
        return base() | {
            "legend": legend() | {"data": entries},
            "grid": {"left": 8, "right": room, "top": top, "bottom": 4},
            "xAxis": {"type": "value", "show": False},
            "yAxis": {
                "type": "category",
                "data": list(names),
                "inverse": True,
                "axisTick": {"show": False},
                "axisLine": {"show": False},
                "axisLabel": {
                    "color": INK,
                    "width": width,
                    "overflow": "break",
                    "fontSize": size,
                    "lineHeight": size + 3,
                },
            },
            "series": list(series),
        }

    # Room for the widest letters, so that a single word is never broken.
    longest = 9 * max((len(name) for name in names), default=0) + 8
    height = 56 + _ROW * len(names)
    return {
        "wide": option(min(220, longest), 13, 40),
        # Four entries take two lines on a phone.
        "narrow": option(min(108, longest), 12, 64 if len(entries) > 3 else 40),
        "height": height,
        "narrow_height": height + 24,
    }


def heatmap(
    items: Sequence[Option],
    columns: Sequence[str],
    rows: Sequence[str],
    peak: float,
    ends: Sequence[str] = (),
) -> Option:
    """Labelled cells coloured from -peak to peak; `ends` are the words at the scale's ends."""
    rich = {"phase": {"color": MUTED, "fontSize": 9, "lineHeight": 14, "fontWeight": 600}}

    def axis(names: Sequence[str]) -> Option:
        return {
            "type": "category",
            "data": list(names),
            "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {"color": INK, "interval": 0, "rich": rich, "lineHeight": 16},
        }

    return base() | {
        "grid": {"left": 8, "right": 8, "top": 8, "bottom": 44 if ends else 8},
        "xAxis": axis(columns) | {"position": "top"},
        "yAxis": axis(rows),
        "visualMap": {
            "show": bool(ends),
            "min": -peak,
            "max": peak,
            "inRange": {"color": list(DIVERGING)},
            "text": list(ends),
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemWidth": 10,
            "itemHeight": 120,
            "textStyle": {"color": MUTED},
            "calculable": False,
            "hoverLink": False,
        },
        "series": [
            {
                "type": "heatmap",
                "data": list(items),
                "itemStyle": {"borderColor": "#fff", "borderWidth": 3, "borderRadius": 6},
                "label": {
                    "show": True,
                    "rich": {
                        "v": {"fontSize": 15, "fontWeight": 700, "lineHeight": 20},
                        "n": {"fontSize": 11, "lineHeight": 14},
                    },
                },
            }
        ],
    }


def on(strength: float) -> str:
    """Text colour on a cell: ink on pale ones, white on the darkest steps of the palette."""
    return "#ffffff" if strength > 0.62 else INK
