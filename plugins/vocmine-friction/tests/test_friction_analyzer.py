"""The friction analyzer, with small heads whose answers can be read off the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.batch import Batch
from vocmine.heads import Head, Heads
from vocmine.plugin import Analyzer, Context
from vocmine_friction.analyzer import FrictionAnalyzer

if TYPE_CHECKING:
    from collections.abc import Mapping

DIM = 9
FRICTION = ("delay", "refund", "none")


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


def opened(heads: Mapping[str, Head]) -> FrictionAnalyzer:
    """The analyzer, opened with these heads."""
    analyzer = FrictionAnalyzer()
    analyzer.open(Context(heads=Heads(heads, fingerprint="f", encoder_fingerprint="e", dim=DIM)))
    return analyzer


HEADS = {
    "effort": reading_head("message", (0, 1, 2, 3), 0),
    "churn": reading_head("message", (0, 1), 4),
    "friction": reading_head("segment", FRICTION, 6),
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
    assert isinstance(FrictionAnalyzer(), Analyzer)
    assert {"message_vectors", "segment_vectors", "segment_message"} <= set(
        FrictionAnalyzer.requires
    )
    assert {table.name: table.per for table in FrictionAnalyzer.outputs} == {
        "effort": "message",
        "segment_friction": "segment",
    }


def test_it_registers_itself_by_name_without_importing_the_analyzer() -> None:
    import vocmine_friction

    seen: list[tuple[str, object, str]] = []
    vocmine_friction.register_analyzers(
        lambda name, target, *, summary="": seen.append((name, target, summary))
    )
    ((name, target, summary),) = seen
    assert (name, target) == ("friction", "vocmine_friction.analyzer:FrictionAnalyzer")
    assert summary


def test_returned_columns_are_the_declared_ones() -> None:
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM], [[0.0] * DIM], [0]))
    assert {name: set(columns) - {"row"} for name, columns in found.items()} == {
        table.name: {column.name for column in table.columns} for table in FrictionAnalyzer.outputs
    }


def test_no_messages_give_empty_columns() -> None:
    found = opened(HEADS).analyze(batch_of([], [], []))
    assert all(len(values) == 0 for columns in found.values() for values in columns.values())


def test_each_message_gets_its_effort_and_churn_as_numbers() -> None:
    weary, calm = [0.0] * DIM, [0.0] * DIM
    weary[3] = weary[5] = 5.0
    calm[0] = calm[4] = 5.0
    found = opened(HEADS).analyze(batch_of([weary, calm], [], []))["effort"]
    assert list(found["effort"]) == [3, 0]
    assert list(found["churn"]) == [1, 0]


def test_each_segment_gets_its_own_friction() -> None:
    late, unpaid, fine = [0.0] * DIM, [0.0] * DIM, [0.0] * DIM
    late[6] = unpaid[7] = fine[8] = 5.0
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM] * 2, [late, fine, unpaid], [0, 0, 1]))
    assert list(found["segment_friction"]["friction"]) == ["delay", "none", "refund"]
    assert np.asarray(found["segment_friction"]["friction_confidence"]).shape == (3,)
