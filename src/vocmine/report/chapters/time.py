"""Chapter: how the tone of the messages changes over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report import charts
from vocmine.report.chapters.draft import Content, Draft, Figure, block, query

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row

TONES = ("negative", "neutral", "positive")


def over_time(draft: Draft) -> Content:
    """Sentiment by period; a sentence instead when the dates do not allow it."""
    words, timeline = draft.words, draft.timeline
    if absent := draft.missing("sentiment", "sentiment"):
        return {"absent": absent}
    if not timeline.dated:
        return {"absent": words.text("time_none")}
    if len(timeline.periods) < 2:
        return {"absent": words.text("time_one")}
    grain = words.text(f"grain_{timeline.grain}")
    undated = draft.total - timeline.dated
    after = [words.count("time_undated", undated)] if undated else []
    if timeline.outside:
        after.append(words.count("time_outside", timeline.outside))
    series = block(
        title=words.text("time_tone"),
        chart=draft.chart(
            "time",
            charts.over_time(draft.data["time"], timeline, words)
            | {
                "finds": [
                    [query({"period": row["period"], "mood": tone}) for row in draft.data["time"]]
                    for tone in TONES
                ]
            },
            "time_aria",
            grain=grain,
            first=words.period(timeline.periods[0], timeline.grain),
            last=words.period(timeline.periods[-1], timeline.grain),
        ),
        table=draft.table(
            (
                "col_period",
                "col_messages",
                *(f"col_{tone}_m" for tone in TONES),
                "col_share_negative",
            ),
            (_period(draft, row) for row in draft.data["time"]),
        ),
        after=after,
    )
    return {"absent": "", "note": words.text("time_intro", grain=grain), "blocks": [series]}


def _period(draft: Draft, row: Row) -> list[str | Figure]:
    # Only messages with a tone are counted, as in the chart.
    find: Find = {"period": row["period"], "mood": TONES}
    bad: Find = {"period": row["period"], "mood": "negative"}
    return [
        draft.words.period(row["period"], draft.timeline.grain),
        draft.messages(row["messages"], find),
        *(draft.messages(row[tone], find | {"mood": tone}) for tone in TONES),
        draft.share(row["negative"], row["messages"], bad, find) if row["messages"] else "–",
    ]
