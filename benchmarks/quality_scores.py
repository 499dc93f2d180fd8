"""Macro-F1 with a bootstrap interval over messages, from counts per message and label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 1000
SEED = 20260101
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the quality table.

    Args:
        f1: Macro-F1 over the labels that occur in the gold data, 0 to 1.
        low, high: 95% interval: 2.5th and 97.5th percentile of resamples of messages.
        accuracy: Share of rows that are right; of messages whose whole set is right when
            several labels are allowed.
        n: Rows judged (messages, quotes).
        worst: Label with the lowest F1, `worst_f1` its F1 and `worst_n` its gold rows.
    """

    f1: float
    low: float
    high: float
    accuracy: float
    n: int
    worst: str
    worst_f1: float
    worst_n: int


def score_labels(
    gold: Sequence[object], predicted: Sequence[object], message: Sequence[int]
) -> Score:
    """Score one label per row; `message` groups rows for the bootstrap."""
    labels = sorted(set(gold), key=str)
    codes = {label: index for index, label in enumerate(labels)}
    owners = np.unique(np.asarray(message), return_inverse=True)[1]
    counts = np.zeros((int(owners.max()) + 1, len(labels), 3))
    right = 0
    for owner, wanted, got in zip(owners.tolist(), gold, predicted, strict=True):
        right += wanted == got
        if wanted == got:
            counts[owner, codes[wanted], 0] += 1
            continue
        counts[owner, codes[wanted], 2] += 1
        if got in codes:
            counts[owner, codes[got], 1] += 1
    return _score(counts, [str(label) for label in labels], right / len(gold), len(gold))


def score_sets(
    gold: Sequence[frozenset[str]], predicted: Sequence[frozenset[str]], labels: Sequence[str]
) -> Score:
    """Score a set of labels per message, label by label."""
    present = [label for label in labels if any(label in wanted for wanted in gold)]
    counts = np.zeros((len(gold), len(present), 3))
    for row, (wanted, got) in enumerate(zip(gold, predicted, strict=True)):
        for column, label in enumerate(present):
            counts[row, column] = (
                label in wanted and label in got,
                label in got and label not in wanted,
                label in wanted and label not in got,
            )
    kept = frozenset(present)
    right = sum((wanted == (got & kept)) for wanted, got in zip(gold, predicted, strict=True))
    return _score(counts, present, right / len(gold), len(gold))


def label_f1(counts: Counts) -> Counts:
    """F1 of true positives, false positives and misses (…, 3); NaN where all are zero."""
    hit, extra, miss = counts[..., 0], counts[..., 1], counts[..., 2]
    total = 2 * hit + extra + miss
    return np.divide(2 * hit, total, out=np.full_like(total, np.nan), where=total > 0)


def resampled(counts: Counts, resamples: int = RESAMPLES) -> Counts:
    """Sums of counts (messages, …) over bootstrap samples of messages (resamples, …)."""
    rng = np.random.default_rng(SEED)
    messages = len(counts)
    picks = rng.multinomial(messages, np.full(messages, 1 / messages), size=resamples)
    flat = picks.astype(np.float64) @ counts.reshape(messages, -1)
    return flat.reshape(resamples, *counts.shape[1:])


def interval(values: Counts) -> tuple[float, float]:
    """95% interval of bootstrap values."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def _score(counts: Counts, labels: Sequence[str], accuracy: float, n: int) -> Score:
    by_label = label_f1(counts.sum(axis=0))
    low, high = interval(np.nanmean(label_f1(resampled(counts)), axis=1))
    worst = int(np.nanargmin(by_label))
    support = counts.sum(axis=0)[worst, [0, 2]].sum()
    return Score(
        f1=float(np.nanmean(by_label)),
        low=low,
        high=high,
        accuracy=accuracy,
        n=n,
        worst=labels[worst],
        worst_f1=float(by_label[worst]),
        worst_n=int(support),
    )
