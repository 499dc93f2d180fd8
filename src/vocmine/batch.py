"""The unit of work of the pipeline: columns of messages and segments, encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
IdArray = npt.NDArray[np.int64]
SketchArray = npt.NDArray[np.int8]
FlagArray = npt.NDArray[np.bool_]
T = TypeVar("T")

SKETCHES = "segment_sketches"

SHARED_COLUMNS = {
    "message_ids": "int64 (messages,): identifier of each message in the store",
    "texts": "list[str]: the customer's words",
    "langs": "list[str]: es, pt, en or other",
    "countries": "list[str]: ISO 3166-1 alpha-2 or empty",
    "channels": "list[str]",
    "scores": "float32 (messages,): rating 1 to 5, NaN when there is none",
    "created_at": "list[datetime | None]",
    "segment_ids": "int64 (segments,): identifier in the store, -1 before it is first written",
    "segment_message": "int32 (segments,): index in this batch of the segment's message, ascending",
    "segment_start": "int32 (segments,): first character of the segment in its message",
    "segment_end": "int32 (segments,): one past its last character",
    "segment_texts": "list[str]: text[start:end] of each segment",
    "message_vectors": "float32 (messages, dim): L2-normalised mean of token vectors",
    "segment_vectors": "float32 (segments, dim): L2-normalised mean of the segment's token vectors",
    SKETCHES: "int8 (segments, width): segment_vectors in few bytes, as the store keeps "
    "them; the cosine of two sketches is nearly that of their vectors (corpus analyzers only)",
    "segment_insights": "bool (segments,): whether it makes a point (corpus analyzers only)",
}
"""Columns every analyzer can ask for in `requires`, with their dtype and shape."""

VECTOR_COLUMNS = frozenset({"message_vectors", "segment_vectors"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Parallel columns over `len(batch)` messages and their segments (see `SHARED_COLUMNS`).

    Arrays are read-only: every analyzer of a run is given the same ones. `message_vectors` and
    `segment_vectors` have zero columns for a corpus analyzer that does not require vectors, and
    `segment_sketches` for every analyzer but a corpus analyzer that requires them. Only corpus
    analyzers have `segment_insights`; elsewhere it is empty.
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
    segment_sketches: SketchArray = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    segment_insights: FlagArray = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __post_init__(self) -> None:
        for value in (getattr(self, item.name) for item in fields(self)):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @classmethod
    def of_texts(
        cls,
        texts: Sequence[str],
        segments: tuple[IntArray, IntArray, IntArray],
        vectors: tuple[FloatArray, FloatArray],
        langs: Sequence[str] = (),
    ) -> Batch:
        """A batch of messages of which nothing but their words is known.

        Args:
            segments: Message, first character and one past the last of each segment, int32.
            vectors: Of the messages and of the segments, as an encoder gives them.
            langs: Of each message; empty means unknown.
        """
        count = len(texts)
        unknown = [""] * count
        message, start, end = segments
        return cls(
            message_ids=np.arange(count, dtype=np.int64),
            texts=texts,
            langs=langs or unknown,
            countries=unknown,
            channels=unknown,
            scores=np.full(count, np.nan, dtype=np.float32),
            created_at=[None] * count,
            segment_ids=np.full(len(message), -1, dtype=np.int64),
            segment_message=message,
            segment_start=start,
            segment_end=end,
            message_vectors=np.asarray(vectors[0], dtype=np.float32),
            segment_vectors=np.asarray(vectors[1], dtype=np.float32),
            extra={},
        )

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

    def select(self, messages: npt.NDArray[np.intp]) -> Batch:
        """The messages at the given ascending indices and their segments, as a batch of its own."""
        rows = messages.tolist()
        kept = np.isin(self.segment_message, messages)

        def pick(column: Sequence[T]) -> list[T]:
            return [column[row] for row in rows]

        return replace(
            self,
            message_ids=self.message_ids[messages],
            texts=pick(self.texts),
            langs=pick(self.langs),
            countries=pick(self.countries),
            channels=pick(self.channels),
            scores=self.scores[messages],
            created_at=pick(self.created_at),
            segment_ids=self.segment_ids[kept],
            segment_message=np.searchsorted(messages, self.segment_message[kept]).astype(np.int32),
            segment_start=self.segment_start[kept],
            segment_end=self.segment_end[kept],
            message_vectors=self.message_vectors[messages],
            segment_vectors=self.segment_vectors[kept],
            extra={name: pick(column) for name, column in self.extra.items()},
            segment_sketches=self.segment_sketches[kept[: len(self.segment_sketches)]],
            segment_insights=self.segment_insights[kept[: len(self.segment_insights)]],
        )

    def segment_rows(self, messages: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Indices of the segments of the given messages, ascending."""
        return np.flatnonzero(np.isin(self.segment_message, messages))
