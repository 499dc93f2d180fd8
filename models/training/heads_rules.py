"""The rule of a head: how much words count, how sure it may be, and which label wins.

Rules are chosen on messages that the models behind the logits did not learn from, and what a rule
reaches is told on messages that it was not chosen on (five folds of messages).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from heads_tune import (
    SHARES,
    best_bias,
    best_mix,
    best_temperature,
    best_temperature_many,
    best_threshold,
    f1_of,
    log_softmax,
    macro_f1,
    two_class_bias,
)

from vocmine.heads import sigmoid, softmax

if TYPE_CHECKING:
    import numpy.typing as npt
    from heads_tune import FloatArray, IndexArray

FOLDS = 5
PASSED = 1.3
"""Clauses the gate lets through for each that makes a point."""
_GRID = np.linspace(0.05, 0.95, 91)


@dataclass(frozen=True, slots=True)
class Rule:
    """Of a head that gives one label.

    Args:
        share: Of the words in the logits; the rest is the vectors'.
        temperature: Logits are divided by it.
        bias: Added to log probabilities before the largest wins, float32 (labels,).
        found: `tau` or `threshold`, whichever the bias comes from.
    """

    share: float
    temperature: float
    bias: FloatArray
    found: dict[str, float]

    def decide(self, scores: FloatArray) -> IndexArray:
        """Label of each row, of logits of both models float32 (2, rows, labels)."""
        mixed = (1 - self.share) * scores[0] + self.share * scores[1]
        return np.asarray((log_softmax(mixed / self.temperature) + self.bias).argmax(axis=1))


def rule_of(task: str, scores: FloatArray, wanted: IndexArray, prior: FloatArray) -> Rule:
    """The best rule on held-out rows.

    Args:
        scores: Logits of the model on vectors and of that on words, float32 (2, rows, labels).
        wanted: Label of each row.
        prior: Share of each label in training, float32 (labels,).
    """
    share = best_mix(scores, wanted)
    mixed = (1 - share) * scores[0] + share * scores[1]
    temperature = best_temperature(mixed, wanted)
    bias, found = _decision_bias(task, mixed / temperature, wanted, prior)
    return Rule(share, temperature, bias, found)


def _decision_bias(
    task: str, scores: FloatArray, wanted: IndexArray, prior: FloatArray
) -> tuple[FloatArray, dict[str, float]]:
    """Bias of a head's labels and how it was found: a threshold for two classes, else tau."""
    if scores.shape[1] > 2:
        bias, tau = best_bias(log_softmax(scores), wanted, prior.astype(np.float32))
        return bias, {"tau": round(tau, 3)}
    positive = softmax(scores)[:, 1]
    threshold = (
        _gate_threshold(positive, wanted == 1)
        if task == "insight"
        else best_threshold(positive, lambda said: macro_f1(wanted, said.astype(np.intp), 2), _GRID)
    )
    return two_class_bias(threshold), {"threshold": round(threshold, 3)}


def _gate_threshold(positive: FloatArray, wanted: npt.NDArray[np.bool_]) -> float:
    """The lowest threshold that lets at most `PASSED` clauses through for each that makes a point.

    F1 is flat between 0.35 and 0.5, so it would choose by chance: what is bounded instead is how
    much an analyst reads, and as many points are found as that allows.
    """
    passed = np.asarray([(positive >= t).sum() for t in _GRID])
    return float(_GRID[int(np.argmax(passed <= PASSED * wanted.sum()))])


def unseen(
    task: str, scores: FloatArray, wanted: IndexArray, prior: FloatArray, owner: IndexArray
) -> dict[str, float]:
    """Accuracy and macro-F1 of rules on messages that they were not chosen on.

    Args:
        owner: Message of each row: its rows are never parted.
    """
    said = np.zeros_like(wanted)
    for fold in range(FOLDS):
        out = owner % FOLDS == fold
        if out.any():
            said[out] = rule_of(task, scores[:, ~out], wanted[~out], prior).decide(scores[:, out])
    return {
        "unseen_accuracy": round(float(np.mean(said == wanted)), 4),
        "unseen_macro_f1": round(macro_f1(wanted, said, scores.shape[2]), 4),
    }


@dataclass(frozen=True, slots=True)
class ManyRule:
    """Of a head that gives any number of labels; `thresholds` is float32 (labels,)."""

    share: float
    temperature: float
    thresholds: FloatArray

    def decide(self, scores: FloatArray) -> npt.NDArray[np.bool_]:
        """Labels of each row, bool (rows, labels), of logits float32 (2, rows, labels)."""
        mixed = (1 - self.share) * scores[0] + self.share * scores[1]
        return np.asarray(sigmoid(mixed / self.temperature) >= self.thresholds)


def many_rule_of(scores: FloatArray, truth: npt.NDArray[np.bool_]) -> ManyRule:
    """The best rule on held-out rows; a threshold for each label, by its F1."""
    known = np.ones_like(truth)
    losses = [
        best_temperature_many((1 - s) * scores[0] + s * scores[1], truth, known)[1] for s in SHARES
    ]
    share = float(SHARES[int(np.argmin(losses))])
    mixed = (1 - share) * scores[0] + share * scores[1]
    temperature, _ = best_temperature_many(mixed, truth, known)
    thresholds = [
        best_threshold(p, lambda said, wanted=w: f1_of(wanted, said), _GRID)  # type: ignore[misc]
        for p, w in zip(sigmoid(mixed / temperature).T, truth.T, strict=True)
    ]
    return ManyRule(share, temperature, np.asarray(thresholds, dtype=np.float32))


def many_unseen(
    scores: FloatArray, truth: npt.NDArray[np.bool_], owner: IndexArray
) -> dict[str, float]:
    """Micro-F1 of rules on messages that they were not chosen on."""
    said = np.zeros_like(truth)
    for fold in range(FOLDS):
        out = owner % FOLDS == fold
        if out.any():
            said[out] = many_rule_of(scores[:, ~out], truth[~out]).decide(scores[:, out])
    return {"unseen_micro_f1": round(f1_of(truth, said), 4)}
