"""What every chapter is written with: figures, language, tables, charts, links to messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from vocmine.report.charts import sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vocmine.report.chart_parts import Chart
    from vocmine.report.data import Row
    from vocmine.report.decisions import Decisions
    from vocmine.report.periods import Grain, Timeline
    from vocmine.report.wording import Wording

Content = dict[str, Any]
"""What the template of a chapter reads: `absent` (one sentence, and then nothing else), `note`
and `blocks`, or the keys of a template of its own; empty when nothing was found."""

Block = dict[str, Any]
"""`title`, `note`, `bars`, `heat`, `chart` (its id and description), `table`, `after` (sentences);
`open` shows the table at once. Made by `block`."""

Find = dict[str, str | tuple[str, ...]]
"""Criteria that messages are looked up by; a tuple holds alternatives. Of one insight: `friction`,
`stage`, `touchpoint`, `pyramid`, `phase`, `tone`, `area`; of the message: `mood`, `pqrs`,
`emotion`, `topic`, `flag`, `due`, `case`, `period`, `channel`. An obstacle without a tone is looked
for among what is negative."""

LEAST = 5
"""Mentions or messages under which a cell of a heat map is left without a colour."""
STEPS = (0.12, 0.38, 0.68)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to the messages it counts, and that the page counts again by itself.

    Args:
        text: As the reader sees it, of all messages.
        find: Criteria of what is counted.
        unit: `messages` or `insights` (how many meet `find`), `share` or `insight_share` (which
            part of those that meet `of`), `net` (positive minus negative insights over all),
            `intensity` (mean polarity). Empty for a figure that the page cannot count again, such
            as an interval: under a filter it is marked as one of all messages.
        of: Criteria of the whole of a share.
        decimals: Of a share or mean.
    """

    text: str
    find: Find
    unit: str = ""
    of: Find | None = None
    decimals: int = 0

    @property
    def href(self) -> str:
        """Address in the page of the messages behind it."""
        return address(self.find)

    @property
    def query(self) -> str:
        """`find` as the page's script reads it."""
        return query(self.find)

    @property
    def whole(self) -> str:
        """`of` as the page's script reads it."""
        return query(self.of or {})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: `tone` is the class that colours it, `name` what it is called."""

    tone: str
    name: str
    figure: Figure
    size: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of parts with its name, and the figure of the whole beside it."""

    name: str
    parts: tuple[Part, ...]
    total: Figure | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a heat map.

    Args:
        figure: What is written in it; a dash where there is nothing.
        value: -1 to 1, what colours it.
        count: How many it rests on, written below; None leaves it out.
        base: How many it rests on.
        sign: Of a share that is bad (-1), good (1) or neither (0); not used for a balance.
    """

    figure: Figure | str
    value: float
    count: Figure | None
    base: int
    sign: int = 0

    @property
    def few(self) -> bool:
        """Whether it rests on so few that it gets no colour."""
        return self.base < LEAST

    @property
    def step(self) -> int:
        """-3 to 3: the step of the palette; the page's script has the same limits."""
        size = sum(abs(self.value) >= limit for limit in STEPS)
        return size if self.value > 0 else -size


def address(find: Find) -> str:
    """The place in the page that shows the messages of these criteria."""
    return f"#messages?{query(find)}" if find else "#messages"


def query(find: Find) -> str:
    """Criteria as they stand in an address: `friction=billing&tone=negative`."""
    return urlencode(find, doseq=True)


def block(**parts: Any) -> Block:
    """A block with these parts and no others."""
    blank: Block = {
        "title": "",
        "note": "",
        "bars": None,
        "heat": None,
        "chart": None,
        "table": None,
        "after": [],
        "open": False,
    }
    return blank | parts


def bar_chart(bars: Sequence[Bar], aria: str, scale: str = "sum") -> Row:
    """Bars as the page draws them, with their description; see `Draft.bars`."""
    legend = {part.tone: part.name for bar in bars for part in bar.parts}
    sums = [sum(part.size for part in bar.parts) for bar in bars]
    sides = [max([0.0, *(bar.parts[i].size for bar in bars)]) for i in range(2)]
    left, right = sides if scale == "facing" else (0.0, max([0.0, *sums]))
    return {
        "bars": [
            {"bar": bar, "max": (total or 1) if scale == "full" else (left + right) or 1}
            for bar, total in zip(bars, sums, strict=True)
        ],
        "scale": scale,
        "left": left / ((left + right) or 1),
        "legend": list(legend.items()),
        "aria": aria,
    }


class Pen:
    """What a report is written with in one language; collects the charts that the page draws.

    Args:
        words: Language of the report.
        charts: Chart options by name; filled here.
    """

    def __init__(self, words: Wording, charts: dict[str, Chart]) -> None:
        self.words = words
        self.charts = charts

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str | Figure]], *, words_in: int = 1
    ) -> dict[str, Any]:
        """A table: its first `words_in` columns hold words, the others figures."""
        return {
            "heads": [self.words.text(head) for head in heads],
            "rows": [list(row) for row in rows],
            "words_in": words_in,
        }

    def chart(self, name: str, chart: Chart, aria: str, /, **values: object) -> dict[str, str]:
        """Leave a chart to be drawn; returns its id and its description for a screen reader."""
        self.charts[name] = chart
        return {"id": name, "aria": self.words.text(aria, **values)}

    def sparkline(
        self, name: str, values: Sequence[int], periods: Sequence[str], grain: Grain
    ) -> dict[str, str]:
        """Leave a small line to be drawn: what `chart` returns, and its `peak` in words.

        Args:
            name: Of the chart.
            values: Messages of each period, at least two.
            periods: Keys of the periods.
            grain: Of the periods.
        """
        words = self.words
        names = [words.period(period, grain) for period in periods]
        top = max(range(len(values)), key=lambda at: values[at])
        drawn = self.chart(
            name,
            sparkline(values),
            "trend_label",
            grain=words.text(f"grain_{grain}"),
            first=names[0],
            last=names[-1],
            values=", ".join(words.number(value) for value in values),
        )
        peak = words.text("trend_peak", period=names[top], n=words.number(values[top]))
        return drawn | {"peak": peak}

    def messages(self, n: int, find: Find) -> Figure:
        """How many messages meet `find`."""
        return Figure(self.words.number(n), find, "messages")

    def insights(self, n: int, find: Find) -> Figure:
        """How many insights meet `find`."""
        return Figure(self.words.number(n), find, "insights")

    def insight_share(self, part: int, whole: int, find: Find, of: Find) -> Figure:
        """Which part of the insights that meet `of` meet `find` too."""
        return Figure(self.words.percent(part, whole), find, "insight_share", of)


class Draft(Pen):
    """One report while its chapters are written.

    Args:
        data: What `vocmine.report.render` collected: one entry for each section.
        timeline: Periods of every series.
        present: Analyzer tables that exist in the store.
        words: Language of the report.
        decisions: What goes beyond counts; None leaves out what is made of it.
    """

    def __init__(
        self,
        data: Row,
        timeline: Timeline,
        present: frozenset[str],
        words: Wording,
        decisions: Decisions | None = None,
    ) -> None:
        super().__init__(words, {})
        self.data = data
        self.timeline = timeline
        self.present = present
        self.decisions = decisions
        self.total: int = data["headline"]["messages"]

    def bars(
        self, bars: Sequence[Bar], aria: str, /, *, scale: str = "sum", **values: object
    ) -> Row:
        """Bars drawn to one scale, each part a link to its messages.

        Args:
            bars: From the top.
            aria: Key of the description for a screen reader; its gaps are in `values`.
            scale: `sum` (the longest bar fills the width), `full` (every bar does), `facing` (the
                first part to the left, the second to the right).
            values: For the gaps of `aria`.
        """
        return bar_chart(bars, self.words.text(aria, **values), scale)

    def missing(self, analyzer: str, *tables: str) -> str:
        """The one sentence of a chapter whose analyzer did not run; empty when it did."""
        if self.present.issuperset(tables):
            return ""
        return self.words.text("absent", analyzer=analyzer)

    def share(
        self, part: int, whole: int, find: Find, of: Find, *, decimals: int = 0
    ) -> Figure | str:
        """Which part of the messages that meet `of` meet `find` too; a dash when none does."""
        if not whole:
            return "–"
        text = self.words.percent(part, whole, decimals=decimals)
        return Figure(text, find, "share", of, decimals)

    def net(self, row: Mapping[str, Any], find: Find) -> Figure | str:
        """Balance of the insights that meet `find`; a dash without any."""
        if row["net"] is None:
            return "–"
        return Figure(self.words.signed(row["net"]), find, "net")
