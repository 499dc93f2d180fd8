"""Predicted insights against gold ones: which points are found, and with which labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from quality_scores import Counts, interval, resampled

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = ("polarity", "friction", "stage", "pyramid", "touchpoint")
MATCHES = ("span", "sign", *LABELS, "all")
"""`span`: the quote alone; `sign`: polarity's sign; `all`: the five labels together."""


@dataclass(frozen=True, slots=True)
class Point:
    """An insight: characters `start` to `end` and its labels."""

    start: int
    end: int
    labels: dict[str, object]


@dataclass(frozen=True, slots=True)
class InsightScore:
    """Precision, recall and F1 (with its 95% interval) of one kind of match."""

    match: str
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    predicted: int
    gold: int


def score_insights(
    gold: Sequence[Sequence[Point]], predicted: Sequence[Sequence[Point]], *, strict: bool = False
) -> list[InsightScore]:
    """Micro precision, recall and F1 over messages for every kind of match.

    Quotes match when they share at least half of the shorter one (`strict`: intersection over
    union of at least a half); pairs are one to one, largest overlap first, and a label counts
    only for a pair whose labels agree.
    """
    counts = np.zeros((len(gold), len(MATCHES), 3))
    for row, (wanted, got) in enumerate(zip(gold, predicted, strict=True)):
        pairs = match_points(wanted, got, strict=strict)
        for column, kind in enumerate(MATCHES):
            hits = sum(agrees(kind, wanted[i], got[j]) for i, j in pairs)
            counts[row, column] = hits, len(got) - hits, len(wanted) - hits
    return [_insight_score(kind, counts[:, i]) for i, kind in enumerate(MATCHES)]


def match_points(
    gold: Sequence[Point], predicted: Sequence[Point], *, strict: bool
) -> list[tuple[int, int]]:
    """Pairs (gold, predicted) of overlapping quotes, each used once."""
    candidates = []
    for i, wanted in enumerate(gold):
        for j, got in enumerate(predicted):
            shared = min(wanted.end, got.end) - max(wanted.start, got.start)
            lengths = (wanted.end - wanted.start, got.end - got.start)
            whole = sum(lengths) - shared if strict else min(lengths)
            if shared > 0 and 2 * shared >= whole:
                candidates.append((shared, i, j))
    pairs, used_gold, used_predicted = [], set(), set()
    for _, i, j in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            pairs.append((i, j))
    return pairs


def agrees(kind: str, gold: Point, predicted: Point) -> bool:
    """Whether a matched pair agrees in the way `kind` asks."""
    if kind == "span":
        return True
    if kind == "sign":
        return bool(
            np.sign(int(str(gold.labels["polarity"])))
            == np.sign(int(str(predicted.labels["polarity"])))
        )
    wanted = LABELS if kind == "all" else (kind,)
    return all(gold.labels[name] == predicted.labels[name] for name in wanted)


def _insight_score(kind: str, counts: Counts) -> InsightScore:
    hit, extra, miss = counts.sum(axis=0).tolist()
    sums = resampled(counts)
    f1 = 2 * sums[:, 0] / np.maximum(2 * sums[:, 0] + sums[:, 1] + sums[:, 2], 1)
    low, high = interval(f1)
    return InsightScore(
        match=kind,
        precision=hit / max(hit + extra, 1),
        recall=hit / max(hit + miss, 1),
        f1=2 * hit / max(2 * hit + extra + miss, 1),
        low=low,
        high=high,
        predicted=int(hit + extra),
        gold=int(hit + miss),
    )
