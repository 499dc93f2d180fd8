"""What a model says about gold messages: labels of messages and of gold quotes, and insights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.assembly import INSIGHT_INPUTS, assemble
from vocmine.batch import Batch
from vocmine.catalogue import every_name
from vocmine.evaluation.gold import Task
from vocmine.evaluation.points import Point
from vocmine.pipeline import INSIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vocmine.batch import FloatArray
    from vocmine.evaluation.gold import GoldMessage
    from vocmine.heads import Code, Heads
    from vocmine.plugin import Encoder

CATEGORY = "category"
MESSAGES = 64
"""Messages read at a time."""
_POINT_LABELS = ("polarity", "friction", "stage", "pyramid", "touchpoint")


@dataclass(slots=True)
class OneLabel:
    """Of a task with one label per row: codes, and probabilities of every code (rows, labels)."""

    codes: list[Code] = field(default_factory=list)
    probabilities: list[FloatArray] = field(default_factory=list)


@dataclass(slots=True)
class ManyLabels:
    """Of a task with several labels per row: the code and confidence of each, row by row."""

    rows: list[dict[Code, float]] = field(default_factory=list)


@dataclass(slots=True)
class Predictions:
    """What a model says about messages, in their order; rows of segment tasks are gold quotes.

    Args:
        points: Insights of each message as vocmine finds them, with a label of every segment task.
        langs: Language of each message as vocmine takes it.
    """

    one: dict[str, OneLabel] = field(default_factory=dict)
    many: dict[str, ManyLabels] = field(default_factory=dict)
    points: list[list[Point]] = field(default_factory=list)
    langs: list[str] = field(default_factory=list)

    def add(self, heads: Heads, clauses: Batch, quotes: Batch) -> None:
        """Read the next messages.

        Args:
            clauses: The messages, as the engine sees them.
            quotes: The same messages; segments are the gold quotes.
        """
        for task in tasks_of(heads):
            batch = clauses if task.per == "message" else quotes
            rows = len(batch) if task.per == "message" else len(batch.segment_message)
            if not rows:
                continue
            if task.many:
                made = self.many.setdefault(task.name, ManyLabels()).rows
                first = len(made)
                made += [{} for _ in range(rows)]
                found = heads.predict_many(task.name, batch)
                sure = found.confidence.tolist()
                for row, code, share in zip(found.row.tolist(), found.codes, sure, strict=True):
                    made[first + row][code] = share
            else:
                codes, probabilities = _chosen(heads, task.name, batch)
                kept = self.one.setdefault(task.name, OneLabel())
                kept.codes += codes
                kept.probabilities.append(probabilities)
        self.points += found_points(heads, clauses)
        self.langs += clauses.langs


def tasks_of(heads: Heads) -> list[Task]:
    """The tasks that gold data may hold labels of: all but the choice of what is an insight.

    A model with a team's own categories has the task `category` besides, whose labels are these and
    the frictions that none of them stands for.
    """
    made = []
    for name in heads.tasks:
        head = heads.head(name)
        if name == INSIGHT:
            continue
        if name != "friction" or heads.taxonomy is None:
            made.append(Task(name, head.per, head.many, heads.labels(name)))
            continue
        own = heads.taxonomy
        ours: dict[str, Code] = {name: own.friction_of(code) for name, code in own.names.items()}
        made.append(Task(name, head.per, head.many, heads.labels(name), ours))
        kept: dict[str, Code] = {n: c for n, c in every_name(name).items() if c in head.labels}
        made.append(Task(CATEGORY, head.per, head.many, head.labels, kept | own.names))
    return made


def _chosen(heads: Heads, task: str, batch: Batch) -> tuple[list[Code], FloatArray]:
    """Code of each row, and the probability of every code."""
    if task != CATEGORY or CATEGORY in heads.tasks:
        found = heads.predict(task, batch)
        return found.codes, found.probabilities
    head, probabilities = heads.head("friction"), heads.probabilities("friction", batch)
    return [head.labels[i] for i in head.decide(probabilities).tolist()], probabilities


def found_points(heads: Heads, batch: Batch) -> list[list[Point]]:
    """Insights that vocmine finds in each message of a batch."""
    columns = {
        table: {task: heads.predict(task, batch).codes}
        for table, task in zip(INSIGHT_INPUTS, ("polarity", "friction"), strict=True)
    }
    found = assemble(batch, columns, heads)
    segments = np.asarray(found["row"], dtype=np.intp)
    labels: dict[str, list[Any]] = {task: list(found[task]) for task in _POINT_LABELS}
    if heads.taxonomy is not None:
        both = zip(found[CATEGORY], labels["friction"], strict=True)
        labels[CATEGORY] = [own if own is not None else friction for own, friction in both]
    for task in tasks_of(heads):
        if task.per == "segment" and not task.many and task.name not in labels:
            codes = heads.predict(task.name, batch).codes
            labels[task.name] = [codes[i] for i in segments.tolist()]
    points: list[list[Point]] = [[] for _ in range(len(batch))]
    for index, owner in enumerate(batch.segment_message[segments].tolist()):
        start, end = int(str(found["start"][index])), int(str(found["end"][index]))
        points[owner].append(Point(start, end, {name: own[index] for name, own in labels.items()}))
    return points


def read_messages(
    encoder: Encoder,
    heads: Heads,
    messages: Sequence[GoldMessage],
    on_progress: Callable[[int], None] = lambda done: None,
) -> Predictions:
    """Read gold messages as the engine does, and their quotes in the same pass.

    Args:
        on_progress: Told how many messages are done, now and then.
    """
    from vocmine.language import identify
    from vocmine.segmentation import segment

    predictions = Predictions()
    for first in range(0, len(messages), MESSAGES):
        part = messages[first : first + MESSAGES]
        texts = [message.text for message in part]
        langs = identify([text[:2000] for text in texts])
        clauses = segment(texts, langs)
        spans = list(
            zip(clauses.message.tolist(), clauses.start.tolist(), clauses.end.tolist(), strict=True)
        )
        quotes = [(i, p.start, p.end) for i, m in enumerate(part) for p in m.points or ()]
        predictions.add(heads, *_batches(encoder, texts, langs, spans, quotes))
        on_progress(first + len(part))
    return predictions


Span = tuple[int, int, int]
"""Message, first character, one past the last."""


def _batches(
    encoder: Encoder,
    texts: Sequence[str],
    langs: Sequence[str],
    clauses: Sequence[Span],
    quotes: Sequence[Span],
) -> tuple[Batch, Batch]:
    """The messages with their clauses and with their quotes, encoded once."""
    # Encoders are given the segments of a message together.
    marked = [(*span, False) for span in clauses] + [(*span, True) for span in quotes]
    ordered = np.asarray(sorted(marked, key=lambda s: s[0]), dtype=np.int32).reshape(-1, 4)
    encoded = encoder.encode(texts, ordered[:, 0], ordered[:, 1], ordered[:, 2])
    made = []
    for quoted in (False, True):
        mine = (ordered[:, 3] == 1) == quoted
        message, start, end = ordered[mine, :3].T.copy()
        vectors = encoded.message_vectors, encoded.segment_vectors[mine]
        made.append(Batch.of_texts(texts, (message, start, end), vectors, langs))
    return made[0], made[1]


def joined(arrays: Iterable[FloatArray]) -> FloatArray:
    """Probabilities of all parts, float32 (rows, labels)."""
    return np.concatenate(list(arrays))
