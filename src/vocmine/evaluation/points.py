"""Predicted insights against gold ones: which points are found, and with which labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.evaluation.bootstrap import Counts, Estimate, estimate, estimates, ratio
from vocmine.evaluation.scores import label_f1
from vocmine.spans import shares_half

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.heads import Code


@dataclass(frozen=True, slots=True)
class Point:
    """An insight: characters `start` to before `end` of its message, and its labels by task."""

    start: int
    end: int
    labels: Mapping[str, Code]


@dataclass(frozen=True, slots=True)
class PointScore:
    """Points that agree in one way.

    Args:
        match: What must agree besides the quote: `span` nothing, `sign` the polarity's sign, a
            task its label, `all` every label of the gold point.
        precision: Share of predicted points that agree with a gold one.
        recall: Share of gold points that are found.
        gold, predicted: Points that could agree: those of gold without the label do not count, nor
            do the predicted ones that were paired with them.
    """

    match: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """Insights as vocmine finds them by itself, against those labelled.

    Args:
        per_gold: Predicted insights for each labelled one.
    """

    gold: int
    predicted: int
    per_gold: Estimate
    matches: tuple[PointScore, ...]


def score_points(
    gold: Sequence[Sequence[Point]],
    predicted: Sequence[Sequence[Point]],
    tasks: Sequence[str],
    *,
    strict: bool = False,
) -> EndToEnd | None:
    """Precision, recall and F1 over all points of all messages; None without a gold point.

    Quotes match when they share at least half of the shorter one (`strict`: intersection over
    union of at least a half); pairs are one to one, largest overlap first, and a label counts
    only for a pair whose labels agree.

    Args:
        gold, predicted: Points of each message.
        tasks: Whose labels are compared.
    """
    kinds = ("span", *(["sign"] if "polarity" in tasks else []), *tasks, "all")
    counts = np.zeros((len(gold), len(kinds), 3))
    sizes = np.zeros((len(gold), 2))
    for row, (wanted, got) in enumerate(zip(gold, predicted, strict=True)):
        pairs = match_points(wanted, got, strict=strict)
        sizes[row] = len(got), len(wanted)
        for column, kind in enumerate(kinds):
            counts[row, column] = _count(kind, wanted, got, pairs)
    if not sizes[:, 1].any():
        return None
    return EndToEnd(
        gold=int(sizes[:, 1].sum()),
        predicted=int(sizes[:, 0].sum()),
        per_gold=estimate(sizes, lambda sums: ratio(sums[:, 0], sums[:, 1])),
        matches=tuple(_score(kind, counts[:, i]) for i, kind in enumerate(kinds)),
    )


def match_points(
    gold: Sequence[Point], predicted: Sequence[Point], *, strict: bool = False
) -> list[tuple[int, int]]:
    """Pairs (gold, predicted) of overlapping quotes, each used once."""
    candidates = []
    for i, wanted in enumerate(gold):
        for j, got in enumerate(predicted):
            shared = shares_half((wanted.start, wanted.end), (got.start, got.end))
            union = wanted.end - wanted.start + got.end - got.start - shared
            if shared and (not strict or 2 * shared >= union):
                candidates.append((shared, i, j))
    pairs, used_gold, used_predicted = [], set(), set()
    for _, i, j in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            pairs.append((i, j))
    return pairs


def agrees(kind: str, gold: Point, predicted: Point) -> bool:
    """Whether a matched pair agrees in the way `kind` asks; see `PointScore`."""
    if kind == "span":
        return True
    if kind == "sign":
        return sign(gold.labels["polarity"]) == sign(predicted.labels["polarity"])
    wanted = tuple(gold.labels) if kind == "all" else (kind,)
    return all(gold.labels[name] == predicted.labels.get(name) for name in wanted)


def sign(polarity: Code) -> int:
    """-1, 0 or 1."""
    value = int(polarity)
    return (value > 0) - (value < 0)


def _count(
    kind: str, gold: Sequence[Point], predicted: Sequence[Point], pairs: Sequence[tuple[int, int]]
) -> tuple[int, int, int]:
    """Hits, extras and misses of one message, over the gold points that carry the label."""
    label = {"span": "", "all": "", "sign": "polarity"}.get(kind, kind)
    judged = {i for i, point in enumerate(gold) if not label or label in point.labels}
    hits = sum(agrees(kind, gold[i], predicted[j]) for i, j in pairs if i in judged)
    aside = sum(i not in judged for i, _ in pairs)
    return hits, len(predicted) - aside - hits, len(judged) - hits


def _score(kind: str, counts: Counts) -> PointScore:
    hit, extra, miss = counts.sum(axis=0).tolist()
    precision, recall, f1 = estimates(
        counts,
        lambda sums: _or_zero(sums[:, 0], sums[:, 0] + sums[:, 1]),
        lambda sums: _or_zero(sums[:, 0], sums[:, 0] + sums[:, 2]),
        lambda sums: np.nan_to_num(label_f1(sums)),
    )
    return PointScore(kind, precision, recall, f1, int(hit + miss), int(hit + extra))


def _or_zero(part: Counts, whole: Counts) -> Counts:
    return np.nan_to_num(ratio(part, whole))
