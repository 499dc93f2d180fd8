"""The segments of the sample that are most alike: exact cosines, the same in any batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from vocmine_topic.features import FeatureArray, FloatArray, lengths

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1000
"""Rows compared at a time: with 10,000 others a block of cosines is 40 MB."""


class Nearest(NamedTuple):
    """Neighbours of a block of rows, in no order.

    Args:
        row: First row of the block.
        other: int64 (rows, neighbours): their positions.
        alike: float32 (rows, neighbours): cosines, 0 where they are negative.
    """

    row: int
    other: npt.NDArray[np.int64]
    alike: FloatArray


def nearest(asked: FeatureArray, among: FeatureArray, neighbours: int) -> Iterator[Nearest]:
    """The nearest rows of `among` for each row of `asked`, in blocks.

    Args:
        asked: int8 (rows, width).
        among: int8 (others, width), at least one.
        neighbours: How many; fewer where there are not as many others.
    """
    others = among.astype(np.float32)
    long = lengths(others)
    kept = min(neighbours, len(others))
    for first in range(0, len(asked), _BLOCK):
        rows = asked[first : first + _BLOCK].astype(np.float32)
        cosines = rows @ others.T / (lengths(rows)[:, None] * long)
        found = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
        alike = np.maximum(np.take_along_axis(cosines, found, axis=1), 0.0)
        yield Nearest(first, found.astype(np.int64), alike)


def graph(features: FeatureArray, neighbours: int) -> csr_matrix:
    """Who is near whom, symmetric, float64 (rows, rows): cosines, nobody near itself."""
    row, column, weight = [], [], []
    for block in nearest(features, features, neighbours + 1):
        own = np.arange(block.row, block.row + len(block.other))[:, None]
        apart = block.other != own
        row.append(np.broadcast_to(own, block.other.shape)[apart])
        column.append(block.other[apart])
        weight.append(block.alike[apart].astype(np.float64))
    edges = (np.concatenate(weight), (np.concatenate(row), np.concatenate(column)))
    near = csr_matrix(edges, shape=(len(features), len(features)))
    return (near + near.T).tocsr()
