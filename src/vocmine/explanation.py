"""Which words a label leans on: each is left out in turn, and the label's log-odds fall or rise.

    from vocmine.explanation import explain

    found = explain(model, texts, segments, {"friction": codes})

Occlusion asks the whole model, vectors and words, and needs to know nothing of its inside. It tells
what the model leaned on, not what caused the customer's trouble.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from vocmine.batch import Batch
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vocmine.batch import FloatArray, IntArray
    from vocmine.heads import Code, Heads
    from vocmine.plugin import Encoder
    from vocmine.segmentation import Segments

    Labels = Mapping[str, Sequence[Code | Sequence[Code] | None]]

MOST_WORDS = 40
"""Words tried in one text; a longer one has its first words tried."""
CONTEXT = 240
"""Characters read on either side of a segment that is explained."""
MOST_CHARACTERS = 1200
"""Characters read of a message that is explained."""
_UNITS = 64
"""Texts explained in one call of the encoder, to bound memory."""
_SURE = 1e-6

_WORD = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s.,;:…()\[\]{}\"«»“”‘’'*/\\|¡¿–—-]+")
Span = tuple[int, int]


class Reader(Protocol):
    """What reads: `vocmine.models.Model` or `vocmine.runtime.Runtime`."""

    @property
    def encoder(self) -> Encoder:
        """Turns texts into vectors."""

    @property
    def heads(self) -> Heads:
        """Turn vectors and words into labels."""


class Explanation(NamedTuple):
    """One entry for each word tried, in the order of tasks, rows, codes and position.

    Args:
        task: Name of the task, length entries.
        row: Message or segment that the label belongs to, int32 (entries,).
        code: The label explained, length entries.
        start: First character of the word in the message, int32 (entries,).
        end: One past its last character, int32 (entries,).
        weight: By how much the label's log-odds (natural logarithm) fall without the word,
            float32 (entries,). Below 0: the word spoke against the label.
        left_out: Words of long texts that were not tried.
    """

    task: list[str]
    row: IntArray
    code: list[Code]
    start: IntArray
    end: IntArray
    weight: FloatArray
    left_out: int


class _Unit(NamedTuple):
    """A message or segment to explain, with as much of its message as is read."""

    row: int
    text: str
    shift: int  # characters of the message before `text`
    spans: list[Span]  # segments in `text`; of a segment, itself alone
    words: list[Span]
    left_out: int


def explain(model: Reader, texts: Sequence[str], segments: Segments, labels: Labels) -> Explanation:
    """The weight of every word of a text for each of its labels.

    Deterministic. Work is bounded: `MOST_WORDS` of each text, with `CONTEXT` around segments.

    Args:
        model: Its encoder and heads are asked.
        texts: n messages.
        segments: m segments of the messages (`vocmine.segmentation.segment`).
        labels: Task of the heads to the labels to explain: n for a task per message, m for one
            per segment; None explains nothing there, and a task of several labels takes lists.

    Raises:
        UsageError: A task or code that the heads do not have, or labels of another number.
    """
    found: list[tuple[str, int, Code, int, int, float]] = []
    left_out = 0
    for per, count in (("message", len(texts)), ("segment", len(segments.message))):
        tasks = {
            task: _checked(model.heads, task, labels[task], count)
            for task in labels
            if model.heads.head(task).per == per
        }
        rows = sorted({row for wanted in tasks.values() for row in wanted})
        units = (_message_unit if per == "message" else _segment_unit)(texts, segments, rows)
        while some := list(islice(units, _UNITS)):
            left_out += sum(unit.left_out for unit in some)
            batch = _batch(model.encoder, some)
            for task, wanted in tasks.items():
                found += _weights(model.heads, task, wanted, some, batch)
    order = {task: place for place, task in enumerate(labels)}
    found.sort(key=lambda entry: (order[entry[0]], entry[1]))
    return Explanation(
        [entry[0] for entry in found],
        np.asarray([entry[1] for entry in found], dtype=np.int32),
        [entry[2] for entry in found],
        np.asarray([entry[3] for entry in found], dtype=np.int32),
        np.asarray([entry[4] for entry in found], dtype=np.int32),
        np.asarray([entry[5] for entry in found], dtype=np.float32),
        left_out,
    )


def words(text: str, start: int, end: int) -> list[Span]:
    """Words, emoji and runs of ! and ? between two characters of a text, with their places."""
    return [found.span() for found in _WORD.finditer(text, start, end)]


def _checked(
    heads: Heads, task: str, given: Sequence[Code | Sequence[Code] | None], count: int
) -> dict[int, list[Code]]:
    """Row to the codes to explain there."""
    if len(given) != count:
        raise UsageError(
            f"Task '{task}' has {count} rows, and {len(given)} labels were given.",
            "Give one label, or None, for each.",
        )
    known = heads.labels(task)
    rows: dict[int, list[Code]] = {}
    for row, label in enumerate(given):
        if label is None:
            continue
        rows[row] = [label] if isinstance(label, str | int) else list(label)
        if unknown := [code for code in rows[row] if code not in known]:
            raise UsageError(
                f"Task '{task}' has no label '{unknown[0]}'.",
                f"Use one of: {', '.join(map(str, known))}.",
            )
    return rows


def _message_unit(texts: Sequence[str], segments: Segments, rows: Iterable[int]) -> Iterator[_Unit]:
    for row in rows:
        text = texts[row][:MOST_CHARACTERS]
        own = np.flatnonzero(segments.message == row)
        spans = zip(segments.start[own].tolist(), segments.end[own].tolist(), strict=True)
        kept = [(start, min(end, len(text))) for start, end in spans if start < len(text)]
        every = words(texts[row], 0, len(texts[row]))
        tried = [span for span in every if span[1] <= len(text)][:MOST_WORDS]
        yield _Unit(row, text, 0, kept, tried, len(every) - len(tried))


def _segment_unit(texts: Sequence[str], segments: Segments, rows: Iterable[int]) -> Iterator[_Unit]:
    for row in rows:
        text = texts[int(segments.message[row])]
        start, end = int(segments.start[row]), int(segments.end[row])
        shift = max(start - CONTEXT, 0)
        every = words(text, start, end)
        tried = [(first - shift, last - shift) for first, last in every[:MOST_WORDS]]
        # Only so much of a clause without end is read as its words are tried.
        last = min(end, every[:MOST_WORDS][-1][1] if len(every) > MOST_WORDS else end)
        yield _Unit(
            row,
            text[shift : last + CONTEXT],
            shift,
            [(start - shift, last - shift)],
            tried,
            len(every) - len(tried),
        )


def _batch(encoder: Encoder, units: Sequence[_Unit]) -> Batch:
    """Every unit whole, and then without each of its words, encoded at once."""
    texts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    for unit in units:
        for word in [None, *unit.words]:
            text, moved = _without(unit, word) if word else (unit.text, unit.spans)
            spans += [(len(texts), start, end) for start, end in moved]
            texts.append(text)
    message, start, end = np.asarray(spans, dtype=np.int32).reshape(-1, 3).T
    vectors = encoder.encode(texts, message, start, end)[:2]
    return Batch.of_texts(texts, (message, start, end), vectors)


def _without(unit: _Unit, word: Span) -> tuple[str, list[Span]]:
    """The text without a word and a space beside it, and where its segments are then."""
    first, last = word
    if unit.text[last : last + 1].isspace() and (first == 0 or unit.text[first - 1].isspace()):
        last += 1

    def moved(place: int) -> int:
        return place - max(min(place, last) - first, 0)

    spans = [(moved(start), moved(end)) for start, end in unit.spans]
    return unit.text[:first] + unit.text[last:], spans


def _weights(
    heads: Heads, task: str, wanted: Mapping[int, list[Code]], units: Sequence[_Unit], batch: Batch
) -> Iterator[tuple[str, int, Code, int, int, float]]:
    """Entries of one task: log-odds with everything, less those without the word."""
    # In float64: what is left beside a sure label would vanish.
    probabilities = heads.head(task).folded(heads.probabilities(task, batch)).astype(np.float64)
    sure = np.clip(probabilities, _SURE, 1.0 - _SURE)
    odds = np.log(sure) - np.log1p(-sure)
    columns = {code: column for column, code in enumerate(heads.labels(task))}
    first = 0
    for unit in units:
        for code in wanted.get(unit.row, ()):
            own = odds[first : first + len(unit.words) + 1, columns[code]]
            for (start, end), without in zip(unit.words, own[1:].tolist(), strict=True):
                yield (task, unit.row, code, start + unit.shift, end + unit.shift, own[0] - without)
        first += len(unit.words) + 1
