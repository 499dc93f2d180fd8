"""What every section of the decisions is written with: language, tables, charts, links."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vocmine.readers.aliases import plain
from vocmine.report.chapters.draft import Pen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import sqlite_utils

    from vocmine.priorities.rows import FrictionPoint, Quote
    from vocmine.report.chapters.draft import Find
    from vocmine.report.chart_parts import Chart
    from vocmine.report.data import Row
    from vocmine.report.decisions import Decisions
    from vocmine.report.wording import Wording
    from vocmine.trends.rows import Change

Section = dict[str, Any]
"""What the template of a section reads; `absent` is the one sentence of a section without data."""

Pieces = Sequence[tuple[str, str]]
"""A text in pieces, each with what a pointer shows on it, empty for plain text."""

MOST_POINTS = 12
"""Friction points that are shown one by one."""
_DECIMALS = {"nps": 0, "csat": 1, "score": 2}


class Sheet(Pen):
    """The decisions of one report in one language.

    Args:
        decisions: What is told.
        words: Language of the report.
        charts: Chart options by name, which the page's script draws; filled here.
        pieces: Quotes by the key of their insight, cut at the words that weighed most; those that
            are not in it are shown as they are.
    """

    def __init__(
        self,
        decisions: Decisions,
        words: Wording,
        charts: dict[str, Chart],
        pieces: Mapping[int, Pieces] | None = None,
    ) -> None:
        super().__init__(words, charts)
        self.decisions = decisions
        self.pieces = pieces or {}
        self.grain = decisions.grain

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

    def quotes(self, found: Iterable[Quote]) -> list[dict[str, Any]]:
        """Exact words, in pieces of text and mark, with the file number they come from."""
        return [
            {
                "pieces": self.pieces.get(quote.insight, [(quote.text, "")]),
                "external_id": quote.external_id,
            }
            for quote in found
        ]


def quoted_points(db: sqlite_utils.Database, decisions: Decisions) -> list[Row]:
    """Friction points as the counted ones are, with the quotes that are shown of them."""
    shown = decisions.points[:MOST_POINTS]
    keys = json.dumps([quote.insight for point in shown for quote in point.quotes])
    sql = (
        "SELECT id, message_id, start FROM main.insights "
        "WHERE id IN (SELECT value FROM json_each(?))"
    )
    known = {row["id"]: row for row in db.query(sql, [keys])}
    return [
        {
            **{key: getattr(point, key) for key in ("friction", "stage", "touchpoint")},
            "quotes": [
                known[quote.insight] | {"quote": quote.text}
                for quote in point.quotes
                if quote.insight in known
            ],
        }
        for point in shown
    ]


def pieces_of(points: Iterable[Row]) -> dict[int, Pieces]:
    """Marked quotes by the key of their insight."""
    return {quote["id"]: quote["pieces"] for point in points for quote in point["quotes"]}


def point_find(point: FrictionPoint | Change) -> Find:
    """What the messages of a friction point, or of what changed in one, are looked up by."""
    return find_of(f"{point.friction}/{point.stage}/{point.touchpoint}")


def find_of(name: str) -> Find:
    """The same for a point that is named `friction/stage/touchpoint`."""
    friction, stage, touchpoint = name.split("/")
    return {"friction": friction, "stage": stage, "touchpoint": touchpoint, "tone": "negative"}


def anchor(prefix: str, name: str) -> str:
    """An id in the page for a name."""
    return "-".join([prefix, *plain(name).split()])
