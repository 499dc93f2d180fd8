"""From what the user typed (files, folders, globs, `-`) to inputs with a source plugin each."""

from __future__ import annotations

import glob
import hashlib
import json
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vocmine.cleaning import CLEANING
from vocmine.compression import Budget
from vocmine.containers import (
    MAX_NESTING,
    Kind,
    holds_one_file,
    kind_of,
    no_export_in,
    too_deep,
    unpack,
)
from vocmine.errors import (
    PLUGIN_FAULTS,
    PluginError,
    SourceError,
    UsageError,
    VocmineError,
    cause_of,
)
from vocmine.guard import Costs, Who
from vocmine.message import Record
from vocmine.plugin import Detection, ReadOptions, Source
from vocmine.plugins import Plugins
from vocmine.readers.aliases import plain
from vocmine.readers.sniff import ForeignFileError, sniff
from vocmine.readers.xlsx_reader import forget_workbook
from vocmine.store.sources import Reading
from vocmine.walking import walk

STDIN = "-"
_ONLY_A_TABLE = 0.1
"""How sure a source is of a table in which it finds no text."""


@dataclass(frozen=True, slots=True)
class Input:
    """One export, and the source plugin that reads it."""

    path: Path
    name: str
    key: str
    """What identifies it in the store: its absolute path, or `stdin:` and a digest."""
    plugin: str
    source: Source
    detection: Detection
    options: ReadOptions
    origin: str = ""
    """Distribution and version of the plugin, for messages."""
    costs: Costs = field(default_factory=Costs)
    """Where what reading takes is added."""

    def records(self) -> Iterator[Record]:
        """Stream its records."""
        who = Who("source", self.plugin, self.origin)
        return self.costs.iterate(who, lambda: self.source.read(self.path, self.options))

    def reading(self) -> Reading:
        """Which bytes are read, and how."""
        how: dict[str, Any] = {str(k): value for k, value in self.detection.details.items()}
        how["mended"] = [CLEANING, self.options.repair_text, self.options.as_exported]
        how["mapping"] = {str(name): value for name, value in self.detection.mapping.items()}
        options = json.dumps(how, sort_keys=True, default=str)
        try:
            with self.path.open("rb") as file:
                return Reading(hashlib.file_digest(file, "sha256").hexdigest(), options)
        except OSError:  # a folder such as a Maildir; what cannot be read is told when it is
            return Reading("", options)

    def failure(self, error: BaseException, done: int) -> VocmineError:
        """What to say when `records` raised after `done` records."""
        if isinstance(error, VocmineError):
            return error
        return PluginError(
            f"Source '{self.plugin}' ({self.origin}) failed on '{self.name}' after {done} records: "
            f"{cause_of(error)}.",
            "What was read before is kept; mend the export or the plugin, and run it again.",
        )


@dataclass(frozen=True, slots=True)
class InputFailure:
    """A path that cannot be read, with the reason."""

    path: str
    plugin: str
    error: VocmineError
    traceback: str = ""


class Inputs:
    """Finds exports and the plugin that reads each. Use as a context manager.

    Args:
        plugins: Loaded plugins.
        options: What the user overrides about reading.
        source: Name of the source plugin to use for everything; empty means detect.
    """

    def __init__(self, plugins: Plugins, options: ReadOptions, source: str = "") -> None:
        self.options = options
        self.failures: list[InputFailure] = []
        self.ignored: list[InputFailure] = []
        self.costs = Costs()
        names = [source] if source else list(plugins.of("source"))
        self._sources: dict[str, Source] = {}
        self._origins: dict[str, str] = {}
        for name in names:
            registered = plugins.get("source", name)
            try:
                with self.costs.call(registered.owner):
                    self._sources[name] = registered.create()
                self._origins[name] = registered.origin
            except VocmineError as error:
                self.failures.append(InputFailure("", name, error, traceback.format_exc()))
        self._temporary: list[tempfile.TemporaryDirectory[str]] = []

    def __enter__(self) -> Inputs:
        return self

    def __exit__(self, *_: object) -> None:
        forget_workbook()
        for folder in self._temporary:
            folder.cleanup()

    def open(self, paths: Sequence[str]) -> Iterator[Input]:
        """Inputs in the order given; what cannot be read goes to `failures`."""
        for path in paths:
            if path == STDIN:
                spooled, digest = self._spool_stdin()
                if spooled.stat().st_size == 0:
                    self.failures.append(InputFailure(path, "", _nothing_piped()))
                    continue
                # What is piped has no name: other content is another source, never a change of it.
                yield from self._open_one(spooled, spooled.name, f"stdin:{digest}")
                continue
            try:
                found = list(self._expand(path))
            except UsageError as error:
                self.failures.append(InputFailure(path, "", error))
                continue
            opened = 0
            for file, chosen in found:
                for source in self._open_one(
                    file, file.name or str(file), str(file.resolve()), chosen=chosen
                ):
                    opened += 1
                    yield source
            if not opened and not any(chosen for _, chosen in found):
                self.failures.append(InputFailure(path, "", _no_export(path)))

    @staticmethod
    def check(paths: Sequence[str]) -> None:
        """Refuse to start when none of the paths exists.

        Raises:
            UsageError: Names the first of them.
        """
        for path in paths:
            target = Path(path).expanduser()
            if path == STDIN or target.exists() or glob.glob(str(target), recursive=True):  # noqa: PTH207
                return
        raise missing(paths[0])

    def _expand(self, path: str) -> Iterator[tuple[Path, bool]]:
        """Files behind one argument, and whether the user named each one."""
        target = Path(path).expanduser()
        if target.is_dir() and not self._claimed(target):
            yield from ((file, False) for file in walk(target, self._claimed))
        elif target.exists():
            yield target, True
        else:
            matches = sorted(glob.glob(str(target), recursive=True))  # noqa: PTH207 (absolute too)
            if not matches:
                raise missing(path)
            for match in matches:
                if Path(match).is_dir():
                    yield from self._expand(match)
                else:
                    yield Path(match), True

    def _claimed(self, folder: Path) -> bool:
        # A Maildir is a folder that is one mailbox.
        for plugin in self._sources:
            try:
                if self._detect(plugin, folder).score > 0:
                    return True
            except PLUGIN_FAULTS:
                continue
        return False

    def _detect(self, plugin: str, path: Path) -> Detection:
        """Ask one source about a path.

        Raises:
            PluginError: When what it returns is no detection.
        """
        with self.costs.call(Who("source", plugin, self._origins[plugin])):
            detection = self._sources[plugin].detect(path, self.options)
        wrong = ""
        if not isinstance(detection, Detection) or not 0 <= detection.score <= 1:
            wrong = f"with a score from 0 to 1, got {getattr(detection, 'score', detection)!r:.60}"
        elif not all(isinstance(m, Mapping) for m in (detection.mapping, detection.details)):
            wrong = "whose mapping and details are mappings"
        if wrong:
            raise PluginError(
                f"Source '{plugin}' ({self._origins[plugin]}): 'detect' must return a Detection "
                f"{wrong}.",
                "The other sources were asked as well; report it to the plugin's author.",
            )
        return detection

    def _temporary_folder(self) -> Path:
        folder = tempfile.TemporaryDirectory(prefix="vocmine-")
        self._temporary.append(folder)
        return Path(folder.name)

    def _spool_stdin(self) -> tuple[Path, str]:
        # Detection and reading both need the content, and a pipe can be read only once. The file
        # is called what people should read in messages about it.
        spooled = self._temporary_folder() / "stdin"
        digest = hashlib.sha256()
        with spooled.open("wb") as file:
            for block in iter(lambda: sys.stdin.buffer.read(1 << 20), b""):
                file.write(block)
                digest.update(block)
        return spooled, digest.hexdigest()[:16]

    def _open_one(
        self,
        path: Path,
        name: str,
        key: str,
        *,
        chosen: bool = True,
        budget: Budget | None = None,
        depth: int = 0,
    ) -> Iterator[Input]:
        """The export at a path, or those in the archive at it, which `depth` others hold."""
        kind = kind_of(path)
        if not kind:
            yield from self._open_file(path, name, key, chosen=chosen)
        elif depth > MAX_NESTING:
            self.failures.append(InputFailure(name, "", too_deep(name)))
        else:
            budget = budget or Budget(path.stat().st_size)
            known = len(self.failures)
            opened = 0
            for source in self._open_archive(path, name, key, kind, budget, depth):
                details = dict(source.detection.details)
                details["archive"] = (
                    f"{kind}, {inner}" if (inner := details.get("archive")) else kind
                )
                yield replace(source, detection=replace(source.detection, details=details))
                opened += 1
            if not opened and len(self.failures) == known:
                reason = InputFailure(name, "", no_export_in(name))
                (self.failures if chosen else self.ignored).append(reason)

    def _open_archive(
        self, path: Path, name: str, key: str, kind: Kind, budget: Budget, depth: int
    ) -> Iterator[Input]:
        folder = self._temporary_folder()
        try:
            unpacked = unpack(path, name, kind, folder, budget)
        except SourceError as error:
            self.failures.append(InputFailure(name, "", error))
            return
        self.failures += [InputFailure(name, "", problem) for problem in unpacked.problems]
        if self._claimed(folder):
            yield from self._open_one(folder, name, key)
            return
        single = holds_one_file(kind)
        for file in unpacked.names if single else walk(folder, self._claimed):
            inside = f"/{unpacked.names.get(file) or file.relative_to(folder).as_posix()}"
            if single:
                inside = ""
            yield from self._open_one(
                file,
                name + inside,
                key + inside,
                chosen=not inside,
                budget=budget,
                depth=depth + 1,
            )

    def _open_file(self, path: Path, name: str, key: str, *, chosen: bool) -> Iterator[Input]:
        best: tuple[float, str, Detection] = (0.0, "", Detection(0.0))
        complaint: InputFailure | None = None
        for plugin in self._sources:
            try:
                detection = self._detect(plugin, path)
            except PluginError as error:
                self.failures.append(InputFailure(name, plugin, error, traceback.format_exc()))
            except VocmineError as error:
                complaint = complaint or InputFailure(name, plugin, error)
            except OSError as error:
                complaint = complaint or InputFailure(name, plugin, _unopened(name, error))
            except PLUGIN_FAULTS as error:
                self.failures.append(self._crash(name, plugin, error))
            else:
                if detection.score > best[0]:
                    best = (detection.score, plugin, detection)
        # A text beside exports that is no table of texts is a note about them.
        note = not chosen and path.suffix.lower() == ".txt"
        if best[0] > (_ONLY_A_TABLE if note else 0):
            _, plugin, detection = best
            detection = _with_unused_mapping(detection, self.options)
            source, origin = self._sources[plugin], self._origins[plugin]
            options = self.options
            yield Input(path, name, key, plugin, source, detection, options, origin, self.costs)
            forget_workbook()
        else:
            reason = complaint or InputFailure(name, "", self._unrecognised(path, name))
            # Folders hold other things than exports: name them, but they are no failure. A file
            # that a source knows for its own and cannot read is one.
            failed = chosen or (complaint and not note)
            (self.failures if failed else self.ignored).append(reason)

    def _crash(self, name: str, plugin: str, error: BaseException) -> InputFailure:
        failure = PluginError(
            f"Source '{plugin}' ({self._origins[plugin]}) failed on '{name}': {cause_of(error)}.",
            "The other sources were asked as well; report it to the plugin's author.",
        )
        return InputFailure(name, plugin, failure, traceback.format_exc())

    def _unrecognised(self, path: Path, name: str) -> SourceError:
        try:
            sniff(path)
        except ForeignFileError as error:
            if error.binary:
                return error
        except VocmineError:
            pass  # what is wrong with a table says nothing of a file that is none
        readers = ", ".join(self._sources) or "none"
        return SourceError(
            f"No source plugin recognises '{name}' (asked: {readers}).",
            "See what it looks like with 'vocmine preview FILE', name its text column with "
            "'--map text=COLUMN', or choose a reader with '--source NAME'.",
        )


def _with_unused_mapping(detection: Detection, options: ReadOptions) -> Detection:
    """The detection with a warning for each `--map` that the source takes no notice of."""
    unused = [
        f"--map {field}={column} changes nothing: the source has columns of its own."
        for field, column in options.mapping.items()
        if detection.mapping and plain(str(detection.mapping.get(field, ""))) != plain(column)
    ]
    return replace(detection, warnings=(*detection.warnings, *unused)) if unused else detection


def missing(path: str, what: str = "file or folder") -> UsageError:
    """What to say of a path that leads nowhere."""
    return UsageError(
        f"There is no {what} '{path}'.",
        "Check the spelling, or drag the file into the terminal to paste its path.",
    )


def _nothing_piped() -> SourceError:
    return SourceError(
        "Nothing came on standard input.",
        "Pipe an export into it: cat quejas.csv | vocmine analyze -",
    )


def _unopened(name: str, error: OSError) -> SourceError:
    return SourceError(
        f"'{name}' cannot be opened: {error.strerror or error}.",
        "Check its permissions, and that no other program holds it.",
    )


def _no_export(path: str) -> SourceError:
    return SourceError(
        f"The folder '{path}' holds no export that vocmine can read.",
        "Give the file itself to see why, with 'vocmine preview FILE'.",
    )
