"""Figures by week or month: how much is said, how badly, and which friction points hurt.

A period that the data reach into only in part is shown like any other; `complete` tells it apart,
and nothing that looks for changes reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from vocmine.catalogue import label_set
from vocmine.report.periods import periods_between
from vocmine.store.frame import UNKNOWN, code_of
from vocmine.trends.rows import Series

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vocmine.store.frame import Codes, Days, Flags, Floats, Frame, Ints

Grain = Literal["week", "month"]

WEEKS_UP_TO = 731
"""Days from the first message to the last up to which a period is a week."""
LONE = 92
"""Days without a message that part wrong years from the data, within the outer 1 % of it."""
POINTS = 20
"""Friction points that are followed: those of most messages."""
POINT_MESSAGES = 10
"""Messages below which a friction point is not followed."""
PRAISED = 10
"""Places of praise that are followed for drift."""
PRAISE = 40
"""Insights, praise or mention, below which a place is not followed."""
_INSIDE = 0.1
"""Share of a period that may lack messages at its outer end."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of each of T periods, as sums that can be pooled.

    Args:
        what: `volume`, `negative`, `neutral`, `positive`, `score`, `nps`, `friction`, or `praise`
            (praise among praise and mere mention at a stage and touchpoint).
        kind: `count`; `share` (`total` is a count of `of`); `mean` (`total` is a sum over `of`).
        total: float64 (T,).
        of: Messages it rests on, float64 (T,); of `praise`, insights.
        spread: Standard deviation of single values of a `mean`, else 0.
        friction: Code of a friction point, else empty; `stage` and `touchpoint` likewise.
    """

    what: str
    kind: Literal["count", "share", "mean"]
    total: Floats
    of: Floats
    spread: float = 0.0
    friction: str = ""
    stage: str = ""
    touchpoint: str = ""

    @property
    def name(self) -> str:
        """As `Series.name` has it."""
        if self.what == "friction":
            return f"{self.friction}/{self.stage}/{self.touchpoint}"
        return "messages" if self.what == "volume" else self.what

    def values(self) -> Floats:
        """The figure of each period, float64 (T,); nan where nothing was measured."""
        if self.kind == "count":
            return self.total
        measured = np.where(self.of > 0, self.of, np.nan)
        found: Floats = self.total / measured
        return found

    def cut(self, first: int, last: int) -> Figure:
        """The same figure of the periods from `first` up to `last`, that one left out."""
        return replace(self, total=self.total[first:last], of=self.of[first:last])


def timeline(frame: Frame, grain: Grain | None = None) -> tuple[str, ...]:
    """Keys of the periods from the first message to the last, without gaps.

    Dates that lie apart from all others (a typed 2062) are left outside.

    Args:
        frame: Whose messages.
        grain: `week` or `month`; weeks up to two years, months beyond, when None.

    Returns:
        A week is the date of its Monday, a month is `2026-03`; empty without any date.
    """
    day = frame.messages.day
    dated = np.sort(day[~np.isnat(day)])
    if not len(dated):
        return ()
    first, last = _span(dated)
    if grain is None:
        grain = "week" if (last - first).days <= WEEKS_UP_TO else "month"
    return periods_between(first, last, grain)


def _span(dated: Days) -> tuple[date, date]:
    outer = len(dated) // 100
    gaps = np.diff(dated).astype(np.int64) > LONE
    early = np.flatnonzero(gaps[:outer])
    late = np.flatnonzero(gaps[len(gaps) - outer :]) if outer else early
    first = dated[early[-1] + 1] if len(early) else dated[0]
    last = dated[len(gaps) - outer + late[0]] if len(late) else dated[-1]
    return first.item(), last.item()


def grain_of(period: str) -> Grain:
    """Whether the key of a period is that of a week or of a month."""
    return "month" if len(period) == len("2026-03") else "week"


def starts_of(periods: Sequence[str]) -> Days:
    """First day of each period, and the day after the last one, datetime64[D] (T + 1,)."""
    if grain_of(periods[0]) == "month":
        months = np.array(periods, dtype="datetime64[M]")
        return np.append(months, months[-1:] + 1).astype("datetime64[D]")
    weeks = np.array(periods, dtype="datetime64[D]")
    return np.append(weeks, weeks[-1:] + 7)


def places(frame: Frame, periods: Sequence[str]) -> Ints:
    """Place of each message's period in `periods`, int64 (n,); `UNKNOWN` outside and undated."""
    day = frame.messages.day
    if not periods:
        return np.full(len(day), UNKNOWN, dtype=np.int64)
    starts = starts_of(periods)
    at = np.searchsorted(starts, day, side="right").astype(np.int64) - 1
    at[np.isnat(day) | (at >= len(periods))] = UNKNOWN
    return at


def complete(frame: Frame, periods: Sequence[str]) -> Flags:
    """Which periods the data cover to their ends, bool (T,).

    Only the first and the last can be partial. They are when the data begin or end inside them: the
    silence up to the period's end is longer than two days, than 19 in 20 of the pauses in the data
    (an office that rests on weekends has long ones), and than a tenth of the period.
    """
    whole = np.ones(len(periods), dtype=np.bool_)
    at = places(frame, periods)
    days = np.unique(frame.messages.day[at != UNKNOWN])
    if not len(days):
        return ~whole
    starts = starts_of(periods)
    pauses = np.diff(days).astype(np.int64)
    usual = max(float(np.quantile(pauses, 0.95)) if len(pauses) else 0.0, 2.0)
    length = np.diff(starts).astype(np.int64)
    # A message on the first, or last, day of the period is a pause of one day.
    begins = (days[0] - starts[0]).astype(np.int64) + 1
    ends = (starts[-1] - days[-1]).astype(np.int64)
    whole[0] = begins <= max(usual, _INSIDE * length[0])
    whole[-1] &= ends <= max(usual, _INSIDE * length[-1])
    return whole


def series(frame: Frame, periods: Sequence[str]) -> list[Series]:
    """Volume, tones, score and NPS, then the larger friction points, most messages first.

    Args:
        frame: Whose messages.
        periods: As `timeline` gives them.

    Returns:
        Shares are 0 to 1, NPS is -100 to 100. Figures that no message has are left out.
    """
    return [
        Series(
            figure.name,
            tuple(periods),
            tuple(None if np.isnan(value) else float(value) for value in figure.values()),
            tuple(int(count) for count in figure.of),
        )
        for figure in figures(frame, periods)
        if figure.what != "praise"
    ]


def figures(frame: Frame, periods: Sequence[str]) -> list[Figure]:
    """Everything that is followed over time; what nothing was measured of is left out."""
    messages = frame.messages
    at = places(frame, periods)
    width = len(periods)
    volume = _per_period(at, at != UNKNOWN, width)
    found = [Figure("volume", "count", volume, volume)]
    judged = _per_period(at, messages.judged, width)
    for what, sign in (("negative", -1), ("neutral", 0), ("positive", 1)):
        of_tone = messages.judged & (np.sign(messages.sentiment) == sign)
        found.append(Figure(what, "share", _per_period(at, of_tone, width), judged))
    # NPS is promoters (9, 10) less detractors (0 to 6), in points.
    recommends = np.where(messages.nps >= 9, 100.0, np.where(messages.nps > 6, 0.0, -100.0))
    recommends[np.isnan(messages.nps)] = np.nan
    for what, values in (("score", messages.score), ("nps", recommends)):
        found.append(_mean(what, values, at, width))
    found += _points(frame, at, width, volume)
    found += _praise(frame, at, width)
    return [figure for figure in found if figure.of.any()]


def _per_period(at: Ints, chosen: Flags, width: int, weights: Floats | None = None) -> Floats:
    inside = chosen & (at != UNKNOWN)
    given = None if weights is None else weights[inside]
    return np.bincount(at[inside], weights=given, minlength=width).astype(np.float64)


def _mean(what: str, values: Floats, at: Ints, width: int) -> Figure:
    known = ~np.isnan(values)
    inside = values[known & (at != UNKNOWN)]
    spread = float(inside.std()) if len(inside) else 0.0
    total = _per_period(at, known, width, values)
    return Figure(what, "mean", total, _per_period(at, known, width), spread)


def _table(key: Ints, at: Ints, width: int, least: int, most: int) -> tuple[Ints, Floats]:
    """The most frequent keys, and how often each falls in each period, float64 (keys, width)."""
    names, code, count = np.unique(key, return_inverse=True, return_counts=True)
    order = np.argsort(-count, kind="stable")
    kept = order[count[order] >= least][:most]
    table = np.bincount(code * width + at, minlength=len(names) * width)
    return names[kept], table.reshape(len(names), width)[kept].astype(np.float64)


def _key(*columns: Codes) -> Ints:
    """One number for the codes of each insight; `_codes` takes it apart."""
    return sum(
        (column.astype(np.int64) << (8 * place) for place, column in enumerate(columns)),
        start=np.zeros(len(columns[0]), dtype=np.int64),
    )


def _codes(key: int, *labels: str) -> dict[str, str]:
    return {
        name: label_set(name).codes[(key >> (8 * place)) & 0xFF]
        for place, name in enumerate(labels)
    }


def point_keys(frame: Frame) -> tuple[Flags, Ints]:
    """Which insights complain of a friction point, bool (m,), and which point each is of."""
    insights = frame.insights
    complains = insights.judged & (insights.polarity < 0)
    for column in (insights.friction, insights.stage, insights.touchpoint):
        complains &= column != UNKNOWN
    complains &= insights.friction != code_of("friction", "none")
    return complains, _key(insights.friction, insights.stage, insights.touchpoint)


def _points(frame: Frame, at: Ints, width: int, volume: Floats) -> list[Figure]:
    complains, key = point_keys(frame)
    owner = frame.insights.message
    complains &= at[owner] != UNKNOWN
    # A message counts once for a point, however often it complains of it.
    pairs = np.unique(np.stack([owner[complains], key[complains]]), axis=1)
    names, table = _table(pairs[1], at[pairs[0]], width, POINT_MESSAGES, POINTS)
    labels = ("friction", "stage", "touchpoint")
    return [
        Figure("friction", "share", row, volume, 0.0, **_codes(name, *labels))
        for name, row in zip(names.tolist(), table, strict=True)
    ]


def _praise(frame: Frame, at: Ints, width: int) -> list[Figure]:
    insights = frame.insights
    placed = insights.judged & (insights.polarity >= 0) & (at[insights.message] != UNKNOWN)
    for name in ("stage", "touchpoint"):
        column: Codes = getattr(insights, name)
        placed &= (column != UNKNOWN) & (column != code_of(name, "unknown"))
    key = _key(insights.stage, insights.touchpoint)[placed]
    period = at[insights.message[placed]]
    praise = insights.polarity[placed] > 0
    names, table = _table(key, period, width, PRAISE, PRAISED)
    return [
        Figure(
            "praise",
            "share",
            _per_period(period, praise & (key == name), width),
            row,
            0.0,
            **_codes(name, "stage", "touchpoint"),
        )
        for name, row in zip(names.tolist(), table, strict=True)
    ]
