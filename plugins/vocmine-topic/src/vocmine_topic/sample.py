"""A sample of a stream of any length that depends on what it holds, not on how it comes."""

from __future__ import annotations

import heapq
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine.batch import Batch


class Sampled(NamedTuple):
    """One message of the sample: its language, the texts of its segments and their sketches."""

    lang: str
    segments: tuple[str, ...]
    sketches: tuple[bytes, ...]


def sample_messages(batches: Iterable[Batch], *, segments: int, seed: int) -> list[Sampled]:
    """Whole messages holding at most `segments` segments, the same for any batching and order.

    Messages are ranked by a hash of their text, and the longest run of first ones that fits is
    kept. Messages without segments are left out. Memory grows with `segments`, not the stream.

    Args:
        batches: The corpus.
        segments: How many segments to keep at most.
        seed: Another seed keeps other messages.
    """
    salt = seed.to_bytes(8, "little", signed=True)
    heap: list[tuple[int, Sampled]] = []
    held = 0
    limit = 1 << 64
    for batch in batches:
        for message in _messages(batch):
            rank = _rank(message, salt)
            if rank >= limit:
                continue
            heapq.heappush(heap, (-rank, message))
            held += len(message.segments)
            while held > segments:
                worst, dropped = heapq.heappop(heap)
                limit = min(limit, -worst)
                held -= len(dropped.segments)
    return [message for rank, message in sorted(heap, reverse=True) if -rank < limit]


def _messages(batch: Batch) -> Iterable[Sampled]:
    texts, sketches = batch.segment_texts, batch.segment_sketches
    bounds = np.searchsorted(batch.segment_message, np.arange(len(batch) + 1)).tolist()
    for lang, first, end in zip(batch.langs, bounds[:-1], bounds[1:], strict=True):
        if first < end:
            known = tuple(row.tobytes() for row in sketches[first:end])
            yield Sampled(lang, tuple(texts[first:end]), known or (b"",) * (end - first))


def _rank(message: Sampled, salt: bytes) -> int:
    content = "\x1f".join((message.lang, *message.segments)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8, key=salt).digest(), "little")
