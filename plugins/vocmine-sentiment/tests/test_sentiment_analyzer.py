"""The sentiment analyzer, with small heads whose answers can be read off the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.batch import Batch
from vocmine.heads import Head, Heads
from vocmine.plugin import Analyzer, Context
from vocmine_sentiment.analyzer import SentimentAnalyzer

if TYPE_CHECKING:
    from collections.abc import Mapping

DIM = 14
SENTIMENT = ("very_negative", "negative", "neutral", "mixed", "positive", "very_positive")


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


def opened(heads: Mapping[str, Head]) -> SentimentAnalyzer:
    """The analyzer, opened with these heads."""
    analyzer = SentimentAnalyzer()
    analyzer.open(Context(heads=Heads(heads, fingerprint="f", encoder_fingerprint="e", dim=DIM)))
    return analyzer


HEADS = {
    "sentiment": reading_head("message", SENTIMENT, 0),
    "recommend": reading_head("message", (-1, 0, 1), 6),
    "polarity": reading_head("segment", (-2, -1, 0, 1, 2), 9),
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
    assert isinstance(SentimentAnalyzer(), Analyzer)
    assert {"message_vectors", "segment_vectors", "segment_message"} <= set(
        SentimentAnalyzer.requires
    )
    assert {table.name: table.per for table in SentimentAnalyzer.outputs} == {
        "sentiment": "message",
        "segment_polarity": "segment",
    }


def test_it_registers_itself_by_name_without_importing_the_analyzer() -> None:
    import vocmine_sentiment

    seen: list[tuple[str, object, str]] = []
    vocmine_sentiment.register_analyzers(
        lambda name, target, *, summary="": seen.append((name, target, summary))
    )
    ((name, target, summary),) = seen
    assert (name, target) == ("sentiment", "vocmine_sentiment.analyzer:SentimentAnalyzer")
    assert summary


def test_returned_columns_are_the_declared_ones() -> None:
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM], [[0.0] * DIM], [0]))
    assert {name: set(columns) - {"row"} for name, columns in found.items()} == {
        table.name: {column.name for column in table.columns} for table in SentimentAnalyzer.outputs
    }


def test_no_messages_give_empty_columns() -> None:
    found = opened(HEADS).analyze(batch_of([], [], []))
    assert all(len(values) == 0 for columns in found.values() for values in columns.values())


def test_each_message_gets_its_sentiment_and_recommendation() -> None:
    angry, glad = [0.0] * DIM, [0.0] * DIM
    angry[0] = angry[6] = 5.0  # very_negative, -1
    glad[5] = glad[8] = 5.0  # very_positive, 1
    found = opened(HEADS).analyze(batch_of([angry, glad], [], []))["sentiment"]
    assert list(found["sentiment"]) == ["very_negative", "very_positive"]
    assert list(found["recommend"]) == [-1, 1]


def test_each_segment_gets_its_own_polarity() -> None:
    bad, good = [0.0] * DIM, [0.0] * DIM
    bad[9] = good[13] = 5.0
    found = opened(HEADS).analyze(batch_of([[0.0] * DIM], [good, bad], [0, 0]))["segment_polarity"]
    assert list(found["polarity"]) == [2, -2]


def test_confidence_is_the_probability_of_the_label_given() -> None:
    sure, torn = [0.0] * DIM, [0.0] * DIM
    sure[1] = 5.0
    torn[1], torn[2] = 5.0, 4.9
    found = opened(HEADS).analyze(batch_of([sure, torn], [], []))["sentiment"]
    high, low = np.asarray(found["sentiment_confidence"])
    assert 0.9 < high < 1.0
    assert 0.4 < low < 0.6
