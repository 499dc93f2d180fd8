"""Segments that mean the same: what lets two wordings without a common word share a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from vocmine_topic.neighbours import unit_rows

if TYPE_CHECKING:
    from vocmine.batch import SketchArray

ANCHORS = 10_000
"""Segments of the sample that others are compared with: more cost time and say little more."""
KEPT = 20
"""Nearest anchors of a segment."""
STRENGTH = 0.5
"""Weight of what the nearest anchors say beside what the segment says itself."""
_BLOCK = 1000


class Meaning:
    """Lends each segment the words of the segments of the sample that mean nearly the same.

    Words alone split one problem by its wordings, and vectors alone blur what only words tell
    apart; a factorisation of both finds the problem.

    Args:
        sketches: Of the sample's segments, int8 (segments, width); no width means none are known,
            and nothing is lent.
        rows: Their terms, rows of length one or zero, (segments, terms).
    """

    def __init__(self, sketches: SketchArray, rows: csr_matrix) -> None:
        telling = np.flatnonzero((rows.getnnz(axis=1) > 0) & sketches.any(axis=1))[:ANCHORS]
        self._rows = rows[telling]
        self._anchors = sketches[telling].astype(np.float32)
        self._lengths = _lengths(self._anchors)

    def lend(self, rows: csr_matrix, own: csr_matrix, sketches: SketchArray) -> csr_matrix:
        """Rows with what the nearest anchors say added, of length one.

        A segment without words of its own gets none: greetings and formulas, whose words were
        taken out, would be given a topic.

        Args:
            rows: Rows to add to, (segments, terms).
            own: The segments' own terms.
            sketches: int8 (segments, width).
        """
        if not len(self._anchors) or not sketches.shape[1]:
            return rows
        telling = np.flatnonzero((own.getnnz(axis=1) > 0) & sketches.any(axis=1))
        lent = [
            self._nearest(sketches[part], part, rows.shape[0])
            for part in np.split(telling, range(_BLOCK, len(telling), _BLOCK))
        ]
        said = unit_rows((sum(lent[1:], lent[0]) @ self._rows).tocsr())
        return unit_rows((rows + STRENGTH * said).tocsr())

    def _nearest(
        self, sketches: SketchArray, places: npt.NDArray[np.intp], segments: int
    ) -> csr_matrix:
        """How alike each segment's nearest anchors are, (segments, anchors)."""
        asked = sketches.astype(np.float32)
        # Whole numbers: exact, whatever the order of adding up and the number of threads.
        cosines = asked @ self._anchors.T / (_lengths(asked)[:, None] * self._lengths)
        kept = min(KEPT, cosines.shape[1])
        nearest = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
        alike = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 0.0).astype(np.float64)
        row = np.repeat(places, kept)
        return csr_matrix(
            (alike.ravel(), (row, nearest.ravel())), shape=(segments, len(self._anchors))
        )


def _lengths(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    squares: npt.NDArray[np.float32] = np.square(vectors).sum(axis=1)
    return np.sqrt(squares)
