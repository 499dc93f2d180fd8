"""The `topic` analyzer: learns topics from the corpus, then assigns them to every segment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vocmine.errors import PluginError
from vocmine.options import Option
from vocmine_topic.asides import AsideAssigner
from vocmine_topic.captions import caption
from vocmine_topic.edits import Edits, apply
from vocmine_topic.engines import DEFAULT, ENGINES, require_engine
from vocmine_topic.learning import SAMPLE_SEGMENTS, learn_topics, read_corpus
from vocmine_topic.model import Assigned, Assigner, Settings, TopicModel
from vocmine_topic.outputs import TABLES, corpus_columns, segment_columns, shown_topics
from vocmine_topic.sample import sample_messages, tells
from vocmine_topic.sentences import in_context
from vocmine_topic.stored import from_bytes, to_bytes
from vocmine_topic.text import Reader
from vocmine_topic.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vocmine.batch import Batch, SketchArray
    from vocmine.plugin import Context, Table, TableColumns
    from vocmine_topic.sample import Sampled

MOST_TOPICS = 100
MIN_MESSAGES = 20
"""Fewer messages than this are too few to group: there are then no topics."""
GROWTH = 0.25
"""Share of messages more or less than when topics were learnt from which they are learnt anew."""
LOST_COVER = 0.05
"""So much less of the segments with a topic, and there is something new: topics are learnt anew."""
PROBE = "Quiero presentar una queja porque el servicio no funciona"
"""Its sketch tells by which encoder the vectors of a model were made."""


class TopicAnalyzer:
    """What customers talk about: several topics per message, none where nothing fits.

    Topics come out ordered by messages, most first. Fewer than 20 messages give empty tables.
    The same messages give the same topics in any order and any batching, for one seed. Topics that
    a store knows are given to new messages as they are; they are learnt anew, keeping what they
    are called and which they are, when the store has grown or shrunk by a quarter.
    """

    version = "7"
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "topics",
            "integer",
            "how many topics to look for; left out, the corpus decides",
            minimum=2,
            maximum=MOST_TOPICS,
        ),
        Option("engine", help="what groups segments", default=DEFAULT, choices=tuple(ENGINES)),
        Option(
            "refit",
            help="when topics are learnt anew; auto is when the messages have changed much",
            default="auto",
            choices=("auto", "always", "never"),
        ),
    )
    requires: ClassVar[tuple[str, ...]] = (
        "texts",
        "langs",
        "segment_message",
        "segment_start",
        "segment_end",
        "segment_sketches",
        "segment_insights",
    )
    outputs: ClassVar[tuple[Table, ...]] = TABLES

    def __init__(self) -> None:
        self._settings = Settings(self.version, DEFAULT, 0, 0)
        self._refit = "auto"
        self._sketch: Callable[[Sequence[str]], SketchArray] | None = None
        self._former: TopicModel | None = None
        self._edits = Edits()
        self._reader = Reader()
        self._model: TopicModel | None = None
        self._assigner: Assigner | None = None
        self._asides: AsideAssigner | None = None
        self._places: dict[int, int] = {}
        self._told: dict[int, Assigned] = {}
        self._found: dict[int, Assigned] = {}

    def open(self, context: Context) -> None:
        """Take the seed of the run and what the user wants.

        Raises:
            UsageError: The engine that is asked for is not installed.
        """
        given = context.options
        require_engine(given.get("engine", DEFAULT))
        self._refit = given.get("refit", "auto")
        self._sketch = context.sketch
        self._settings = Settings(
            self.version, given.get("engine", DEFAULT), given.get("topics") or 0, context.seed
        )

    def recall(self, memory: Mapping[str, bytes]) -> None:
        """Take the topics and the edits that the store keeps."""
        self._former = from_bytes(memory.get("model", b""))
        self._edits = Edits.from_bytes(memory.get("edits", b""))

    def remember(self) -> Mapping[str, bytes]:
        """The topics as they are now, and the edits that made them so."""
        if self._model is None:
            return {}
        return {"model": to_bytes(self._model), "edits": self._edits.to_bytes()}

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> TableColumns:
        """Learn the topics from a sample, or take those that are known, and count them.

        Args:
            batches: The corpus as a stream, once for each call.

        Returns:
            Columns of `topics`, `subtopics` and `topic_changes`.
        """
        self._settings = self._settings._replace(encoder=self._encoder())
        if self._former is not None:
            # Changes are of the topics that the user saw, not of those that are learnt next.
            self._edit(self._former)
        if not self._known_hold(batches):
            self._learn(batches)
        assert self._model is not None
        if self._edits.waiting:
            self._edit(self._model)
            self._take(self._model)
        self._name(batches)
        self._learn_asides(batches)
        segments, messages = self._count(batches)
        shown = shown_topics(self._model, messages)
        self._places = {topic.id: place for place, topic in enumerate(shown)}
        return corpus_columns(self._model, shown, segments, messages)

    def analyze(self, batch: Batch) -> TableColumns:
        """Topics of each segment, the heaviest first.

        Returns:
            Columns of `segment_topics`: `row`, `topics_row` (position in `topics`), `subtopic`
            (identity, or None), `weight` (above 0 and at most 1), `fit` (0 to 1).

        Raises:
            PluginError: When called before `fit`.
        """
        return segment_columns(self._assign(batch), self._places)

    def _encoder(self) -> bytes:
        """What tells the run's encoder from others; empty where none is known."""
        try:
            return self._sketch([PROBE]).tobytes() if self._sketch else b""
        except PluginError:
            self._sketch = None
            return b""

    def _known_hold(self, batches: Callable[[], Iterator[Batch]]) -> bool:
        """Whether the topics that are known can be used as they are."""
        former = self._former
        if former is None or self._refit == "always" or former.settings != self._settings:
            return False
        self._take(former)
        if self._refit == "never":
            return True
        count = sum(len(batch) for batch in batches())
        enough_now = former.messages < MIN_MESSAGES <= count
        if enough_now or abs(count - former.messages) > GROWTH * former.messages:
            return False
        return self._cover(batches) >= former.covered - LOST_COVER

    def _learn(self, batches: Callable[[], Iterator[Batch]]) -> None:
        count = 0

        def counted() -> Iterator[Batch]:
            nonlocal count
            for batch in batches():
                count += len(batch)
                yield batch

        sample = self._sample(counted())
        model = learn_topics(
            sample if len(sample) >= MIN_MESSAGES else [],
            self._reader,
            self._settings,
            self._former,
            self._sketch,
        )
        self._take(model)
        model.messages, model.covered = count, self._cover(batches)

    def _edit(self, model: TopicModel) -> None:
        """Make the changes that wait."""
        for edit in self._edits.waiting:
            apply(edit, model, self._reader, self._sketch)
        self._edits = Edits(self._edits.done + self._edits.waiting)

    def _name(self, batches: Callable[[], Iterator[Batch]]) -> None:
        """Name the topics that came of changes."""
        model = self._model
        assert model is not None
        if all(topic.name for topic in model.topics.values()):
            return
        vocabulary = Vocabulary(model.vocabulary, is_known=self._reader.is_known)
        corpus = read_corpus(self._sample(batches()), self._reader, vocabulary)
        rows = model.features.of(corpus.said, corpus.sketches)
        caption(model, corpus, Assigner(model, self._reader).of_features(rows), self._reader)

    def _sample(self, batches: Iterator[Batch]) -> list[Sampled]:
        return sample_messages(batches, segments=SAMPLE_SEGMENTS, seed=self._settings.seed)

    def _take(self, model: TopicModel) -> None:
        self._model = model
        self._assigner = Assigner(model, self._reader)
        self._asides = None
        self._told.clear()
        self._found.clear()

    def _assign_telling(self, batch: Batch) -> Assigned:
        """Topics of the segments that tell what a message is about."""
        if self._assigner is None:
            raise PluginError(
                "Analyzer 'topic' was asked for topics before it learnt any.",
                "Call fit() with the corpus first.",
            )
        key = _key(batch)
        if key not in self._told:
            said = np.flatnonzero(tells(batch))
            texts, owners = batch.segment_texts, batch.segment_message.tolist()
            known = in_context(batch)
            found = self._assigner.assign(
                [texts[row] for row in said.tolist()],
                [batch.langs[owners[row]] for row in said.tolist()],
                known[said] if len(known) else np.zeros((len(said), 0), dtype=np.int8),
            )
            self._told[key] = found._replace(row=said[found.row])
        return self._told[key]

    def _learn_asides(self, batches: Callable[[], Iterator[Batch]]) -> None:
        """Look at what the segments without a topic stand beside."""
        assert self._model is not None
        self._asides = AsideAssigner(self._model, self._settings.seed)
        for batch in batches():
            self._asides.add(batch, self._assign_telling(batch))

    def _assign(self, batch: Batch) -> Assigned:
        """Topics of the segments that tell, and of the others."""
        told = self._assign_telling(batch)
        if self._asides is None:
            return told
        key = _key(batch)
        if key not in self._found:
            parts = [told, self._asides.assign(batch, told)]
            self._found[key] = Assigned.joined(parts).in_order()
        return self._found[key]

    def _cover(self, batches: Callable[[], Iterator[Batch]]) -> float:
        """Share of the segments that tell which have a topic."""
        told = covered = 0
        for batch in batches():
            told += int(tells(batch).sum())
            covered += len(np.unique(self._assign_telling(batch).row))
        return round(covered / told, 4) if told else 0.0

    def _count(self, batches: Callable[[], Iterator[Batch]]) -> tuple[Counter[int], Counter[int]]:
        """In how many segments and messages each topic and sub-theme is."""
        segments, messages = Counter[int](), Counter[int]()
        for batch in batches():
            found = self._assign(batch)
            for ids in (found.topic, found.subtopic[found.subtopic >= 0]):
                segments.update(ids.tolist())
            for ids, rows in (
                (found.topic, found.row),
                (found.subtopic[found.subtopic >= 0], found.row[found.subtopic >= 0]),
            ):
                pairs = np.unique(np.stack([batch.segment_message[rows], ids]), axis=1)
                messages.update(pairs[1].tolist())
        return segments, messages


def _key(batch: Batch) -> int:
    """What tells a batch from others: its words, segments, vectors and insights."""
    columns = (
        batch.segment_start,
        batch.segment_end,
        batch.segment_message,
        batch.segment_sketches,
        batch.segment_insights,
    )
    return hash((*batch.texts, *batch.langs, *(column.tobytes() for column in columns)))
