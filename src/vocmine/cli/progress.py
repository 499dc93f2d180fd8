"""The progress bar: messages per second and time left, on stderr, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from vocmine.outcome import Progress


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Callable[[Progress], None] | None]:
    """A callback that draws, or None when nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        yield _Bars(bar)


class _Bars:
    """One bar for the messages, and one for each analyzer that reads the whole corpus."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}
        self._start("read", "Loading models")

    def _start(self, name: str, text: str) -> TaskID:
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(text, total=None, rate="")
        return self._tasks[name]

    def __call__(self, progress: Progress) -> None:
        if progress.stage == "found":
            self._bar.update(self._tasks["read"], total=progress.done, description="Analysing")
            return
        if progress.stage == "analysed":
            # Reading runs a few batches ahead; records are what the total counts.
            return
        task = self._start(progress.stage, f"Learning {progress.stage}s")
        speed = self._bar.tasks[self._tasks[progress.stage]].speed
        self._bar.update(
            task, completed=progress.done, rate=f"{speed:,.0f} messages/s" if speed else ""
        )
