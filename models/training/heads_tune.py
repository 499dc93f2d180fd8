"""Decision rules chosen on held-out predictions: temperature, prior correction, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.intp]
TEMPERATURES = np.geomspace(0.3, 3.0, 31)
SHARES = np.linspace(0.0, 0.8, 9)
TAUS = np.linspace(0.0, 1.0, 11)


def log_softmax(logits: FloatArray) -> FloatArray:
    """Row-wise log softmax."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def best_temperature(logits: FloatArray, target: IndexArray) -> float:
    """Temperature with the smallest log loss."""
    return _cooled(logits, target)[0]


def best_mix(logits: FloatArray, target: IndexArray) -> float:
    """Share of the second of two models with the smallest log loss; logits (2, rows, classes)."""
    losses = [_cooled((1 - s) * logits[0] + s * logits[1], target)[1] for s in SHARES]
    return float(SHARES[int(np.argmin(losses))])


def _cooled(logits: FloatArray, target: IndexArray) -> tuple[float, float]:
    """Best temperature and its log loss."""
    rows = np.arange(len(target))
    losses = [-log_softmax(logits / t)[rows, target].mean() for t in TEMPERATURES]
    best = int(np.argmin(losses))
    return float(TEMPERATURES[best]), float(losses[best])


def best_temperature_many(
    logits: FloatArray, target: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Temperature with the smallest log loss of sigmoids over the known labels, and that loss."""
    signed = np.where(target, logits, -logits)[known]
    losses = [np.logaddexp(0.0, -signed / t).mean() for t in TEMPERATURES]
    best = int(np.argmin(losses))
    return float(TEMPERATURES[best]), float(losses[best])


def macro_f1(target: IndexArray, predicted: IndexArray, classes: int) -> float:
    """Macro-F1 over the classes that occur in the target."""
    hit = np.bincount(target[target == predicted], minlength=classes)
    total = np.bincount(target, minlength=classes) + np.bincount(predicted, minlength=classes)
    present = np.bincount(target, minlength=classes) > 0
    return float((2 * hit[present] / total[present]).mean())


def best_bias(
    log_probabilities: FloatArray, target: IndexArray, prior: FloatArray
) -> tuple[FloatArray, float]:
    """Bias -tau log(prior) with the best mean of accuracy and macro-F1, and tau.

    One number for all classes: a bias per class would follow the accidents of rare ones. Values
    of tau within 0.003 of the best count as equal, and the smallest of them wins.
    """
    logs = np.log(np.maximum(prior, 1e-3))
    classes = len(prior)
    chosen = [(log_probabilities - t * logs).argmax(axis=1) for t in TAUS]
    scores = np.asarray([(np.mean(c == target) + macro_f1(target, c, classes)) / 2 for c in chosen])
    tau = float(TAUS[int(np.flatnonzero(scores >= scores.max() - 0.003)[0])])
    return np.asarray(-tau * logs, dtype=np.float32), tau


def best_threshold(
    probability: FloatArray,
    score: Callable[[npt.NDArray[np.bool_]], float],
    grid: npt.NDArray[np.float64],
) -> float:
    """Threshold of a probability with the best score, smoothed over its neighbours."""
    scores = np.asarray([score(probability >= t) for t in grid])
    padded = np.concatenate([scores[:1], scores, scores[-1:]])
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    return float(grid[int(np.argmax(smooth))])


def f1_of(target: npt.NDArray[np.bool_], predicted: npt.NDArray[np.bool_]) -> float:
    """F1 of the positive class."""
    return float(2 * (target & predicted).sum() / max(target.sum() + predicted.sum(), 1))


def two_class_bias(threshold: float) -> FloatArray:
    """Bias of two classes so that the second wins when its probability reaches the threshold."""
    return np.asarray([0.0, np.log((1 - threshold) / threshold)], dtype=np.float32)
