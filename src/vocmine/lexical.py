"""Words and pieces of words as sparse features: what vectors of a small encoder blur.

A text becomes counts of its words, pairs of words and characters (2 to 5 inside a word), without
case and accents, so that "PÉSIMO" and "pesimo" are one. Handles and links are left out and
digits are all one: they say who and when, not what.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from vocmine.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import FloatArray

KeyArray = npt.NDArray[np.uint32]
IndexArray = npt.NDArray[np.intp]

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+")
_TOKEN = re.compile(r"\w+|[!?]+|[^\w\s.,;:\u200d\ufe0f]")
_DIGIT = re.compile(r"\d")
_SIZES = (2, 3, 4, 5)
_CACHED_WORDS = 50_000


class Sparse(NamedTuple):
    """Rows of features, L2-normalised.

    Args:
        size: Number of rows.
        row: Row of each entry, ascending, intp (entries,).
        feature: Feature of each entry, intp (entries,).
        value: float32 (entries,).
    """

    size: int
    row: IndexArray
    feature: IndexArray
    value: FloatArray

    def dot(self, weights: FloatArray) -> FloatArray:
        """Product with float32 (features, k): float32 (rows, k)."""
        made = np.zeros((self.size, weights.shape[1]), dtype=np.float32)
        bounds = np.searchsorted(self.row, np.arange(self.size + 1)).tolist()
        # Row by row: the gathered weights stay in the cache, which is 4 times faster than at once.
        for row, (first, last) in enumerate(itertools.pairwise(bounds)):
            if last > first:
                made[row] = self.value[first:last] @ weights[self.feature[first:last]]
        return made


class Vocabulary:
    """Known features and how common they are. Immutable; threads may share it.

    Args:
        keys: CRC-32 of each feature, ascending, uint32 (features,).
        idf: Inverse document frequency of each, float32 (features,).
    """

    def __init__(self, keys: KeyArray, idf: FloatArray) -> None:
        self.keys = keys
        self.idf = idf

    def __len__(self) -> int:
        return len(self.keys)

    def features(self, texts: Sequence[str]) -> Sparse:
        """TF-IDF with logarithmic counts; features out of the vocabulary are ignored."""
        found = [keys_of(text) for text in texts]
        lengths = [len(keys) for keys in found]
        count = len(found)
        if not sum(lengths) or not len(self.keys):
            none = np.zeros(0, dtype=np.intp)
            return Sparse(count, none, none, np.zeros(0, dtype=np.float32))
        keys = np.concatenate(found)
        row = np.repeat(np.arange(count, dtype=np.int64), lengths)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[at] == keys
        pairs, times = np.unique(row[known] * len(self.keys) + at[known], return_counts=True)
        rows, feature = np.divmod(pairs, len(self.keys))
        value = (1.0 + np.log(times)) * self.idf[feature]
        norm = np.sqrt(np.bincount(rows, weights=value**2, minlength=count))
        return Sparse(
            count,
            rows.astype(np.intp),
            feature.astype(np.intp),
            (value / norm[rows]).astype(np.float32),
        )


def keys_of(text: str) -> KeyArray:
    """CRC-32 of every feature of a text, with repetitions, uint32 (features,)."""
    words = tokens(text)
    if not words:
        return np.zeros(0, dtype=np.uint32)
    pairs = [crc32(f"{a} {b}".encode()) for a, b in itertools.pairwise(words)]
    return np.concatenate([*map(_word_keys, words), np.asarray(pairs, dtype=np.uint32)])


def tokens(text: str) -> list[str]:
    """Words, emoji and runs of ! and ? of a text, without case, accents and digits."""
    letters = without_accents(_NOISE.sub(" ", text).casefold())
    return _TOKEN.findall(_DIGIT.sub("0", letters))


@lru_cache(maxsize=_CACHED_WORDS)
def _word_keys(word: str) -> KeyArray:
    padded = f" {word[:40]} "
    pieces = {
        padded[i : i + size] for size in _SIZES for i in range(max(len(padded) - size + 1, 0))
    }
    # A word and a piece that spell the same are two features.
    return np.asarray(
        [crc32(f"#{word}".encode()), *(crc32(f"~{piece}".encode()) for piece in sorted(pieces))],
        dtype=np.uint32,
    )
