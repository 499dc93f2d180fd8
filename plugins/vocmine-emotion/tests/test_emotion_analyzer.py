"""The emotion analyzer, with small heads whose answers can be read off the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.batch import Batch
from vocmine.heads import Head, Heads
from vocmine.plugin import Analyzer, Context
from vocmine_emotion.analyzer import EmotionAnalyzer

if TYPE_CHECKING:
    from collections.abc import Mapping

DIM = 3
EMOTIONS = ("anger", "joy", "trust")


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


def opened(heads: Mapping[str, Head]) -> EmotionAnalyzer:
    """The analyzer, opened with these heads."""
    analyzer = EmotionAnalyzer()
    analyzer.open(Context(heads=Heads(heads, fingerprint="f", encoder_fingerprint="e", dim=DIM)))
    return analyzer


HEADS = {"emotions": reading_head("message", EMOTIONS, 0, many=True)}


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
    assert isinstance(EmotionAnalyzer(), Analyzer)
    assert {"message_vectors", "segment_vectors", "segment_message"} <= set(
        EmotionAnalyzer.requires
    )
    assert {table.name: table.per for table in EmotionAnalyzer.outputs} == {"emotions": "message"}


def test_it_registers_itself_by_name_without_importing_the_analyzer() -> None:
    import vocmine_emotion

    seen: list[tuple[str, object, str]] = []
    vocmine_emotion.register_analyzers(
        lambda name, target, *, summary="": seen.append((name, target, summary))
    )
    ((name, target, summary),) = seen
    assert (name, target) == ("emotion", "vocmine_emotion.analyzer:EmotionAnalyzer")
    assert summary


def test_returned_columns_are_the_declared_ones() -> None:
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM], [[0.0] * DIM], [0]))
    assert {name: set(columns) - {"row"} for name, columns in found.items()} == {
        table.name: {column.name for column in table.columns} for table in EmotionAnalyzer.outputs
    }


def test_no_messages_give_empty_columns() -> None:
    found = opened(HEADS).analyze(batch_of([], [], []))
    assert all(len(values) == 0 for columns in found.values() for values in columns.values())


def test_a_message_may_express_several_emotions_or_none() -> None:
    found = opened(HEADS).analyze(
        batch_of([[5.0, 0.0, 5.0], [0.0, 0.0, 0.0], [0.0, 5.0, 0.0]], [], [])
    )["emotions"]
    assert list(np.asarray(found["row"])) == [0, 0, 2]
    assert list(found["emotion"]) == ["anger", "trust", "joy"]


def test_an_emotion_below_its_threshold_is_not_given() -> None:
    found = opened(HEADS).analyze(batch_of([[2.0, 2.3, 0.0]], [], []))["emotions"]
    assert list(found["emotion"]) == ["joy"]
    assert float(np.asarray(found["confidence"])[0]) > 0.9
