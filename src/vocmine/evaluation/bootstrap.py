"""95% intervals by bootstrap: messages are drawn again, with all their rows, a thousand times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
SEED = 20260101
_CELLS = 4_000_000
"""Draws held in memory at once; what is drawn does not depend on it."""

Counts = npt.NDArray[np.float64]
Measure = Callable[[Counts], Counts]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95% interval: the 2.5th and 97.5th percentile of the resamples."""

    value: float
    low: float
    high: float


def estimate(counts: Counts, measure: Measure) -> Estimate:
    """A figure that is made of sums over messages, with its interval.

    Args:
        counts: Of each message, float64 (messages, …); at least one message.
        measure: From sums, float64 (samples, …), to a figure for each sample, float64 (samples,).
    """
    return estimates(counts, measure)[0]


def estimates(counts: Counts, *measures: Measure) -> list[Estimate]:
    """Several figures of the same sums, with one drawing of samples; see `estimate`."""
    whole, samples = counts.sum(axis=0)[None], resampled(counts)
    found = []
    for measure in measures:
        low, high = np.nanpercentile(measure(samples), [2.5, 97.5])
        found.append(Estimate(float(measure(whole)[0]), float(low), float(high)))
    return found


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
