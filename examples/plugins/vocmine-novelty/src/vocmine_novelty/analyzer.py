"""The analyzer `novelty`: how far each message is from those nearest to it in meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.plugin import Batch, Column, Context, Table, TableColumns

if TYPE_CHECKING:
    from sklearn.neighbors import NearestNeighbors

FloatArray = npt.NDArray[np.float64]

NEIGHBOURS = 5
SAMPLE = 5_000
"""Messages that the others are compared with: memory and time do not grow with the corpus."""
DECIMALS = 5
"""Of a distance: beyond them it depends on how many messages share a batch."""
MIN_MESSAGES = 30
"""Fewer are too few to say what is usual: the tables are then empty."""


class NoveltyAnalyzer:
    """Distance to the nearest neighbours in a sample of the corpus, and its rank among all.

    A message is the mean of its segments that make a point, as the store's sketches hold them;
    nothing is encoded again. One without such segments has no row.
    """

    version = "1"
    requires = ("segment_message", "segment_sketches", "segment_insights")
    outputs = (
        Table(
            "novelty_corpus",
            per="corpus",
            columns=(Column("messages", type="integer"), Column("sample", type="integer")),
        ),
        Table(
            "novelty",
            per="message",
            many=True,
            columns=(Column("distance", type="real"), Column("rank", type="real")),
        ),
    )

    def open(self, context: Context) -> None:
        """Take the run's seed, which decides the sample."""
        self._seed = context.seed
        self._nearest: NearestNeighbors | None = None
        self._usual: npt.NDArray[np.float64] = np.zeros(0)

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> TableColumns:
        """Keep a sample of the corpus, and how far its messages are from each other.

        Returns:
            Columns of `novelty_corpus`: one row, or none when there are too few messages.
        """
        from sklearn.neighbors import NearestNeighbors

        sample, messages = _sampled(batches(), self._seed)
        if messages < MIN_MESSAGES:
            self._nearest = None
            return {"novelty_corpus": {"messages": [], "sample": []}}
        self._nearest = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute").fit(sample)
        distances, _ = self._nearest.kneighbors()  # without an argument: of others, not of itself
        self._usual = np.sort(distances.mean(axis=1).round(DECIMALS))
        return {"novelty_corpus": {"messages": [messages], "sample": [len(sample)]}}

    def analyze(self, batch: Batch) -> TableColumns:
        """`distance`, 0 (a twin) to 2; `rank`, the share of the sample that is less unusual."""
        rows, vectors = _means(batch)
        if self._nearest is None or not len(rows):
            return {"novelty": {"row": [], "distance": [], "rank": []}}
        found, _ = self._nearest.kneighbors(vectors, n_neighbors=NEIGHBOURS + 1)
        # The nearest one of a message that is in the sample is that message.
        itself = found[:, :1] < 1e-4
        distance = np.where(itself, found[:, 1:], found[:, :-1]).mean(axis=1).round(DECIMALS)
        rank = np.searchsorted(self._usual, distance, side="left") / len(self._usual)
        return {"novelty": {"row": rows, "distance": distance, "rank": rank}}


def _means(batch: Batch) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Messages that make a point, intp (n,), and their vectors of length 1, float64 (n, width)."""
    points = np.flatnonzero(batch.segment_insights)
    sums = np.zeros((len(batch), batch.segment_sketches.shape[1]), dtype=np.float64)
    sketches = batch.segment_sketches[points].astype(np.float64)
    lengths = np.linalg.norm(sketches, axis=1, keepdims=True)
    np.add.at(sums, batch.segment_message[points], sketches / np.maximum(lengths, 1.0))
    lengths = np.linalg.norm(sums, axis=1)
    rows = np.flatnonzero(lengths > 0)
    return rows, sums[rows] / lengths[rows, None]


def _sampled(batches: Iterator[Batch], seed: int) -> tuple[FloatArray, int]:
    """A sample of the stream, each message as likely as any (Vitter 1985), and how many it had."""
    random = np.random.default_rng(seed)
    kept: list[FloatArray] = []
    seen = 0
    for batch in batches:
        for vector in _means(batch)[1]:
            seen += 1
            if len(kept) < SAMPLE:
                kept.append(vector)
            elif (place := int(random.integers(seen))) < SAMPLE:
                kept[place] = vector
    return np.stack(kept) if kept else np.zeros((0, 0), dtype=np.float64), seen
