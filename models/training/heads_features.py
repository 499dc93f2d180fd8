"""Vectors of labelled messages: one pass per message, kept in a cache outside the repository."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from heads_data import INSIGHT_TASKS, Code, Example, Span, best_insight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vocmine.plugin import Encoder

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of a list of examples.

    Args:
        message: float32 (examples, dim).
        clause: float32 (clauses, dim): what the engine will see.
        clause_message: int32 (clauses,): example of each clause, ascending.
        quote: float32 (insights, dim): pooled inside the labelled quotes.
        quote_message: int32 (insights,).
    """

    message: FloatArray
    clause: FloatArray
    clause_message: IntArray
    quote: FloatArray
    quote_message: IntArray


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """Rows of segment heads: vectors, the example of each, and the insight it stands for.

    Args:
        vectors: float32 (rows, dim).
        message: int32 (rows,).
        insight: Labels of the insight, or None for a clause that makes no point.
        quoted: True for a labelled quote, False for a clause of the segmenter.
    """

    vectors: FloatArray
    message: IntArray
    insight: list[dict[str, Code] | None]
    quoted: npt.NDArray[np.bool_]


def encode(encoder: Encoder, examples: Sequence[Example], cache: Path | None) -> Vectors:
    """Vectors of examples whose clauses are filled in, from the cache where it has them."""
    path = cache / f"{_key(encoder, examples)}.npz" if cache else None
    if path is not None and path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            return Vectors(**{name: kept[name] for name in kept.files})
    parts = [
        _encode_batch(encoder, examples[first : first + _BATCH], first)
        for first in range(0, len(examples), _BATCH)
    ]
    made = Vectors(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Vectors.__slots__)
    )
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **{name: getattr(made, name) for name in Vectors.__slots__})
    return made


def _encode_batch(encoder: Encoder, examples: Sequence[Example], offset: int) -> Vectors:
    spans: list[tuple[int, int, int, bool]] = []
    for index, example in enumerate(examples):
        spans += [(index, start, end, False) for start, end in example.clauses]
        spans += [(index, i.start, i.end, True) for i in example.insights or ()]
    table = np.asarray(spans, dtype=np.int32).reshape(-1, 4)
    encoded = encoder.encode([e.text for e in examples], table[:, 0], table[:, 1], table[:, 2])
    quoted = table[:, 3] == 1
    owner = table[:, 0] + np.int32(offset)
    return Vectors(
        np.asarray(encoded.message_vectors, dtype=np.float32),
        np.asarray(encoded.segment_vectors[~quoted], dtype=np.float32),
        owner[~quoted],
        np.asarray(encoded.segment_vectors[quoted], dtype=np.float32),
        owner[quoted],
    )


def segment_rows(examples: Sequence[Example], vectors: Vectors) -> SegmentRows:
    """Labelled quotes and clauses of the examples that have insights, ordered by message."""
    message: list[int] = []
    insight: list[dict[str, Code] | None] = []
    source: list[int] = []
    quoted: list[bool] = []
    clause_at = np.searchsorted(vectors.clause_message, np.arange(len(examples)))
    quote_at = np.searchsorted(vectors.quote_message, np.arange(len(examples)))
    for index, example in enumerate(examples):
        if example.insights is None:
            continue
        for position, clause in enumerate(example.clauses):
            best = best_insight(clause, example.insights)
            insight.append(dict(example.insights[best].labels) if best >= 0 else None)
            source.append(int(clause_at[index]) + position)
            quoted.append(False)
            message.append(index)
        for position, gold in enumerate(example.insights):
            insight.append(dict(gold.labels))
            source.append(int(quote_at[index]) + position)
            quoted.append(True)
            message.append(index)
    is_quote = np.asarray(quoted, dtype=bool)
    rows = np.empty((len(source), vectors.message.shape[1]), dtype=np.float32)
    where = np.asarray(source, dtype=np.intp)
    rows[is_quote] = vectors.quote[where[is_quote]]
    rows[~is_quote] = vectors.clause[where[~is_quote]]
    return SegmentRows(rows, np.asarray(message, dtype=np.int32), insight, is_quote)


def segment_targets(rows: SegmentRows, task: str) -> tuple[npt.NDArray[np.intp], list[Code]]:
    """Rows that carry a label of a segment task, and the labels.

    `insight` is learned from clauses only: 1 when the clause stands for an insight. The other
    tasks are learned from quotes and from the clauses that stand for one.
    """
    if task == "insight":
        chosen = np.flatnonzero(~rows.quoted)
        return chosen, [int(rows.insight[i] is not None) for i in chosen.tolist()]
    if task not in INSIGHT_TASKS:
        raise ValueError(f"'{task}' is no segment task.")
    kept = [(i, labels[task]) for i, labels in enumerate(rows.insight) if labels is not None]
    return np.asarray([i for i, _ in kept], dtype=np.intp), [code for _, code in kept]


def _key(encoder: Encoder, examples: Sequence[Example]) -> str:
    digest = hashlib.sha256(encoder.fingerprint.encode())
    for example in examples:
        spans: list[Span] = [(i.start, i.end) for i in example.insights or ()]
        digest.update(json.dumps([example.text, example.clauses, spans]).encode())
    return digest.hexdigest()[:32]
