"""The report's sections: figures put into words, tables and charts, ready for the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import label_set
from vocmine.report import charts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.report.chart_parts import Chart
    from vocmine.report.data import Row
    from vocmine.report.periods import Timeline
    from vocmine.report.wording import Wording

Block = dict[str, Any]
"""`title`, `note`, `chart` (its id and description), `table`, `after` (sentences); `open` shows the
table at once, `wide` gives the block the whole width."""

_BLANK: Block = {
    "title": "",
    "note": "",
    "chart": None,
    "table": None,
    "after": [],
    "open": False,
    "wide": False,
}


class Page:
    """Sections of one report; collects the chart options that the page's script draws.

    Args:
        data: What `vocmine.report.render` collected: one entry for each section.
        timeline: Periods of every series.
        present: Analyzer tables that exist in the store.
        words: Language of the report.
    """

    def __init__(
        self, data: Row, timeline: Timeline, present: frozenset[str], words: Wording
    ) -> None:
        self.data = data
        self.timeline = timeline
        self.present = present
        self.words = words
        self.charts: dict[str, Chart] = {}
        self.total: int = data["headline"]["messages"]

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], *, words_in: int = 1
    ) -> dict[str, Any]:
        """A table: its first `words_in` columns hold words, the others figures."""
        return {
            "heads": [self.words.text(head) for head in heads],
            "rows": [list(row) for row in rows],
            "words_in": words_in,
        }

    def _chart(self, name: str, chart: Chart, aria: str, /, **values: object) -> dict[str, str]:
        self.charts[name] = chart
        return {"id": name, "aria": self.words.text(aria, **values)}

    def missing(self, analyzer: str, *tables: str) -> str:
        """The one sentence of a section whose analyzer did not run; empty when it did."""
        if self.present.issuperset(tables):
            return ""
        return self.words.text("absent", analyzer=analyzer)

    def _share(self, row: Row, key: str, judged: str) -> str:
        # Nothing judged is not the same as none found.
        return self.words.percent(row[key], row["messages"]) if row[judged] else "–"

    def friction(self) -> dict[str, Any]:
        """Ranked friction points with their figures, trend and quotes."""
        words, found = self.words, self.data["friction"]
        after = []
        if found["other_messages"]:
            after.append(words.count("friction_other", found["other_messages"]))
        if found["total_points"] > len(found["points"]):
            after.append(
                words.text(
                    "friction_shown",
                    shown=words.number(len(found["points"])),
                    total=words.number(found["total_points"]),
                )
            )
        return {
            "absent": self.missing("friction", "segment_friction")
            or self.missing("sentiment", "segment_polarity"),
            "points": [self._point(rank, point) for rank, point in enumerate(found["points"], 1)],
            "trend_head": words.text("col_trend", grain=words.text(f"grain_{self.timeline.grain}")),
            "after": after,
            "kinds": self._kinds(found["kinds"]) if found["kinds"] else None,
        }

    def _point(self, rank: int, point: Row) -> dict[str, Any]:
        words = self.words
        signals = []
        for key, name in (("churn", "signal_churn"), ("high_effort", "signal_effort")):
            if point[key]:
                signals.append(words.text(name, n=words.number(point[key])))
        if point["urgent"]:
            signals.append(words.count("signal_urgent", point["urgent"]))
        return {
            "rank": rank,
            "name": words.label("friction", point["friction"]),
            "place": words.place(point["stage"], point["touchpoint"]),
            "full": words.point(point["friction"], point["stage"], point["touchpoint"]),
            "codes": {key: point[key] for key in ("friction", "stage", "touchpoint")},
            "messages": words.number(point["messages"]),
            "share": words.percent(point["messages"], self.total, decimals=1),
            "intensity": words.number(point["mean_polarity"], 1),
            "signals": signals,
            "quotes": point["quotes"],
            "trend": self._trend(rank, point["trend"]),
        }

    def _trend(self, rank: int, values: Sequence[int]) -> dict[str, str] | None:
        if len(values) < 2:
            return None
        words, timeline = self.words, self.timeline
        names = [words.period(period, timeline.grain) for period in timeline.periods]
        peak = max(range(len(values)), key=lambda index: values[index])
        chart = self._chart(
            f"trend-{rank}",
            charts.sparkline(values),
            "trend_label",
            grain=words.text(f"grain_{timeline.grain}"),
            first=names[0],
            last=names[-1],
            values=", ".join(words.number(value) for value in values),
        )
        peak_text = words.text("trend_peak", period=names[peak], n=words.number(values[peak]))
        return chart | {"peak": peak_text}

    def _kinds(self, kinds: Sequence[Row]) -> Block:
        words = self.words
        first = words.label("friction", kinds[0]["friction"])
        columns = ("insights", "before", "during", "after", "unknown")
        return _BLANK | {
            "title": words.text("kinds_title"),
            "note": words.text("kinds_note"),
            "chart": self._chart(
                "kinds",
                charts.friction_kinds(kinds, words),
                "kinds_aria",
                name=first,
                n=words.number(kinds[0]["insights"]),
            ),
            "table": self.table(
                ("col_friction", "col_mentions", "before", "during", "after", "unknown"),
                (
                    [words.label("friction", row["friction"])]
                    + [words.number(row[column]) for column in columns]
                    for row in kinds
                ),
            ),
        }

    def journey(self) -> dict[str, Any]:
        """Balance of the stages, stage × pyramid matrix, and whether the base holds."""
        if absent := self.missing("sentiment", "segment_polarity"):
            return {"absent": absent, "blocks": []}
        return {"absent": "", "blocks": [self._stages(), self._pyramid(), self._matrix()]}

    def _stages(self) -> Block:
        words, found = self.words, self.data["journey"]
        after = [words.count("journey_unknown", found["unknown"])] if found["unknown"] else []
        return _BLANK | {
            "title": words.text("journey_chart"),
            "note": words.text("journey_note"),
            "chart": self._chart("journey", charts.journey(found["stages"], words), "journey_aria"),
            "table": self.table(
                (
                    "col_phase",
                    "col_stage",
                    "col_mentions",
                    "col_negative",
                    "col_neutral",
                    "col_positive",
                    "col_net",
                ),
                (
                    [words.text(row["phase"]), words.label("stage", row["stage"])]
                    + [words.number(row["insights"])]
                    + [words.number(row[tone]) for tone in ("negative", "neutral", "positive")]
                    + ["–" if row["net"] is None else words.signed(row["net"])]
                    for row in found["stages"]
                ),
                words_in=2,
            ),
            "after": after,
        }

    def _matrix(self) -> Block:
        words, found = self.words, self.data["matrix"]
        after = [words.count("matrix_outside", found["outside"])] if found["outside"] else []
        return _BLANK | {
            "wide": True,
            "title": words.text("matrix_title"),
            "note": words.text("matrix_note", least=charts.LEAST_MENTIONS),
            "chart": self._chart("matrix", charts.matrix(found["cells"], words), "matrix_aria"),
            "table": self.table(
                (
                    "col_stage",
                    "col_level",
                    "col_mentions",
                    "col_negative",
                    "col_neutral",
                    "col_positive",
                    "col_net",
                ),
                (
                    [words.label("stage", cell["stage"]), words.label("pyramid", cell["pyramid"])]
                    + [words.number(cell["insights"])]
                    + [words.number(cell[tone]) for tone in ("negative", "neutral", "positive")]
                    + ["–" if cell["net"] is None else words.signed(cell["net"])]
                    for cell in found["cells"]
                    if cell["insights"]
                ),
                words_in=2,
            ),
            "after": after,
        }

    def _pyramid(self) -> Block:
        words, levels = self.words, self.data["pyramid"]
        return _BLANK | {
            "title": words.text("pyramid_title"),
            "note": words.text("pyramid_note"),
            "chart": self._chart("pyramid", charts.pyramid(levels, words), "pyramid_aria"),
            "table": self.table(
                ("col_level", "missed", "met", "col_share"),
                (
                    [
                        words.label("pyramid", row["level"]),
                        words.number(row["missed"]),
                        words.number(row["met"]),
                        words.percent(row["met"], row["judged"]) if row["judged"] else "–",
                    ]
                    for row in reversed(levels)
                ),
            ),
        }

    def emotions(self) -> Block:
        """Share of the messages of each stage that express each emotion."""
        words, found = self.words, self.data["emotions"]
        if not found["emotions"]:
            return {}
        rows = sorted(found["emotions"], key=lambda row: _position("emotion", row["emotion"]))
        top = words.label("emotion", found["emotions"][0]["emotion"])
        return _BLANK | {
            "note": words.text(
                "emotions_intro",
                n=words.number(found["with_any"]),
                total=words.count("messages", self.total),
            ),
            "chart": self._chart(
                "emotions", charts.emotions(rows, words), "emotions_aria", name=top
            ),
            "table": {
                "heads": [
                    words.text("col_emotion"),
                    words.text("col_messages"),
                    *(words.label("stage", cell["stage"]) for cell in rows[0]["stages"]),
                ],
                "rows": [
                    [words.label("emotion", row["emotion"]), words.number(row["messages"])]
                    + [words.percent(cell["messages"], cell["of"]) for cell in row["stages"]]
                    for row in rows
                ],
                "words_in": 1,
            },
        }

    def pqrs(self) -> Block:
        """Messages of each PQRS kind, with tone, effort and urgency."""
        words, rows = self.words, self.data["pqrs"]
        if not rows:
            return {}
        names = [words.label("pqrs", row["pqrs"]) for row in rows]
        heads = (
            "col_kind",
            "col_messages",
            "col_share",
            "col_negative_m",
            "col_effort",
            "col_urgent",
        )
        return _BLANK | {
            "note": words.text("pqrs_intro"),
            "chart": self._chart(
                "pqrs",
                charts.tone_bars(rows, names, words, by="messages"),
                "pqrs_aria",
                name=names[0],
                n=words.number(rows[0]["messages"]),
            ),
            "open": True,
            "table": self.table(
                heads,
                (
                    [
                        name,
                        words.number(row["messages"]),
                        words.percent(row["messages"], self.total),
                        self._share(row, "negative", "with_tone"),
                        self._share(row, "high_effort", "with_effort"),
                        words.percent(row["urgent"], row["messages"]),
                    ]
                    for row, name in zip(rows, names, strict=True)
                ),
            ),
        }

    def topics(self) -> Block:
        """What the messages talk about, with the words that tell each topic apart."""
        words, found = self.words, self.data["topics"]
        if not found["topics"]:
            return {}
        names = [row["name"] for row in found["topics"]]
        shown = words.text(
            "topics_shown", shown=words.number(len(names)), total=words.number(found["total"])
        )
        return _BLANK | {
            "note": words.text("topics_intro"),
            "chart": self._chart(
                "topics",
                charts.tone_bars(found["topics"], names, words, by="messages"),
                "topics_aria",
            ),
            "open": True,
            "table": self.table(
                ("col_topic", "col_terms", "col_messages", "col_share", "col_share_negative"),
                (
                    [
                        row["name"],
                        ", ".join(row["terms"][:6]),
                        words.number(row["messages"]),
                        words.percent(row["messages"], self.total),
                        self._share(row, "negative", "with_tone"),
                    ]
                    for row in found["topics"]
                ),
                words_in=2,
            ),
            "after": [shown] if found["total"] > len(names) else [],
        }

    def over_time(self) -> Block:
        """Sentiment by period; a sentence instead when the dates do not allow it."""
        words, timeline, rows = self.words, self.timeline, self.data["time"]
        if not timeline.dated:
            return _BLANK | {"note": words.text("time_none")}
        if len(timeline.periods) < 2:
            return _BLANK | {"note": words.text("time_one")}
        grain = words.text(f"grain_{timeline.grain}")
        undated = self.total - timeline.dated
        after = [words.count("time_undated", undated)] if undated else []
        if timeline.outside:
            after.append(words.count("time_outside", timeline.outside))
        tones = ("negative", "neutral", "positive")
        return _BLANK | {
            "note": words.text("time_intro", grain=grain),
            "chart": self._chart(
                "time",
                charts.over_time(rows, timeline, words),
                "time_aria",
                grain=grain,
                first=words.period(timeline.periods[0], timeline.grain),
                last=words.period(timeline.periods[-1], timeline.grain),
            ),
            "table": self.table(
                (
                    "col_period",
                    "col_messages",
                    *(f"col_{t}_m" for t in tones),
                    "col_share_negative",
                ),
                (
                    [words.period(row["period"], timeline.grain), words.number(row["messages"])]
                    + [words.number(row[tone]) for tone in tones]
                    + [words.percent(row["negative"], row["messages"]) if row["messages"] else "–"]
                    for row in rows
                ),
            ),
            "after": after,
        }


def _position(labels: str, code: str) -> tuple[int, str]:
    # Canonical order of the catalogue; codes it does not know come last, by name.
    codes = label_set(labels).codes
    return (codes.index(code) if code in codes else len(codes), code)
