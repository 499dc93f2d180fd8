"""Small corpora for the tests: batches of Spanish complaints about known problems."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.options import checked_options, declared_options
from vocmine.plugin import Context
from vocmine_topic.analyzer import TopicAnalyzer
from vocmine_topic.edits import Edit, Edits
from vocmine_topic.text import Reader, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vocmine.batch import SketchArray

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


def as_checked(options: Mapping[str, str]) -> dict[str, Any]:
    """Options as the analyzer gets them from the host."""
    return checked_options("topic", declared_options(TopicAnalyzer), options)


def fitted(
    batches: Sequence[Batch], *, seed: int = 0, **options: str
) -> tuple[TopicAnalyzer, dict[str, Any]]:
    """An analyzer that has learnt the batches, and its `topics` columns."""
    analyzer = TopicAnalyzer()
    analyzer.open(Context(None, seed=seed, options=as_checked(options)))  # type: ignore[arg-type]
    return analyzer, dict(analyzer.fit(lambda: iter(batches))["topics"])


class Results(NamedTuple):
    """What one run of the analyzer gave: the columns of its tables, and which topics texts have.

    `of` holds, for each text, the identities of the topics that any of its segments has.
    """

    topics: dict[str, list[Any]]
    subtopics: dict[str, list[Any]]
    changes: dict[str, list[Any]]
    of: dict[str, set[int]]

    def about(self, word: str) -> int:
        """Identity of the one topic that has a word in its name or among its first terms."""
        rows = zip(self.topics["topic"], self.topics["name"], self.topics["terms"], strict=True)
        (found,) = (
            topic for topic, name, terms in rows if word in [*name.split(), *json.loads(terms)[:3]]
        )
        return int(found)

    def names(self) -> dict[int, str]:
        """What each topic is called."""
        return dict(zip(self.topics["topic"], self.topics["name"], strict=True))

    def messages(self) -> dict[int, int]:
        """How many messages each topic has."""
        return dict(zip(self.topics["topic"], self.topics["messages"], strict=True))

    def became(self, generation: int) -> dict[int, tuple[str, list[int]]]:
        """What became of each topic: the change and the related topics."""
        columns = (self.changes[name] for name in ("generation", "topic", "change", "related"))
        return {
            topic: (change, json.loads(related))
            for at, topic, change, related in zip(*columns, strict=True)
            if at == generation
        }


class KeptTopics:
    """A store as the analyzer knows it: what is kept from run to run, and nothing else.

    Args:
        encode: Gives the sketches of texts; None for a run whose encoder is not known.
        memory: What is kept already.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], SketchArray] | None = None,
        memory: Mapping[str, bytes] | None = None,
    ) -> None:
        self.encode = encode
        self.memory = dict(memory or {})

    def run(
        self,
        texts: Sequence[str],
        *,
        edits: Sequence[Edit] = (),
        seed: int = 0,
        size: int = 50,
        **options: str,
    ) -> Results:
        """Analyse all messages of the store in an own analyzer, as the host does."""
        encoder = {"sketch": self.encode} if self.encode else {}
        analyzer = TopicAnalyzer()
        given = as_checked(options)
        analyzer.open(Context(None, seed=seed, options=given, **encoder))  # type: ignore[arg-type]
        done = Edits.from_bytes(self.memory.get("edits", b"")).done
        waiting = {"edits": Edits(done, tuple(edits)).to_bytes()} if edits else {}
        batches = [self._encoded(batch) for batch in batches_of(texts, size=size)]
        analyzer.recall(self.memory | waiting)
        corpus = analyzer.fit(lambda: iter(batches))
        of: dict[str, set[int]] = {text: set() for text in texts}
        for batch in batches:
            columns = analyzer.analyze(batch)["segment_topics"]
            for row, place in zip(columns["row"], columns["topics_row"], strict=True):
                text = batch.texts[batch.segment_message[row]]
                of[text].add(corpus["topics"]["topic"][place])
        self.memory |= analyzer.remember()
        tables = (dict(corpus[name]) for name in ("topics", "subtopics", "topic_changes"))
        return Results(*tables, of)

    def copy(self) -> KeptTopics:
        """Another store with the same."""
        return KeptTopics(self.encode, self.memory)

    def _encoded(self, batch: Batch) -> Batch:
        if self.encode is None or not batch.segment_texts:
            return batch
        return replace(batch, segment_sketches=self.encode(batch.segment_texts))


def word_encoder(seed: int, *, width: int = 64) -> Callable[[Sequence[str]], SketchArray]:
    """An encoder that adds up a direction for each word; another seed is another encoder."""

    def direction(word: str) -> np.ndarray:
        rng = np.random.default_rng([seed, *word.encode()])
        return rng.standard_normal(width)

    def encode(texts: Sequence[str]) -> SketchArray:
        rows = np.array(
            [sum(map(direction, fold(text).split()), np.zeros(width)) for text in texts]
        )
        largest = np.abs(rows).max(axis=1, keepdims=True, initial=1e-9)
        return np.rint(rows * (127 / largest)).astype(np.int8)

    return encode


def table(columns: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a columns table, as plain values."""
    return list(zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True))


@pytest.fixture(name="complaints", scope="session")
def _complaints() -> Callable[..., list[str]]:
    return complaints


@pytest.fixture(name="batch_of", scope="session")
def _batch_of() -> Callable[..., Batch]:
    return batch_of


@pytest.fixture(name="batches_of", scope="session")
def _batches_of() -> Callable[..., list[Batch]]:
    return batches_of


@pytest.fixture(name="store_of", scope="session")
def _store_of() -> type[KeptTopics]:
    return KeptTopics


@pytest.fixture(name="word_encoder", scope="session")
def _word_encoder() -> Callable[..., Callable[[Sequence[str]], SketchArray]]:
    return word_encoder


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Turns segments into words; reads the dictionaries once."""
    return Reader()


@pytest.fixture(name="fit", scope="session")
def _fit() -> Callable[..., tuple[TopicAnalyzer, dict[str, Any]]]:
    return fitted


@pytest.fixture(scope="session")
def learnt() -> tuple[TopicAnalyzer, dict[str, Any], list[Batch]]:
    """An analyzer that has learnt 120 complaints, its `topics` and the batches."""
    batches = batches_of(complaints(120))
    analyzer, topics = fitted(batches)
    return analyzer, topics, batches
