"""Vectors of labelled messages: one pass per message, kept in a cache outside the repository."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from heads_data import INSIGHT_TASKS, Code, Example, GoldInsight, best_insight

from vocmine.batch import Batch
from vocmine.spans import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        main: False for a clause of which another clause covers more of the same insight.
        texts: Text of each row.
    """

    vectors: FloatArray
    message: IntArray
    insight: list[dict[str, Code] | None]
    quoted: npt.NDArray[np.bool_]
    main: npt.NDArray[np.bool_]
    texts: list[str]


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
        unfinished = path.with_suffix(".part.npz")  # a run that is cut off must leave no half file
        np.savez(unfinished, **{name: getattr(made, name) for name in Vectors.__slots__})
        unfinished.replace(path)
    return made


def no_vectors(examples: Sequence[Example], dim: int) -> Vectors:
    """Zeros in place of vectors, for what learns from words only; rows are those of `encode`."""
    clauses = [len(example.clauses) for example in examples]
    quotes = [len(example.insights or ()) for example in examples]
    owner = np.arange(len(examples), dtype=np.int32)
    # One row of zeros, seen many times: nothing is stored.
    zeros = [
        np.broadcast_to(np.zeros(dim, dtype=np.float32), (rows, dim))
        for rows in (len(examples), sum(clauses), sum(quotes))
    ]
    return Vectors(zeros[0], zeros[1], owner.repeat(clauses), zeros[2], owner.repeat(quotes))


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
    made = _RowLists()
    clause_at = np.searchsorted(vectors.clause_message, np.arange(len(examples)))
    quote_at = np.searchsorted(vectors.quote_message, np.arange(len(examples)))
    for index, example in enumerate(examples):
        if example.insights is None:
            continue
        best = [best_insight(clause, example.insights) for clause in example.clauses]
        main = main_clauses(example.clauses, best, example.insights)
        for position, (start, end) in enumerate(example.clauses):
            found = example.insights[best[position]].labels if best[position] >= 0 else None
            text = example.text[start:end]
            made.add(index, int(clause_at[index]) + position, text, found, main=position in main)
        for position, gold in enumerate(example.insights):
            text = example.text[gold.start : gold.end]
            at = int(quote_at[index]) + position
            made.add(index, at, text, gold.labels, main=True, quoted=True)
    quoted = np.asarray(made.quoted, dtype=bool)
    where = np.asarray(made.source, dtype=np.intp)
    rows = np.empty((len(where), vectors.message.shape[1]), dtype=np.float32)
    rows[quoted] = vectors.quote[where[quoted]]
    rows[~quoted] = vectors.clause[where[~quoted]]
    return SegmentRows(
        rows,
        np.asarray(made.message, dtype=np.int32),
        made.insight,
        quoted,
        np.asarray(made.main, dtype=bool),
        made.texts,
    )


@dataclass(slots=True)
class _RowLists:
    message: list[int] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    insight: list[dict[str, Code] | None] = field(default_factory=list)
    main: list[bool] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)

    def add(
        self,
        message: int,
        source: int,
        text: str,
        insight: Mapping[str, Code] | None,
        *,
        main: bool,
        quoted: bool = False,
    ) -> None:
        self.message.append(message)
        self.source.append(source)
        self.texts.append(text)
        self.insight.append(dict(insight) if insight is not None else None)
        self.main.append(main)
        self.quoted.append(quoted)


def main_clauses(
    clauses: Sequence[Span], best: Sequence[int], insights: Sequence[GoldInsight]
) -> set[int]:
    """Positions of the clauses that cover most of their insight, one for each insight."""
    chosen: dict[int, tuple[int, int]] = {}
    for position, ((start, end), index) in enumerate(zip(clauses, best, strict=True)):
        if index >= 0:
            overlap = min(end, insights[index].end) - max(start, insights[index].start)
            if overlap > chosen.get(index, (0, 0))[0]:
                chosen[index] = (overlap, position)
    return {position for _, position in chosen.values()}


def segment_targets(rows: SegmentRows, task: str) -> tuple[npt.NDArray[np.intp], list[Code]]:
    """Rows that carry a label of a segment task, and the labels.

    `insight` is learned from clauses only: 1 when the clause is the main one of an insight. The
    other tasks are learned from quotes and from all clauses that stand for an insight.
    """
    if task == "insight":
        chosen = np.flatnonzero(~rows.quoted)
        return chosen, [int(made) for made in rows.main[chosen].tolist()]
    if task not in INSIGHT_TASKS:
        raise ValueError(f"'{task}' is no segment task.")
    kept = [(i, labels[task]) for i, labels in enumerate(rows.insight) if labels and task in labels]
    return np.asarray([i for i, _ in kept], dtype=np.intp), [code for _, code in kept]


def as_batch(examples: Sequence[Example], vectors: Vectors, *, quotes: bool = False) -> Batch:
    """The messages as the engine's batch; its segments are the clauses, or the labelled quotes."""
    spans = [
        span
        for e in examples
        for span in ([(i.start, i.end) for i in e.insights or ()] if quotes else e.clauses)
    ]
    table = np.asarray(spans, dtype=np.int32).reshape(-1, 2)
    owner = vectors.quote_message if quotes else vectors.clause_message
    return Batch.of_texts(
        [e.text for e in examples],
        (owner, table[:, 0], table[:, 1]),
        (vectors.message, vectors.quote if quotes else vectors.clause),
        [e.lang for e in examples],
    )


def _key(encoder: Encoder, examples: Sequence[Example]) -> str:
    digest = hashlib.sha256(encoder.fingerprint.encode())
    for example in examples:
        spans: list[Span] = [(i.start, i.end) for i in example.insights or ()]
        digest.update(json.dumps([example.text, example.clauses, spans]).encode())
    return digest.hexdigest()[:32]
