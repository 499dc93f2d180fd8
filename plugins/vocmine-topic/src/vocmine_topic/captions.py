"""Names and terms for the topics of a model that lack them, and for their sub-themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from vocmine_topic.model import NONE
from vocmine_topic.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from vocmine_topic.learning import Corpus
    from vocmine_topic.model import Assigned, Change, IdArray, Topic, TopicModel
    from vocmine_topic.text import Reader

TERMS = 8


def caption(model: TopicModel, corpus: Corpus, assigned: Assigned, reader: Reader) -> None:
    """Give every topic its terms, and those without a name a name.

    A name that was given once stays: users look for it.

    Args:
        model: Topics.
        corpus: The sample.
        assigned: Topics of its segments.
        reader: Knows words.
    """
    first = np.unique(assigned.row, return_index=True)[1]
    row = assigned.row[first]
    topic_of = np.full(len(corpus.texts), NONE, dtype=np.int64)
    topic_of[row] = assigned.topic[first]
    subtopic_of = np.full(len(corpus.texts), NONE, dtype=np.int64)
    subtopic_of[row] = assigned.subtopic[first]
    everything = np.arange(len(corpus.texts))
    _caption(model, corpus, reader, model.main(), everything, topic_of)
    for topic in model.main():
        if parts := model.subtopics(topic.id):
            rows = np.flatnonzero(topic_of == topic.id)
            _caption(model, corpus, reader, parts, rows, subtopic_of[rows])
    model.changes = [_named(change, model) for change in model.changes]


def _named(change: Change, model: TopicModel) -> Change:
    """A topic that came of a change had no name yet when the change was noted."""
    if change.name or change.topic not in model.topics:
        return change
    return change._replace(name=model.topics[change.topic].name)


def _caption(
    model: TopicModel,
    corpus: Corpus,
    reader: Reader,
    topics: Sequence[Topic],
    rows: npt.NDArray[np.intp],
    labels: IdArray,
) -> None:
    if not topics or not len(rows):
        return
    place = {topic.id: at for at, topic in enumerate(topics)}
    places = np.array([place.get(int(label), NONE) for label in labels], dtype=np.int64)
    naming = Naming(
        corpus.vocabulary, corpus.nouns, reader.is_known, [corpus.langs[at] for at in rows]
    )
    names, terms = naming.name(
        [corpus.words[at] for at in rows],
        places,
        _typical(corpus.said[rows], places, len(topics)),
        corpus.owner[rows],
        reserved=[each.name for each in model.topics.values() if each.name],
        terms=TERMS,
    )
    for topic, name, own in zip(topics, names, terms, strict=True):
        model.change(topic.id, name=topic.name or name, terms=tuple(own) or topic.terms)


def _typical(said: csr_matrix, places: IdArray, topics: int) -> npt.NDArray[np.float64]:
    """How much more each term weighs in a topic than everywhere, float64 (topics, terms)."""
    has = np.flatnonzero(places != NONE)
    ones = np.ones(len(has))
    members = csr_matrix((ones, (places[has], has)), shape=(topics, said.shape[0]))
    size = np.maximum(members.getnnz(axis=1), 1)[:, None]
    means = (members @ said).toarray() / size
    everywhere = np.asarray(said.mean(axis=0)).ravel()
    typical: npt.NDArray[np.float64] = np.maximum(means - everywhere, 0.0)
    return typical
