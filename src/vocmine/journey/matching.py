"""Which of a team's promises a customer's words are about.

Two texts are about one thing when they share words that are rare and when the encoder that reads
the messages finds them alike. Neither does alone: `el desayuno estaba frío` shares a word with
`desayuno incluido`, and vectors find everything about breakfasts alike. The measures behind the
thresholds are in docs/journey.md, and a test makes them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.journey.words import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from vocmine.journey.promise_list import Promise
    from vocmine.plugin import Encoder
    from vocmine.store.frame import Flags, Floats, Ints

ALIKE = 0.30
"""Root of likeness and shared words from which a text is about a promise without keywords."""
ALIKE_WITH_KEYWORD = 0.05
"""Likeness from which a text that says a keyword is."""
CLEARLY = 0.02
"""Likeness by which a promise without keywords leads over those that the text is not about."""
UNLIKE = 0.35
"""Cosine of voc-encoder's vectors below which two texts are not alike at all: 0.39 is the mean of
any two quotes of customers."""
CHUNK = 4_096
"""Texts encoded at a time."""


def about(promises: Sequence[Promise], texts: Sequence[str], encoder: Encoder) -> Ints:
    """The promise that each text is about.

    Args:
        promises: At least one.
        texts: Quotes of customers. How rare a word is, is counted among them.
        encoder: `voc-encoder`; the thresholds are for its vectors.

    Returns:
        int64 (texts,): place of the promise, -1 for none.
    """
    if not texts:
        return np.zeros(0, dtype=np.int64)
    ours, theirs = _words(promises, texts)
    vectors = _vectors([promise.text for promise in promises], encoder)
    return np.concatenate(
        [
            _of_block(
                promises,
                texts[first : first + CHUNK],
                (ours @ theirs[first : first + CHUNK].T).toarray(),
                vectors,
                encoder,
            )
            for first in range(0, len(texts), CHUNK)
        ]
    )


def _of_block(
    promises: Sequence[Promise],
    texts: Sequence[str],
    shared: Floats,
    vectors: npt.NDArray[np.float32],
    encoder: Encoder,
) -> Ints:
    """As `about`, of some texts and the share of each promise's words that each says."""
    found = np.full(len(texts), -1, dtype=np.int64)
    keyed = np.array([bool(promise.keywords) for promise in promises])[:, None]
    # Even a text that is as like as can be needs so many words.
    candidates = np.where(keyed, _said(promises, texts), shared >= ALIKE**2)
    at = np.flatnonzero(candidates.any(axis=0))
    if len(at):
        theirs = _vectors([texts[place] for place in at.tolist()], encoder)
        likeness = np.clip((np.inner(vectors, theirs) - UNLIKE) / (1 - UNLIKE), 0.0, 1.0)
        plain = np.sqrt(likeness * shared[:, at]) >= ALIKE
        accepted = np.where(keyed, likeness >= ALIKE_WITH_KEYWORD, plain) & candidates[:, at]
        # Promises that are much alike may both be meant; one that is not meant must be less alike.
        rival = np.where(accepted, 0.0, likeness).max(axis=0)
        accepted &= keyed | (likeness - rival >= CLEARLY)
        best = np.argmax(np.where(accepted, likeness, -1.0), axis=0)
        found[at] = np.where(accepted.any(axis=0), best, -1)
    return found


def _words(promises: Sequence[Promise], texts: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
    """Words of the promises, rare ones heavier and each promise's adding up to 1, and of the texts.

    Returns:
        Sparse float64 (promises, words), and 0 or 1 (texts, words).
    """
    from scipy.sparse import diags
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(analyzer=stems, binary=True, norm=None)
    every = words.fit_transform([*(promise.text for promise in promises), *texts])
    ours, theirs = every[: len(promises)], every[len(promises) :]
    total = np.asarray(ours.sum(axis=1), dtype=np.float64).ravel()
    theirs.data[:] = 1.0
    return diags(1 / np.maximum(total, 1e-12)) @ ours, theirs


def _said(promises: Sequence[Promise], texts: Sequence[str]) -> Flags:
    """Whether a text says a keyword of a promise, every word of it: (promises, texts)."""
    wanted = [[frozenset(stems(word)) for word in promise.keywords] for promise in promises]
    if not any(wanted):
        return np.zeros((len(promises), len(texts)), dtype=np.bool_)
    words = [frozenset(stems(text)) for text in texts]
    return np.array(
        [[any(key and key <= own for key in keys) for own in words] for keys in wanted],
        dtype=np.bool_,
    )


def _vectors(texts: Sequence[str], encoder: Encoder) -> npt.NDArray[np.float32]:
    none = np.zeros(0, dtype=np.int32)
    return encoder.encode(texts, none, none, none).message_vectors
