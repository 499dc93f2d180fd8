"""How well labels agree with gold ones: accuracy, F1 and the table of confusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.evaluation.bootstrap import Counts, Estimate, estimate, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from vocmine.heads import Code


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One label: `n` rows have it in the gold data, `predicted` rows were given it.

    Precision is None for a label that was never given, recall for one that gold does not have.
    """

    label: Code
    precision: float | None
    recall: float | None
    f1: float
    n: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement of the labels of one task with gold ones.

    Args:
        n: Rows judged (messages, quotes).
        accuracy: Share of rows that are right; of rows whose whole set is right when several labels
            are allowed.
        macro_f1: Mean F1 of the labels that occur in the gold data.
        micro_f1: F1 over all pairs of row and label; None when each row has one label, as it would
            then be the accuracy.
        classes: Labels that were given or occur in gold, in their own order.
        confusion: Rows of each gold label (outer) that were given each label (inner), in the order
            of `classes`; None when several labels are allowed.
    """

    n: int
    accuracy: Estimate
    macro_f1: Estimate
    micro_f1: Estimate | None
    classes: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...] | None

    @property
    def worst(self) -> ClassScore:
        """The gold label with the lowest F1; the one with more rows of two that are as low."""
        return min((c for c in self.classes if c.n), key=lambda c: (c.f1, -c.n))

    def confusions(self, most: int) -> list[tuple[Code, Code, int]]:
        """The commonest mistakes: gold label, label given, rows."""
        labels = [c.label for c in self.classes]
        found = [
            (labels[i], labels[j], count)
            for i, row in enumerate(self.confusion or ())
            for j, count in enumerate(row)
            if i != j and count
        ]
        return sorted(found, key=lambda mistake: -mistake[2])[:most]


def score_labels(
    gold: Sequence[Code],
    predicted: Sequence[Code],
    message: Sequence[int],
    labels: Sequence[Code] = (),
) -> Score:
    """Score one label per row.

    Args:
        gold, predicted: Of each row; at least one row.
        message: Message of each row; the bootstrap draws messages.
        labels: Order in which labels are told; those it lacks follow.
    """
    told = _in_order({*gold, *predicted}, labels)
    at = {label: index for index, label in enumerate(told)}
    owner, messages = _owners(message)
    matrix = np.zeros((len(told), len(told)), dtype=np.intp)
    counts = np.zeros((messages, len(told), 3))
    right = np.zeros((messages, 2))
    for row, wanted, got in zip(owner, gold, predicted, strict=True):
        matrix[at[wanted], at[got]] += 1
        right[row] += (wanted == got, 1)
        if wanted == got:
            counts[row, at[wanted], 0] += 1
        else:
            counts[row, at[got], 1] += 1
            counts[row, at[wanted], 2] += 1
    occurs = matrix.sum(axis=1) > 0
    return Score(
        n=len(gold),
        accuracy=estimate(right, lambda sums: ratio(sums[:, 0], sums[:, 1])),
        macro_f1=estimate(counts[:, occurs], _macro),
        micro_f1=None,
        classes=_classes(told, counts),
        confusion=tuple(tuple(row) for row in matrix.tolist()),
    )


def score_sets(
    gold: Sequence[Set[Code]], predicted: Sequence[Set[Code]], labels: Sequence[Code]
) -> Score:
    """Score a set of labels per message; labels that are not among `labels` are not looked at."""
    counts = np.zeros((len(gold), len(labels), 3))
    right = np.zeros((len(gold), 2))
    for row, (wanted, got) in enumerate(zip(gold, predicted, strict=True)):
        for column, label in enumerate(labels):
            there, given = label in wanted, label in got
            counts[row, column] = (there and given, given and not there, there and not given)
        right[row] = (not counts[row, :, 1:].any(), 1)
    occurs = counts[:, :, [0, 2]].sum(axis=(0, 2)) > 0
    return Score(
        n=len(gold),
        accuracy=estimate(right, lambda sums: ratio(sums[:, 0], sums[:, 1])),
        macro_f1=estimate(counts[:, occurs], _macro),
        micro_f1=estimate(counts, lambda sums: label_f1(sums.sum(axis=1))),
        classes=_classes(labels, counts),
        confusion=None,
    )


def label_f1(counts: Counts) -> Counts:
    """F1 of hits, extras and misses (…, 3); NaN where all are zero."""
    hit, extra, miss = counts[..., 0], counts[..., 1], counts[..., 2]
    return ratio(2 * hit, 2 * hit + extra + miss)


def _macro(sums: Counts) -> Counts:
    """Mean F1 of the labels that a sample has; NaN for a sample without any."""
    by_label = label_f1(sums)
    there = ~np.isnan(by_label)
    return ratio(np.where(there, by_label, 0.0).sum(axis=1), there.sum(axis=1).astype(np.float64))


def _classes(labels: Sequence[Code], counts: Counts) -> tuple[ClassScore, ...]:
    made = []
    for label, (hit, extra, miss) in zip(labels, counts.sum(axis=0).tolist(), strict=True):
        if hit + extra + miss:
            made.append(
                ClassScore(
                    label,
                    precision=hit / (hit + extra) if hit + extra else None,
                    recall=hit / (hit + miss) if hit + miss else None,
                    f1=2 * hit / (2 * hit + extra + miss),
                    n=int(hit + miss),
                    predicted=int(hit + extra),
                )
            )
    return tuple(made)


def _in_order(labels: Set[Code], order: Sequence[Code]) -> list[Code]:
    known = [label for label in order if label in labels]
    return known + sorted(labels - set(known), key=str)


def _owners(message: Sequence[int]) -> tuple[list[int], int]:
    """Messages counted from 0, and how many there are."""
    found = np.unique(np.asarray(message), return_inverse=True)[1].tolist()
    return found, max(found) + 1
