"""Groups by BERTopic (Grootendorst, 2022) on vectors and terms that vocmine already has.

UMAP (McInnes, Healy and Melville, 2018) brings the vectors to few directions, HDBSCAN (Campello,
Moulavi and Sander, 2013) finds dense groups there, and class-based TF-IDF of our own terms says
what each is about. No model of language is loaded, and nothing is downloaded.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics.pairwise import cosine_distances
from threadpoolctl import threadpool_limits

from vocmine_topic.engines.density import clusterer, size_for, stable_size
from vocmine_topic.features import FloatArray, lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine_topic.engines import Labels, Space
    from vocmine_topic.features import FeatureArray

FEWEST = 40
"""Fewer segments than this are one group: there is no density to speak of."""
DIRECTIONS = 5
NEIGHBOURS = (10, 100)
"""Least and most neighbours that UMAP looks at."""
ALIKE = 0.4
"""Topics whose mean vectors have this cosine, on average, are one."""
NEAR = 0.1
"""A segment whose cosine with the mean of every topic is less than this belongs to none; from this
on, one that HDBSCAN leaves out joins the nearest."""
SEEDED = 0.4
"""A segment with this cosine to an anchor is of the anchor's topic."""


class BertopicEngine:
    """BERTopic, set up for complaints of a sentence or two.

    Args:
        anchors: Features of subjects known beforehand, such as the names of frictions, int8
            (anchors, width as in `Space.features`); rows of zeros are left out. Each that segments
            are near to is a topic of BERTopic's zero-shot mode, and only the rest is clustered.
    """

    def __init__(self, anchors: FeatureArray | None = None) -> None:
        self._anchors = anchors

    def group(self, space: Space, *, topics: int, seed: int) -> Labels:
        """Group of each segment, int64 (segments,), the largest first, -1 for what fits nowhere.

        Args:
            space: Segments; fewer than 40 are one group.
            topics: How many there are to be, or fewer where there are not so many dense groups;
                0 means as many as are stable and not alike.
            seed: Of UMAP, and of the parts of the corpus that stability is measured on.
        """
        if len(space.features) < FEWEST:
            return np.zeros(len(space.features), dtype=np.int64)
        # BERTopic turns warnings off for the whole process when it is imported. One thread adds
        # up in one order: the same groups on every run.
        with warnings.catch_warnings(), threadpool_limits(limits=1):
            warnings.simplefilter("ignore")
            vectors = _unit(space.features)
            reduced = _reduced(vectors, seed)
            size = (
                size_for(reduced, topics)
                if topics
                else stable_size(reduced, space.owner, seed=seed)
            )
            model = self._model(space, _Reduced(vectors, reduced), size)
            return _by_size(_fitted(model, vectors, topics))

    def _model(self, space: Space, reduced: _Reduced, size: int) -> Any:
        from bertopic import BERTopic
        from bertopic.vectorizers import ClassTfidfTransformer

        return BERTopic(
            language="multilingual",  # English, its default, strikes every letter with an accent
            umap_model=reduced,
            hdbscan_model=clusterer(size),
            vectorizer_model=_counter(space),
            ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
            **_zero_shot(self._anchors),
        )


class _Reduced:
    """Vectors that are reduced already, in the shape of what BERTopic would fit.

    UMAP takes most of the time, and its result is also what the size of groups is chosen on.
    """

    def __init__(self, vectors: FloatArray, reduced: FloatArray) -> None:
        self._reduced = reduced
        self._place = {row.tobytes(): at for at, row in enumerate(vectors)}

    def fit(self, vectors: FloatArray, y: object = None) -> _Reduced:
        """There is nothing left to fit."""
        del vectors, y
        return self

    def transform(self, vectors: FloatArray) -> FloatArray:
        """Reduced rows of all the vectors or of some, float32 (vectors, directions)."""
        return self._reduced[[self._place[row.tobytes()] for row in vectors]]


def _reduced(vectors: FloatArray, seed: int) -> FloatArray:
    """Vectors in few directions, float32 (segments, directions).

    The neighbours grow with the corpus: few break it into wordings, and the more segments there
    are the more of them are wordings of one thing.
    """
    from umap import UMAP

    model = UMAP(
        n_neighbors=int(np.clip(math.isqrt(len(vectors)), *NEIGHBOURS)),
        n_components=DIRECTIONS,
        min_dist=0.0,
        metric="cosine",
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(model.fit_transform(vectors), dtype=np.float32)


def _counter(space: Space) -> CountVectorizer:
    """Counts our own terms: a document is the number of its segment, a topic a line of numbers."""
    said = space.said.tocsr()
    terms = space.terms

    def terms_of(document: str) -> list[str]:
        rows = map(int, document.split())
        return [
            terms[term]
            for row in rows
            for term in said.indices[said.indptr[row] : said.indptr[row + 1]]
        ]

    return CountVectorizer(analyzer=terms_of, vocabulary=list(terms))


def _zero_shot(anchors: FeatureArray | None) -> dict[str, Any]:
    """What BERTopic is told of the anchors; nothing when there are none."""
    if anchors is None or not anchors.any():
        return {}
    from bertopic.backend import BaseEmbedder

    known = _unit(anchors[anchors.any(axis=1)])

    class Known(BaseEmbedder):  # type: ignore[misc]
        """The vector of each anchor by its number: no text is encoded."""

        def embed(self, documents: Sequence[str], verbose: bool = False) -> FloatArray:
            del verbose
            return known[[int(document) for document in documents]]

    return {
        "embedding_model": Known(),
        "zeroshot_topic_list": [str(at) for at in range(len(known))],
        "zeroshot_min_similarity": SEEDED,
    }


def _fitted(model: Any, vectors: FloatArray, topics: int) -> Labels:
    """Topics of the segments: as many as were asked for, or those that are not alike."""
    documents = [str(at) for at in range(len(vectors))]
    model.fit_transform(documents, embeddings=vectors)
    found = len(set(model.topics_) - {-1})
    if 0 < topics < found:
        # What is left out counts there as one more topic.
        model.reduce_topics(documents, nr_topics=topics + (-1 in model.topics_))
    elif not topics and (alike := _alike(vectors, np.array(model.topics_))):
        model.merge_topics(documents, alike)
    labels = model.topics_
    if -1 in labels and found:
        labels = model.reduce_outliers(
            documents, labels, strategy="embeddings", embeddings=vectors, threshold=NEAR
        )
    return _without_far(vectors, np.array(labels, dtype=np.int64))


def _without_far(vectors: FloatArray, labels: Labels) -> Labels:
    """Labels with -1 for what is far from every topic: UMAP puts that beside something too."""
    _, means = _means(vectors, labels)
    if not len(means):
        return labels
    return np.where((1 - cosine_distances(vectors, means)).max(axis=1) >= NEAR, labels, -1)


def _alike(vectors: FloatArray, labels: Labels) -> list[list[int]]:
    """Topics that are one, by average linkage of the cosines of their mean vectors."""
    found, means = _means(vectors, labels)
    if len(found) < 2:
        return []
    tree = linkage(squareform(cosine_distances(means), checks=False), "average")
    merged = fcluster(tree, 1 - ALIKE, "distance")
    together = [found[merged == group].tolist() for group in np.unique(merged)]
    return [group for group in together if len(group) > 1]


def _means(vectors: FloatArray, labels: Labels) -> tuple[Labels, FloatArray]:
    """The topics that there are, and the mean vector of each."""
    found = np.unique(labels[labels >= 0])
    means = [vectors[labels == topic].mean(axis=0) for topic in found]
    return found, np.array(means, dtype=np.float32).reshape(len(found), vectors.shape[1])


def _by_size(labels: Labels) -> Labels:
    """Topics numbered without gaps, the largest first, ties by their first segment."""
    found, first, counts = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    place = {int(topic): at for at, topic in enumerate(found[order][found[order] >= 0])}
    return np.array([place.get(topic, -1) for topic in labels.tolist()], dtype=np.int64)


def _unit(rows: FeatureArray) -> FloatArray:
    vectors = rows.astype(np.float32)
    return vectors / lengths(vectors)[:, None]
