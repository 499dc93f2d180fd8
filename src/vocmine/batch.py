"""The unit of work of the pipeline: columns of messages and segments, encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
IdArray = npt.NDArray[np.int64]

SHARED_COLUMNS = {
    "message_ids": "int64 (messages,): identifier of each message in the store",
    "texts": "list[str]: the customer's words",
    "langs": "list[str]: es, pt, en or other",
    "countries": "list[str]: ISO 3166-1 alpha-2 or empty",
    "channels": "list[str]",
    "scores": "float32 (messages,): rating 1 to 5, NaN when there is none",
    "created_at": "list[datetime | None]",
    "segment_ids": "int64 (segments,): identifier of each segment in the store",
    "segment_message": "int32 (segments,): index in this batch of the segment's message, ascending",
    "segment_start": "int32 (segments,): first character of the segment in its message",
    "segment_end": "int32 (segments,): one past its last character",
    "segment_texts": "list[str]: text[start:end] of each segment",
    "message_vectors": "float32 (messages, dim): L2-normalised mean of token vectors",
    "segment_vectors": "float32 (segments, dim): L2-normalised mean of the segment's token vectors",
}
"""Columns every analyzer can ask for in `requires`, with their dtype and shape."""

VECTOR_COLUMNS = frozenset({"message_vectors", "segment_vectors"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Parallel columns over `len(batch)` messages and their segments (see `SHARED_COLUMNS`).

    `message_vectors` and `segment_vectors` have zero columns when no analyzer of the run
    asked for vectors.
    """

    message_ids: IdArray
    texts: Sequence[str]
    langs: Sequence[str]
    countries: Sequence[str]
    channels: Sequence[str]
    scores: FloatArray
    created_at: Sequence[datetime | None]
    segment_ids: IdArray
    segment_message: IntArray
    segment_start: IntArray
    segment_end: IntArray
    message_vectors: FloatArray
    segment_vectors: FloatArray
    extra: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def segment_texts(self) -> list[str]:
        """The exact text of every segment, list of `str` (segments,)."""
        texts = self.texts
        return [
            texts[message][start:end]
            for message, start, end in zip(
                self.segment_message.tolist(),
                self.segment_start.tolist(),
                self.segment_end.tolist(),
                strict=True,
            )
        ]

    def take(self, start: int, stop: int) -> Batch:
        """Messages `start` to `stop` and their segments, as a batch of its own."""
        first, last = np.searchsorted(self.segment_message, [start, stop])
        return replace(
            self,
            message_ids=self.message_ids[start:stop],
            texts=self.texts[start:stop],
            langs=self.langs[start:stop],
            countries=self.countries[start:stop],
            channels=self.channels[start:stop],
            scores=self.scores[start:stop],
            created_at=self.created_at[start:stop],
            segment_ids=self.segment_ids[first:last],
            segment_message=self.segment_message[first:last] - np.int32(start),
            segment_start=self.segment_start[first:last],
            segment_end=self.segment_end[first:last],
            message_vectors=self.message_vectors[start:stop],
            segment_vectors=self.segment_vectors[first:last],
            extra={name: column[start:stop] for name, column in self.extra.items()},
        )
