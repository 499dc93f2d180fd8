"""A source that does everything right, and many that do one thing wrong: a line a message."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from vocmine.errors import SourceError
from vocmine.plugin import Detection, Message, ReadOptions, Record, Skipped, Unreadable

MARK = "#quejas\n"


class Right:
    """Reads files that begin with `#quejas`; an empty line is skipped, one with a tab is broken."""

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        if path.is_file():
            with path.open("rb") as file:
                if file.readline(100) == MARK.encode():
                    return Detection(0.9, "quejas", "It begins with #quejas.")
        return Detection(0.0)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        with path.open(encoding="utf-8", errors="replace") as lines:
            next(lines, "")
            for number, line in enumerate(lines, 2):
                yield self.record(line.strip("\n"), f"line {number}")

    def record(self, line: str, locator: str) -> Any:
        if "\t" in line:
            return Unreadable("The line has a tab.", locator, raw=line[:100])
        return Message(line, locator=locator) if line.strip() else Skipped("empty_text", locator)


class Modest(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(0.0)


class NoFormat(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(super().detect(path, options).score)


class NoDetection(Right):
    def detect(self, path: Path, options: ReadOptions) -> Any:
        return 0.9


class Greedy(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(0.5 if path.is_file() else 0.0, "anything")


class Complains(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        found = super().detect(path, options)
        if not found.score and path.is_file():
            raise SourceError("This is not mine.")
        return found


class OnlyUtf8(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        if path.is_file() and path.read_text("utf-8").startswith(MARK):
            return Detection(0.9, "quejas")
        return Detection(0.0)


class NeedsWholeLines(Right):
    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        with path.open("rb") as lines:
            next(lines, b"")
            for number, line in enumerate(lines, 2):
                assert line.endswith(b"\n"), "half a line"
                yield self.record(line.decode(errors="replace").strip("\n"), f"line {number}")


class NotAStream(Right):
    def read(self, path: Path, options: ReadOptions) -> Any:
        return list(super().read(path, options))


class Drops(Right):
    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        return (r for r in super().read(path, options) if isinstance(r, Message))


class Strange(Right):
    def record(self, line: str, locator: str) -> Any:
        return line


class Nowhere(Right):
    def record(self, line: str, locator: str) -> Any:
        return super().record(line, "somewhere")


READINGS = count()


class Shuffles(Right):
    """Begins with another record each time: by chance alone it would be right now and then."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        records = list(super().read(path, options))
        first = next(READINGS) % len(records)
        yield from records[first:] + records[:first]


class Droppings(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        path.with_suffix(".idx").write_text("index")
        return super().detect(path, options)


KEPT: list[Any] = []


class KeepsOpen(Right):
    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        KEPT.append(path.open())
        yield from super().read(path, options)


class Prints(Right):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        print(f"looking at {path}")  # noqa: T201
        return super().detect(path, options)
