"""How much each token of a vocabulary tells of what a segment means.

A segment is the mean of its tokens, half of which are articles, pronouns and commas. The more often
a token comes, the less it counts (smooth inverse frequency; Arora, Liang and Ma, 2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meaning_fit import FloatArray

    from vocmine.encoder import OnnxEncoder

HALF = 0.001
"""A token that makes up this share of all tokens counts for half."""


def importance(encoder: OnnxEncoder, texts: Sequence[str], langs: Sequence[str]) -> FloatArray:
    """Weight of each token of an encoder, float32 (vocabulary,), from 0 to 1.

    The encoder is read from the inside: the tokens are those of its graph, with what frames them.

    Args:
        encoder: Whose tokens they are.
        texts: Messages that they are counted in. A token that never comes has weight 1.
        langs: Language of each; a token counts by the language where it comes most.
    """
    size = encoder._tokenizer.get_vocab_size()
    frame = np.append(encoder._lead, encoder._eos)
    share = np.zeros(size)
    for lang in sorted(set(langs)):
        own = [text for text, of_text in zip(texts, langs, strict=True) if of_text == lang]
        runs = [tokens.ids for tokens in encoder._tokenize(own)]
        counts = np.bincount(np.concatenate([*runs, *[frame] * len(own)]), minlength=size)
        share = np.maximum(share, counts / counts.sum())
    weights: FloatArray = (HALF / (HALF + share)).astype(np.float32)
    return weights
