"""What does the work: models and analyzers loaded once, in this process or in several."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from typing import Any

from vocmine.assembly import INSIGHT_INPUTS
from vocmine.batch import SKETCHES
from vocmine.errors import UsageError, WorkerError
from vocmine.guard import HOST, Costs, Who, at_work
from vocmine.machine import cores
from vocmine.opened import OpenAnalyzer, open_analyzers
from vocmine.pipeline import INSIGHT, Analysis, Pipeline, Work
from vocmine.plugin import Context, Encoder
from vocmine.plugins import Plugins, load_plugins
from vocmine.sketches import sketched_texts

BUILT_IN_ENCODER = "voc-encoder"
_THREADS = 2
"""Batches at work at once with one job."""
PATIENCE = 60.0
"""Seconds after which a plugin that is still at one batch is named."""
_log = logging.getLogger("vocmine")


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides results and how the work is shared out; travels to worker processes.

    Args:
        analyzers: Names of the analyzers to use; empty means all that are installed.
        model: `voc`, `voc-fast`, or an own model by its name or the path of its folder.
        encoder: `voc-encoder` for the model's, or the name of one that a plugin registered.
        country: ISO code of the customers' country.
        seed: For everything random.
        options: Analyzer name to its options; a text stands for a value of any type.
        jobs: Processes that analyse; 1 works in this one. 0 means one for each core.
        fail_fast: Stop at the first exception of a plugin.
    """

    analyzers: tuple[str, ...] = ()
    model: str = "voc"
    encoder: str = BUILT_IN_ENCODER
    country: str = ""
    seed: int = 0
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: int = 1
    fail_fast: bool = False

    @property
    def processes(self) -> int:
        """Number of worker processes."""
        return self.jobs or cores()


class Runtime:
    """Models, plugins and opened analyzers. Read-only once made; safe to use from several threads.

    Raises:
        UsageError: When a model, analyzer or encoder is unknown.
        ModelError: When a model folder is missing or altered.
    """

    def __init__(
        self, settings: Settings, plugins: Plugins | None = None, *, threads: int = 0
    ) -> None:
        from vocmine.models import load_model

        self.settings = settings
        self.plugins = plugins or load_plugins()
        self.costs = Costs()
        own = self._own_encoder()
        model = load_model(settings.model, threads, encoder=own)
        self.encoder, self.heads = model.encoder, model.heads
        names = settings.analyzers or tuple(self.plugins.of("analyzer"))
        if not names:
            raise UsageError(
                "No analyzer is installed.", "Reinstall vocmine: 'pip install --force-reinstall'."
            )
        if wrong := sorted(set(settings.options) - set(names)):
            raise UsageError(
                f"An option is given for '{wrong[0]}', which is no analyzer of this run.",
                f"Analyzers are: {', '.join(names)}.",
            )
        context = Context(
            self.heads,
            settings.seed,
            settings.country,
            sketch=partial(sketched_texts, self.encoder),
        )
        opened, self.errors = open_analyzers(
            self.plugins, names, context, settings.options, self.costs
        )
        if settings.fail_fast and self.errors:
            raise self.errors[0]
        self.analyzers = [item for item in opened if not item.per_corpus]
        self.corpus_analyzers = [item for item in opened if item.per_corpus]

    def pipeline(self) -> Pipeline:
        """A pipeline over the message-level analyzers."""
        return Pipeline(
            self.encoder,
            self.heads,
            self.analyzers,
            fail_fast=self.settings.fail_fast,
            keep_sketches=any(SKETCHES in o.analyzer.requires for o in self.corpus_analyzers),
            encoder_owner=self._encoder_owner,
        )

    def _own_encoder(self) -> Encoder | None:
        """The encoder of a plugin, where one was asked for."""
        self._encoder_owner: Who | None = None
        if self.settings.encoder == BUILT_IN_ENCODER:
            return None
        registered = self.plugins.get("encoder", self.settings.encoder)
        self._encoder_owner = registered.owner
        with self.costs.call(registered.owner):
            encoder: Encoder = registered.create()
        return encoder

    def fingerprints(self) -> dict[str, str]:
        """Analyzer name to what its results depend on, for each that works message by message."""
        prints = {opened.name: self.fingerprint(opened) for opened in self.analyzers}
        inputs = [
            prints[opened.name]
            for opened in self.analyzers
            if any(table.name in INSIGHT_INPUTS for table in opened.analyzer.outputs)
        ]
        prints[INSIGHT] = _digest([INSIGHT, sorted(inputs), self._base()])
        return prints

    def fingerprint(self, opened: OpenAnalyzer) -> str:
        """What the results of one analyzer depend on."""
        analyzer = opened.analyzer
        parts = [opened.name, opened.registered.path, analyzer.version, repr(analyzer.outputs)]
        return _digest([*parts, opened.options, self._base()])

    def _base(self) -> list[Any]:
        from vocmine.language import LANGUAGE_VERSION
        from vocmine.segmentation import SEGMENTER_VERSION

        settings = self.settings
        return [
            self.encoder.fingerprint,
            self.heads.fingerprint,
            SEGMENTER_VERSION,
            LANGUAGE_VERSION,
            settings.country,
            settings.seed,
        ]


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


class Workers:
    """Analyses batches one after another in the background, results in the order submitted.

    With one job two threads work while the caller reads and writes: one cuts texts and applies
    heads while the other has its batch encoded, which happens outside the interpreter's lock. With
    more jobs, that many processes share the cores.
    """

    def __init__(self, runtime: Runtime) -> None:
        processes = runtime.settings.processes
        self.ahead = max(processes, _THREADS) + 1
        self._process: Callable[[Work], Analysis]
        self._executor: Executor
        if processes == 1:
            self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="vocmine")
            self._process = runtime.pipeline().process
        else:
            threads = max(1, cores() // processes)
            self._executor = ProcessPoolExecutor(
                processes,
                mp_context=get_context("spawn"),
                initializer=_start_worker,
                initargs=(runtime.settings, threads),
            )
            self._process = _work

    def submit(self, work: Work) -> Future[Analysis]:
        """Analyse a batch in the background.

        Raises:
            WorkerError: A process ended on its own; what it had in hand is lost.
        """
        try:
            with _interrupts_held_back():
                return self._executor.submit(self._process, work)
        except BrokenExecutor as error:
            raise worker_ended() from error

    @staticmethod
    def result(future: Future[Analysis]) -> Analysis:
        """Wait for a batch; a third party's plugin that takes long is named while it does.

        Nothing can stop it: a thread cannot be ended from outside.
        """
        while not wait([future], PATIENCE).done:
            slow = [call for call in at_work(PATIENCE) if call[0].origin != HOST]
            for who, seconds in slow:
                _log.warning(
                    "%s has been at work on one batch for %.0f seconds. Ctrl-C stops the run and "
                    "keeps what is done; leave the plugin out if this goes on.",
                    who,
                    seconds,
                )
        return future.result()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


def worker_ended() -> WorkerError:
    """What to say when a worker process is gone."""
    return WorkerError(
        "A worker process ended before its work was done, perhaps for lack of memory.",
        "Run it again with fewer --jobs: it goes on where it stopped.",
    )


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C waits, and the processes that start meanwhile never get it.

    A worker that is still importing would answer it with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_pipeline: Pipeline | None = None
"""The pipeline of a worker process; set once by its initializer, never in the caller's process."""


def _start_worker(settings: Settings, threads: int) -> None:
    global _pipeline
    # Ctrl-C reaches every process of a terminal; the parent is the one to end in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Results are printed there, by the parent; what a plugin or its libraries print is not.
    sys.stdout = sys.stderr
    with suppress(OSError):
        os.dup2(2, 1)
    _pipeline = Runtime(settings, threads=threads).pipeline()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(work: Work) -> Analysis:
    assert _pipeline is not None
    return _pipeline.process(work)
