"""Calibration: whether labels given with a confidence of 0.7 are right seven times in ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Labels whose confidence is above `low` and up to `high` (from `low` in the first one).

    Args:
        n: How many there are.
        confidence: Their mean confidence.
        accuracy: Share of them that is right.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error over ten bins of equal width, and the bins that hold labels.

    The error is the mean distance between confidence and accuracy of a bin, weighted by the labels
    in it (Naeini, Cooper and Hauskrecht, 2015): 0 is honest, 0.1 is ten points off.
    """

    ece: float
    bins: tuple[Bin, ...]


def calibration(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]
) -> Calibration | None:
    """Calibration of labels, None when there are none.

    Args:
        confidence: Of each label given, 0 to 1, float (n,).
        right: Whether it is right, bool (n,).
    """
    if not len(confidence):
        return None
    sure = np.asarray(confidence, dtype=np.float64)
    # As float32 a confidence of 0.7 is a little less than 0.7.
    place = np.clip(np.ceil(np.round(sure, 6) * BINS).astype(np.intp) - 1, 0, BINS - 1)
    bins = [
        Bin(
            low=index / BINS,
            high=(index + 1) / BINS,
            n=int(inside.sum()),
            confidence=float(sure[inside].mean()),
            accuracy=float(right[inside].mean()),
        )
        for index in range(BINS)
        if (inside := place == index).any()
    ]
    off = sum(part.n * abs(part.confidence - part.accuracy) for part in bins)
    return Calibration(off / len(sure), tuple(bins))
