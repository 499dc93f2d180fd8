"""Topics of a sample by non-negative matrix factorisation, and their weights in any segment."""

from __future__ import annotations

import math
import warnings

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]

GRID = (2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 40)
TOPICS_PER_ROOT = 0.7
"""At most this many topics for the square root of the number of segments."""
SELECTION_SEGMENTS = 6000
"""Segments used to choose the number of topics; the fit itself uses the whole sample."""
TOLERANCE = 0.06
"""How much worse than the best a smaller number of topics may be and still be chosen."""
MIN_STRENGTH = 0.12
"""A segment explained less than this by every topic (1 is wholly) has none."""
_SWEEPS = 40
SAME_TOPIC = 0.1


def fit_components(rows: csr_matrix, *, topics: int, seed: int, sweeps: int = 120) -> Matrix:
    """Topics as rows of term weights of length one, float64 (topics, terms).

    One thread and rounding make the result the same on every run, whatever the thread count.

    Args:
        rows: Unit rows of the segments, (segments, terms); zero rows are ignored.
        topics: Number of components, at most the smaller side of `rows`.
        seed: Seeds the start (NNDSVD by randomised SVD; Boutsidis and Gallopoulos 2008).
        sweeps: Most coordinate-descent sweeps.
    """
    used = rows[rows.getnnz(axis=1) > 0]
    model = NMF(topics, init="nndsvd", max_iter=sweeps, tol=1e-3, random_state=seed)
    # Where segments are explained wholly, the error's square is a rounding error below zero.
    quiet = np.errstate(invalid="ignore")
    with quiet, threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        components: Matrix = model.fit(used).components_
    lengths = np.linalg.norm(components, axis=1, keepdims=True)
    return np.round(components / np.where(lengths > 0, lengths, 1), 7)


def strengths(rows: csr_matrix, components: Matrix) -> Matrix:
    """How much of each segment each topic explains, float64 (segments, topics), 0 to about 1.

    The fitted components stay fixed. Every row is solved on its own with a fixed number of
    sweeps, so the answer for a segment does not depend on its batch.
    """
    if not rows.shape[0]:
        return np.zeros((0, len(components)))
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights, _, _ = non_negative_factorization(
            rows,
            H=components,
            n_components=len(components),
            init="custom",
            update_H=False,
            tol=0,
            max_iter=_SWEEPS,
        )
    return np.asarray(weights, dtype=np.float64)


def choose_topics(rows: csr_matrix, half: npt.NDArray[np.bool_], *, seed: int) -> int:
    """The number of topics that two halves of the corpus agree on.

    For each number of the grid, topics are fitted on either half, and both sets assign every
    segment. Score: adjusted mutual information of the two assignments times the share of
    segments with a topic. The smallest number within `TOLERANCE` of the best is taken.

    Args:
        rows: Unit rows of the segments.
        half: Which half each segment's message belongs to.
        seed: As in `fit_components`.
    """
    some = rows.getnnz(axis=1) > 0
    rows, half = rows[some][:SELECTION_SEGMENTS], half[some][:SELECTION_SEGMENTS]
    most = min(TOPICS_PER_ROOT * math.sqrt(rows.shape[0]), half.sum(), (~half).sum(), rows.shape[1])
    scores = {
        topics: _agreement(rows, half, topics=topics, seed=seed)
        for topics in GRID
        if topics <= most
    }
    if not scores:
        return 1
    best = max(scores.values())
    return next(topics for topics, score in scores.items() if score >= best - TOLERANCE)


def strongest(strength: Matrix) -> Labels:
    """The strongest topic of each segment, -1 where none is strong enough."""
    if not strength.size:
        return np.full(len(strength), -1, dtype=np.intp)
    return np.where(strength.max(axis=1) >= MIN_STRENGTH, strength.argmax(axis=1), -1)


def same_topics(rows: csr_matrix, labels: Labels, topics: int) -> list[int]:
    """For each component, the first one that is the same topic (near-duplicates merge).

    The two topics whose mean segments are most alike become one, again and again, until no two
    have a cosine of `SAME_TOPIC`. What all segments have in common is taken off the means first,
    or in a corpus about one thing (cards, say) every topic would be alike.

    Args:
        rows: Unit rows of the segments.
        labels: Strongest component of each segment, -1 for none.
        topics: Number of components.
    """
    members = csr_matrix(
        (np.ones(int((labels >= 0).sum())), (labels[labels >= 0], np.nonzero(labels >= 0)[0])),
        shape=(topics, rows.shape[0]),
    )
    common = np.asarray(rows.mean(axis=0)).ravel()
    sums = (members @ rows).toarray() - np.outer(members.getnnz(axis=1), common)
    merged = np.arange(topics)
    while True:
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        means = sums / np.where(lengths > 0, lengths, 1)
        cosines = np.tril(np.round(means @ means.T, 9), -1)
        other, one = np.unravel_index(int(cosines.argmax()), cosines.shape)
        if cosines[other, one] < SAME_TOPIC:
            return merged.tolist()
        sums[one] += sums[other]
        sums[other] = 0
        merged[merged == other] = one


def _agreement(rows: csr_matrix, half: npt.NDArray[np.bool_], *, topics: int, seed: int) -> float:
    labels = [
        strongest(strengths(rows, fit_components(rows[part], topics=topics, seed=seed, sweeps=40)))
        for part in (half, ~half)
    ]
    covered = float(np.mean([np.mean(found >= 0) for found in labels]))
    return float(adjusted_mutual_info_score(*labels)) * covered
