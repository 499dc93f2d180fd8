"""Vectors in a few bytes, so that a corpus is grouped without encoding it again.

A sketch is what an encoder says of a segment's meaning, or else its vector, turned into at most 128
whole numbers of 8 bits: where there are more of them, a projection on orthogonal directions drawn
at random, which keeps cosines nearly as they were (Johnson and Lindenstrauss 1984; Achlioptas
2003). The store keeps one for each segment.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.plugin import Encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import FloatArray, SketchArray
    from vocmine.plugin import Encoder

WIDTH = 128
"""Numbers in a sketch; a shorter vector keeps its own length."""
_SEED = 20260101
_LARGEST = 127


def sketched(vectors: FloatArray) -> SketchArray:
    """Sketches of vectors, each scaled to what 8 bits hold.

    Whole numbers this small have exact inner products in float32, in any order of adding up, so
    that what is made of sketches is the same on every run.

    Args:
        vectors: float32 (n, dim); a row of zeros stays zeros.

    Returns:
        int8 (n, min(dim, 128)).
    """
    if not vectors.shape[1]:
        return np.zeros(vectors.shape, dtype=np.int8)
    projected = vectors @ _directions(vectors.shape[1])
    largest = np.abs(projected).max(axis=1, keepdims=True, initial=0.0)
    scaled = projected * (_LARGEST / np.where(largest > 0, largest, 1.0))
    return np.rint(scaled).astype(np.int8)


def sketched_texts(encoder: Encoder, texts: Sequence[str]) -> SketchArray:
    """Sketches of texts by themselves, comparable with those of segments.

    Returns:
        int8 (n, min(dim, 128)), a row for each text.
    """
    if not texts:
        return np.zeros((0, min(encoder.dim, WIDTH)), dtype=np.int8)
    message = np.arange(len(texts), dtype=np.int32)
    end = np.asarray([len(text) for text in texts], dtype=np.int32)
    return sketched(Encoded(*encoder.encode(texts, message, np.zeros_like(end), end)).meanings)


@lru_cache(maxsize=4)
def _directions(dim: int) -> npt.NDArray[np.float32]:
    """Orthonormal directions drawn at random, float32 (dim, min(dim, 128))."""
    if dim <= WIDTH:
        return np.eye(dim, dtype=np.float32)
    drawn = np.random.default_rng(_SEED).normal(size=(dim, WIDTH))
    return np.linalg.qr(drawn)[0].astype(np.float32)
