"""How large the smallest group of HDBSCAN is to be: by stability, or by the number asked for."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_mutual_info_score

if TYPE_CHECKING:
    from vocmine_topic.engines import Labels
    from vocmine_topic.features import FloatArray

Owners = npt.NDArray[np.int64]

SHARES = (20, 28, 40, 56, 80)
"""Sizes tried: the segments divided by these. A topic of less than an eightieth of the segments
matters to no report, however large the corpus is, and finer groups are wordings."""
FINER = (112, 160, 226, 320)
"""Tried too where the user asks for more topics than the above give."""
SMALLEST = 5
CHOOSING = 6000
"""Segments used to choose the size; the groups themselves are of all."""
_PARTS = 5
_PART = 0.8
"""Stability is measured on so many parts of the messages, each of this share of them."""
_TOLERANCE = 0.05
"""How much less stable than the best a size may be, and still be taken for giving fewer topics."""
_HALF = 0.5
"""A size whose largest group has more of the segments than this divides nothing."""


class _Tried(NamedTuple):
    """A share of the segments that was tried: how stable its groups are, and the largest's part."""

    share: int
    score: float
    largest: float


def clusterer(size: int) -> Any:
    """HDBSCAN of one thread that makes no group of fewer segments than `size`.

    How dense the place of a segment is goes by its five nearest, whatever the size: by as many as
    the smallest group has, which is the default, half the segments of small corpora are noise.
    """
    from hdbscan import HDBSCAN

    return HDBSCAN(min_cluster_size=size, min_samples=SMALLEST, core_dist_n_jobs=1)


def size_for(rows: FloatArray, topics: int) -> int:
    """The largest size that gives at least so many groups, or else the most of all.

    Args:
        rows: Reduced vectors, float32 (segments, directions).
        topics: How many are asked for.
    """
    found: dict[int, int] = {}
    for share in (*SHARES, *FINER):
        size = _size(len(rows), share)
        found[size] = int(_groups(rows, size).max()) + 1
        if found[size] >= topics:
            return size
    return max(found, key=lambda size: found[size])


def stable_size(rows: FloatArray, owner: Owners, *, seed: int) -> int:
    """The largest size, which gives the fewest topics, that is about as stable as the best.

    Parts of the messages are grouped each by itself. Scored is how far every two of them agree
    about the segments that they share (adjusted mutual information; stability as in Ben-Hur,
    Elisseeff and Guyon, 2002), times the share of all segments that are in a group at all.

    Args:
        rows: Reduced vectors, float32 (segments, directions).
        owner: Message of each, ascending.
        seed: Of the parts that are drawn.
    """
    some = slice(0, max(int(np.searchsorted(owner, owner[min(CHOOSING, len(owner) - 1)])), 1))
    chosen, of = (rows[some], owner[some]) if len(owner) > CHOOSING else (rows, owner)
    _, message = np.unique(of, return_inverse=True)
    rng = np.random.default_rng(seed)
    order = [rng.permutation(message[-1] + 1) for _ in range(_PARTS)]
    parts = [np.flatnonzero(each[message] < _PART * len(each)) for each in order]
    tried = [_tried(chosen, parts, share) for share in SHARES]
    dividing = [each for each in tried if each.largest <= _HALF] or tried
    bar = max(each.score for each in dividing) - _TOLERANCE
    return _size(len(rows), next(each.share for each in dividing if each.score >= bar))


def _tried(rows: FloatArray, parts: list[npt.NDArray[np.intp]], share: int) -> _Tried:
    whole = _groups(rows, _size(len(rows), share))
    covered = float((whole >= 0).mean())
    largest = float(np.bincount(whole[whole >= 0], minlength=1).max() / len(rows))
    labels = []
    for part in parts:
        each = np.full(len(rows), -2, dtype=np.int64)  # -1 is HDBSCAN's noise, -2 was not asked
        each[part] = _groups(rows[part], _size(len(part), share))
        labels.append(each)
    agreed = [
        adjusted_mutual_info_score(one[both], other[both])
        for one, other in combinations(labels, 2)
        for both in [(one > -2) & (other > -2)]
    ]
    return _Tried(share, covered * float(np.mean(agreed)), largest)


def _size(segments: int, share: int) -> int:
    return max(SMALLEST, round(segments / share))


def _groups(rows: FloatArray, size: int) -> Labels:
    return np.asarray(clusterer(size).fit_predict(rows), dtype=np.int64)
