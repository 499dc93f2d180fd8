"""From texts to checked columns: segment, encode once, analyze, assemble insights.

A `Pipeline` lives in the process that does the work; it knows nothing of files or the store.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.assembly import INSIGHT_INPUTS, INSIGHT_TABLE, assemble
from vocmine.batch import Batch, FloatArray, IdArray, IntArray, SketchArray
from vocmine.contract import Rows, check_columns, check_rows
from vocmine.errors import PLUGIN_FAULTS, PluginError, as_exception, cause_of
from vocmine.guard import HOST, Costs, Who
from vocmine.opened import OpenAnalyzer
from vocmine.plugin import Analyzer, Encoded, Encoder
from vocmine.sketches import sketched

if TYPE_CHECKING:
    from vocmine.models import Heads

INSIGHT = "insight"
"""Name under which the host's own insight assembly is recorded among the analyses."""
_ASSEMBLY = Who("analyzer", INSIGHT, HOST)

HOPELESS = 16
"""An analyzer that fails on every message of a batch at least this big is switched off."""

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Work:
    """Columns of the messages to analyse, as they travel to a worker."""

    message_ids: IdArray
    texts: Sequence[str]
    langs: Sequence[str]
    countries: Sequence[str]
    channels: Sequence[str]
    scores: FloatArray
    created_at: Sequence[datetime | None]
    extra: dict[str, Sequence[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts)

    def part(self, start: int, end: int) -> Work:
        """The messages from `start` to before `end`."""
        return Work(
            message_ids=self.message_ids[start:end],
            texts=self.texts[start:end],
            langs=self.langs[start:end],
            countries=self.countries[start:end],
            channels=self.channels[start:end],
            scores=self.scores[start:end],
            created_at=self.created_at[start:end],
            extra={name: values[start:end] for name, values in self.extra.items()},
        )


@dataclass(frozen=True, slots=True)
class AnalysisFailure:
    """An analyzer that raised on one message, or (message -1) broke the contract."""

    analyzer: str
    message: int
    error: str
    traceback: str


@dataclass(slots=True)
class Analysis:
    """What one batch gave: segments, rows of every table, and which messages are covered.

    `sketches` are those of the segments, made with the encoder of the fingerprint `encoder`;
    `costs` is what each plugin took.
    """

    message_ids: IdArray
    segment_message: IntArray
    segment_start: IntArray
    segment_end: IntArray
    segment_texts: list[str]
    texts: Sequence[str]
    tables: dict[str, Rows] = field(default_factory=dict)
    covered: dict[str, IndexArray] = field(default_factory=dict)
    failures: list[AnalysisFailure] = field(default_factory=list)
    sketches: SketchArray | None = None
    encoder: str = ""
    costs: Costs = field(default_factory=Costs)


class Pipeline:
    """Analyses batches with opened analyzers. Safe to use from several threads.

    Args:
        encoder: Turns texts into vectors; used when an analyzer requires them.
        heads: Classifier heads for insight assembly.
        analyzers: Opened analyzers that work message by message.
        fail_fast: Re-raise the first exception instead of isolating it.
        keep_sketches: Make sketches of the segments, for corpus analyzers.
        encoder_owner: Whose the encoder is; None means the host's.
    """

    def __init__(
        self,
        encoder: Encoder,
        heads: Heads,
        analyzers: Sequence[OpenAnalyzer],
        *,
        fail_fast: bool = False,
        keep_sketches: bool = False,
        encoder_owner: Who | None = None,
    ) -> None:
        self.encoder = encoder
        self.heads = heads
        self.analyzers = analyzers
        self.fail_fast = fail_fast
        self.keep_sketches = keep_sketches
        self.encoder_owner = encoder_owner or Who("encoder", encoder.name, HOST)
        self._off: set[str] = set()

    def process(self, work: Work) -> Analysis:
        """Analyse one batch of messages."""
        costs = Costs()
        batch, meanings = make_batch(work, self.encoder, lambda: costs.call(self.encoder_owner))
        analysis = Analysis(
            work.message_ids,
            batch.segment_message,
            batch.segment_start,
            batch.segment_end,
            batch.segment_texts,
            work.texts,
            sketches=sketched(meanings) if self.keep_sketches else None,
            encoder=self.encoder.fingerprint,
            costs=costs,
        )
        everything = np.arange(len(batch), dtype=np.intp)
        for opened in self.analyzers:
            if opened.name in self._off:
                continue
            parts = self._isolate(opened, batch, everything, analysis)
            analysis.covered[opened.name] = _concatenate([part[0] for part in parts])
            if not parts:
                if len(batch) >= HOPELESS and opened.name not in self._off:
                    self._off.add(opened.name)
                    every = f"{opened.who} failed on all {len(batch)} messages of a batch."
                    analysis.failures.append(AnalysisFailure(opened.name, -1, every, ""))
                continue
            for table in opened.analyzer.outputs:
                analysis.tables[table.name] = _merge([part[1][table.name] for part in parts])
        self._assemble(batch, analysis)
        return analysis

    def _isolate(
        self, opened: OpenAnalyzer, batch: Batch, messages: IndexArray, analysis: Analysis
    ) -> list[tuple[IndexArray, dict[str, Rows]]]:
        """Run on some messages; on an exception halve until the poison stands alone."""
        if opened.name in self._off:
            return []
        part = batch if len(messages) == len(batch) else batch.select(messages)
        try:
            with analysis.costs.call(opened.registered.owner):
                result = opened.analyzer.analyze(part)
        except PLUGIN_FAULTS as fault:
            error = as_exception(fault)
            if self.fail_fast:
                error.add_note(f"Raised by {opened.who}.")
                raise error from (None if error is fault else fault)
            if len(messages) == 1:
                analysis.failures.append(
                    AnalysisFailure(opened.name, int(messages[0]), cause_of(error), _trace())
                )
                return []
            middle = len(messages) // 2
            return [
                *self._isolate(opened, batch, messages[:middle], analysis),
                *self._isolate(opened, batch, messages[middle:], analysis),
            ]
        try:
            rows = check_columns(opened.who, opened.analyzer, part, result)
        except PluginError as error:
            if self.fail_fast:
                raise
            # A broken promise is the plugin's fault, not a message's: halving would not help.
            analysis.failures.append(AnalysisFailure(opened.name, -1, str(error), _trace()))
            self._off.add(opened.name)
            return []
        return [(messages, _to_batch_rows(opened.analyzer, batch, messages, rows))]

    def _assemble(self, batch: Batch, analysis: Analysis) -> None:
        """Insights for every message; a missing polarity or friction stays empty."""
        if len(batch) == 0:
            return
        has = np.zeros(len(batch), dtype=np.int8)
        sources = {table: 1 << bit for bit, table in enumerate(INSIGHT_INPUTS)}
        for table, bit in sources.items():
            if table in analysis.tables:
                owner = next(o.name for o in self.analyzers if _declares(o, table))
                has[analysis.covered[owner]] |= bit
        parts, covered = [], []
        for pattern in np.unique(has):
            messages = np.flatnonzero(has == pattern)
            part = batch if len(messages) == len(batch) else batch.select(messages)
            segments = batch.segment_rows(messages)
            columns = {
                table: _aligned(analysis.tables[table], segments)
                for table, bit in sources.items()
                if pattern & bit
            }
            with analysis.costs.call(_ASSEMBLY):
                assembled = assemble(part, columns, self.heads)
            rows = check_rows("Insight assembly", INSIGHT_TABLE, assembled, len(segments))
            parts.append(Rows(segments[rows.row], rows.columns))
            covered.append(messages)
        analysis.tables["insights"] = _merge(parts)
        analysis.covered[INSIGHT] = _concatenate(covered)


def make_batch(
    work: Work,
    encoder: Encoder,
    guarded: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> tuple[Batch, FloatArray]:
    """Segment and encode, the latter `guarded`: every message exactly once.

    Returns:
        The batch, and what sketches of its segments are made of, float32 (segments, width).
    """
    from vocmine.segmentation import segment

    segments = segment(work.texts, work.langs)
    with guarded():
        encoded = Encoded(*encoder.encode(work.texts, *segments))
    batch = Batch(
        message_ids=work.message_ids,
        texts=work.texts,
        langs=work.langs,
        countries=work.countries,
        channels=work.channels,
        scores=work.scores,
        created_at=work.created_at,
        segment_ids=np.full(len(segments.message), -1, dtype=np.int64),
        segment_message=segments.message,
        segment_start=segments.start,
        segment_end=segments.end,
        message_vectors=encoded.message_vectors,
        segment_vectors=encoded.segment_vectors,
        extra=work.extra,
    )
    return batch, encoded.meanings


def _declares(opened: OpenAnalyzer, table: str) -> bool:
    return any(output.name == table for output in opened.analyzer.outputs)


def _to_batch_rows(
    analyzer: Analyzer, batch: Batch, messages: IndexArray, rows: dict[str, Rows]
) -> dict[str, Rows]:
    """Row numbers of a part of a batch, turned into row numbers of the batch."""
    if len(messages) == len(batch):
        return rows
    segments = batch.segment_rows(messages)
    index = {"message": messages, "segment": segments}
    return {
        table.name: Rows(index[table.per][rows[table.name].row], rows[table.name].columns)
        for table in analyzer.outputs
        if table.per != "corpus"
    }


def _aligned(rows: Rows, segments: IndexArray) -> dict[str, list[Any]]:
    """The columns of the given segments, which are all there, in order."""
    positions = np.searchsorted(rows.row, segments).tolist()
    return {name: [values[p] for p in positions] for name, values in rows.columns.items()}


def _merge(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    row = _concatenate([part.row for part in parts])
    order = np.argsort(row, kind="stable").tolist()
    columns = {
        name: [value for part in parts for value in part.columns[name]] for name in parts[0].columns
    }
    return Rows(row[order], {name: [values[i] for i in order] for name, values in columns.items()})


def _concatenate(parts: Sequence[IndexArray]) -> IndexArray:
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.intp)


def _trace() -> str:
    return traceback.format_exc()
