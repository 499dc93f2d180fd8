"""Topics of a corpus as they are kept: what they are called, and which segments they were made of.

A segment belongs to the topics of the segments of the sample that are most like it. New messages
are so given their topics without anything being learnt again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vocmine_topic.features import FeatureArray, Features, FloatArray
from vocmine_topic.nearest import nearest
from vocmine_topic.vocabulary import Learnt, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.batch import SketchArray
    from vocmine_topic.text import Reader

IdArray = npt.NDArray[np.int64]

NONE = -1
"""Identity of no topic."""
MAX_TOPICS_PER_SEGMENT = 3
MIN_WEIGHT = 0.25
"""Share of a segment's neighbours below which a second or third topic is not worth a row."""
MIN_SHARE = 0.3
"""Share below which no topic is the main one: the neighbours disagree."""
MIN_FIT = 0.2
"""Mean cosine with its neighbours below which a segment is like none of them."""
NEIGHBOURS = 20
_SHARPNESS = 3
"""Power of the cosine by which neighbours vote: nearer ones count for more."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, or a sub-theme of one.

    Args:
        id: What it keeps while the corpus grows; never used again for another.
        name: A short phrase in customers' own words, or as the user called it.
        terms: Its most typical words, at most eight.
        parent: Topic that it is a sub-theme of; `NONE` for a topic.
        called: Whether the user named it.
        held: Whether it stays as it is whatever is learnt anew: pinned, merged, split or seeded.
        hidden: Whether it is kept out of the tables.
        phrases: What the user seeded it with.
    """

    id: int
    name: str = ""
    terms: tuple[str, ...] = ()
    parent: int = NONE
    called: bool = False
    held: bool = False
    hidden: bool = False
    phrases: tuple[str, ...] = ()


class Change(NamedTuple):
    """What became of a topic when topics were learnt anew.

    Args:
        generation: 1 for the first time that topics were learnt.
        topic: Identity.
        name: At that time.
        change: `new`, `kept`, `split` (out of `related`), `merged` (`related` went into it) or
            `gone` (into `related`, where anything of it is left).
        related: Other topics, most of it first.
    """

    generation: int
    topic: int
    name: str
    change: str
    related: tuple[int, ...] = ()


class Settings(NamedTuple):
    """What topics were learnt with; with anything else they are learnt anew.

    Args:
        analyzer: Version of the analyzer.
        engine: Key of `vocmine_topic.engines.ENGINES`.
        wanted: Number of topics asked for, 0 for none.
        seed: Of the run.
        encoder: Sketch of a sentence, which tells encoders apart; empty when unknown.
    """

    analyzer: str
    engine: str
    wanted: int
    seed: int
    encoder: bytes = b""


class Assigned(NamedTuple):
    """Topics of a batch's segments, ascending by segment and then heaviest first.

    Args:
        row: int64 (assignments,): segment.
        topic: int64 (assignments,): identity of the topic.
        subtopic: int64 (assignments,): identity of the sub-theme, `NONE` for none.
        weight: float64 (assignments,): share of the segment, above 0 and at most 1.
        fit: float64 (assignments,): how much the segment is like those of the sample, 0 to 1.
    """

    row: IdArray
    topic: IdArray
    subtopic: IdArray
    weight: npt.NDArray[np.float64]
    fit: npt.NDArray[np.float64]

    @classmethod
    def nothing(cls) -> Assigned:
        """No assignments."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, none, np.zeros(0), np.zeros(0))

    @classmethod
    def joined(cls, parts: Sequence[Assigned]) -> Assigned:
        """The assignments of all parts, one part after the other."""
        return cls(
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.topic for part in parts]),
            np.concatenate([part.subtopic for part in parts]),
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.fit for part in parts]),
        )

    def in_order(self) -> Assigned:
        """The same, ascending by segment; those of one segment stay as they are."""
        order = np.argsort(self.row, kind="stable")
        return Assigned(
            self.row[order],
            self.topic[order],
            self.subtopic[order],
            self.weight[order],
            self.fit[order],
        )


@dataclass(slots=True)
class TopicModel:
    """What is kept of the topics of a corpus.

    Args:
        settings: What they were learnt with.
        vocabulary: Terms of the corpus.
        features: Projection of words and meaning.
        anchors: The segments of the sample, int8 (anchors, width).
        topic_of: Topic of each anchor, `NONE` for none, int64 (anchors,).
        subtopic_of: The same for sub-themes.
        topics: By identity, sub-themes among them.
        messages: How many messages there were.
        covered: Share of the segments that had a topic.
        generation: How often topics were learnt.
        changes: Of all generations, the latest last.
        next_id: Identity of the next new topic.
    """

    settings: Settings
    vocabulary: Learnt
    features: Features
    anchors: FeatureArray
    topic_of: IdArray
    subtopic_of: IdArray
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: int = 0
    covered: float = 0.0
    generation: int = 1
    changes: list[Change] = field(default_factory=list)
    next_id: int = 1

    def new_id(self) -> int:
        """An identity that no topic ever had."""
        self.next_id += 1
        return self.next_id - 1

    def change(self, topic: int, **values: object) -> None:
        """Change what is known of one topic."""
        self.topics[topic] = replace(self.topics[topic], **values)  # type: ignore[arg-type]

    def main(self) -> list[Topic]:
        """The topics without their sub-themes, by identity."""
        return [topic for _, topic in sorted(self.topics.items()) if topic.parent == NONE]

    def subtopics(self, topic: int) -> list[Topic]:
        """The sub-themes of a topic, by identity."""
        return [each for _, each in sorted(self.topics.items()) if each.parent == topic]


class Assigner:
    """Finds the topics of segments by those of the anchors nearest to them.

    Args:
        model: Topics.
        reader: Turns segments into words.
    """

    def __init__(self, model: TopicModel, reader: Reader) -> None:
        self._model = model
        self._reader = reader
        self._vocabulary = Vocabulary(model.vocabulary, is_known=reader.is_known)
        self._ids = np.unique(model.topic_of[model.topic_of != NONE])

    def features(
        self, segments: Sequence[str], langs: Sequence[str], sketches: SketchArray
    ) -> FeatureArray:
        """Features of segments, int8 (segments, width)."""
        words = [self._reader.words(*pair) for pair in zip(segments, langs, strict=True)]
        return self._model.features.of(self._vocabulary.matrix(words), sketches)

    def assign(
        self, segments: Sequence[str], langs: Sequence[str], sketches: SketchArray
    ) -> Assigned:
        """Topics of each segment; a segment that is like none of the anchors gets none."""
        if not len(self._ids) or not segments:
            return Assigned.nothing()
        return self.of_features(self.features(segments, langs, sketches))

    def of_features(self, features: FeatureArray) -> Assigned:
        """The same for segments whose features are known."""
        telling = np.flatnonzero(features.any(axis=1))
        if not len(telling) or not len(self._ids):
            return Assigned.nothing()
        return Assigned.joined(list(self._blocks(features, telling)))

    def _blocks(self, features: FeatureArray, telling: IdArray) -> Iterator[Assigned]:
        model = self._model
        for block in nearest(features[telling], model.anchors, neighbours(len(model.anchors))):
            votes = vote(block.alike)
            topics = model.topic_of[block.other]
            share = shares(votes, np.searchsorted(self._ids, topics), topics, len(self._ids))
            order = np.argsort(-share, axis=1, kind="stable")[:, :MAX_TOPICS_PER_SEGMENT]
            weight = np.take_along_axis(share, order, axis=1)
            fit = np.round(block.alike.mean(axis=1, dtype=np.float64), 4)
            given = (
                (weight >= MIN_WEIGHT) & (weight[:, :1] >= MIN_SHARE) & (fit >= MIN_FIT)[:, None]
            )
            row, place = np.nonzero(given)
            topic = self._ids[order[row, place]]
            subtopic = self._subtopics(block.other[row], votes[row], topic)
            yield Assigned(telling[block.row + row], topic, subtopic, weight[row, place], fit[row])

    def _subtopics(self, other: IdArray, votes: npt.NDArray[np.float64], topic: IdArray) -> IdArray:
        """The sub-theme of each assignment that most of the neighbours in its topic have."""
        model = self._model
        ids = np.unique(model.subtopic_of[model.subtopic_of != NONE])
        if not len(ids):
            return np.full(len(topic), NONE, dtype=np.int64)
        subtopics = np.where(
            model.topic_of[other] == topic[:, None], model.subtopic_of[other], NONE
        )
        share = shares(votes, np.searchsorted(ids, subtopics), subtopics, len(ids))
        best = share.argmax(axis=1)
        found = share[np.arange(len(best)), best] > 0
        return np.where(found, ids[best], NONE)


def neighbours(anchors: int) -> int:
    """How many neighbours vote where there are so many to choose from."""
    return int(np.clip(0.6 * np.sqrt(anchors), 5, NEIGHBOURS))


def vote(alike: FloatArray) -> npt.NDArray[np.float64]:
    """What a neighbour's vote weighs by its cosine."""
    weight: npt.NDArray[np.float64] = alike.astype(np.float64) ** _SHARPNESS
    return weight


def shares(
    votes: npt.NDArray[np.float64], place: IdArray, label: IdArray, labels: int
) -> npt.NDArray[np.float64]:
    """Share of each label in the votes of each row, float64 (rows, labels)."""
    total = votes.sum(axis=1, keepdims=True)
    row = np.broadcast_to(np.arange(len(votes))[:, None], place.shape)
    cast = label != NONE
    sums = np.bincount(
        row[cast] * labels + place[cast], weights=votes[cast], minlength=len(votes) * labels
    )
    shares = sums.reshape(len(votes), labels) / np.where(total > 0, total, 1.0)
    return np.round(shares, 4)
