"""Apache ECharts options as plain dicts: data, words and colours, never code.

Tooltips are the `tip` text of each point, which the page shows as text; `filter` is what a click
looks up among the messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.chart_parts import (
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    NEUTRAL,
    PALE,
    PHASES,
    POSITIVE,
    Chart,
    Option,
    bar,
    base,
    heatmap,
    horizontal,
    legend,
    on,
    with_totals,
)
from vocmine.report.data import LEVELS, STAGES, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.periods import Timeline
    from vocmine.report.wording import Wording

LEAST_MENTIONS = 5
PLEASANT = frozenset({"joy", "gratitude", "trust"})
UNDECIDED = frozenset({"surprise"})


def friction_kinds(kinds: Sequence[Row], words: Wording) -> Chart:
    """Negative mentions of each obstacle, stacked by phase."""
    names = [words.label("friction", row["friction"]) for row in kinds]
    series = []
    for phase, colour in PHASES.items():
        items = [
            {
                "value": row[phase],
                "tip": f"{name} · {words.text(phase)}\n{words.count('mentions', row[phase])}",
                "filter": {"friction": row["friction"]},
            }
            for row, name in zip(kinds, names, strict=True)
        ]
        series.append(bar(words.text(phase), items, colour, stack="all"))
    totals = [words.number(row["insights"]) for row in kinds]
    return horizontal(names, with_totals(series, totals))


def journey(stages: Sequence[Row], words: Wording) -> Chart:
    """Facing bars: negative mentions to the left and positive ones to the right, by stage."""
    names = [words.label("stage", row["stage"]) for row in stages]
    chart = horizontal(names, _facing(stages, words, shares=True), room=4)
    chart["narrow"]["series"] = _facing(stages, words, shares=False)
    # One scale for both arms, with room beyond the longest of each for its label.
    longest = {tone: max([1, *(row[tone] for row in stages)]) for tone in ("negative", "positive")}
    room = 0.3 * sum(longest.values())
    for option in (chart["wide"], chart["narrow"]):
        ends = {"min": -longest["negative"] - room, "max": longest["positive"] + room}
        option["xAxis"] |= ends
    return chart


def _facing(stages: Sequence[Row], words: Wording, *, shares: bool) -> list[Option]:
    series = []
    for tone, colour, sign, side in (
        ("negative", NEGATIVE, -1, "left"),
        ("positive", POSITIVE, 1, "right"),
    ):
        items = []
        for row in stages:
            number = words.number(row[tone])
            share = words.percent(row[tone], row["insights"])
            label = f"{number} · {share}" if shares else number
            items.append(
                {
                    "value": sign * row[tone],
                    "tip": f"{words.label('stage', row['stage'])}\n"
                    f"{words.text('col_' + tone)}: {number} ({share})",
                    "filter": {"stage": row["stage"]},
                    "label": {"formatter": label if row[tone] else ""},
                }
            )
        bars = bar(words.text("col_" + tone), items, colour, stack="all")
        bars["label"] = {"show": True, "position": side, "color": MUTED, "fontSize": 12}
        series.append(bars)
    return series


def matrix(cells: Sequence[Row], words: Wording) -> Chart:
    """Heat map of the net balance by stage and pyramid level, the base at the bottom."""

    def points(*, turned: bool) -> list[Option]:
        items = []
        for cell in cells:
            place = [STAGES.index(cell["stage"]), LEVELS.index(cell["pyramid"])]
            items.append(_cell(cell, place[::-1] if turned else place, words))
        return items

    stages = [_stage_header(stage, words) for stage in STAGES]
    levels = [words.label("pyramid", level) for level in LEVELS]
    ends = [words.text("scale_positive"), words.text("scale_negative")]
    wide = heatmap(points(turned=False), stages, levels, 1.0, ends)
    narrow = heatmap(points(turned=True), levels, stages, 1.0, ends)
    narrow["yAxis"]["inverse"] = True
    return {"wide": wide, "narrow": narrow, "height": 330, "narrow_height": 560}


def _stage_header(stage: str, words: Wording) -> str:
    phase = "before" if stage in STAGES[:2] else "during" if stage in STAGES[2:4] else "after"
    return f"{{phase|{words.text(phase).upper()}}}\n{words.label('stage', stage)}"


def _cell(cell: Row, place: list[int], words: Wording) -> Option:
    tip = words.text(
        "net_tip",
        stage=words.label("stage", cell["stage"]),
        level=words.label("pyramid", cell["pyramid"]),
        net="–" if cell["net"] is None else words.signed(cell["net"]),
        mentions=words.count("mentions", cell["insights"]),
        **{tone: words.number(cell[tone]) for tone in ("negative", "neutral", "positive")},
    )
    item: Option = {
        "tip": tip,
        "filter": {"stage": cell["stage"], "pyramid": cell["pyramid"]},
        "value": [*place, round(cell["net"] or 0.0, 3)],
    }
    if cell["insights"] < LEAST_MENTIONS:
        few = f"{{n|{words.number(cell['insights'])}}}" if cell["insights"] else ""
        return item | {
            "visualMap": False,
            "itemStyle": {"color": PALE},
            "label": {"formatter": few, "color": MUTED},
        }
    label = f"{{v|{words.signed(cell['net'])}}}\n{{n|{words.number(cell['insights'])}}}"
    return item | {"label": {"formatter": label, "color": on(abs(cell["net"]))}}


def emotions(rows: Sequence[Row], words: Wording) -> Chart:
    """Heat map of the share of messages that express each emotion, by stage."""
    peak = max(
        [0.01]
        + [
            cell["messages"] / cell["of"]
            for row in rows
            for cell in row["stages"]
            if cell["of"] >= LEAST_MENTIONS
        ]
    )

    items = [
        _emotion_cell(row["emotion"], cell, [x, y], peak, words)
        for y, row in enumerate(rows)
        for x, cell in enumerate(row["stages"])
    ]
    names = [words.label("emotion", row["emotion"]) for row in rows]
    stages = [_stage_header(stage, words) for stage in STAGES]
    ends = [words.text("scale_pleasant"), words.text("scale_painful")]
    wide = heatmap(items, stages, names, peak, ends)
    narrow = heatmap(items, [words.label("stage", stage) for stage in STAGES], names, peak)
    for option in (wide, narrow):
        option["yAxis"]["inverse"] = True
    narrow["xAxis"]["axisLabel"] |= {"rotate": 60}
    height = 110 + 36 * len(rows)
    return {"wide": wide, "narrow": narrow, "height": height, "narrow_height": height + 20}


def _emotion_cell(emotion: str, cell: Row, place: list[int], peak: float, words: Wording) -> Option:
    share = cell["messages"] / cell["of"] if cell["of"] else 0.0
    sign = 1 if emotion in PLEASANT else -1
    item: Option = {
        "value": [*place, round(sign * share, 3)],
        "filter": {"stage": cell["stage"]},
        "tip": words.text(
            "emotion_tip",
            emotion=words.label("emotion", emotion),
            stage=words.label("stage", cell["stage"]),
            n=words.number(cell["messages"]),
            of=words.number(cell["of"]),
            share=words.percent(cell["messages"], cell["of"]),
        ),
    }
    if cell["of"] < LEAST_MENTIONS:
        style: Option = {"visualMap": False, "itemStyle": {"color": PALE}}
        return item | style | {"label": {"formatter": "", "color": MUTED}}
    text = words.percent(cell["messages"], cell["of"]) if cell["messages"] else ""
    if emotion in UNDECIDED:
        grey = f"hsl(210, 10%, {round(95 - 35 * share / peak)}%)"
        item |= {"visualMap": False, "itemStyle": {"color": grey}}
        return item | {"label": {"formatter": text, "color": INK}}
    return item | {"label": {"formatter": text, "color": on(share / peak)}}


def pyramid(levels: Sequence[Row], words: Wording) -> Chart:
    """Share met and missed of each level, the base at the bottom."""
    names = [words.label("pyramid", row["level"]) for row in reversed(levels)]
    series = []
    for key, colour in (("missed", NEGATIVE), ("met", POSITIVE)):
        items = []
        for row in reversed(levels):
            share = row[key] / row["judged"] if row["judged"] else 0.0
            text = words.percent(row[key], row["judged"])
            items.append(
                {
                    "value": round(100 * share, 1),
                    "tip": f"{words.label('pyramid', row['level'])} · {words.text(key)}\n"
                    f"{text} ({words.number(row[key])})",
                    "filter": {"pyramid": row["level"]},
                    "label": {"formatter": text if share >= 0.12 else ""},
                }
            )
        row_bars = bar(words.text(key), items, colour, stack="all")
        row_bars["label"] = {"show": True, "position": "inside", "color": "#fff", "fontWeight": 600}
        series.append(row_bars)
    chart = horizontal(names, series, room=12)
    for option in (chart["wide"], chart["narrow"]):
        option["xAxis"] |= {"max": 100}
    return chart


def tone_bars(rows: Sequence[Row], names: Sequence[str], words: Wording, *, by: str) -> Chart:
    """Messages or insights by tone, one stacked bar for each row.

    Args:
        rows: With `negative`, `neutral`, `positive` and the total in `by`.
        names: Category of each row.
        by: Key of the total that stands at the end of the bar.
    """
    series = []
    kinds = [
        ("negative", words.text("col_negative_m"), NEGATIVE),
        ("neutral", words.text("col_neutral_m"), NEUTRAL),
        ("positive", words.text("col_positive_m"), POSITIVE),
    ]
    if any(row.get("unjudged") for row in rows):
        kinds.append(("unjudged", words.text("unjudged"), LINE))
    for key, title, colour in kinds:
        items: list[Option] = [
            {"value": row[key], "tip": f"{name} · {title}\n{words.count('messages', row[key])}"}
            for row, name in zip(rows, names, strict=True)
        ]
        for item, row in zip(items, rows, strict=True):
            if "pqrs" in row:
                item["filter"] = {"pqrs": row["pqrs"]}
        series.append(bar(title, items, colour, stack="all"))
    totals = [words.number(row[by]) for row in rows]
    return horizontal(names, with_totals(series, totals))


def over_time(rows: Sequence[Row], timeline: Timeline, words: Wording) -> Chart:
    """Messages of each period, stacked by tone."""
    series = []
    for tone, colour in (("negative", NEGATIVE), ("neutral", NEUTRAL), ("positive", POSITIVE)):
        title = words.text(f"col_{tone}_m")
        items = [
            {
                "value": row[tone],
                "tip": f"{words.period(row['period'], timeline.grain)}\n{title}: "
                f"{words.number(row[tone])} ({words.percent(row[tone], row['messages'])})",
            }
            for row in rows
        ]
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
