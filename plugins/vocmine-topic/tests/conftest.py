"""Small corpora for the tests: batches of Spanish complaints about known problems."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.plugin import Context
from vocmine_topic.analyzer import TopicAnalyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROBLEMS = {
    "cobro": (
        "me hicieron un cobro doble en la factura",
        "la factura trae cobros dobles otra vez",
        "aparece un cobro doble de {n} pesos en mi factura",
        "me cobraron doble el recibo de la factura",
    ),
    "entrega": (
        "hubo demora en la entrega del pedido",
        "la entrega del pedido se demoró {n} días",
        "mi pedido sigue con demora en la entrega",
        "tanta demora para la entrega de los pedidos",
    ),
    "aplicación": (
        "la aplicación no reconoce mi contraseña",
        "no puedo ingresar a la aplicación con la contraseña",
        "ingresar a la aplicacion da error de contraseña",
        "las aplicaciones fallan al ingresar la contraseña",
    ),
    "cajera": (
        "la cajera de la tienda fue grosera",
        "qué grosera la cajera que atiende en la tienda",
        "en la tienda las cajeras son groseras",
        "la cajera grosera de esa tienda me gritó",
    ),
}
OPENINGS = (
    "Cordial saludo, me permito presentar queja ante ustedes",
    "Buenos días, en ejercicio del derecho de petición presento queja",
    "Señores Bancolín, buenas tardes",
)
CLOSINGS = (
    "Quedo atento a su pronta respuesta",
    "Gracias por su atención. Atentamente, Luz Marina Ortiz, CC 52.345.678",
    "Escríbanme a luz.ortiz@correo.co o al 310 456 7890",
)


def complaints(messages: int, *, seed: int = 0) -> list[str]:
    """Complaints with one to three of four problems, wrapped in greetings and closings."""
    rng = random.Random(seed)
    texts = []
    for _ in range(messages):
        problems = rng.sample(sorted(PROBLEMS), rng.choice((1, 2, 2, 3)))
        said = [rng.choice(PROBLEMS[name]).format(n=rng.randint(2, 40)) for name in problems]
        texts.append(". ".join((rng.choice(OPENINGS), *said, rng.choice(CLOSINGS))) + ".")
    return texts


def batch_of(texts: Sequence[str], *, langs: Sequence[str] | None = None, first: int = 0) -> Batch:
    """One batch; a segment is what ends in a full stop followed by a space."""
    spans = [
        (message, match.start(), match.end())
        for message, text in enumerate(texts)
        for match in re.finditer(r"\S.*?(?:\.(?= )|$)", text, re.S)
    ]
    columns = np.array(spans, dtype=np.int32).reshape(-1, 3)
    count = len(texts)
    return Batch(
        message_ids=np.arange(first, first + count),
        texts=list(texts),
        langs=list(langs or ["es"] * count),
        countries=[""] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, dtype=np.float32),
        created_at=[None] * count,
        segment_ids=np.arange(len(spans), dtype=np.int64),
        segment_message=columns[:, 0],
        segment_start=columns[:, 1],
        segment_end=columns[:, 2],
        message_vectors=np.zeros((count, 0), dtype=np.float32),
        segment_vectors=np.zeros((len(spans), 0), dtype=np.float32),
        extra={},
    )


def batches_of(texts: Sequence[str], *, size: int = 50) -> list[Batch]:
    """The texts in batches of `size` messages."""
    return [batch_of(texts[at : at + size], first=at) for at in range(0, len(texts), size)]


def fitted(batches: Sequence[Batch], *, seed: int = 0) -> tuple[TopicAnalyzer, dict[str, Any]]:
    """An analyzer that has learnt the batches, and its `topics` columns."""
    analyzer = TopicAnalyzer()
    analyzer.open(Context(heads=None, seed=seed))  # type: ignore[arg-type]
    return analyzer, dict(analyzer.fit(lambda: iter(batches))["topics"])


def table(columns: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a columns table, as plain values."""
    return list(zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True))


@pytest.fixture(name="complaints")
def _complaints() -> Callable[..., list[str]]:
    return complaints


@pytest.fixture(name="batch_of")
def _batch_of() -> Callable[..., Batch]:
    return batch_of


@pytest.fixture(name="batches_of")
def _batches_of() -> Callable[..., list[Batch]]:
    return batches_of


@pytest.fixture(name="fit")
def _fit() -> Callable[..., tuple[TopicAnalyzer, dict[str, Any]]]:
    return fitted


@pytest.fixture(scope="session")
def learnt() -> tuple[TopicAnalyzer, dict[str, Any], list[Batch]]:
    """An analyzer that has learnt 200 complaints, its `topics` and the batches."""
    batches = batches_of(complaints(200))
    analyzer, topics = fitted(batches)
    return analyzer, topics, batches
