"""Segments that make no point by themselves, and what they were said about.

"Tengo la receta vigente" is no complaint, yet belongs to one: that the medicine is not there. What
such a segment is about shows in its sentence, and in the sentences of those like it. A greeting or
a formula stands alone, or beside anything: those like it disagree, and it gets no topic.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine_topic.model import MIN_FIT, NONE, Assigned, neighbours, shares, vote
from vocmine_topic.nearest import nearest
from vocmine_topic.sentences import in_context, same_sentence

if TYPE_CHECKING:
    import numpy.typing as npt

    from vocmine.batch import Batch
    from vocmine_topic.features import FeatureArray
    from vocmine_topic.model import IdArray, TopicModel

MOST = 5_000
"""Asides that others are compared with."""
MIN_AGREED = 0.5
"""Share of a segment's neighbours that must be about its topic."""
FAINTER = 0.5
"""Of the fit of an aside: it shows what a topic is less well than a complaint does."""


class Asides(NamedTuple):
    """Asides of a corpus.

    Args:
        rank: uint64 (asides,): a hash of the message.
        rows: What they mean, int8 (asides, width).
        topic: Of their sentences, `NONE` where they stand alone, int64 (asides,).
    """

    rank: npt.NDArray[np.uint64]
    rows: FeatureArray
    topic: IdArray

    def first(self) -> Asides:
        """Those of the lowest ranks, at most `MOST`, in one order."""
        order = np.lexsort((*self.rows.T[:2], self.topic, self.rank))[:MOST]
        return self.at(order)

    def at(self, rows: IdArray | slice) -> Asides:
        """Some of them."""
        return Asides(self.rank[rows], self.rows[rows], self.topic[rows])

    def plus(self, others: Asides) -> Asides:
        """These and others."""
        return Asides(
            np.concatenate([self.rank, others.rank]),
            np.concatenate([self.rows, others.rows]),
            np.concatenate([self.topic, others.topic]),
        )


class AsideAssigner:
    """Gives asides the topic that most of those like them are about.

    Args:
        model: Topics, with the segments that they were learnt from.
        seed: Of the run; another one compares with other asides.
    """

    def __init__(self, model: TopicModel, seed: int) -> None:
        self._model = model
        self._salt = seed.to_bytes(8, "little", signed=True)
        self._ids = np.unique(model.topic_of[model.topic_of != NONE])
        told = model.topic_of != NONE
        said = model.anchors[told, model.anchors.shape[1] - len(model.features.middle) :]
        topic = model.topic_of[told]
        self._told = Asides(np.zeros(len(said), dtype=np.uint64), said, topic)
        self._asides = self._told.at(slice(0))

    def add(self, batch: Batch, found: Assigned) -> None:
        """Take the segments of a batch that have none of the topics found."""
        aside = _without(batch, found)
        if not self._knows(batch) or not len(aside):
            return
        new = self._read(batch, aside, _beside(batch, found))
        self._asides = self._asides.plus(new).first()

    def assign(self, batch: Batch, found: Assigned) -> Assigned:
        """Topics of the segments that have none of those found, at most one for each."""
        aside = _without(batch, found)
        if not self._knows(batch) or not len(aside) or not len(self._ids):
            return Assigned.nothing()
        asked = self._read(batch, aside, np.full(len(batch.segment_start), NONE))
        among = self._told.plus(self._asides)
        parts = []
        for block in nearest(asked.rows, among.rows, neighbours(len(among.rows))):
            label = among.topic[block.other]
            place = np.searchsorted(self._ids, label)
            votes = vote(block.alike)
            # What a message says of itself is no news.
            own = asked.rank[block.row : block.row + len(votes), None]
            votes[among.rank[block.other] == own] = 0.0
            agreed = shares(votes, place, label, len(self._ids))
            best = agreed.argmax(axis=1)
            weight = agreed[np.arange(len(best)), best]
            alike = block.alike.mean(axis=1, dtype=np.float64)
            given = np.flatnonzero((weight >= MIN_AGREED) & (alike >= MIN_FIT))
            fit = np.round(FAINTER * alike, 4)
            parts.append(
                Assigned(
                    aside[block.row + given],
                    self._ids[best[given]],
                    np.full(len(given), NONE, dtype=np.int64),
                    weight[given],
                    fit[given],
                )
            )
        return Assigned.joined(parts)

    def _read(self, batch: Batch, aside: IdArray, topic: IdArray) -> Asides:
        """Some segments of a batch with the topic of each segment's sentence."""
        ranks = np.array([self._rank(text) for text in batch.texts], dtype=np.uint64)
        rows = self._model.features.meaning(in_context(batch)[aside])
        return Asides(ranks[batch.segment_message[aside]], rows, topic[aside])

    def _knows(self, batch: Batch) -> bool:
        """Whether the batch has sketches of the encoder that the topics were learnt with."""
        width = len(self._model.features.middle)
        return bool(width) and batch.segment_sketches.shape == (len(batch.segment_start), width)

    def _rank(self, text: str) -> int:
        content = text.encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(content, digest_size=8, key=self._salt).digest(), "little")


def _without(batch: Batch, found: Assigned) -> IdArray:
    """Segments that have no topic, int64 (asides,)."""
    return np.setdiff1d(np.arange(len(batch.segment_start)), found.row)


def _beside(batch: Batch, found: Assigned) -> IdArray:
    """The main topic of the segment before, or else after, in the same sentence, (segments,)."""
    topic = np.full(len(batch.segment_start), NONE, dtype=np.int64)
    # The heaviest topic of a segment comes first, so it is the last to be written.
    topic[found.row[::-1]] = found.topic[::-1]
    goes_on = same_sentence(batch)
    before = np.where(goes_on, np.roll(topic, 1), NONE)
    after = np.where(np.roll(goes_on, -1), np.roll(topic, -1), NONE)
    return np.where(before != NONE, before, after)
