"""Fit one head with scikit-learn and turn it into plain matrices."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

FloatArray = npt.NDArray[np.float32]
Layers = tuple[tuple[FloatArray, FloatArray], ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is made.

    Args:
        inputs: Blocks of `vocmine.heads.MESSAGE_BLOCKS` or `SEGMENT_BLOCKS`.
        hidden: Units of the hidden layer of each member; 0 is logistic regression.
        members: Networks with different seeds whose logits are averaged.
        strength: `C` of logistic regression, or the L2 penalty `alpha` of a network.
        epochs: Passes over the data for a network, iterations for logistic regression.
        balance: 0 keeps the class frequencies, 1 weights every class the same, between: partly.
        words_strength: `C` of the logistic regression on words that is mixed in.
    """

    inputs: tuple[str, ...]
    hidden: int = 0
    members: int = 1
    strength: float = 1.0
    epochs: int = 300
    balance: float = 0.0
    words_strength: float = 1.0


def fit(
    features: FloatArray,
    target: npt.NDArray[np.intp],
    weights: FloatArray,
    recipe: Recipe,
    classes: int,
    seed: int = 0,
) -> Layers:
    """Layers (weights, bias) of a head; standardising the inputs is folded into the first.

    Args:
        features: float32 (rows, inputs).
        target: Class index of each row, 0 to classes - 1; every class must occur.
        weights: Sample weights, float32 (rows,).
    """
    weights = weights * class_weights(target, weights, classes, recipe.balance)
    mean = np.average(features, axis=0, weights=weights)
    scale = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=weights)) + 1e-6
    scaled = ((features - mean) / scale).astype(np.float32)
    # A common factor keeps the penalty's meaning independent of the number of inputs.
    scaled /= np.float32(np.sqrt(features.shape[1] / 384))
    scale = scale * np.sqrt(features.shape[1] / 384)
    if recipe.hidden:
        members = [
            _network(scaled, target, weights, recipe, classes, seed + index)
            for index in range(recipe.members)
        ]
        layers = merge_members(members)
    else:
        layers = _linear(scaled, target, weights, recipe, classes)
    (first, bias), rest = layers[0], layers[1:]
    first = np.asarray(first / scale[:, None], dtype=np.float32)
    return ((first, np.asarray(bias - mean @ first, dtype=np.float32)), *rest)


def class_weights(
    target: npt.NDArray[np.intp], weights: FloatArray, classes: int, balance: float
) -> FloatArray:
    """Weight of each row for its class, mean 1: (1 / frequency) ** balance."""
    mass = np.bincount(target, weights=weights, minlength=classes)
    by_class = (mass.sum() / np.maximum(mass, 1e-9)) ** balance
    row = by_class[target]
    return np.asarray(row * (weights.sum() / (row * weights).sum()), dtype=np.float32)


def merge_members(members: Sequence[Layers]) -> Layers:
    """One network whose logits are the mean of the members': their hidden units side by side."""
    count = len(members)
    return (
        (
            np.concatenate([member[0][0] for member in members], axis=1),
            np.concatenate([member[0][1] for member in members]),
        ),
        (
            np.asarray(
                np.concatenate([member[1][0] for member in members], axis=0) / count,
                dtype=np.float32,
            ),
            np.mean([member[1][1] for member in members], axis=0, dtype=np.float32),
        ),
    )


def _linear(
    features: FloatArray,
    target: npt.NDArray[np.intp],
    weights: FloatArray,
    recipe: Recipe,
    classes: int,
) -> Layers:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=recipe.strength, max_iter=recipe.epochs, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping early is a regulariser here, not a mistake
        model.fit(features, target, sample_weight=weights)
    return (two_sided(model.coef_.T, model.intercept_, classes),)


def _network(
    features: FloatArray,
    target: npt.NDArray[np.intp],
    weights: FloatArray,
    recipe: Recipe,
    classes: int,
    seed: int,
) -> Layers:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        hidden_layer_sizes=(recipe.hidden,),
        alpha=recipe.strength,
        max_iter=recipe.epochs,
        batch_size=128,
        learning_rate_init=2e-3,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping early is a regulariser here, not a mistake
        model.fit(features, target, sample_weight=weights)
    last = two_sided(model.coefs_[1], model.intercepts_[1], classes)
    return (
        (model.coefs_[0].astype(np.float32), model.intercepts_[0].astype(np.float32)),
        last,
    )


def two_sided(
    weights: npt.NDArray[np.floating], bias: npt.NDArray[np.floating], classes: int
) -> tuple[FloatArray, FloatArray]:
    """scikit-learn keeps one logit for two classes; softmax wants both."""
    if classes == 2 and weights.shape[1] == 1:
        weights = np.concatenate([-weights / 2, weights / 2], axis=1)
        bias = np.concatenate([-bias / 2, bias / 2])
    return weights.astype(np.float32), bias.astype(np.float32)


def logits(layers: Layers, features: FloatArray) -> FloatArray:
    """Output of the last layer, float32 (rows, classes)."""
    hidden = features
    for weights, bias in layers[:-1]:
        hidden = np.maximum(hidden @ weights + bias, 0.0)
    weights, bias = layers[-1]
    return np.asarray(hidden @ weights + bias, dtype=np.float32)
