"""A corpus as the topic finders take it: one batch of messages and segments with vectors."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vocmine.batch import Batch
from vocmine.plugin import Encoded
from vocmine.segmentation import SEGMENTER_VERSION, segment
from vocmine.sketches import sketched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vocmine.heads import Heads
    from vocmine.plugin import Encoder
    from vocmine.segmentation import Segments

_CHUNK = 256
_KINDS = ("message_vectors", "segment_vectors", "meanings")


def corpus_batch(
    texts: Sequence[str], langs: Sequence[str], encoder: Encoder, cache: Path | None
) -> Batch:
    """Messages, their segments and the vectors of both, read from `cache` where it has them."""
    found = segment(texts, langs)
    key = [encoder.fingerprint, SEGMENTER_VERSION, *texts, *langs]
    name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:20]
    path = cache / f"{name}.npz" if cache else None
    if path is not None and path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            vectors = tuple(kept[kind] for kind in _KINDS)
    else:
        parts = [
            _encode(encoder, texts, found, at, at + _CHUNK) for at in range(0, len(texts), _CHUNK)
        ]
        vectors = tuple(np.concatenate([getattr(part, kind) for part in parts]) for kind in _KINDS)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part.npz")  # a run that is cut off leaves no half file
            np.savez(unfinished, **dict(zip(_KINDS, vectors, strict=True)))
            unfinished.replace(path)
    spans = found.message, found.start, found.end
    batch = Batch.of_texts(texts, spans, (vectors[0], vectors[1]), langs)
    return replace(
        batch,
        segment_ids=np.arange(len(found.message), dtype=np.int64),
        segment_sketches=sketched(vectors[2]),
    )


def with_insights(batch: Batch, heads: Heads) -> Batch:
    """The batch with what a run would know of it: which segments make a point."""
    codes = heads.predict("insight", batch).codes
    return replace(batch, segment_insights=np.asarray(codes, dtype=np.bool_))


def _encode(
    encoder: Encoder, texts: Sequence[str], found: Segments, first: int, last: int
) -> Encoded:
    """Vectors of the messages from `first` to before `last`."""
    own = (found.message >= first) & (found.message < last)
    return Encoded(
        *encoder.encode(
            texts[first:last], found.message[own] - first, found.start[own], found.end[own]
        )
    )
