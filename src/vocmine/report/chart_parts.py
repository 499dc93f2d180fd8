"""What the charts share: palette, axes, legend and bars as ECharts options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Option = dict[str, Any]
Chart = dict[str, Any]
"""`wide` and `narrow` (options for a broad and a phone-wide box) and their heights in px."""

INK, MUTED, LINE, PALE = "#1b2733", "#56626f", "#d9dee4", "#eef0f2"
NEGATIVE, NEUTRAL, POSITIVE = "#b84a17", "#b9c1ca", "#1f6396"
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
