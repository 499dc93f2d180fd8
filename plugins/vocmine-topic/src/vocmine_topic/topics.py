"""The fitted topics of a corpus: learning them, naming them, finding them in segments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vocmine_topic import model
from vocmine_topic.boilerplate import learned_boilerplate
from vocmine_topic.meaning import Meaning
from vocmine_topic.naming import Naming
from vocmine_topic.neighbours import spread, term_neighbours
from vocmine_topic.text import Reader
from vocmine_topic.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.sparse import csr_matrix

    from vocmine.batch import SketchArray
    from vocmine_topic.sample import Sampled

SAMPLE_SEGMENTS = 30_000
MAX_TOPICS_PER_SEGMENT = 3
MIN_WEIGHT = 0.25
"""Share of a segment below which a second or third topic is not worth a row."""
TERMS = 8
MIN_MEMBERS = 3
"""Segments of the sample a topic must have."""

SECOND_WORD = 0.05
"""A topic whose second word weighs less than this share of the first is a word, not a topic."""


class Assigned(NamedTuple):
    """Topics of a batch's segments, ascending by segment and then heaviest first.

    Args:
        row: int64 (assignments,): segment.
        topic: int64 (assignments,): topic.
        weight: float64 (assignments,): share of the segment, above 0 and at most 1.
    """

    row: npt.NDArray[np.int64]
    topic: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]


class Topics:
    """Fitted topics.

    Args:
        reader: Turns segments into words.
        vocabulary: Terms of the corpus.
        neighbours: How much each term lends to others.
        meaning: How much segments that mean the same lend.
        components: Term weights of each component, (components, terms).
        topic_of: Topic of each component; -1 when the component is none.
        names: Name of each topic.
        terms: The most typical terms of each topic, as customers write them.
    """

    def __init__(
        self,
        reader: Reader,
        vocabulary: Vocabulary,
        neighbours: csr_matrix,
        meaning: Meaning,
        components: model.Matrix,
        topic_of: Sequence[int],
        names: Sequence[str],
        terms: Sequence[Sequence[str]],
    ) -> None:
        self.names = list(names)
        self.terms = [list(some) for some in terms]
        self._reader = reader
        self._vocabulary = vocabulary
        self._neighbours = neighbours
        self._meaning = meaning
        self._components = components
        self._topic_of = list(topic_of)

    def ordered(self, messages: Mapping[int, int]) -> list[int]:
        """Order the topics by messages, most first, ties by name; returns the old positions."""
        order = sorted(range(len(self.names)), key=lambda t: (-messages[t], self.names[t]))
        place = {old: new for new, old in enumerate(order)}
        self.names = [self.names[old] for old in order]
        self.terms = [self.terms[old] for old in order]
        self._topic_of = [place.get(old, -1) for old in self._topic_of]
        return order

    def assign(
        self, segments: Sequence[str], langs: Sequence[str], sketches: SketchArray
    ) -> Assigned:
        """Topics of each segment; a segment that no topic explains gets none."""
        if not self.names or not segments:
            return Assigned(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        words = [self._reader.words(*pair) for pair in zip(segments, langs, strict=True)]
        said = self._vocabulary.matrix(words)
        rows = self._meaning.lend(spread(said, self._neighbours), said, sketches)
        strength = _by_topic(model.strengths(rows, self._components), self._topic_of)
        strong = np.where(strength >= model.MIN_STRENGTH, strength, 0.0)
        explained = strength.sum(axis=1, keepdims=True)
        share = np.round(strong / np.where(explained > 0, explained, 1.0), 4)
        order = np.argsort(-share, axis=1, kind="stable")[:, :MAX_TOPICS_PER_SEGMENT]
        weight = np.take_along_axis(share, order, axis=1)
        kept = weight >= MIN_WEIGHT
        kept[:, 0] |= weight[:, 0] > 0
        row = np.nonzero(kept)[0].astype(np.int64)
        return Assigned(row, order[kept].astype(np.int64), weight[kept])


def learn_topics(sample: Sequence[Sampled], *, seed: int, wanted: int = 0) -> Topics:
    """Fit topics on a sample, merge near-duplicates and name them; no sample gives no topics.

    Args:
        sample: Messages and their segments.
        seed: For everything random.
        wanted: Topics to look for, before those that are alike merge; 0 means choose.
    """
    reader = Reader()
    messages = [[reader.words(text, one.lang) for text in one.segments] for one in sample]
    segments = [words for message in messages for words in message]
    vocabulary = Vocabulary(
        segments, is_known=reader.is_known, excluded=learned_boilerplate(messages)
    )
    said = vocabulary.matrix(segments)
    sketches = _sketches(sample)
    meaning = Meaning(sketches, said)
    if not said.nnz:
        return Topics(reader, vocabulary, said, meaning, np.zeros((0, 0)), [], [], [])
    neighbours = term_neighbours(said)
    rows = meaning.lend(spread(said, neighbours), said, sketches)
    owner = np.repeat(np.arange(len(messages)), [len(message) for message in messages])
    number = min(wanted, *rows.shape) or model.choose_topics(rows, owner % 2 == 0, seed=seed)
    components = model.fit_components(rows, topics=number, seed=seed)
    heaviest = [vocabulary.heaviest(component, 2) for component in components]
    strength = model.strengths(rows, components)
    merged = model.same_topics(rows, model.strongest(strength), number)
    topic_of = _numbered(merged, model.strongest(_by_topic(strength, merged)), heaviest)
    labels = model.strongest(_by_topic(strength, topic_of))
    langs = [one.lang for one in sample for _ in one.segments]
    naming = Naming(vocabulary, reader.is_known, langs)
    names, terms = naming.name(segments, labels, components, topic_of, terms=TERMS)
    return Topics(reader, vocabulary, neighbours, meaning, components, topic_of, names, terms)


def _sketches(sample: Sequence[Sampled]) -> SketchArray:
    """Sketches of every segment of the sample, int8 (segments, width)."""
    known = [sketch for one in sample for sketch in one.sketches]
    return np.frombuffer(b"".join(known), dtype=np.int8).reshape(
        len(known), len(known[0]) if known else 0
    )


def _by_topic(strength: model.Matrix, topic_of: Sequence[int]) -> model.Matrix:
    """Strengths of components added up by topic, (segments, topics); topic -1 is left out."""
    total = np.zeros((strength.shape[0], max(topic_of, default=-1) + 1))
    for component, topic in enumerate(topic_of):
        if topic >= 0:
            total[:, topic] += strength[:, component]
    return total


def _numbered(
    merged: Sequence[int], labels: model.Labels, said: Sequence[Mapping[str, float]]
) -> list[int]:
    """Topics numbered from 0 without gaps; those too small or of a single word become -1."""
    members = Counter(labels.tolist())
    worded = {
        group
        for group, words in zip(merged, said, strict=True)
        if len(words) > 1 and min(words.values()) >= SECOND_WORD
    }
    kept = sorted(group for group in worded if members[group] >= MIN_MEMBERS)
    number = {group: new for new, group in enumerate(kept)}
    return [number.get(group, -1) for group in merged]
