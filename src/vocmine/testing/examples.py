"""Example messages in three languages, and batches of any texts as analyzers are given them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from vocmine.batch import Batch, FloatArray
from vocmine.message import Message
from vocmine.models import Model, load_model
from vocmine.segmentation import segment
from vocmine.sketches import sketched

SENTENCE = "Me cobraron dos veces la cuota de manejo y nadie responde desde hace un mes. "

AWKWARD = {
    "an empty string": "",
    "white space only": " \t\n\u00a0 ",
    "emoji": "👍🏽 gracias 👩‍👩‍👧‍👦🇨🇴 ❤️ 10/10 🙌🏿",
    "right-to-left writing": "خدمة العملاء سيئة جدا والطلب 4471 لم يصل ‏שירות גרוע‏ gracias",
    "letters with marks of their own": "Pe\u0301simo servicio, nin\u0303o, a\u0300 toa, façade",
    "control characters": "No\u200bllegó\x07 el\u2028pedido\r\n\r\n\ufeff ni la factura\x1b[31m",
    "markup and formulas": "<b>=1+1</b> {{x}} %s \\n '; DROP TABLE messages; -- @SUM(A1)",
    "one long word": "a" * 5000,
}
"""Texts that customers do send, by what is awkward about them."""


def long_text(characters: int) -> str:
    """A text of many sentences: an attached file pasted into a form."""
    return (SENTENCE * (characters // len(SENTENCE) + 1))[:characters]


def example_messages(lang: str = "") -> list[Message]:
    """Messages written for tests, invented and realistic: complaints, praise, questions, requests.

    Args:
        lang: `es`, `pt` or `en`; empty means all three, in that order.
    """
    return [
        Message(
            given["text"],
            external_id=given["id"],
            created_at=datetime.fromisoformat(given["created_at"]),
            channel=given["channel"],
            country=given["country"],
            score=given["score"],
            locator=f"message {position}",
        )
        for position, given in enumerate(_given(), 1)
        if lang in ("", given["lang"])
    ]


def _given() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        files("vocmine.testing").joinpath("messages.json").read_text("utf-8")
    )
    return found


@cache
def shipped_model(name: str = "voc") -> Model:
    """A model, loaded once for all the tests of a process."""
    return load_model(name)


@cache
def example_batch(model: str = "voc") -> Batch:
    """`example_messages` as a batch, encoded once for all the tests of a process."""
    messages = example_messages()
    scores = [np.nan if m.score is None else m.score for m in messages]
    return replace(
        batch_of([m.text for m in messages], [g["lang"] for g in _given()], model=model),
        countries=[m.country for m in messages],
        channels=[m.channel for m in messages],
        created_at=[m.created_at for m in messages],
        scores=np.asarray(scores, dtype=np.float32),
    )


@cache
def mixed_batch(model: str = "voc") -> Batch:
    """70 messages: the examples, the awkward texts, and some of the examples again."""
    examples, langs = example_batch(model).texts, example_batch(model).langs
    texts = [*examples, *AWKWARD.values(), *examples][:70]
    return batch_of(texts, [*langs, *["es"] * len(AWKWARD), *langs][:70], model=model)


@cache
def awkward_batch(name: str, model: str = "voc") -> Batch:
    """One of the awkward texts between two plain ones."""
    return batch_of([SENTENCE, AWKWARD[name], SENTENCE], model=model)


@cache
def long_batch(characters: int, model: str = "voc") -> Batch:
    """One text so long that encoding it is slow: its vectors are random ones."""
    return batch_of([long_text(characters)], model=model, encode=False)


def batch_of(
    texts: Sequence[str], langs: Sequence[str] = (), *, model: str = "voc", encode: bool = True
) -> Batch:
    """A batch of any texts, segmented and encoded as a run does.

    Args:
        texts: Messages.
        langs: Of each message; empty means that all are Spanish.
        model: Whose encoder to use.
        encode: False gives random vectors of length 1: for texts so long that encoding is slow.
    """
    langs = langs or ["es"] * len(texts)
    segments = segment(texts, langs)
    encoder = shipped_model(model).encoder
    if encode:
        vectors: tuple[FloatArray, FloatArray] = encoder.encode(texts, *segments)[:2]
    else:
        counts = len(texts), len(segments.message)
        vectors = _made(counts[0], encoder.dim), _made(counts[1], encoder.dim)
    return Batch.of_texts(texts, segments, vectors, langs)


def _made(count: int, dim: int) -> FloatArray:
    values = np.random.default_rng(7).standard_normal((count, dim)).astype(np.float32)
    lengths: FloatArray = np.linalg.norm(values, axis=1, keepdims=True)
    made: FloatArray = values / lengths
    return made


def for_corpus(batch: Batch, requires: Sequence[str]) -> Batch:
    """The batch as a corpus analyzer is given it: stored, and with the columns that it requires."""
    count = len(batch.segment_message)
    vectors = "segment_vectors" in requires or "message_vectors" in requires
    return replace(
        batch,
        segment_ids=np.arange(1, count + 1, dtype=np.int64),
        message_ids=np.arange(1, len(batch) + 1, dtype=np.int64),
        segment_insights=np.ones(count, dtype=np.bool_),
        segment_sketches=sketched(batch.segment_vectors)
        if "segment_sketches" in requires
        else np.zeros((0, 0), dtype=np.int8),
        message_vectors=batch.message_vectors if vectors else batch.message_vectors[:, :0],
        segment_vectors=batch.segment_vectors if vectors else batch.segment_vectors[:, :0],
    )


def pieces(batch: Batch, size: int) -> Iterator[tuple[int, int, Batch]]:
    """Batches of `size` messages, each with its first message and first segment in the whole."""
    for first in range(0, len(batch), size):
        messages = np.arange(first, min(first + size, len(batch)), dtype=np.intp)
        segment_first = int(np.searchsorted(batch.segment_message, first))
        yield first, segment_first, batch.select(messages)


def backwards(batch: Batch) -> tuple[Batch, list[int], list[int]]:
    """The messages in reverse order, with the former place of each message and segment."""
    count = len(batch)
    messages = list(range(count))[::-1]
    owner = batch.segment_message
    # Segments of a message keep their order: only the messages change places.
    order = [int(i) for m in messages for i in np.flatnonzero(owner == m)]
    changed: dict[str, Any] = {}
    for item in fields(batch):
        values = getattr(batch, item.name)
        if item.name == "extra" or len(values) == 0:
            continue
        places = order if item.name.startswith("segment_") else messages
        picked = values[places] if isinstance(values, np.ndarray) else [values[p] for p in places]
        changed[item.name] = picked
    changed["segment_message"] = (count - 1 - owner[order]).astype(np.int32)
    return replace(batch, **changed), messages, order
