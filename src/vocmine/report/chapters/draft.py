"""What every chapter is written with: figures, language, tables, charts, links to messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vocmine.report.chart_parts import Chart
    from vocmine.report.data import Row
    from vocmine.report.decisions import Decisions
    from vocmine.report.periods import Timeline
    from vocmine.report.wording import Wording

Content = dict[str, Any]
"""What the template of a chapter reads: `absent` (one sentence, and then nothing else), `note`
and `blocks`, or the keys of a template of its own; empty when nothing was found."""

Block = dict[str, Any]
"""`title`, `note`, `chart` (its id and description), `table`, `after` (sentences); `open` shows the
table at once, `wide` gives the block the whole width. Made by `block`."""

Find = dict[str, str | tuple[str, ...]]
"""Criteria that messages are looked up by; a tuple holds alternatives. Of one insight: `friction`,
`stage`, `touchpoint`, `pyramid`, `phase`, `tone`, `area`; of the message: `mood`, `pqrs`,
`emotion`, `topic`, `flag`, `period`, `channel`."""

UNITS = ("messages", "insights", "share", "insight_share", "net", "intensity")


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
        return urlencode(self.find, doseq=True)

    @property
    def whole(self) -> str:
        """`of` as the page's script reads it."""
        return urlencode(self.of or {}, doseq=True)


def address(find: Find) -> str:
    """The place in the page that shows the messages of these criteria."""
    return f"#messages?{urlencode(find, doseq=True)}" if find else "#messages"


def block(**parts: Any) -> Block:
    """A block with these parts and no others."""
    blank: Block = {
        "title": "",
        "note": "",
        "chart": None,
        "table": None,
        "after": [],
        "open": False,
        "wide": False,
    }
    return blank | parts


class Draft:
    """One report while its chapters are written; collects the charts that the page draws.

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
        self.data = data
        self.timeline = timeline
        self.present = present
        self.words = words
        self.decisions = decisions
        self.charts: dict[str, Chart] = {}
        self.total: int = data["headline"]["messages"]

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

    def missing(self, analyzer: str, *tables: str) -> str:
        """The one sentence of a chapter whose analyzer did not run; empty when it did."""
        if self.present.issuperset(tables):
            return ""
        return self.words.text("absent", analyzer=analyzer)

    def messages(self, n: int, find: Find) -> Figure:
        """How many messages meet `find`."""
        return Figure(self.words.number(n), find, "messages")

    def insights(self, n: int, find: Find) -> Figure:
        """How many insights meet `find`."""
        return Figure(self.words.number(n), find, "insights")

    def share(self, part: int, whole: int, find: Find, of: Find, *, decimals: int = 0) -> Figure:
        """Which part of the messages that meet `of` meet `find` too."""
        text = self.words.percent(part, whole, decimals=decimals)
        return Figure(text, find, "share", of, decimals)

    def net(self, row: Mapping[str, Any], find: Find) -> Figure | str:
        """Balance of the insights that meet `find`; a dash without any."""
        if row["net"] is None:
            return "–"
        return Figure(self.words.signed(row["net"]), find, "net")
