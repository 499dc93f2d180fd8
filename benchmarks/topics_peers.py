"""Topics of the shipped analyzer and of other open libraries, on the same segments and vectors.

None of the others is a dependency: install what should be compared beside vocmine, in an
environment of its own. Each runs with its defaults, except that it is given the engine's vectors
where it takes any, so that nothing has to be downloaded.
"""

from __future__ import annotations

import json
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.plugin import Context
from vocmine_topic.analyzer import TopicAnalyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine.batch import Batch
    from vocmine.plugin import Encoder

OWN = "vocmine"
NAMED_BY = 4
"""Words that name a topic of a library that only ranks words, as many as BERTopic takes."""


@dataclass(frozen=True, slots=True)
class Found:
    """Topics of a corpus.

    Args:
        topic: int (segments,): the main topic of each segment, -1 for none.
        names: One for each topic, in an order of its own.
        terms: The words of each topic, the weightiest first.
    """

    topic: npt.NDArray[np.int64]
    names: list[str]
    terms: list[list[str]]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Embedder:
    """The engine's vectors for whoever asks for those of a text.

    A segment has the vector it got inside its message (the last one, where two are worded alike);
    any other text, such as a word of the vocabulary, is encoded by itself.
    """

    encoder: Encoder
    known: dict[str, npt.NDArray[np.float32]]
    model: str = "vocmine"

    @classmethod
    def of(cls, encoder: Encoder, batch: Batch) -> _Embedder:
        return cls(encoder, dict(zip(batch.segment_texts, batch.segment_vectors, strict=True)))

    def encode(self, texts: Sequence[str], **_: Any) -> npt.NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            none = np.zeros(0, dtype=np.int32)
            vectors = self.encoder.encode(new, none, none, none).message_vectors
            self.known.update(zip(new, vectors, strict=True))
        return np.stack([self.known[text] for text in texts])

    __call__ = encode

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode(texts).tolist()
        return vectors


def vocmine(batch: Batch, encoder: Encoder) -> Found:
    """The analyzer as installed: learnt from the corpus, then asked about every segment."""
    del encoder
    return _analyzed(batch, {})


def vocmine_bertopic(batch: Batch, encoder: Encoder) -> Found:
    """The same with BERTopic as the engine that groups the sample."""
    del encoder
    return _analyzed(batch, {"engine": "bertopic"})


def _analyzed(batch: Batch, options: dict[str, str]) -> Found:
    analyzer = TopicAnalyzer()
    analyzer.open(Context(heads=None, options=options))  # type: ignore[arg-type]
    topics = analyzer.fit(lambda: iter([batch]))["topics"]
    columns = analyzer.analyze(batch)["segment_topics"]
    topic = np.full(len(batch.segment_ids), -1, dtype=np.int64)
    # The heaviest topic of a segment comes first, so it is the last to be written.
    topic[np.asarray(columns["row"])[::-1]] = np.asarray(columns["topics_row"])[::-1]
    return Found(
        topic,
        [str(name) for name in topics["name"]],
        [json.loads(str(terms)) for terms in topics["terms"]],
    )


def bertopic(batch: Batch, encoder: Encoder) -> Found:
    """BERTopic's defaults (Grootendorst, 2022): UMAP, HDBSCAN, words by class-based TF-IDF.

    But for the language: by default, which is English, it strikes every letter with an accent.
    """
    del encoder
    model = import_module("bertopic").BERTopic(language="multilingual")
    topic, _ = model.fit_transform(batch.segment_texts, embeddings=batch.segment_vectors)
    count = len(set(topic) - {-1})
    return _ranked(topic, [[word for word, _ in model.get_topic(at)] for at in range(count)])


def top2vec(batch: Batch, encoder: Encoder) -> Found:
    """Top2Vec's defaults (Angelov, 2020), with the engine's vectors of segments and of words."""
    library = import_module("top2vec")
    model = library.Top2Vec(
        batch.segment_texts, embedding_model=_Embedder.of(encoder, batch), verbose=False
    )
    return _ranked(model.doc_top, [[str(word) for word in words] for words in model.topic_words])


def turftopic(batch: Batch, encoder: Encoder) -> Found:
    """Turftopic's defaults for topics that it counts itself: t-SNE, HDBSCAN, soft c-TF-IDF."""
    library = import_module("turftopic")
    model = library.ClusteringTopicModel(encoder=_Embedder.of(encoder, batch))
    with redirect_stdout(StringIO()):  # it tells of its progress there
        topic = model.fit_predict(batch.segment_texts, embeddings=batch.segment_vectors)
    words = {int(at): [word for word, _ in ranked] for at, ranked in model.get_topics()}
    kept = sorted(set(words) - {-1})
    place = {at: position for position, at in enumerate(kept)}
    return _ranked([place.get(int(at), -1) for at in topic], [words[at] for at in kept])


def obsei(batch: Batch, encoder: Encoder) -> Found:
    """obsei's `themes` with its defaults for a machine without a model: hashed letter triples."""
    del encoder
    return _themes(batch, import_module("obsei.llm.embed").HashingEmbedder())


def obsei_vectors(batch: Batch, encoder: Encoder) -> Found:
    """obsei's `themes` on the engine's vectors, with its threshold for vectors unknown to it."""
    return _themes(batch, _Embedder.of(encoder, batch))


def _themes(batch: Batch, embedder: Any) -> Found:
    """Themes of at least five records: obsei names and shows no others."""
    themes, record = import_module("obsei.themes"), import_module("obsei.core.record")
    stores = import_module("obsei.store")
    store = stores.Store(allow_unencrypted=True)
    now = datetime.now(UTC)
    records = [
        record.Record(
            source=record.SourceRef(type="file", native_id=str(at)), text=text, created_at=now
        )
        for at, text in enumerate(batch.segment_texts)
    ]
    store.upsert(records)
    settings = themes.ThemesConfig()
    while themes.update_themes(store, embedder, settings).assigned:
        pass  # one call takes up to 10,000 records
    shown = store.theme_summaries(min_size=settings.k_anonymity)
    row = {own.id: at for at, own in enumerate(records)}
    topic = np.full(len(records), -1, dtype=np.int64)
    for at, theme in enumerate(shown):
        for member in store.search(stores.Query(theme=theme.id), limit=len(records)):
            topic[row[member.id]] = at
    names = [theme.label or "" for theme in shown]
    return Found(topic, names, [name.split(", ") for name in names])


def _ranked(topic: Sequence[int], terms: list[list[str]]) -> Found:
    """Topics of a library that ranks words and gives no other name."""
    names = [" ".join(words[:NAMED_BY]) for words in terms]
    return Found(np.asarray(topic, dtype=np.int64), names, terms)


FINDERS: dict[str, Callable[[Batch, Encoder], Found]] = {
    OWN: vocmine,
    "vocmine-bertopic": vocmine_bertopic,
    "BERTopic": bertopic,
    "Top2Vec": top2vec,
    "turftopic": turftopic,
    "obsei themes": obsei,
    "obsei themes, same vectors": obsei_vectors,
}
"""Name to what finds topics; all but the first may be missing."""


def find(name: str, batch: Batch, encoder: Encoder) -> Found | str:
    """Topics and the seconds they took, or why there are none."""
    started = time.perf_counter()
    try:
        found = FINDERS[name](batch, encoder)
    except ImportError as missing:
        return f"not installed: {missing}"
    except Exception as failure:
        if name == OWN:
            raise
        return f"failed: {type(failure).__name__}: {failure}"  # some fail on small corpora
    return replace(found, seconds=round(time.perf_counter() - started, 2))
