"""What every section of the decisions is written with: language, tables, charts, links."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.priorities.rows import Quote
    from vocmine.report.chart_parts import Chart
    from vocmine.report.decisions import Decisions
    from vocmine.report.wording import Wording

Section = dict[str, Any]
"""What the template of a section reads; `absent` is the one sentence of a section without data."""

_DECIMALS = {"nps": 0, "csat": 1, "score": 2}


class Sheet:
    """The decisions of one report in one language; collects the options of the charts drawn.

    Args:
        decisions: What is told.
        words: Language of the report.
        charts: Chart options by name, which the page's script draws; filled here.
    """

    def __init__(self, decisions: Decisions, words: Wording, charts: dict[str, Chart]) -> None:
        self.decisions = decisions
        self.words = words
        self.charts = charts
        self.grain = decisions.grain

    def chart(self, name: str, chart: Chart, aria: str, /, **values: object) -> dict[str, str]:
        """Leave a chart to be drawn; returns its id and its description for a screen reader."""
        self.charts[name] = chart
        return {"id": name, "aria": self.words.text(aria, **values)}

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[object]], *, words_in: int = 1
    ) -> dict[str, Any]:
        """A table: its first `words_in` columns hold words, the others figures."""
        return {
            "heads": [self.words.text(head) for head in heads],
            "rows": [list(row) for row in rows],
            "words_in": words_in,
        }

    def day(self, iso: str) -> str:
        """A day as the reader writes it; a dash without one."""
        return self.words.day(iso[:10]) if iso else "–"

    def period(self, key: str, *, axis: bool = False) -> str:
        """Name of a period of the timeline."""
        return self.words.period(key, self.grain, axis=axis)

    def share(self, value: float | None, *, decimals: int = 0) -> str:
        """A share as a percentage; a dash without one."""
        return "–" if value is None else self.words.percent(value, 1.0, decimals=decimals)

    def points(self, value: float, decimals: int = 1) -> str:
        """A difference of shares in percentage points, with its sign: `+3,2`."""
        text = self.words.number(100 * value, decimals)
        return f"+{text}" if round(100 * value, decimals) > 0 else text

    def measure(self, metric: str, value: float, *, signed: bool = False, more: int = 0) -> str:
        """A value of NPS, CSAT or a rating, with the decimals that it deserves or some more."""
        decimals = _DECIMALS.get(metric, 1) + more
        text = self.words.number(value, decimals)
        return f"+{text}" if signed and round(value, decimals) > 0 else text

    def figure(self, name: str, value: float, *, signed: bool = False) -> str:
        """A value of a compared or followed figure: a share, or a value of NPS or a rating."""
        if name in _DECIMALS:
            return self.measure(name, value, signed=signed)
        return self.points(value) if signed else self.share(value)

    def named(self, name: str) -> str:
        """A figure in words: `la parte negativa`, or a point for `friction/stage/touchpoint`."""
        if "/" in name:
            return self.words.point(*name.split("/")[:3])
        return self.words.named("figure", name)

    def quotes(self, found: Iterable[Quote]) -> list[dict[str, str]]:
        """Exact words with the file number they come from."""
        return [{"text": quote.text, "external_id": quote.external_id} for quote in found]


def point_codes(friction: str, stage: str, touchpoint: str) -> dict[str, str]:
    """What a click on a friction point looks up among the messages."""
    return {"friction": friction, "stage": stage, "touchpoint": touchpoint}


def plain(text: str) -> str:
    """A name without accents, capitals or outer spaces: how two spellings are compared."""
    bare = unicodedata.normalize("NFD", text)
    kept = (character for character in bare if not unicodedata.combining(character))
    return " ".join("".join(kept).casefold().split())


def anchor(prefix: str, name: str) -> str:
    """An id in the page for a name."""
    return prefix + "-" + "-".join("".join(c if c.isalnum() else " " for c in plain(name)).split())
