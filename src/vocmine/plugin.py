"""What plugin authors import: protocols of the registered objects and the types they use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from vocmine.batch import Batch, FloatArray, IntArray, SketchArray
from vocmine.errors import PluginError
from vocmine.hookspecs import Register, hookimpl
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.options import Option
from vocmine.tables import Column, Columns, Table, TableColumns

if TYPE_CHECKING:
    from pathlib import Path

    import sqlite_utils

    from vocmine.models import Heads

__all__ = [
    "Analyzer",
    "Batch",
    "Column",
    "Columns",
    "Context",
    "CorpusAnalyzer",
    "Detection",
    "Encoded",
    "Encoder",
    "Message",
    "Option",
    "ReadOptions",
    "Record",
    "Register",
    "Remembering",
    "ReportSection",
    "Skipped",
    "Source",
    "Table",
    "TableColumns",
    "Unreadable",
    "hookimpl",
]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user overrides about reading an export; empty means "detect".

    Args:
        mapping: Field of `Message` (`text`, `external_id`, `created_at`, `title`, `channel`,
            `author`, `country`, `score`) to the export's column name.
        country: ISO code for records that do not tell; also decides how dates such as
            `03/04/2025` are read where nothing else does (day first, except for US).
        dates: `dmy` or `mdy`: whether such dates begin with the day or the month.
        repair_text: Mend garbled accents (`Ã¡`) in texts, titles and authors.
        as_exported: Leave HTML and the words of forms in the texts.
        keep_names: Store the names of authors instead of pseudonyms.
        company: Mail addresses and domains of the company, separated by commas: what comes from
            them is not a customer's.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    country: str = ""
    dates: str = ""
    repair_text: bool = False
    as_exported: bool = False
    keep_names: bool = False
    company: str = ""


@dataclass(frozen=True, slots=True)
class Detection:
    """How a source would read a file.

    Args:
        score: 0.0 (not mine) to 1.0 (certain); the highest score among sources reads the file.
        format: Human name of the format: `CSV ";" latin-1`, `mbox`.
        reason: Why the score, in one sentence.
        mapping: Field of `Message` to the export's column, as detected or overridden.
        columns: All columns found, in order.
        details: What else was detected (`encoding`, `delimiter`, `sheet`, `header_row`, …).
        warnings: Sentences the user should read before trusting the detection.
    """

    score: float
    format: str = ""
    reason: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Source(Protocol):
    """Reads one kind of export."""

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        """Look at the content (not the extension) and say how well this source can read it.

        Returns a score of 0.0 for foreign files; raises `SourceError` only for a file that is
        clearly its own and unreadable (the message names the file and what to do next).
        """

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """Stream every record of the export, in file order: none is dropped silently."""


def _no_sketch(texts: Sequence[str]) -> SketchArray:
    raise PluginError(
        "No text can be sketched here, for no encoder is known.",
        "Give the context one: Context(heads, sketch=partial(sketched_texts, encoder)).",
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What the host gives an analyzer once per process, before the first batch.

    Args:
        heads: Classifier heads of the run's model: `heads.predict(task, batch)`.
        seed: The run's seed; use it for anything random.
        country: ISO code given by the user, or empty.
        options: Options of this analyzer (`--option analyzer.key=value`), typed and checked.
        sketch: Sketches of n short texts (names of topics, seed phrases) by the run's encoder, int8
            (n, width), comparable with a batch's `segment_sketches`. Raises `PluginError` in a
            context made without an encoder.
    """

    heads: Heads
    seed: int = 0
    country: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    sketch: Callable[[Sequence[str]], SketchArray] = _no_sketch


@runtime_checkable
class Analyzer(Protocol):
    """Turns a batch into typed columns. `version` changes when its results would.

    It may have `options`, a tuple of `Option`: what `--option analyzer.name=value` can set; the
    host refuses others, and values of a wrong type. `open` raises `UsageError` for values that
    make no sense together.
    """

    version: str
    requires: tuple[str, ...]
    outputs: tuple[Table, ...]

    def open(self, context: Context) -> None:
        """Load what the analyzer needs; called once per process."""

    def analyze(self, batch: Batch) -> TableColumns:
        """One entry for each table of `outputs` that is per message or per segment."""


@runtime_checkable
class CorpusAnalyzer(Analyzer, Protocol):
    """An analyzer that must see the whole corpus before it can analyse a batch."""

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> TableColumns:
        """Learn from a stream of batches (call `batches()` again for another pass).

        Returns the columns of the tables that are per corpus. `analyze` is called afterwards
        for every batch and may refer to a corpus row by its position (0-based) in a column
        named `<table>_row`; the host turns it into the row's id.
        """


@runtime_checkable
class Remembering(CorpusAnalyzer, Protocol):
    """A corpus analyzer that keeps what it learnt, in the store, for the next run.

    Values are bytes whose meaning is its own: JSON, `numpy.save` without pickle. A store is read
    by later versions too, so what cannot be understood any more is best taken as nothing.
    """

    def recall(self, memory: Mapping[str, bytes]) -> None:
        """Take what the store keeps under this analyzer's name; called before every `fit`.

        Args:
            memory: Key to value, read-only; empty for a store that keeps nothing of it. One
                process may serve several stores: nothing of an earlier one must be left.
        """

    def remember(self) -> Mapping[str, bytes]:
        """What to keep, by key; called after the last `analyze`, written with the tables or not
        at all. An empty value removes its key; keys that are not returned stay.
        """


class Encoded(NamedTuple):
    """Vectors of one batch, each of length 1.

    Args:
        message_vectors: float32 (messages, dim).
        segment_vectors: float32 (segments, dim).
        segment_meanings: float32 (segments, min(dim, 128)): what is compared when it matters that
            two segments tell of one problem, such as in topics. None, from an encoder that knows
            nothing better, means the segment vectors.
    """

    message_vectors: FloatArray
    segment_vectors: FloatArray
    segment_meanings: FloatArray | None = None

    @property
    def meanings(self) -> FloatArray:
        """What sketches are made of."""
        return self.segment_vectors if self.segment_meanings is None else self.segment_meanings


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors, one pass per message."""

    name: str
    dim: int
    fingerprint: str

    def encode(
        self,
        texts: Sequence[str],
        segment_message: IntArray,
        segment_start: IntArray,
        segment_end: IntArray,
    ) -> Encoded:
        """Message vectors and, pooled inside each segment's characters, segment vectors.

        Called from several threads at once.
        """


class ReportSection(Protocol):
    """An extra section of the HTML report."""

    title: str

    def render(self, db: sqlite_utils.Database, lang: str) -> str | Any:
        """HTML of the section; the host does not escape what is returned as `markupsafe.Markup`."""
