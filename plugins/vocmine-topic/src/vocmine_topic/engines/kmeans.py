"""Groups by k-means on features smoothed over their neighbours; needs scikit-learn alone.

One problem is worded in many ways. Smoothing moves each segment towards those most like it, which
brings wordings together that share neighbours (as in diffusion maps; Coifman and Lafon, 2006), and
k-means then finds the groups.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

from vocmine_topic.engines import Labels, Space
from vocmine_topic.engines.circles import circles
from vocmine_topic.features import FeatureArray, FloatArray, lengths
from vocmine_topic.nearest import graph

if TYPE_CHECKING:
    from collections.abc import Iterator

GRID = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 50)
MEMBERS = 8
"""Segments there must be for each group of the largest number that is tried."""
CHOOSING = 3000
"""Segments used to choose the number of groups; the groups themselves are of all."""
SPLITS = 8
"""Ways to halve the messages when it is measured how stable a number of groups is."""
FEWEST = 6
"""Groups that a corpus has at least, and a small one a quarter of the root of its segments: two
products or two channels are the most stable groups there are, and say nothing about problems."""
SCALE = (4.0, 0.6)
"""How many groups so many circles mean: a factor, and their power. Measured: decision 20."""
DOUBT = 0.6
"""How far that may be from the truth: the standard deviation of its logarithm."""
_STEPS = 2
_TURNS = 8
_LOOSE = 0.15
_FAR_MORE = 2.5
"""A group is dissolved when this share of its neighbours is elsewhere, and so many times the
median of the groups."""
_BY_CHANCE = 0.01
"""Stability below which no two halves agree on anything."""
_DIRECTIONS = 32
"""Principal components that are clustered: as good as all, and three times as fast."""


@contextmanager
def _steady() -> Iterator[None]:
    """One thread, for sums in one order: the same groups on every run.

    That segments are alike but for rounding, of which scikit-learn warns, is no news to users.
    """
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


class KMeansEngine:
    """The engine that is used unless another is asked for."""

    @_steady()
    def group(self, space: Space, *, topics: int, seed: int) -> Labels:
        """Group of each segment, int64 (segments,)."""
        if len(space.features) < (2 if topics else 2 * MEMBERS):
            return np.zeros(len(space.features), dtype=np.int64)
        number = topics or choose(space, seed=seed)
        near, smoothed = _smoothed(space.features)
        number = min(number, len(np.unique(smoothed, axis=0)))
        found = KMeans(number, n_init=4, random_state=seed).fit_predict(smoothed)
        return settled(near, found.astype(np.int64), number, dissolve=not topics)


def settled(near: csr_matrix, labels: Labels, number: int, *, dissolve: bool) -> Labels:
    """Groups in which every segment is where most of its neighbours are (label propagation).

    A group whose segments have far more of their neighbours elsewhere than is usual is what was
    left over, not a subject: it is dissolved, and its segments go to those neighbours.

    Args:
        near: Graph of neighbours.
        labels: Group of each segment, from 0.
        number: How many groups there are.
        dissolve: Whether there may be fewer of them than that.
    """
    gone: list[int] = []
    for turn in range(_TURNS):
        places = (labels, np.arange(len(labels)))
        members = csr_matrix((np.ones(len(labels)), places), shape=(number, len(labels)))
        towards = (near @ members.T).toarray()
        between = members @ towards
        total = between.sum(axis=1)
        astray = np.where(total > 0, 1 - np.diag(between) / np.where(total > 0, total, 1), 0.0)
        worst = int(astray.argmax())
        usual = float(np.median(astray[total > 0])) if total.any() else 0.0
        if dissolve and turn < _TURNS // 2 and astray[worst] > max(_LOOSE, _FAR_MORE * usual):
            gone.append(worst)
        towards[:, gone] = -1.0
        # Who has no neighbour left stays; of equals the first.
        labels = np.where(towards.max(axis=1) > 0, np.round(towards, 6).argmax(axis=1), labels)
    return labels


@_steady()
def choose(
    space: Space,
    *,
    seed: int,
    fewest: int = FEWEST,
    most: int = GRID[-1],
    splits: int = SPLITS,
    least: float = 0.0,
) -> int:
    """How many groups there are: the number with the best score.

    Scored is how stable the groups are (see `_stability`) times their modularity in the graph of
    neighbours (Newman and Girvan, 2004), times how near the number is to a guess that looks at no
    groups (see `circles`). The guess alone is too rough. Stability alone is too flat in small
    corpora, where it takes two products or two channels for two problems, and in large ones,
    where sentences come often, ever smaller groups are ever more stable, each a wording.

    Args:
        space: Segments.
        seed: Of all that is drawn at random.
        fewest: Smallest number tried where there are enough segments.
        most: Largest number tried.
        splits: Ways to halve the messages.
        least: Stability below which the segments are better left together: then it is 1.
    """
    some = _messages_of(space.owner, CHOOSING)
    near, rows = _smoothed(space.features[some])
    owner = space.owner[some]
    rng = np.random.default_rng(seed)
    halves = [rng.random(int(owner[-1]) + 1)[owner] < 0.5 for _ in range(splits)]
    distinct = min(len(np.unique(rows[half], axis=0)) for each in halves for half in (each, ~each))
    # More groups than the root of the segments are wordings.
    largest = min(most, len(rows) // MEMBERS, int(np.sqrt(len(rows))), distinct)
    smallest = min(fewest, int(np.sqrt(len(space.owner)) / 4))
    numbers = [number for number in GRID if smallest <= number <= largest]
    stable = {number: _stability(rows, halves, number, seed) for number in numbers}
    found = circles(space.features[some], owner)
    scores = {
        number: stable[number] * _modularity(near, rows, number, seed) * _likely(number, found)
        for number in numbers
        if stable[number] >= max(least, _BY_CHANCE)
    }
    return max(scores, key=lambda number: scores[number], default=1)


def _likely(number: int, circles_found: float | None) -> float:
    """How likely so many groups are, 0 to 1; 1 where the circles do not tell."""
    if circles_found is None:
        return 1.0
    factor, power = SCALE
    return float(np.exp(-0.5 * (np.log(number / (factor * circles_found**power)) / DOUBT) ** 2))


def _smoothed(features: FeatureArray) -> tuple[csr_matrix, FloatArray]:
    """The graph of neighbours, and rows moved towards them in few directions, float32."""
    rows = features.astype(np.float32)
    rows /= lengths(rows)[:, None]
    near = graph(features, int(np.clip(0.6 * np.sqrt(len(rows)), 10, 60)))
    total = np.asarray(near.sum(axis=1)).ravel()
    towards = (diags(1 / np.where(total > 0, total, 1.0)) @ near).tocsr().astype(np.float32)
    for _ in range(_STEPS):
        rows = rows + towards @ rows
        rows /= lengths(rows)[:, None]
    if min(rows.shape) > _DIRECTIONS:
        rows = PCA(_DIRECTIONS, svd_solver="covariance_eigh").fit_transform(rows)
    return near, np.round(rows, 5)


def _messages_of(owner: npt.NDArray[np.int64], most: int) -> slice:
    """The first messages, whole, that have at most so many segments (at least one message)."""
    if len(owner) <= most:
        return slice(0, len(owner))
    return slice(0, max(int(np.searchsorted(owner, owner[most])), 1))


def _stability(
    rows: FloatArray, halves: list[npt.NDArray[np.bool_]], number: int, seed: int
) -> float:
    """How far groups learnt from one half of the messages are found again from the other, 0 to 1.

    All segments are told their group by either half, on average over ways to halve. The adjusted
    mutual information of the two (stability as in Ben-Hur, Elisseeff and Guyon, 2002) is times the
    overlap of each group with the one most like it (Jaccard's index; Hennig, 2007), which falls
    sharply where groups are halves of what belongs together, or hold two things at once.
    """

    def told_by(part: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
        fitted = KMeans(number, n_init=1, random_state=seed).fit(rows[part])
        told: npt.NDArray[np.int32] = fitted.predict(rows)
        return told

    pairs = [(told_by(half), told_by(~half)) for half in halves]
    agreed = np.mean([adjusted_mutual_info_score(*pair) for pair in pairs])
    return float(max(agreed, 0.0) * np.mean([_overlap(*pair, number) for pair in pairs]))


def _overlap(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], number: int) -> float:
    """Mean over the groups of both of the Jaccard index with the most alike of the other."""
    shared = np.bincount(left * number + right, minlength=number * number).reshape(number, number)
    either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
    alike = shared / np.maximum(either, 1)
    return float((alike.max(axis=1).mean() + alike.max(axis=0).mean()) / 2)


def _modularity(near: csr_matrix, rows: FloatArray, number: int, seed: int) -> float:
    found = KMeans(number, n_init=1, random_state=seed).fit_predict(rows)
    members = csr_matrix((np.ones(len(found)), (found, np.arange(len(found)))))
    between = (members @ near @ members.T).toarray()
    total = between.sum()
    if not total:
        return 0.0
    return float(np.trace(between) / total - np.square(between.sum(axis=1) / total).sum())
