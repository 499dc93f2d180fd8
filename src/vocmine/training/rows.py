"""Labelled messages as rows that heads learn from: inputs, words and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.heads import message_features, segment_features
from vocmine.spans import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine.batch import FloatArray, IntArray
    from vocmine.evaluation.gold import GoldMessage
    from vocmine.evaluation.points import Point
    from vocmine.heads import Code, Head, Heads
    from vocmine.plugin import Encoder

IndexArray = npt.NDArray[np.intp]
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Encoded:
    """Messages with vectors of themselves, of their clauses and of their labelled points.

    Args:
        clause_message: Message of each clause, ascending, int32.
        points: Labelled points, in order of message.
        point_message: Message of each point, ascending, int32.
        point_texts: The words of each point, as the model will see them.
    """

    messages: Sequence[GoldMessage]
    vectors: FloatArray
    clauses: FloatArray
    clause_message: IntArray
    points: Sequence[Point]
    point_vectors: FloatArray
    point_message: IntArray
    point_texts: Sequence[str]

    def inputs(self, head: Head) -> FloatArray:
        """Inputs of a head's last layer for every message, or every point."""
        if head.per == "message":
            made = message_features(head.inputs, self.vectors, self.clauses, self.clause_message)
        else:
            made = segment_features(
                head.inputs, self.vectors, self.point_vectors, self.point_message
            )
        return head.hidden(made)

    def words(self, heads: Heads, per: str) -> Any:
        """Words of every message, or every point, as a scipy CSR matrix."""
        from scipy.sparse import csr_matrix

        texts = self.point_texts if per == "segment" else [m.text for m in self.messages]
        vocabulary = heads.vocabularies[per]
        found = vocabulary.features(texts)
        shape = (found.size, len(vocabulary))
        return csr_matrix((found.value.astype(np.float64), (found.row, found.feature)), shape=shape)


def encode_rows(
    encoder: Encoder,
    messages: Sequence[GoldMessage],
    on_progress: Callable[[int], None] = lambda done: None,
) -> Encoded:
    """Encode every message once, with its clauses and points.

    A point that is most of a clause, or the other way round, gets that clause's words and vector,
    as this is what the model reads when it works.

    Args:
        on_progress: Told how many messages are done, now and then.
    """
    parts = []
    for first in range(0, len(messages), _BATCH):
        parts.append(_encode(encoder, messages[first : first + _BATCH], first))
        on_progress(min(first + _BATCH, len(messages)))
    return Encoded(
        messages,
        np.concatenate([p.vectors for p in parts]),
        np.concatenate([p.clauses for p in parts]),
        np.concatenate([p.clause_message for p in parts]),
        [point for p in parts for point in p.points],
        np.concatenate([p.point_vectors for p in parts]),
        np.concatenate([p.point_message for p in parts]),
        [text for p in parts for text in p.point_texts],
    )


def _encode(encoder: Encoder, messages: Sequence[GoldMessage], offset: int) -> Encoded:
    from vocmine.language import identify
    from vocmine.segmentation import segment

    texts = [message.text for message in messages]
    cut = segment(texts, identify([text[:2000] for text in texts]))
    clauses = list(zip(cut.message.tolist(), cut.start.tolist(), cut.end.tolist(), strict=True))
    points = [(index, point) for index, m in enumerate(messages) for point in m.points or ()]
    by_message: dict[int, list[tuple[int, int]]] = {}
    for index, start, end in clauses:
        by_message.setdefault(index, []).append((start, end))
    spans = [(i, *seen_as(point, by_message.get(i, ()))) for i, point in points]
    marked = [(*span, 0) for span in clauses] + [(*span, 1) for span in spans]
    # Encoders are given the segments of a message together.
    table = np.asarray(sorted(marked, key=lambda s: (s[0], s[3])), dtype=np.int32).reshape(-1, 4)
    found = encoder.encode(texts, table[:, 0], table[:, 1], table[:, 2])
    segments = np.asarray(found.segment_vectors, dtype=np.float32)
    quoted = table[:, 3] == 1
    return Encoded(
        messages,
        np.asarray(found.message_vectors, dtype=np.float32),
        segments[~quoted],
        table[~quoted, 0] + np.int32(offset),
        [point for _, point in points],
        segments[quoted],
        table[quoted, 0] + np.int32(offset),
        [texts[i][start:end] for i, start, end in spans],
    )


def seen_as(point: Point, clauses: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The clause that shares most of a point, if that is half of the shorter; else its quote."""
    span = (point.start, point.end)
    place = closest(span, clauses)
    return clauses[place] if place >= 0 else span


@dataclass(frozen=True, slots=True)
class Labelled:
    """The rows that carry a label of one task.

    Args:
        rows: Messages or points, intp (rows,).
        target: Index of each label, intp (rows,), or which labels there are, bool (rows, labels).
        message: Message of each row, intp (rows,).
    """

    rows: IndexArray
    target: npt.NDArray[Any]
    message: IndexArray


def labelled(task: str, encoded: Encoded, labels: Sequence[Code], *, per: str) -> Labelled:
    """Rows of a task of one label per row."""
    found = (
        [point.labels.get(task) for point in encoded.points]
        if per == "segment"
        else [message.labels.get(task) for message in encoded.messages]
    )
    place = {label: index for index, label in enumerate(labels)}
    rows = np.asarray([i for i, code in enumerate(found) if code in place], dtype=np.intp)
    target = np.asarray([place[code] for code in found if code in place], dtype=np.intp)
    owner = encoded.point_message if per == "segment" else np.arange(len(encoded.messages))
    return Labelled(rows, target, owner[rows].astype(np.intp))


def labelled_many(task: str, encoded: Encoded, labels: Sequence[Code]) -> Labelled:
    """Messages of a task of several labels."""
    rows = [i for i, message in enumerate(encoded.messages) if task in message.sets]
    target = [[label in encoded.messages[i].sets[task] for label in labels] for i in rows]
    kept = np.asarray(rows, dtype=np.intp)
    return Labelled(kept, np.asarray(target, dtype=bool).reshape(-1, len(labels)), kept)
