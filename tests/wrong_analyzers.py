"""An analyzer that does everything right, a corpus analyzer too, and many that do one thing wrong.

A module of its own: worker processes import them by name.
"""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from vocmine.plugin import Batch, Column, Context, Table

HERE = os.getpid()


class Right:
    """Counts letters, and marks the first word."""

    version = "1"
    requires: tuple[str, ...] = ("texts",)
    outputs: tuple[Table, ...] = (
        Table("letters", "message", (Column("n", "integer"),)),
        Table(
            "firsts",
            "message",
            (Column("start", "integer"), Column("end", "integer"), Column("quote")),
            many=True,
        ),
    )

    def open(self, context: Context) -> None:
        self.seed = context.seed

    def count(self, batch: Batch, row: int) -> Any:
        return len(batch.texts[row])

    def analyze(self, batch: Batch) -> Any:
        firsts = [
            (row, text.index(word[0]), word[0])
            for row, text in enumerate(batch.texts)
            if (word := text.split()[:1])
        ]
        return {
            "letters": {"n": [self.count(batch, row) for row in range(len(batch))]},
            "firsts": {
                "row": [row for row, _, _ in firsts],
                "start": [start for _, start, _ in firsts],
                "end": [start + len(word) for _, start, word in firsts],
                "quote": [word for _, _, word in firsts],
            },
        }


class NeedsArguments(Right):
    def __init__(self, folder: str) -> None: ...


class WithoutVersion(Right):
    version = None  # type: ignore[assignment]


class TakesACoreTable(Right):
    outputs = (Table("messages", "message", (Column("n", "integer"),)),)


class Undeclared(Right):
    def analyze(self, batch: Batch) -> Any:
        found = super().analyze(batch)
        found["letters"]["more"] = found["letters"]["n"]
        return found


class NotAMapping(Right):
    def analyze(self, batch: Batch) -> Any:
        return [1] * len(batch)


class TextForNumbers(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return str(super().count(batch, row))


class RowsUpsideDown(Right):
    def analyze(self, batch: Batch) -> Any:
        found = super().analyze(batch)
        found["firsts"] = {name: values[::-1] for name, values in found["firsts"].items()}
        return found


class BeyondTheEnd(Right):
    def analyze(self, batch: Batch) -> Any:
        found = super().analyze(batch)
        found["firsts"]["end"] = [end + 9999 for end in found["firsts"]["end"]]
        return found


class NeedsAMessage(Right):
    def analyze(self, batch: Batch) -> Any:
        max(map(len, batch.texts))
        return super().analyze(batch)


class NeedsAWord(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return len(batch.texts[row].split()[0])


class SlowOnLongTexts(Right):
    def count(self, batch: Batch, row: int) -> Any:
        if len(batch.texts[row]) > 10_000:
            time.sleep(3)
        return super().count(batch, row)


class ComparesWithTheBatch(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return sum(len(text) for text in batch.texts) - len(batch.texts[row])


class CarriesOver(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return len("".join(batch.texts[: row + 1]))


class GlobalChance(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return random.randrange(10_000)


class OtherProcesses(Right):
    def count(self, batch: Batch, row: int) -> Any:
        return int(os.getpid() == HERE and os.environ.get("VOCMINE_TEST_PARENT") == str(HERE))


class CannotBeOpenedTwice(Right):
    def open(self, context: Context) -> None:
        if os.environ.get("VOCMINE_TEST_PARENT") != str(HERE):
            raise RuntimeError("only in the process that began")


class SharedState(Right):
    def analyze(self, batch: Batch) -> Any:
        self.batch = batch
        time.sleep(0.01)
        return super().analyze(self.batch)


class SortsTheTexts(Right):
    def analyze(self, batch: Batch) -> Any:
        found = super().analyze(batch)
        batch.texts.sort()  # type: ignore[attr-defined]
        return found


class Prints(Right):
    def open(self, context: Context) -> None:
        print("hello")  # noqa: T201


class PrintsToTheFile(Right):
    def open(self, context: Context) -> None:
        os.write(1, b"hello\n")


class CallsHome(Right):
    def open(self, context: Context) -> None:
        # It hides its failure, as those do that would rather not be noticed.
        with socket.socket() as connection, suppress(OSError):
            connection.connect(("127.0.0.1", 9))


class SetsVariables(Right):
    def open(self, context: Context) -> None:
        os.environ["VOCMINE_TEST_SET"] = "1"


class RightCorpus(Right):
    """Learns the first words there are; each message points at its own."""

    outputs = (
        Table("words", "corpus", (Column("word"),)),
        Table("word_of", "message", (Column("words_row", "integer", nullable=True),)),
    )

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Mapping[str, Any]:
        self.words = sorted({t.split()[0] for batch in batches() for t in batch.texts if t.split()})
        return {"words": {"word": self.words}}

    def analyze(self, batch: Batch) -> Any:
        places = {word: place for place, word in enumerate(self.words)}
        return {"word_of": {"words_row": [places.get((t.split() or [""])[0]) for t in batch.texts]}}


class PointsNowhere(RightCorpus):
    def analyze(self, batch: Batch) -> Any:
        return {"word_of": {"words_row": [len(self.words)] * len(batch)}}


class LearnsByChance(RightCorpus):
    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Mapping[str, Any]:
        fitted = super().fit(batches)
        return {"words": {"word": random.sample(fitted["words"]["word"], len(self.words))}}


class LearnsOtherTables(RightCorpus):
    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Mapping[str, Any]:
        return {"topics": super().fit(batches)["words"]}


class CannotLearn(RightCorpus):
    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Mapping[str, Any]:
        raise ValueError("needs a million messages")
