"""How many subjects segments tell of, by how often what is like the same is alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine_topic.features import lengths

if TYPE_CHECKING:
    import numpy.typing as npt

    from vocmine_topic.features import FeatureArray, FloatArray

MOST = 1500
"""Segments that are looked at: so many tell as well as all."""
CLOSED = 0.55
"""Share of the neighbours of one segment that must be neighbours of each other: more than half."""
FEWEST = 8
"""Neighbours that a segment has on average, below which its circle is chance."""
_LOOSEST = 0.3
"""Share of all pairs that are neighbours at first."""
_STEP = 0.75
"""Each time so many times as many."""


def circles(features: FeatureArray, owner: npt.NDArray[np.int64]) -> float | None:
    """How many circles of segments there are that are all about as alike; None: it cannot tell.

    Were there `n` circles of one size, in which two segments are neighbours with chance `s`, and
    none across them, then a share `s / n` of all pairs would be neighbours, and a share `s` of the
    pairs that have a neighbour in common (transitivity; Newman, Watts and Strogatz, 2002). Their
    ratio is `n`, whatever `s` is. Neighbours are the pairs most alike: as many as can be with a
    transitivity of `CLOSED`. It is a measure rather than a number, good for telling 6 from 12 from
    25: there are neighbours across circles, real circles have circles in them, and are of unequal
    size. Of circles wholly apart it is half their number or less. Where only a handful of
    neighbours are each other's, as in reviews of everything, there are no circles to be counted.

    Args:
        features: Rows of segments, int8 (segments, width).
        owner: Message of each, int64 (segments,); segments of one message are no pair.
    """
    rows = features[:MOST].astype(np.float32)
    long = lengths(rows)
    alike = rows @ rows.T / (long[:, None] * long)
    apart = owner[:MOST, None] != owner[None, :MOST]
    cosines = np.sort(alike[apart])
    alike[~apart] = -np.inf
    before: tuple[float, float] | None = None
    share = _LOOSEST
    while len(cosines) and share * len(rows) >= FEWEST:
        least = cosines[-max(int(share * len(cosines)), 1)]
        closed = _closed(alike >= least)
        if closed >= CLOSED and before:
            # Between two shares, as a line in the logarithm.
            part = (CLOSED - before[1]) / (closed - before[1])
            return float(CLOSED / (before[0] * (share / before[0]) ** part))
        if closed >= CLOSED:
            return CLOSED / _LOOSEST
        before = share, closed
        share *= _STEP
    return None


def _closed(near: npt.NDArray[np.bool_]) -> float:
    """Share of the pairs with a neighbour in common that are neighbours themselves."""
    links: FloatArray = near.astype(np.float32)
    common = links @ links
    itself = links.sum(dtype=np.float64)  # the way to a neighbour and back
    paths = float(common.sum(dtype=np.float64) - itself)
    return float((common * links).sum(dtype=np.float64)) / paths if paths else 1.0
