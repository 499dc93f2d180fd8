"""Logistic regression that starts from weights that are there, and is pulled back to them.

With the logits of the base as an offset, what is learned is the difference, under an L2 penalty:

    minimise  sum of log losses of (base + Z V)  +  pull / 2 * |V|^2

`Z` holds the rows in the coordinates of their own span (kernel principal components), so hundreds
of rows take as many numbers per label, not thousands; `Space.weights` folds `V` back into weights
of the vectors and of the words. An infinite pull is the base itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from vocmine.batch import FloatArray

Array = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

RANK = 600
"""Components kept at most: all of them for hundreds of rows."""
_HALF = 0.5
"""Share of vectors, and of words, in the similarity of two rows."""
_ITERATIONS = 200


@dataclass(frozen=True, slots=True)
class Space:
    """Rows as coordinates that keep their similarities, and the way back to weights.

    Args:
        z: Coordinates and, last, a constant, (rows, rank + 1).
        back: Turns what is learned on coordinates into weights of rows, (rows, rank).
        dense: Centred and scaled inputs of the head, (rows, inputs).
        words: scipy CSR (rows, features), or None where the head reads none.
        mean: Of the inputs, (inputs,).
        scale: Divisor of the centred inputs.
    """

    z: Array
    back: Array
    dense: Array
    words: Any
    mean: Array
    scale: float

    @classmethod
    def of(cls, inputs: FloatArray, words: Any) -> Space:
        """The space of some rows; `inputs` are those of the head's last layer."""
        from scipy.linalg import eigh

        exact = inputs.astype(np.float64)
        mean = exact.mean(axis=0)
        dense = exact - mean
        scale = max(float(np.sqrt((dense**2).sum(axis=1).mean())), 1e-9)
        dense /= scale
        share = 1.0 if words is None else _HALF
        similar = share * dense @ dense.T
        if words is not None:
            similar = similar + (1 - share) * (words @ words.T).toarray()
        size = len(similar)
        values, vectors = eigh(similar, subset_by_index=[max(0, size - RANK), size - 1])
        kept = values > 1e-8 * max(values[-1], 1e-9)
        roots = np.sqrt(values[kept])
        z = np.concatenate([vectors[:, kept] * roots, np.ones((size, 1))], axis=1)
        return cls(z, vectors[:, kept] / roots, dense, words, mean, scale)

    def weights(self, learned: Array) -> tuple[Array, Array | None, Array]:
        """Changes of the weights of inputs, of words, and of the bias, of what `fit` learned."""
        of_rows = self.back @ learned[:-1]
        share = 1.0 if self.words is None else _HALF
        inputs = share * (self.dense.T @ of_rows) / self.scale
        words = None if self.words is None else (1 - share) * (self.words.T @ of_rows)
        return inputs, words, learned[-1] - self.mean @ inputs


def fit(z: Array, base: Array, target: npt.NDArray[Any], pull: float, *, many: bool) -> Array:
    """What to add to the base, as weights of coordinates: float64 (rank + 1, labels).

    Args:
        z: Coordinates of the rows, (rows, rank + 1).
        base: Logits to start from, (rows, labels).
        target: Index of the label of each row, or with `many` which labels it has, (rows, labels).
        pull: Strength of the penalty; infinity learns nothing.
    """
    from scipy.optimize import minimize

    shape = (z.shape[1], base.shape[1])
    if not np.isfinite(pull) or not len(z):
        return np.zeros(shape)
    truth = target.astype(np.float64) if many else np.eye(base.shape[1])[target]

    def loss(flat: Array) -> tuple[float, Array]:
        learned = flat.reshape(shape)
        logits = base + z @ learned
        chances = probabilities(logits, many=many)
        value = log_losses(logits, target, many=many).sum() + pull / 2 * (flat @ flat)
        return float(value), (z.T @ (chances - truth)).ravel() + pull * flat

    found = minimize(
        loss, np.zeros(z.shape[1] * base.shape[1]), jac=True, method="L-BFGS-B",
        options={"maxiter": _ITERATIONS},
    )  # fmt: skip
    learned: Array = found.x.reshape(shape)
    return learned


def probabilities(logits: Array, *, many: bool) -> Array:
    """Softmax of each row, or with `many` the logistic function of each logit."""
    if many:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def log_losses(logits: Array, target: npt.NDArray[Any], *, many: bool) -> Array:
    """Log loss of each row; with `many` the sum over its labels."""
    if many:
        return np.asarray(np.logaddexp(0.0, np.where(target, -logits, logits)).sum(axis=1))
    top = logits.max(axis=1)
    whole = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.asarray(whole - logits[np.arange(len(target)), target])


def folds_of(groups: IndexArray, count: int, seed: int) -> IndexArray:
    """Fold of each row, 0 to count - 1; rows of one group (a message) are never parted."""
    unique, place = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(unique))
    return np.asarray(order[place] % count, dtype=np.intp)
