"""What segments say and mean as rows of few small whole numbers that can be compared exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import TruncatedSVD
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from vocmine.batch import SketchArray

FloatArray = npt.NDArray[np.float32]
FeatureArray = npt.NDArray[np.int8]

WORD_WIDTH = 150
"""Directions that words are reduced to (latent semantic analysis; Deerwester and others, 1990)."""
WORD_WEIGHT = 0.6
"""Length of the words' part beside the meaning's: words alone split a problem by its wordings,
and meaning alone blurs what only words tell apart."""
_LARGEST = 127


class Features(NamedTuple):
    """A learnt projection of words and sketches.

    Args:
        words: Directions of the terms, float32 (terms, directions).
        middle: The mean sketch of unit length, float32 (width,); what all segments have in common
            says nothing. No width means that words are all there is.
    """

    words: FloatArray
    middle: FloatArray

    @classmethod
    def learn(cls, said: csr_matrix, sketches: SketchArray, *, seed: int) -> Features:
        """Learn the projection of a sample.

        Args:
            said: Unit or zero rows of terms, float64 (segments, terms).
            sketches: int8 (segments, width).
            seed: Of the randomised decomposition.
        """
        units = _unit(sketches.astype(np.float32))
        middle = units.mean(axis=0, dtype=np.float64) if len(units) else np.zeros(units.shape[1])
        return cls(_directions(said, seed), np.round(middle, 5).astype(np.float32))

    def of(self, said: csr_matrix, sketches: SketchArray) -> FeatureArray:
        """Rows of a batch, int8 (segments, directions + width), each alone as among others.

        Whole numbers this small have exact inner products in float32, in any order of adding up.
        A segment without a known word is a row of zeros: greetings and formulas, whose words were
        taken out, belong nowhere.
        """
        words = _unit((said @ self.words.astype(np.float64)).astype(np.float32))
        parts = [WORD_WEIGHT * words]
        if len(self.middle):
            width = len(self.middle)
            known = sketches if sketches.shape[1] == width else np.zeros((len(words), width))
            parts.append(self._meant(known))
        return _small(np.hstack(parts) * (said.getnnz(axis=1) > 0)[:, None])

    def meaning(self, sketches: SketchArray) -> FeatureArray:
        """The last columns of such rows alone, int8 (segments, width)."""
        return _small(self._meant(sketches))

    def _meant(self, sketches: npt.NDArray[np.number]) -> FloatArray:
        """Unit rows of what sketches of the known width mean beside the middle one."""
        told = sketches.any(axis=1, keepdims=True)
        return _unit((_unit(sketches.astype(np.float32)) - self.middle) * told)


def _directions(said: csr_matrix, seed: int) -> FloatArray:
    """Directions of the words of a sample, float32 (terms, directions)."""
    used = said[said.getnnz(axis=1) > 0]
    if min(used.shape) < 2:
        return np.ones((said.shape[1], 1), dtype=np.float32)
    width = min(WORD_WIDTH, min(used.shape) - 1)
    reduction = TruncatedSVD(width, random_state=seed)
    with threadpool_limits(limits=1), np.errstate(invalid="ignore", divide="ignore"):
        found = reduction.fit(used).components_.T
    # Half precision is what is kept of it.
    directions: FloatArray = found.astype(np.float16).astype(np.float32)
    return directions


def _small(rows: FloatArray) -> FeatureArray:
    """Rows as whole numbers of 8 bits, each scaled to what they hold."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    scaled = rows * (_LARGEST / np.where(largest > 0, largest, 1.0))
    found: FeatureArray = np.rint(scaled).astype(np.int8)
    return found


def lengths(rows: FloatArray) -> FloatArray:
    """Euclidean length of each row, float32 (rows,); 1 for a row of zeros."""
    squares = np.square(rows).sum(axis=1)
    found: FloatArray = np.sqrt(np.where(squares > 0, squares, 1.0)).astype(np.float32)
    return found


def _unit(rows: FloatArray) -> FloatArray:
    """Each row divided by its length; rows of zeros stay zero."""
    return rows / lengths(rows)[:, None]
