"""Whether the share of messages with a friction point grows or shrinks over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine.priorities.rows import Trend
from vocmine.store.frame import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.priorities.clusters import Clusters
    from vocmine.store.frame import Flags, Floats, Ints

LEAST_PERIODS = 4
"""Periods under which there is no trend to speak of."""
LEAST_MESSAGES = 10
"""Dated messages under which a point has no trend."""
LEVEL = 0.05
"""Rate of wrong claims among the trends that are claimed."""


def trends(points: Clusters, period: Ints, periods: Sequence[str]) -> list[Trend]:
    """The trend of each point.

    Args:
        points: Of a frame.
        period: Index of the period of each message, int64 (n,); `UNKNOWN` without a date, or
            outside the periods.
        periods: Their keys, in order.

    Returns:
        One for each point. Cochran (1954) and Armitage (1955): a test for a trend in shares, its
        variance widened where shares vary more from period to period than chance lets them (a wave
        of complaints is no trend), with Benjamini and Hochberg's control over the points.
    """
    from scipy import stats

    count = len(periods)
    of_pair = period[points.message]
    dated = of_pair != UNKNOWN
    series = np.zeros((len(points), count), dtype=np.int64)
    np.add.at(series, (points.of[dated], of_pair[dated]), 1)
    every = np.bincount(period[period != UNKNOWN], minlength=count)
    known = (series.sum(axis=1) >= LEAST_MESSAGES) & (np.count_nonzero(every) >= LEAST_PERIODS)
    change, score = np.zeros(len(points)), np.zeros(len(points))
    p_value = np.ones(len(points))
    if known.any():
        half = count // 2
        newer, older = series[:, half:].sum(axis=1), series[:, :half].sum(axis=1)
        change = newer / max(every[half:].sum(), 1) - older / max(every[:half].sum(), 1)
        score[known], freedom = _trend_scores(series[known], every)
        raw = 2 * stats.t.sf(np.abs(score[known]), freedom)
        p_value[known] = stats.false_discovery_control(raw)
    return [
        Trend(
            direction=_direction(known[i], p_value[i], change[i], score[i]),
            change=float(change[i]) if known[i] else 0.0,
            p_value=float(p_value[i]) if known[i] else None,
            series=tuple(series[i].tolist()),
        )
        for i in range(len(points))
    ]


def _trend_scores(series: Ints, every: Ints) -> tuple[Floats, int]:
    """Cochran and Armitage's statistic of each point, float64 (p,), and its degrees of freedom."""
    filled = every > 0
    time = np.flatnonzero(filled).astype(np.float64)
    held, base = series[:, filled], every[filled]
    centred = time - time @ base / base.sum()
    share = held.sum(axis=1) / base.sum()
    spread = share * (1 - share)
    moment = centred**2 @ base
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (held - share[:, None] * base) @ centred
        expected = base * np.clip(share[:, None] + np.outer(slope / moment, centred), 0, 1)
        rest = (held - expected) ** 2 / (base * spread[:, None])
        waves = np.maximum(rest.sum(axis=1) / (len(time) - 2), 1.0)
        score = slope / np.sqrt(spread * moment * waves)
    return np.nan_to_num(score, posinf=0.0, neginf=0.0), len(time) - 2


def _direction(known: Flags, p_value: Floats, change: Floats, score: Floats) -> str:
    if not known:
        return "unknown"
    if p_value > LEVEL or change * score <= 0:
        return "flat"
    return "up" if change > 0 else "down"
