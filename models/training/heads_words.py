"""The share of words in a head: vocabulary and logistic regression on sparse features."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from heads_fit import class_weights, two_sided

from vocmine.lexical import Vocabulary, keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from heads_fit import FloatArray

FEATURES = 16_000
LEAST = 3
"""Texts a feature must occur in."""


def build_vocabulary(texts: Sequence[str], features: int = FEATURES) -> Vocabulary:
    """The features that occur in most texts, with their smoothed inverse document frequency."""
    found = [np.unique(keys_of(text)) for text in texts]
    keys, counts = np.unique(np.concatenate(found), return_counts=True)
    # Ties at the edge are kept or left out together, so the choice does not hang on the hash.
    edge = np.sort(counts)[-features] if len(counts) > features else 0
    kept = counts >= max(LEAST, edge + (np.sum(counts >= edge) > features))
    idf = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
    return Vocabulary(keys[kept], idf.astype(np.float32))


def sparse_rows(vocabulary: Vocabulary, texts: Sequence[str]) -> Any:
    """Features of texts as a scipy CSR matrix (texts, features)."""
    from scipy.sparse import csr_matrix

    found = vocabulary.features(texts)
    return csr_matrix(
        (found.value, (found.row, found.feature)), shape=(found.size, len(vocabulary))
    )


def fit_words(
    rows: Any,
    target: npt.NDArray[np.intp],
    weights: FloatArray,
    strength: float,
    balance: float,
    classes: int,
) -> tuple[FloatArray, FloatArray]:
    """Weights float32 (features, classes) and bias float32 (classes,) of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=80, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping early is a regulariser here, not a mistake
        model.fit(
            rows, target, sample_weight=weights * class_weights(target, weights, classes, balance)
        )
    return two_sided(model.coef_.T, model.intercept_, classes)
