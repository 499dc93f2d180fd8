"""The `topic` analyzer: learns topics from the corpus, then assigns them to every segment."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vocmine.errors import PluginError, UsageError
from vocmine.plugin import Column, Context, Table, TableColumns
from vocmine_topic.sample import sample_messages, tells
from vocmine_topic.topics import SAMPLE_SEGMENTS, Assigned, Topics, learn_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vocmine.batch import Batch

MOST_TOPICS = 100
MIN_MESSAGES = 20
"""Fewer messages than this are too few to group: there are then no topics."""


class TopicAnalyzer:
    """What customers talk about: several topics per message, none where nothing fits.

    Topics come out ordered by messages, most first. Fewer than 20 messages give empty tables.
    The same messages give the same topics in any order and any batching, for one seed.
    """

    version = "3"
    options: ClassVar[dict[str, str]] = {
        "topics": f"how many topics to look for, 2 to {MOST_TOPICS}; those that are alike merge"
    }
    requires: ClassVar[tuple[str, ...]] = (
        "texts",
        "langs",
        "segment_message",
        "segment_start",
        "segment_end",
        "segment_sketches",
        "segment_insights",
    )
    outputs: ClassVar[tuple[Table, ...]] = (
        Table(
            "topics",
            "corpus",
            (
                Column("name"),
                Column("terms", "json"),
                Column("segments", "integer"),
                Column("messages", "integer"),
            ),
        ),
        Table(
            "segment_topics",
            "segment",
            (Column("topics_row", "integer"), Column("weight", "real")),
            many=True,
        ),
    )

    def __init__(self) -> None:
        self._seed = 0
        self._wanted = 0
        self._topics: Topics | None = None

    def open(self, context: Context) -> None:
        """Take the seed of the run and the number of topics that the user wants.

        Raises:
            UsageError: That is no number, or out of range.
        """
        self._seed = context.seed
        given = context.options.get("topics", "")
        if given and not (given.isdecimal() and 2 <= int(given) <= MOST_TOPICS):
            raise UsageError(
                f"--option topic.topics={given} is no number from 2 to {MOST_TOPICS}.",
                "Leave it out to let the corpus decide: --option topic.topics=20 asks for 20.",
            )
        self._wanted = int(given or 0)

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> TableColumns:
        """Learn the topics from a sample and count them over the whole corpus (two passes).

        Args:
            batches: The corpus as a stream, once for each call.

        Returns:
            Columns of `topics`: name, JSON list of up to eight terms, segments, messages.
        """
        sample = sample_messages(batches(), segments=SAMPLE_SEGMENTS, seed=self._seed)
        enough = len(sample) >= MIN_MESSAGES
        self._topics = learn_topics(sample if enough else [], seed=self._seed, wanted=self._wanted)
        segments, messages = self._count(batches)
        order = self._topics.ordered(messages)
        return {
            "topics": {
                "name": self._topics.names,
                "terms": [json.dumps(terms, ensure_ascii=False) for terms in self._topics.terms],
                "segments": [segments[old] for old in order],
                "messages": [messages[old] for old in order],
            }
        }

    def analyze(self, batch: Batch) -> TableColumns:
        """Topics of each segment by the fitted components, the heaviest first.

        Returns:
            Columns of `segment_topics`: `row`, `topics_row` (position in `topics`), `weight`
            (share of what is explained of the segment, above 0 and at most 1).

        Raises:
            PluginError: When called before `fit`.
        """
        found = self._assign(batch)
        return {
            "segment_topics": {
                "row": found.row,
                "topics_row": found.topic,
                "weight": found.weight,
            }
        }

    def _assign(self, batch: Batch) -> Assigned:
        if self._topics is None:
            raise PluginError(
                "Analyzer 'topic' was asked for topics before it learnt any.",
                "Call fit() with the corpus first.",
            )
        said = np.flatnonzero(tells(batch))
        texts, owners = batch.segment_texts, batch.segment_message.tolist()
        found = self._topics.assign(
            [texts[row] for row in said.tolist()],
            [batch.langs[owners[row]] for row in said.tolist()],
            batch.segment_sketches[said] if len(batch.segment_sketches) else batch.segment_sketches,
        )
        return found._replace(row=said[found.row])

    def _count(self, batches: Callable[[], Iterator[Batch]]) -> tuple[Counter[int], Counter[int]]:
        segments, messages = Counter[int](), Counter[int]()
        for batch in batches():
            found = self._assign(batch)
            segments.update(found.topic.tolist())
            owners = batch.segment_message[found.row]
            pairs = np.unique(np.stack([owners, found.topic]), axis=1)
            messages.update(pairs[1].tolist())
        return segments, messages
