"""A guard around what plugins do: what it costs, what it prints, what it changes around it.

The host enters `Costs.call` for each piece of work of a plugin. What the plugin prints meanwhile is
kept out of the results, environment variables that it changed are put back, and time and memory are
counted. Entering and leaving takes about a quarter of a millisecond, once for a batch of messages
or a block of records.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TextIO, TypeVar, cast

from vocmine import __version__
from vocmine.errors import PLUGIN_FAULTS

T = TypeVar("T")

HOST = f"vocmine {__version__}"
"""Origin of what comes with vocmine."""

FIRST_LINE = 200
"""Characters kept of what a plugin prints first."""
BLOCK = 64
"""Things taken from a plugin's iterator at once: entering for each would cost more than reading."""
LIBRARIES = ("KMP_", "PYTEST_")
"""Variables that are nobody's fault: scikit-learn sets OpenMP's when it is imported, and must."""
SLOW_SECONDS, SLOW_SHARE = 10.0, 0.5
"""Time from which a third party's plugin is named, when it is at least this share of the run."""
LARGE = 1_000_000_000
"""Bytes from which a third party's plugin is named."""


class Who(NamedTuple):
    """Whose work it is: `analyzer`, `amounts`, and distribution with version."""

    kind: str
    name: str
    origin: str

    def __str__(self) -> str:
        return f"{self.kind.capitalize()} '{self.name}' ({self.origin})"


@dataclass(slots=True)
class Cost:
    """What a plugin cost so far.

    Args:
        calls: How often the host gave it work.
        seconds: On the clock, so waiting and sleeping count.
        memory: Bytes by which it raised the process's peak of memory: 0 when it fitted into what
            was used before. What is at work at the same time counts too.
        lines: Lines it printed.
        printed: The first of them.
    """

    calls: int = 0
    seconds: float = 0.0
    memory: int = 0
    lines: int = 0
    printed: str = ""

    def add(self, other: Cost) -> None:
        """Sum, keeping what was printed first."""
        self.calls += other.calls
        self.seconds += other.seconds
        self.memory += other.memory
        self.lines += other.lines
        self.printed = self.printed or other.printed


@dataclass(slots=True)
class Costs:
    """Costs by plugin, and the environment variables changed, each with who may have done it.

    Not for several threads at once: each batch has its own, and they are added up.
    """

    of: dict[Who, Cost] = field(default_factory=dict)
    changed: dict[str, frozenset[Who]] = field(default_factory=dict)

    @contextmanager
    def call(self, who: Who) -> Iterator[None]:
        """Have `who` do a piece of work; its exceptions pass through."""
        call = _Call(who, time.perf_counter(), peak_memory())
        _enter(call)
        try:
            yield
        finally:
            changed, suspects = _leave(call)
            for name in changed:
                self._blame(name, suspects)
            self.of.setdefault(who, Cost()).add(
                Cost(
                    1,
                    time.perf_counter() - call.started,
                    max(0, peak_memory() - call.peak),
                    call.lines,
                    call.first,
                )
            )

    def iterate(self, who: Who, begin: Callable[[], Iterable[T]]) -> Iterator[T]:
        """What a plugin's iterator gives, taken in blocks; its exception comes in its place."""
        iterator: Iterator[T] | None = None
        try:
            while True:
                block: list[T] = []
                try:
                    with self.call(who):
                        iterator = iter(begin()) if iterator is None else iterator
                        block.extend(islice(iterator, BLOCK))
                except PLUGIN_FAULTS:
                    yield from block
                    raise
                yield from block
                if len(block) < BLOCK:
                    return
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                close()

    def add(self, other: Costs) -> None:
        """Sum; who may have changed a variable is who was there each time that it changed."""
        for who, cost in other.of.items():
            self.of.setdefault(who, Cost()).add(cost)
        for name, suspects in other.changed.items():
            self._blame(name, suspects)

    def _blame(self, name: str, suspects: frozenset[Who]) -> None:
        before = self.changed.get(name, suspects)
        self.changed[name] = before & suspects or before | suspects

    def notes(self, subject: str = "") -> list[str]:
        """Sentences on what plugins did that they should not: printing, changing variables.

        Args:
            subject: What each begins with; empty means who it was.
        """
        said = [
            f"{subject or who} printed {_counted(cost.lines, 'line')}, kept out of the results; "
            f"the first: {cost.printed!r}. Ask its author to use logging instead."
            for who, cost in self.of.items()
            if cost.lines
        ]
        by_suspects: dict[frozenset[Who], list[str]] = {}
        for name, suspects in self.changed.items():
            by_suspects.setdefault(suspects, []).append(name)
        return said + [
            f"{subject or ' or '.join(sorted(map(str, suspects)))} changed "
            f"{_counted(len(names), 'environment variable')}, put back since: "
            f"{', '.join(sorted(names))}. Ask its author to leave the environment alone."
            for suspects, names in by_suspects.items()
        ]

    def log(self) -> None:
        """Say the notes as warnings, where there is no run to keep them."""
        for text in self.notes():
            _log.warning("%s", text)

    def heavy(self, elapsed: float) -> list[str]:
        """Sentences on third parties' plugins that a run of `elapsed` seconds mostly waited for,
        or that needed much memory."""
        said = []
        for who, cost in self.of.items():
            if who.origin == HOST:
                continue
            if cost.seconds >= max(SLOW_SECONDS, elapsed * SLOW_SHARE):
                said.append(
                    f"{who} took {cost.seconds:.0f} of the {elapsed:.0f} seconds of the run."
                )
            if cost.memory >= LARGE:
                said.append(f"{who} raised the memory in use by {cost.memory / 1e9:.1f} GB.")
        return [f"{text} Leave it out if that is too much." for text in said]


@dataclass(slots=True, eq=False)
class _Call:
    who: Who
    started: float
    peak: int
    outer: _Call | None = None
    head: str = ""
    ended: int = 0
    begun: bool = False

    def say(self, text: str) -> None:
        """Count what is printed, in whatever pieces it comes, and keep the beginning."""
        if text:
            self.ended += text.count("\n")
            self.begun = not text.endswith("\n")
            self.head = (self.head + text).lstrip()[:FIRST_LINE]

    @property
    def lines(self) -> int:
        return self.ended + self.begun

    @property
    def first(self) -> str:
        return self.head.split("\n", 1)[0]


_log = logging.getLogger("vocmine")
_lock = threading.Lock()
_calls: list[_Call] = []
"""Calls at work in this process, in whatever thread."""
_environment: dict[str, str] = {}
"""The environment before the first of the calls at work."""
_mine = threading.local()
"""`call`: the innermost call of this thread."""


class _Printed:
    """Stands in for `sys.stdout` while plugins work: theirs is counted, all else goes through."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out

    def write(self, text: str) -> int:
        call: _Call | None = getattr(_mine, "call", None)
        if call is not None:
            call.say(text)
        elif self._out is not None:
            self._out.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self._out is not None:
            self._out.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


_printed: _Printed | None = None


def _enter(call: _Call) -> None:
    global _environment, _printed
    with _lock:
        if not _calls:
            _environment = dict(os.environ)
            _printed = _Printed(sys.stdout)
            sys.stdout = cast(TextIO, _printed)
        _calls.append(call)
    call.outer = getattr(_mine, "call", None)
    _mine.call = call


def _leave(call: _Call) -> tuple[Sequence[str], frozenset[Who]]:
    """Variables that changed since the first of the calls at work began, and who may have done it.

    They are put back at once, so that what comes later is not blamed for them.
    """
    _mine.call = call.outer
    with _lock:
        suspects = frozenset(other.who for other in _calls)
        changed = _put_back(_environment)
        _calls.remove(call)
        if not _calls and _printed is not None and sys.stdout is cast(TextIO, _printed):
            sys.stdout = cast(TextIO, _printed._out)
    return changed, suspects


def _put_back(before: Mapping[str, str]) -> list[str]:
    now = dict(os.environ)
    if now == before:
        return []
    changed = [
        name
        for name in sorted({*now, *before})
        if now.get(name) != before.get(name) and not name.startswith(LIBRARIES)
    ]
    for name in changed:
        if name in before:
            os.environ[name] = before[name]
        else:
            os.environ.pop(name, None)
    return changed


def at_work(seconds: float) -> list[tuple[Who, float]]:
    """Plugins that have been at one piece of work for longer than this, and for how long."""
    now = time.perf_counter()
    with _lock:
        return [(call.who, now - call.started) for call in _calls if now - call.started >= seconds]


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes; 0 where nobody can tell."""
    try:  # what getrusage says of a started process begins at its parent's peak
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - half the time of Path
            text = status.read()
        start = text.index(b"VmHWM:") + 6
        return int(text[start : text.index(b"kB", start)]) * 1024
    except (OSError, ValueError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
