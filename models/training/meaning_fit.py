"""Directions in which segments of one problem are alike and those of others are not.

Linear discriminant analysis (Fisher, 1936; Rao, 1948) with the scatter inside problems shrunk
towards a sphere (Friedman, 1989). What all texts have in common, and what tells their languages
apart, is left out: the same problem in two languages should be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg import block_diag, eigh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

SHRINKAGE = 0.4
"""Weight of the sphere in the scatter inside problems."""
POWER = 0.25
"""Power of a direction's ratio of scatters by which it counts."""
RANKED = 10
"""Neighbours that are judged for each segment, at most."""


class Examples(NamedTuple):
    """Segments to learn from; rows in one order.

    Args:
        states: float32 (segments, layers * hidden), each of length 1.
        vectors: float32 (segments, dim), as heads have them: what meanings should be better than.
        problem: Of each, str (segments,).
        lang: Of each, str (segments,).
        wording: The text that each is of, str (segments,).
    """

    states: FloatArray
    vectors: FloatArray
    problem: NDArray[np.str_]
    lang: NDArray[np.str_]
    wording: NDArray[np.str_]

    def where(self, rows: NDArray[np.bool_]) -> Examples:
        """Some of them."""
        return Examples(
            self.states[rows],
            self.vectors[rows],
            self.problem[rows],
            self.lang[rows],
            self.wording[rows],
        )


def fit(examples: Examples, *, layers: int, width: int) -> FloatArray:
    """Weights of the states, float32 (layers * hidden, width).

    Args:
        examples: Segments of known problems.
        layers: How many layers lie side by side in the states; each counts for as much.
        width: Directions to find.
    """
    scale = _layer_scale(examples.states, layers)
    states = examples.states.astype(np.float64) * scale
    common = states.mean(axis=0)
    rows, between_langs = _without_language(states - common, examples.lang)
    within, between = _scatters(rows, examples.problem)
    sphere = np.trace(within) / len(within) * np.eye(len(within))
    last = len(within) - 1
    ratio, directions = eigh(
        between,
        (1 - SHRINKAGE) * within + SHRINKAGE * sphere,
        subset_by_index=[max(last + 1 - width, 0), last],
    )
    weights = _without(common, between_langs, directions * np.maximum(ratio, 0.0) ** POWER)
    found: FloatArray = (scale[:, None] * weights).astype(np.float32)
    found /= np.abs(found).max()
    return found


def join(examples: Examples, *, layers: int, width: int, projection: FloatArray) -> FloatArray:
    """Weights of the states of layers and of a branch, float32 ((layers + 1) * hidden, width).

    Directions of the layers (see `fit`) and of the branch err in different ways, so both count
    for as much: kept are the principal components of the two side by side.

    Args:
        examples: Segments of known problems; the states of the branch come last.
        layers: How many layers lie before them.
        width: Directions to find.
        projection: Directions of the branch that it was tuned with, (hidden, width).
    """
    own = layers * len(projection)
    first = fit(examples._replace(states=examples.states[:, :own]), layers=layers, width=width)
    states = examples.states[:, own:].astype(np.float64)
    common = states.mean(axis=0)
    between_langs = _without_language(states - common, examples.lang)[1]
    second = _without(common, between_langs, projection.astype(np.float64))
    layered = examples.states[:, :own].astype(np.float64)
    parts = [
        weights / np.linalg.norm(_centred(rows @ weights), axis=1).mean()
        for rows, weights in ((layered, first), (states, second))
    ]
    side_by_side = block_diag(*parts)
    rows = _centred(examples.states.astype(np.float64) @ side_by_side)
    last = len(rows.T) - 1
    _, directions = eigh(rows.T @ rows, subset_by_index=[max(last + 1 - width, 0), last])
    found: FloatArray = (side_by_side @ directions).astype(np.float32)
    found /= np.abs(found).max()
    return found


def precision(vectors: FloatArray, problem: NDArray[np.str_], wording: NDArray[np.str_]) -> float:
    """Share of a segment's nearest others, at most ten, that are of its problem, on average.

    As many are looked at as there are others of its problem; segments of the same text count
    neither for nor against.
    """
    unit = vectors - vectors.mean(axis=0)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    shares = []
    for at in range(len(unit)):
        other = wording != wording[at]
        wanted = min(int((other & (problem == problem[at])).sum()), RANKED)
        if wanted:
            alike = np.where(other, unit @ unit[at], -np.inf)
            shares.append(float((problem[np.argsort(-alike)[:wanted]] == problem[at]).mean()))
    return float(np.mean(shares))


def _centred(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows less their mean."""
    moved: NDArray[np.float64] = rows - rows.mean(axis=0)
    return moved


def _without(
    common: NDArray[np.float64],
    between_langs: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weights, (columns, width), blind to what all have in common and what tells languages apart.

    Weighted by their segments the means of languages add up to zero: the last says nothing new.
    """
    left_out = np.linalg.qr(np.vstack([common, between_langs[:-1]]).T)[0]
    found: NDArray[np.float64] = weights - left_out @ (left_out.T @ weights)
    return found


def _layer_scale(states: FloatArray, layers: int) -> NDArray[np.float64]:
    """What makes each layer's part of the states as long as the others', (layers * hidden,)."""
    parts = states.reshape(len(states), layers, -1)
    lengths = np.linalg.norm(parts, axis=2).mean(axis=0)
    scale: NDArray[np.float64] = np.repeat(1.0 / (lengths * np.sqrt(layers)), parts.shape[2])
    return scale


def _without_language(
    rows: NDArray[np.float64], langs: NDArray[np.str_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows less the mean of their language, and those means, (languages, columns)."""
    names, place = np.unique(langs, return_inverse=True)
    means = np.stack([rows[place == number].mean(axis=0) for number in range(len(names))])
    return rows - means[place], means


def _scatters(
    rows: NDArray[np.float64], problem: NDArray[np.str_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scatter inside problems and between them, each (columns, columns)."""
    _, place, count = np.unique(problem, return_inverse=True, return_counts=True)
    means = np.stack([rows[place == number].mean(axis=0) for number in range(len(count))])
    between = (means * count[:, None]).T @ means / len(rows)
    return rows.T @ rows / len(rows) - between, between
