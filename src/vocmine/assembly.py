"""Insight assembly: from the labels of every segment to the points a message makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set
from vocmine.tables import Column, Columns, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.batch import Batch, FloatArray
    from vocmine.models import Code, Heads

INSIGHT_TABLE = Table(
    "insights",
    per="segment",
    many=True,
    columns=(
        Column("start", type="integer"),
        Column("end", type="integer"),
        Column("polarity", type="integer", labels="polarity", nullable=True),
        Column("friction", labels="friction", nullable=True),
        Column("category", nullable=True),
        Column("phase", labels="phase"),
        Column("stage", labels="stage"),
        Column("pyramid", labels="pyramid"),
        Column("touchpoint", labels="touchpoint"),
        Column("confidence", type="real"),
    ),
)
"""What `assemble` returns; `row` is the segment's position in the batch."""

POLARITY_TABLE = "segment_polarity"
FRICTION_TABLE = "segment_friction"
INSIGHT_INPUTS = (POLARITY_TABLE, FRICTION_TABLE)
"""Tables of analyzers that insights are made with."""
NO_FRICTION = "none"

_EDGES = " \t\r\n\u00a0.,;:…-–—_*•|/\\'\"«»“”‘’"
_BRACKETS = {"(": ")", "[": "]", "¿": "?", "¡": "!"}
_OPENING = {
    "es": r"y|e|pero|sino|además|ademas|también|tambien|sin embargo|no obstante|eso sí|eso si",
    "pt": r"e|mas|porém|porem|também|tambem|além disso|alem disso|no entanto|contudo|só que",
    "en": r"and|but|also|however|yet|plus|besides",
}
_OPENINGS = {
    lang: re.compile(rf"(?:{words})\b[\s,:]*(?=\S+\s)", re.IGNORECASE)
    for lang, words in _OPENING.items()
}

IndexArray = npt.NDArray[np.intp]


def assemble(batch: Batch, columns: Mapping[str, Columns], heads: Heads) -> Columns:
    """Insights of a batch: the segments that make a point, with labels that agree.

    Args:
        batch: Messages, segments and their vectors.
        columns: Output of the analyzers, by table. Of these `segment_polarity` and
            `segment_friction` are read; without one of them that label is None.
        heads: Must have the tasks `insight`, `stage`, `pyramid` and `touchpoint`.

    Returns:
        Columns of `INSIGHT_TABLE` and `row`, int32: index in the batch's segments, ascending.
        `category` is one of the model's own categories, where it has some.
        `start` and `end` (int32) are characters of the message, so that
        `text[start:end]` is the quote. `confidence` (float32) is the probability that the
        segment makes a point times the geometric mean of the probabilities of its labels.
    """
    gate = heads.predict("insight", batch)
    start, end = quote_spans(batch)
    passed = np.fromiter(gate.codes, dtype=np.intp, count=len(gate.codes)) == 1
    rows: IndexArray = np.flatnonzero(passed & (end > start))

    labels: dict[str, list[Any]] = {}
    certainty = []
    for task in ("stage", "pyramid", "touchpoint"):
        prediction = heads.predict(task, batch)
        labels[task] = [prediction.codes[i] for i in rows.tolist()]
        certainty.append(prediction.confidence[rows])
    polarity = _column(columns, POLARITY_TABLE, "polarity", rows, certainty)
    friction = _column(columns, FRICTION_TABLE, "friction", rows, certainty)
    if polarity is not None and friction is not None:
        friction = _agreeing(friction, polarity, rows, batch, heads)
    phases = {label.code: label.parent for label in label_set("stage").labels}
    return {
        "row": rows.astype(np.int32),
        "start": start[rows].astype(np.int32),
        "end": end[rows].astype(np.int32),
        "polarity": polarity if polarity is not None else [None] * len(rows),
        "friction": friction if friction is not None else [None] * len(rows),
        "category": _categories(friction, rows, batch, heads),
        "phase": [phases[stage] for stage in labels["stage"]],
        **labels,
        "confidence": gate.confidence[rows] * _geometric_mean(certainty),
    }


def quote_spans(batch: Batch) -> tuple[IndexArray, IndexArray]:
    """Start and end (intp, characters of the message) of every segment's quote.

    White space, punctuation and an opening "pero" or "and" do not belong to a quote; a segment
    of nothing else has an end equal to its start.
    """
    texts, langs = batch.texts, batch.langs
    spans = [
        trim(texts[message], start, end, langs[message])
        for message, start, end in zip(
            batch.segment_message.tolist(),
            batch.segment_start.tolist(),
            batch.segment_end.tolist(),
            strict=True,
        )
    ]
    array = np.asarray(spans, dtype=np.intp).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def trim(text: str, start: int, end: int, lang: str) -> tuple[int, int]:
    """Shrink a span to its words: no edge punctuation, unpaired bracket or opening conjunction."""
    start, end = _strip(text, start, end)
    opening = _OPENINGS.get(lang)
    while opening is not None and (found := opening.match(text, start, end)):
        start, end = _strip(text, found.end(), end)
    return start, end


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    before = -1
    while end - start != before:
        before = end - start
        piece = text[start:end]
        start = end - len(piece.lstrip(_EDGES))
        end = start + len(text[start:end].rstrip(_EDGES))
        piece = text[start:end]
        for opener, closer in _BRACKETS.items():
            if piece.startswith(opener) and closer not in piece:
                start += 1
                break
            # A question or exclamation mark may close without having opened, as in chats.
            if closer in ")]" and piece.endswith(closer) and opener not in piece:
                end -= 1
                break
    return start, end


def _column(
    columns: Mapping[str, Columns],
    table: str,
    name: str,
    rows: IndexArray,
    certainty: list[FloatArray],
) -> list[Any] | None:
    """Values of one label at the given segments, or None when no analyzer gave them."""
    if table not in columns:
        return None
    values = columns[table][name]
    confidence = columns[table].get(f"{name}_confidence")
    if confidence is not None:
        certainty.append(np.asarray(confidence, dtype=np.float32)[rows])
    return [_plain(values[i]) for i in rows.tolist()]


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _agreeing(
    friction: Sequence[Code],
    polarity: Sequence[int | None],
    rows: IndexArray,
    batch: Batch,
    heads: Heads,
) -> list[Code]:
    """Friction that agrees with polarity: an obstacle when negative, none otherwise."""
    agreed: list[Code] = [
        kind if tone is None or tone < 0 else NO_FRICTION
        for kind, tone in zip(friction, polarity, strict=True)
    ]
    unnamed = [
        i
        for i, (kind, tone) in enumerate(zip(friction, polarity, strict=True))
        if tone is not None and tone < 0 and kind == NO_FRICTION
    ]
    if not unnamed:
        return agreed
    probabilities = heads.predict("friction", batch).probabilities[rows[unnamed]]
    codes = heads.labels("friction")
    probabilities[:, codes.index(NO_FRICTION)] = -1.0
    for i, best in zip(unnamed, probabilities.argmax(axis=1).tolist(), strict=True):
        agreed[i] = codes[best]
    return agreed


def _categories(
    friction: Sequence[Code] | None, rows: IndexArray, batch: Batch, heads: Heads
) -> list[str | None]:
    """The own category that each friction is told by, None where that is one of ours."""
    taxonomy = heads.taxonomy
    if taxonomy is None or friction is None or len(rows) == 0:
        return [None] * len(rows)
    head = heads.head("friction")
    told_as = np.asarray(head.told_as)
    scores = np.log(np.maximum(heads.probabilities("friction", batch)[rows], 1e-12)) + head.bias
    scores[told_as[None, :] != np.asarray(friction, dtype=object)[:, None]] = -np.inf
    labels = [head.labels[best] for best in scores.argmax(axis=1).tolist()]
    own = set(taxonomy.codes)
    return [
        str(label) if label in own and taxonomy.friction_of(str(label)) == kind else None
        for label, kind in zip(labels, friction, strict=True)
    ]


def _geometric_mean(certainty: Sequence[FloatArray]) -> FloatArray:
    logs = np.log(np.maximum(np.stack(certainty), 1e-6))
    return np.asarray(np.exp(logs.mean(axis=0)), dtype=np.float32)
