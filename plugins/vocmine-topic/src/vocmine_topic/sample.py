"""A sample of a stream of any length that depends on what it holds, not on how it comes."""

from __future__ import annotations

import heapq
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine_topic.boilerplate import is_edge
from vocmine_topic.sentences import in_context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine.batch import Batch, FlagArray


class Sampled(NamedTuple):
    """One message of the sample.

    Args:
        lang: Its language.
        segments: Texts of those that tell.
        sketches: Of each, empty where they are not known.
        edges: 1 for each that opens or closes the message, else 0; all -1 in a message too short
            to tell.
    """

    lang: str
    segments: tuple[str, ...]
    sketches: tuple[bytes, ...]
    edges: tuple[int, ...] = ()


def sample_messages(batches: Iterable[Batch], *, segments: int, seed: int) -> list[Sampled]:
    """Messages with at most `segments` telling segments, the same for any batching and order.

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


def tells(batch: Batch) -> FlagArray:
    """Which segments say what a message is about, bool (segments,).

    Those that make a point; all of a message that makes none, as a question does not. What is
    left out is greetings, formulas and talk around the matter, which would make topics of their
    own. Where no insights are known every segment tells.
    """
    insights = batch.segment_insights
    if not len(insights):
        return np.ones(len(batch.segment_message), dtype=np.bool_)
    points = np.bincount(batch.segment_message, weights=insights, minlength=len(batch))
    silent: FlagArray = points[batch.segment_message] == 0
    return insights | silent


def _messages(batch: Batch) -> Iterable[Sampled]:
    said = np.flatnonzero(tells(batch))
    texts, sketches = batch.segment_texts, in_context(batch)
    messages = np.arange(len(batch) + 1)
    bounds = np.searchsorted(batch.segment_message[said], messages).tolist()
    starts = np.searchsorted(batch.segment_message, messages).tolist()
    for at, lang in enumerate(batch.langs):
        rows = said[bounds[at] : bounds[at + 1]]
        if len(rows):
            known = tuple(row.tobytes() for row in sketches[rows]) if len(sketches) else ()
            own = tuple(texts[row] for row in rows.tolist())
            places = (rows - starts[at]).tolist()
            edges = tuple(_edge(place, starts[at + 1] - starts[at]) for place in places)
            yield Sampled(lang, own, known or (b"",) * len(own), edges)


def _edge(place: int, segments: int) -> int:
    """As whole numbers: messages of one text are ordered by what they have besides."""
    edge = is_edge(place, segments)
    return -1 if edge is None else int(edge)


def _rank(message: Sampled, salt: bytes) -> int:
    content = "\x1f".join((message.lang, *message.segments)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8, key=salt).digest(), "little")
