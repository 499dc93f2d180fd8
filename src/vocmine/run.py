"""One run: read inputs, analyse what is new, write as it goes, then the corpus analyzers."""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from itertools import islice
from typing import Any

import numpy as np

from vocmine.assembly import INSIGHT_INPUTS
from vocmine.cleaning import Cleaner
from vocmine.corpus import WINDOW, run_corpus
from vocmine.errors import (
    PLUGIN_FAULTS,
    PluginError,
    ReadingError,
    SourceError,
    VocmineError,
    cause_of,
)
from vocmine.inputs import Input, Inputs
from vocmine.intake import Chunk, Intake, Period
from vocmine.message import Record
from vocmine.outcome import SWITCHED_OFF, Outcome, Progress, SameTexts
from vocmine.pipeline import INSIGHT, Analysis, Work
from vocmine.runtime import Runtime, Workers, worker_ended
from vocmine.store import runs, sources
from vocmine.store.categories import write_categories
from vocmine.store.corrections import unapplied
from vocmine.store.database import Store
from vocmine.store.duplicates import forget_duplicates, mark_duplicates
from vocmine.store.settings import author_salt
from vocmine.store.writer import Arrived, register_chunk, write_analysis

# What is logged is for who embeds vocmine to show; by itself a library prints nothing.
logging.getLogger("vocmine").addHandler(logging.NullHandler())

CHUNK = 256
"""Messages of a batch: enough to sort by length, small enough for a killed run to lose little."""


class Run:
    """A run over some inputs into one store.

    Args:
        store: Where everything goes.
        runtime: Models and analyzers.
        period: Which messages to keep.
        limit: Records to read at most; 0 means all.
        on_progress: Called as messages are done.
        count_first: Read each input once more beforehand to know how many records there are, so
            that time left can be told.
        keep_duplicates: Let figures count every copy of a message.
    """

    def __init__(
        self,
        store: Store,
        runtime: Runtime,
        *,
        period: Period | None = None,
        limit: int = 0,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        count_first: bool = False,
        keep_duplicates: bool = False,
    ) -> None:
        self.store = store
        self.runtime = runtime
        self.period = period or Period()
        self.limit = limit
        self.on_progress = on_progress
        self.count_first = count_first
        self.keep_duplicates = keep_duplicates
        self._found = 0
        self.analyzers = list(runtime.analyzers)
        self.corpus_analyzers = list(runtime.corpus_analyzers)
        self.fingerprints = runtime.fingerprints()
        self._analysis_ids: dict[str, int] = {}
        self._pending: deque[tuple[Work, Future[Analysis]]] = deque()
        self._texts = SameTexts()
        self._failed_analyzers: set[str] = set()
        self._switched_off: set[str] = set()
        self.outcome = Outcome(0)
        self._started = time.perf_counter()

    def execute(
        self, inputs: Inputs, paths: Sequence[str], name: str, options: Mapping[str, Any]
    ) -> Outcome:
        """Run to the end; what fails is recorded and the rest goes on."""
        self.outcome.costs = inputs.costs
        self.outcome.costs.add(self.runtime.costs)
        self.runtime.plugins.prepare_store(self.store.db)
        self.store.conn.commit()  # rows that a plugin left uncommitted
        write_categories(self.store, self.runtime.heads.taxonomy)
        refused = self._prepare_tables()
        self.outcome.run_id = runs.start_run(self.store, name, options)
        status = "interrupted"
        try:
            for name, error in refused:
                self._fail(name, error)
            self._start_analyses()
            with Workers(self.runtime) as workers:
                for source in inputs.open(paths):
                    self._stop_at_failure(inputs)
                    self._read(source, workers)
                self._stop_at_failure(inputs)
                while self._pending:
                    self._finish_one(workers)
            runs.finish_analyses(self.store, self._analysis_ids, sorted(self._failed_analyzers))
            self.store.ensure_search()
            if self.keep_duplicates:
                forget_duplicates(self.store)
            else:
                mark_duplicates(self.store)
            self._corpus()
            self._notice(inputs)
            status = "ok" if self.outcome.ok else "failed"
        finally:
            runs.record_costs(self.store, self.outcome.run_id, self.outcome.costs)
            runs.finish_run(self.store, self.outcome.run_id, self.outcome.counts, status)
        return self.outcome

    def _stop_at_failure(self, inputs: Inputs) -> None:
        if self.runtime.settings.fail_fast and inputs.failures:
            raise inputs.failures[0].error

    def _prepare_tables(self) -> list[tuple[str, PluginError]]:
        """Make the tables of the analyzers; one whose names are taken in this store is left out."""
        refused: list[tuple[str, PluginError]] = []
        for group in (self.analyzers, self.corpus_analyzers):
            for opened in list(group):
                try:
                    self.store.ensure_tables(opened.name, opened.analyzer.outputs)
                except PluginError as error:
                    if self.runtime.settings.fail_fast:
                        raise
                    refused.append((opened.name, error))
                    group.remove(opened)
                    self.fingerprints.pop(opened.name, None)
        return refused

    def _start_analyses(self) -> None:
        for error in self.runtime.errors:
            self._fail("engine", error)
        for problem in self.runtime.plugins.problems:
            self.outcome.notes.append(str(problem))
        for opened in self.analyzers:
            self._analysis_ids[opened.name] = runs.start_analysis(
                self.store,
                self.outcome.run_id,
                opened.name,
                plugin=opened.registered.origin,
                version=opened.analyzer.version,
                model_sha256=self.runtime.heads.fingerprint,
                fingerprint=self.fingerprints[opened.name],
            )
        self._analysis_ids[INSIGHT] = runs.start_analysis(
            self.store,
            self.outcome.run_id,
            INSIGHT,
            plugin="vocmine",
            version="1",
            model_sha256=self.runtime.heads.fingerprint,
            fingerprint=self.fingerprints[INSIGHT],
        )

    def _read(self, source: Input, workers: Workers) -> None:
        reading = source.reading()
        source_id = sources.source_id(
            self.store,
            source.name,
            source.key,
            source.plugin,
            source.detection.format,
            reading,
            self.outcome.run_id,
        )
        self.outcome.inputs.append(source.name)
        self.outcome.notes += [
            warning if source.name in warning else f"{source.name}: {warning}"
            for warning in source.detection.warnings
        ]
        cleaner = Cleaner(
            repair_text=source.options.repair_text,
            as_exported=source.options.as_exported,
            salt="" if source.options.keep_names else author_salt(self.store),
        )
        country = self.runtime.settings.country
        intake = Intake(country=country, period=self.period, cleaner=cleaner)
        first, unreadable = len(self.outcome.message_ids), 0
        try:
            if self.count_first:
                self._found += sum(1 for _ in self._records(source))
                self.on_progress(Progress("found", self._found))
            for chunk in intake.chunks(self._records(source), CHUNK):
                self._take(source, source_id, chunk, workers)
                unreadable += len(chunk.unreadable)
            if not self.limit and not unreadable and self.period == Period():
                self._replace(source, source_id, reading, self.outcome.message_ids[first:])
            self.outcome.notes += [f"{source.name}: {text}" for text in cleaner.mended.notes()]
        except ReadingError as fault:
            if self.runtime.settings.fail_fast:
                raise fault.failure from fault.__cause__
            trace = "".join(traceback.format_exception(fault.__cause__ or fault))
            self._fail(source.plugin, fault.failure, source=source_id, trace=trace)

    def _replace(
        self, source: Input, source_id: int, reading: sources.Reading, seen: Sequence[int]
    ) -> None:
        gone = sources.replace_reading(self.store, source_id, reading, seen)
        if gone:
            self.outcome.notes.append(
                f"{source.name} was read before with other columns or another encoding: "
                f"{gone} messages of that reading were replaced by those of this one."
            )

    def _records(self, source: Input) -> Iterator[Record]:
        """Records of a source; what it raises is told apart from what the work on them raises."""
        left = max(0, self.limit - self.outcome.counts.read) if self.limit else None
        done = 0
        try:
            for record in islice(source.records(), left):
                done += 1
                yield record
        except PLUGIN_FAULTS as error:
            raise ReadingError(source.failure(error, done)) from error

    def _take(self, source: Input, source_id: int, chunk: Chunk, workers: Workers) -> None:
        outcome, counts = self.outcome, self.outcome.counts
        arrived = register_chunk(
            self.store, outcome.run_id, source_id, chunk, self._wanted_fingerprints()
        )
        if self.runtime.settings.fail_fast and chunk.unreadable:
            first = chunk.unreadable[0]
            raise SourceError(
                f"{source.name}, {first.locator}: {first.error}",
                "Mend it, or leave --fail-fast out to have it counted and the rest analysed.",
            )
        not_analysed = chunk.not_analysed
        runs.record_skips(self.store, outcome.run_id, source_id, not_analysed)
        runs.record_unreadable(
            self.store, outcome.run_id, source_id, source.plugin, chunk.unreadable
        )
        counts.read += chunk.records
        counts.new += arrived.new
        counts.changed += arrived.changed
        counts.skipped += len(not_analysed)
        to_analyse = chunk.records - len(not_analysed) - len(chunk.unreadable)
        counts.unchanged += to_analyse - arrived.new - arrived.changed
        counts.failed += len(chunk.unreadable)
        outcome.reasons.update(item.reason for item in not_analysed)
        outcome.message_ids.extend(arrived.ids)
        self._texts.add(item.content_hash for item in chunk.incoming)
        if arrived.todo:
            self._submit(chunk, arrived, workers)
        self.on_progress(Progress("read", counts.read, counts.failed))

    @property
    def _keeps_insights(self) -> bool:
        """Whether insights that are there stay: this run lacks an analyzer they are made with."""
        declared = {table.name for opened in self.analyzers for table in opened.analyzer.outputs}
        return not declared.issuperset(INSIGHT_INPUTS)

    def _wanted_fingerprints(self) -> list[str]:
        kept = {INSIGHT} if self._keeps_insights else set()
        return [value for name, value in self.fingerprints.items() if name not in kept]

    def _submit(self, chunk: Chunk, arrived: Arrived, workers: Workers) -> None:
        picked = [chunk.incoming[index] for index in arrived.todo]
        messages = [item.message for item in picked]
        country = self.runtime.settings.country
        work = Work(
            message_ids=np.asarray([arrived.ids[i] for i in arrived.todo], dtype=np.int64),
            texts=[message.text for message in messages],
            langs=[item.lang for item in picked],
            countries=[message.country or country for message in messages],
            channels=[message.channel for message in messages],
            scores=np.asarray(
                [np.nan if m.score is None else m.score for m in messages], dtype=np.float32
            ),
            created_at=[message.created_at for message in messages],
        )
        self._pending.append((work, workers.submit(work)))
        while len(self._pending) > workers.ahead:
            self._finish_one(workers)

    def _finish_one(self, workers: Workers) -> None:
        """Wait for the oldest batch and write it; halve one that fails, down to the message."""
        work, future = self._pending.popleft()
        try:
            analysis = workers.result(future)
        except BrokenExecutor as error:
            raise worker_ended() from error
        except Exception as error:
            if self.runtime.settings.fail_fast:
                raise
            if len(work) == 1:
                self._fail_message(int(work.message_ids[0]), error)
                return
            middle = len(work) // 2
            halves = [work.part(0, middle), work.part(middle, len(work))]
            self._pending.extendleft((half, workers.submit(half)) for half in reversed(halves))
            return
        self._write(analysis)

    def _fail_message(self, message_id: int, error: Exception) -> None:
        """A message that segments or vectors could not be made of: the engine's own failure."""
        self.outcome.counts.failed += 1
        text = cause_of(error)
        trace = "".join(traceback.format_exception(error))
        runs.record_failure(
            self.store, self.outcome.run_id, "engine", text, message=message_id, traceback=trace
        )

    def _write(self, analysis: Analysis) -> None:
        self._tell_once(analysis)
        write_analysis(
            self.store,
            self.outcome.run_id,
            analysis,
            self.analyzers,
            self._analysis_ids,
            keep_insights=self._keeps_insights,
        )
        self.outcome.costs.add(analysis.costs)
        counts = self.outcome.counts
        counts.analysed += len(analysis.message_ids)
        counts.failed += len(analysis.failures)
        for failure in analysis.failures:
            self._failed_analyzers.add(failure.analyzer)
            if failure.message < 0:
                self.outcome.errors.append(f"{failure.error} {SWITCHED_OFF}")
        self.on_progress(Progress("analysed", counts.analysed, counts.failed))

    def _tell_once(self, analysis: Analysis) -> None:
        """Keep one failure of an analyzer as a whole; batches at work meanwhile have it too."""
        kept = []
        for failure in analysis.failures:
            if failure.message >= 0 or failure.analyzer not in self._switched_off:
                kept.append(failure)
            if failure.message < 0:
                self._switched_off.add(failure.analyzer)
        analysis.failures = kept

    def _corpus(self) -> None:
        for opened in self.corpus_analyzers:
            if runs.corpus_is_fresh(self.store, opened.name, self.runtime.fingerprint(opened)):
                continue
            done = 0

            def advance(name: str = opened.name) -> None:
                nonlocal done
                done += WINDOW
                self.on_progress(Progress(name, done, self.outcome.counts.failed))

            with self.outcome.costs.call(opened.registered.owner):
                failed = run_corpus(self.store, self.runtime, opened, self.outcome.run_id, advance)
            self.outcome.fitted.append(opened.name)
            if failed:
                error = VocmineError(failed[0])
                if self.runtime.settings.fail_fast:
                    raise error
                self._fail(opened.name, error, trace=failed[1])

    def _notice(self, inputs: Inputs) -> None:
        for failure in inputs.failures:
            self._fail(failure.plugin or "inputs", failure.error, trace=failure.traceback)
        if inputs.ignored:
            names = ", ".join(item.path for item in inputs.ignored[:5])
            self.outcome.notes.append(
                f"{len(inputs.ignored)} files of the folder or archive are no exports and were "
                f"left aside: {names}{', …' if len(inputs.ignored) > 5 else ''}"
            )
        self.outcome.notes += self.outcome.costs.notes()
        self.outcome.notes += self.outcome.costs.heavy(time.perf_counter() - self._started)
        self.outcome.notes += unapplied(self.store)
        self.outcome.notes += self._texts.warnings()

    def _fail(
        self, plugin: str, error: VocmineError, *, source: int | None = None, trace: str = ""
    ) -> None:
        self.outcome.errors.append(str(error))
        runs.record_failure(
            self.store, self.outcome.run_id, plugin, error.message, source=source, traceback=trace
        )
