"""Insight assembly: which segments become insights, their quotes, and labels that agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.assembly import INSIGHT_TABLE, assemble, trim
from vocmine.batch import Batch
from vocmine.catalogue import label_set
from vocmine.heads import Head, Heads

if TYPE_CHECKING:
    from collections.abc import Sequence

FRICTION = label_set("friction").codes
TASKS: dict[str, tuple[Any, ...]] = {
    "insight": (0, 1),
    "friction": FRICTION,
    "stage": label_set("stage").codes,
    "pyramid": label_set("pyramid").codes,
    "touchpoint": label_set("touchpoint").codes,
}
DIM = sum(len(codes) for codes in TASKS.values())


def reading_heads() -> Heads:
    """Heads that read their label from the segment vector, one number per code."""
    heads, first = {}, 0
    for task, codes in TASKS.items():
        weights = np.zeros((DIM, len(codes)), dtype=np.float32)
        weights[first : first + len(codes)] = np.eye(len(codes))
        heads[task] = Head(
            per="segment",
            inputs=("segment",),
            layers=((weights, np.zeros(len(codes), dtype=np.float32)),),
            labels=codes,
            temperature=1.0,
            bias=np.zeros(len(codes), dtype=np.float32),
        )
        first += len(codes)
    return Heads(heads, fingerprint="f", encoder_fingerprint="e", dim=DIM)


def vector(*, second: dict[str, Any] | None = None, **labels: Any) -> list[float]:
    """A segment vector that says these labels, and after them the `second` best ones."""
    values: list[float] = []
    for task, codes in TASKS.items():
        values += [
            8.0
            if code == labels.get(task, codes[0])
            else 4.0
            if code == (second or {}).get(task)
            else 0.0
            for code in codes
        ]
    return values


def batch_of(
    texts: Sequence[str], spans: Sequence[tuple[int, str]], vectors: Sequence[list[float]]
) -> Batch:
    """A batch whose segments are the given words of the given messages."""
    starts = [texts[message].index(words) for message, words in spans]
    count = len(texts)
    return Batch(
        message_ids=np.arange(count, dtype=np.int64),
        texts=texts,
        langs=["es"] * count,
        countries=[""] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, dtype=np.float32),
        created_at=[None] * count,
        segment_ids=np.arange(len(spans), dtype=np.int64),
        segment_message=np.array([message for message, _ in spans], dtype=np.int32),
        segment_start=np.array(starts, dtype=np.int32),
        segment_end=np.array(
            [s + len(words) for s, (_, words) in zip(starts, spans, strict=True)], dtype=np.int32
        ),
        message_vectors=np.zeros((count, DIM), dtype=np.float32),
        segment_vectors=np.array(vectors, dtype=np.float32).reshape(-1, DIM),
        extra={},
    )


def columns_of(polarity: Sequence[int], friction: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {
        "segment_polarity": {"polarity": polarity, "polarity_confidence": [0.9] * len(polarity)},
        "segment_friction": {"friction": friction, "friction_confidence": [0.8] * len(friction)},
    }


def one(polarity: int, friction: str, made: list[float]) -> dict[str, Any]:
    """The only insight of a one-segment message."""
    batch = batch_of(["llegó roto"], [(0, "llegó roto")], [made])
    found = assemble(batch, columns_of([polarity], [friction]), reading_heads())
    assert len(found["row"]) == 1
    return {name: values[0] for name, values in found.items()}


def test_only_segments_that_make_a_point_become_insights() -> None:
    text = "Hola. Bonito, pero llegó roto."
    batch = batch_of(
        [text, "gracias"],
        [(0, "Hola."), (0, "Bonito,"), (0, "pero llegó roto."), (1, "gracias")],
        [vector(insight=0), vector(insight=1), vector(insight=1), vector(insight=0)],
    )
    found = assemble(
        batch,
        columns_of([0, 2, -2, 1], ["none", "none", "product_quality", "none"]),
        reading_heads(),
    )
    quotes = [text[s:e] for s, e in zip(found["start"], found["end"], strict=True)]  # type: ignore[misc]
    assert list(found["row"]) == [1, 2]
    assert quotes == ["Bonito", "llegó roto"]
    assert found["polarity"] == [2, -2]
    assert found["friction"] == ["none", "product_quality"]


def test_columns_are_those_of_the_insights_table_and_row() -> None:
    found = one(-2, "delay", vector(insight=1))
    assert set(found) == {column.name for column in INSIGHT_TABLE.columns} | {"row"}


def test_phase_is_the_parent_of_stage() -> None:
    made = one(-2, "delay", vector(insight=1, stage="delivery"))
    assert (made["stage"], made["phase"]) == ("delivery", "during")


@pytest.mark.parametrize("polarity", [0, 1, 2])
def test_a_point_that_is_not_negative_has_no_friction(polarity: int) -> None:
    assert one(polarity, "delay", vector(insight=1, friction="delay"))["friction"] == "none"


def test_a_negative_point_without_friction_takes_the_next_best() -> None:
    made = vector(insight=1, friction="none", second={"friction": "refund"})
    assert one(-1, "none", made)["friction"] == "refund"


def test_polarity_and_friction_are_empty_when_their_analyzer_is_missing() -> None:
    batch = batch_of(["llegó roto"], [(0, "llegó roto")], [vector(insight=1)])
    columns = columns_of([-2], ["product_quality"])
    without_polarity = assemble(
        batch, {"segment_friction": columns["segment_friction"]}, reading_heads()
    )
    without_friction = assemble(
        batch, {"segment_polarity": columns["segment_polarity"]}, reading_heads()
    )
    assert without_polarity["polarity"] == [None]
    assert without_polarity["friction"] == ["product_quality"]
    assert without_friction["polarity"] == [-2]
    assert without_friction["friction"] == [None]


def test_confidence_falls_with_the_confidence_of_a_label() -> None:
    batch = batch_of(["llegó roto"], [(0, "llegó roto")], [vector(insight=1)])
    sure, unsure = columns_of([-2], ["delay"]), columns_of([-2], ["delay"])
    unsure["segment_polarity"]["polarity_confidence"] = [0.3]
    high = assemble(batch, sure, reading_heads())["confidence"][0]
    low = assemble(batch, unsure, reading_heads())["confidence"][0]
    assert 0.0 < float(str(low)) < float(str(high)) < 1.0


def test_a_batch_without_segments_gives_no_insights() -> None:
    found = assemble(batch_of(["👍"], [], []), columns_of([], []), reading_heads())
    assert all(len(values) == 0 for values in found.values())


def test_a_segment_of_punctuation_gives_no_insight() -> None:
    batch = batch_of(["bien ..."], [(0, "...")], [vector(insight=1)])
    assert len(assemble(batch, columns_of([1], ["none"]), reading_heads())["row"]) == 0


@pytest.mark.parametrize(
    ("segment", "lang", "quote"),
    [
        ("  llegó roto.  ", "es", "llegó roto"),
        ("pero llegó roto", "es", "llegó roto"),
        ("Y además, nadie contesta!", "es", "nadie contesta!"),
        ("Sin embargo, la comida fría", "es", "la comida fría"),
        ("mas caro imposible", "es", "mas caro imposible"),
        ("mas o produto veio quebrado", "pt", "o produto veio quebrado"),
        ("however, it broke", "en", "it broke"),
        ("pero roto", "es", "pero roto"),
        ("¿dónde está mi pedido?", "es", "¿dónde está mi pedido?"),
        ("¿dónde está mi pedido", "es", "dónde está mi pedido"),
        ("dónde está mi pedido?", "es", "dónde está mi pedido?"),
        ("(muy caro)", "es", "(muy caro)"),
        ("muy caro)", "es", "muy caro"),
        ("«pésimo servicio»", "es", "pésimo servicio"),
        ("...", "es", ""),
    ],
)
def test_a_quote_is_trimmed_to_its_words(segment: str, lang: str, quote: str) -> None:
    text = f"Ayer {segment} fin"
    start, end = trim(text, 5, 5 + len(segment), lang)
    assert text[start:end] == quote
