"""95% intervals by bootstrap: messages are drawn again, with all their rows, a thousand times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

RESAMPLES = 1000
SEED = 20260101
_CELLS = 4_000_000
"""Draws held in memory at once; what is drawn does not depend on it."""

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95% interval: the 2.5th and 97.5th percentile of the resamples."""

    value: float
    low: float
    high: float


def estimate(counts: Counts, measure: Callable[[Counts], Counts]) -> Estimate:
    """A figure that is made of sums over messages, with its interval.

    Args:
        counts: Of each message, float64 (messages, …); at least one message.
        measure: From sums, float64 (samples, …), to a figure for each sample, float64 (samples,).
    """
    value = float(measure(counts.sum(axis=0)[None])[0])
    low, high = np.nanpercentile(measure(resampled(counts)), [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def resampled(counts: Counts, resamples: int = RESAMPLES) -> Counts:
    """Sums of counts over samples of messages drawn with replacement, float64 (resamples, …)."""
    rng = np.random.default_rng(SEED)
    messages = len(counts)
    flat, even = counts.reshape(messages, -1), np.full(messages, 1 / messages)
    step = max(1, _CELLS // messages)
    sums = []
    for first in range(0, resamples, step):
        drawn = rng.multinomial(messages, even, size=min(step, resamples - first))
        sums.append(drawn.astype(np.float64) @ flat)
    return np.concatenate(sums).reshape(resamples, *counts.shape[1:])


def ratio(part: Counts, whole: Counts) -> Counts:
    """`part / whole`, NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)
