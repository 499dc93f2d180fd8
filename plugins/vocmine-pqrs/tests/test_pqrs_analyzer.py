"""The pqrs analyzer, with small heads whose answers can be read off the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.batch import Batch
from vocmine.heads import Head, Heads
from vocmine.plugin import Analyzer, Context
from vocmine_pqrs.analyzer import PqrsAnalyzer

if TYPE_CHECKING:
    from collections.abc import Mapping

DIM = 6
PQRS = ("petition", "inquiry", "claim", "none")


def reading_head(per: str, labels: tuple[Any, ...], first: int, *, many: bool = False) -> Head:
    """A head that reads its labels' scores from the vector, from position `first` on."""
    weights = np.zeros((DIM, len(labels)), dtype=np.float32)
    weights[first : first + len(labels)] = np.eye(len(labels))
    return Head(
        per=per,
        inputs=("message" if per == "message" else "segment",),
        layers=((weights, np.zeros(len(labels), dtype=np.float32)),),
        labels=labels,
        temperature=1.0,
        bias=np.full(len(labels), 0.9 if many else 0.0, dtype=np.float32),
        many=many,
    )


def opened(heads: Mapping[str, Head]) -> PqrsAnalyzer:
    """The analyzer, opened with these heads."""
    analyzer = PqrsAnalyzer()
    analyzer.open(Context(heads=Heads(heads, fingerprint="f", encoder_fingerprint="e", dim=DIM)))
    return analyzer


HEADS = {
    "pqrs": reading_head("message", PQRS, 0),
    "urgent": reading_head("message", (0, 1), 4),
}


def batch_of(messages: list[list[float]], segments: list[list[float]], owner: list[int]) -> Batch:
    """A batch of vectors; analyzers of this plugin read nothing else."""
    count, parts = len(messages), len(segments)
    return Batch(
        message_ids=np.arange(count, dtype=np.int64),
        texts=["texto"] * count,
        langs=["es"] * count,
        countries=[""] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, dtype=np.float32),
        created_at=[None] * count,
        segment_ids=np.arange(parts, dtype=np.int64),
        segment_message=np.array(owner, dtype=np.int32),
        segment_start=np.zeros(parts, dtype=np.int32),
        segment_end=np.full(parts, 5, dtype=np.int32),
        message_vectors=np.array(messages, dtype=np.float32).reshape(-1, DIM),
        segment_vectors=np.array(segments, dtype=np.float32).reshape(-1, DIM),
        extra={},
    )


def test_it_is_an_analyzer_that_declares_what_it_needs_and_gives() -> None:
    assert isinstance(PqrsAnalyzer(), Analyzer)
    assert {"message_vectors", "segment_vectors", "segment_message"} <= set(PqrsAnalyzer.requires)
    assert {table.name: table.per for table in PqrsAnalyzer.outputs} == {"pqrs": "message"}


def test_it_registers_itself_by_name_without_importing_the_analyzer() -> None:
    import vocmine_pqrs

    seen: list[tuple[str, object, str]] = []
    vocmine_pqrs.register_analyzers(
        lambda name, target, *, summary="": seen.append((name, target, summary))
    )
    ((name, target, summary),) = seen
    assert (name, target) == ("pqrs", "vocmine_pqrs.analyzer:PqrsAnalyzer")
    assert summary


def test_returned_columns_are_the_declared_ones() -> None:
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM], [[0.0] * DIM], [0]))
    assert {name: set(columns) - {"row"} for name, columns in found.items()} == {
        table.name: {column.name for column in table.columns} for table in PqrsAnalyzer.outputs
    }


def test_no_messages_give_empty_columns() -> None:
    found = opened(HEADS).analyze(batch_of([], [], []))
    assert all(len(values) == 0 for columns in found.values() for values in columns.values())


def test_each_message_gets_its_kind_and_urgency() -> None:
    claim, chat = [0.0] * DIM, [0.0] * DIM
    claim[2] = claim[5] = 5.0
    chat[3] = chat[4] = 5.0
    found = opened(HEADS).analyze(batch_of([claim, chat], [], []))["pqrs"]
    assert list(found["pqrs"]) == ["claim", "none"]
    assert list(found["urgent"]) == [1, 0]


def test_confidence_is_the_probability_of_the_kind_given() -> None:
    torn = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    found = opened(HEADS).analyze(batch_of([torn], [], []))["pqrs"]
    assert float(np.asarray(found["pqrs_confidence"])[0]) < 0.5
