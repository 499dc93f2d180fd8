"""The Python API: `Engine().analyze(records)`, nothing printed and no state between calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.guard import HOST, Costs
from vocmine.inputs import Input, Inputs
from vocmine.message import Message, Record, Skipped
from vocmine.outcome import Outcome
from vocmine.plugin import Detection, ReadOptions
from vocmine.plugins import load_plugins
from vocmine.run import Run
from vocmine.runtime import BUILT_IN_ENCODER, Runtime, Settings
from vocmine.store.database import Store
from vocmine.store.reading import Filter, insight_rows, message_objects, view_rows

if TYPE_CHECKING:
    import pandas as pd

# Those of the output contract; a result has them whatever was found.
MESSAGE_COLUMNS = (
    "schema external_id source text lang created_at title channel country score pqrs sentiment "
    "emotions effort churn recommend urgent copy_of copies corrected skipped"
).split()
INSIGHT_COLUMNS = (
    "schema external_id source created_at lang quote start end polarity friction category "
    "category_name stage pyramid touchpoint confidence corrected phase"
).split()
TOPIC_COLUMNS = ("name", "terms", "segments", "messages")


@dataclass(frozen=True, slots=True)
class Result:
    """What `Engine.analyze` returns. Its columns are always there, with or without rows.

    Args:
        messages: Column name to values, one per message in input order: `external_id`, `text`,
            `lang`, `pqrs`, `sentiment`, `emotions`, `effort`, `churn`, `recommend`, `urgent`, ….
        insights: Column name to values, one per insight: `external_id`, `quote`, `start`, `end`,
            `polarity`, `friction`, `phase`, `stage`, `pyramid`, `touchpoint`, `confidence`.
        topics: Column name to values, one per topic: `name`, `terms`, `segments`, `messages`.
        failures: One object for each record or plugin that failed: `plugin`, `locator`, `error`.
        skipped: Reason to number of records not analysed.
    """

    messages: dict[str, list[Any]]
    insights: dict[str, list[Any]]
    topics: dict[str, list[Any]]
    failures: list[dict[str, Any]]
    skipped: dict[str, int]
    objects: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.objects)

    def to_dicts(self) -> list[dict[str, Any]]:
        """One object per message, as `vocmine analyze --format jsonl` prints it."""
        return self.objects

    def to_pandas(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Messages and insights as two DataFrames (pandas must be installed)."""
        import pandas as pd

        return pd.DataFrame(self.messages), pd.DataFrame(self.insights)


class Engine:
    """Analyses customer messages. Models load once; calls are independent and thread-safe.

    Args:
        analyzers: Names of the analyzers to use; empty means all that are installed.
        model: `voc`, `voc-fast`, or an own model by its name or the path of its folder.
        country: ISO code of the customers' country, when records do not tell.
        encoder: Name of another encoder that a plugin registered.
        options: Analyzer name to its options.
        plugins: Plugin modules besides the installed ones (only with `jobs=1`).
        jobs: Processes that analyse; 1 works in this one.
        seed: For everything random.
        fail_fast: Raise the first exception of a plugin instead of recording it.

    Raises:
        UsageError: Unknown model, analyzer or encoder.
        ModelError: A model folder is missing or altered.
    """

    def __init__(
        self,
        *,
        analyzers: Sequence[str] = (),
        model: str = "voc",
        country: str = "",
        encoder: str = BUILT_IN_ENCODER,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        plugins: Sequence[object] = (),
        jobs: int = 1,
        seed: int = 0,
        fail_fast: bool = False,
    ) -> None:
        if plugins and jobs != 1:
            raise UsageError(
                "Plugins given as modules cannot travel to other processes.",
                "Install them with an entry point of group 'vocmine', or use jobs=1.",
            )
        settings = Settings(
            analyzers=tuple(analyzers),
            model=model,
            encoder=encoder,
            country=country.upper(),
            seed=seed,
            options={name: dict(values) for name, values in (options or {}).items()},
            jobs=jobs,
            fail_fast=fail_fast,
        )
        self.runtime = Runtime(settings, load_plugins(plugins))

    def analyze(
        self,
        records: Iterable[Mapping[str, Any]] | Iterable[str] | pd.DataFrame,
        *,
        mapping: Mapping[str, str] | None = None,
    ) -> Result:
        """Analyse records held in memory.

        Args:
            records: Dicts, plain strings or a DataFrame. Columns are recognised by name as in
                files: `text`, `comentario`, `Descripción`, `id`, `fecha`, `estrellas`, ….
            mapping: Field of `Message` to column name, where recognition is wrong.

        Raises:
            UsageError: When no column holds text.
        """
        from vocmine.readers.memory import read_records

        options = ReadOptions(mapping=dict(mapping or {}), country=self.runtime.settings.country)
        source = _Given(list(read_records(records, options)))
        with Store() as store:
            run = Run(store, self.runtime)
            outcome = run.execute(_GivenInputs(source), ["records"], "records", {})
            return _result(store, outcome)

    def analyze_file(
        self,
        path: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        options: ReadOptions | None = None,
    ) -> Result:
        """Analyse one export, read by the source plugin that recognises it.

        Args:
            path: A file, a folder or an archive.
            mapping: Field of `Message` to column name, where recognition is wrong.
            options: What else to override: `ReadOptions(encoding="cp1252", company="acme.co")`.

        Raises:
            SourceError: When no plugin can read it.
        """
        options = options or ReadOptions()
        options = replace(
            options,
            mapping={**options.mapping, **(mapping or {})},
            country=options.country or self.runtime.settings.country,
        )
        with Store() as store, Inputs(self.runtime.plugins, options) as inputs:
            outcome = Run(store, self.runtime).execute(inputs, [str(path)], Path(path).name, {})
            if inputs.failures and not outcome.inputs:
                raise inputs.failures[0].error
            return _result(store, outcome)


class _Given:
    """Records in memory, as a source."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(1.0, "records")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        yield from self._records


class _GivenInputs(Inputs):
    """The one input that `analyze` has."""

    def __init__(self, source: _Given) -> None:
        self.failures, self.ignored, self.costs = [], [], Costs()
        self._input = Input(
            Path(),
            "records",
            "records",
            "records",
            source,
            Detection(1.0),
            ReadOptions(as_exported=True),
            HOST,
            self.costs,
        )

    def open(self, paths: Sequence[str]) -> Iterator[Input]:
        yield self._input


def _result(store: Store, outcome: Outcome) -> Result:
    objects = list(message_objects(store, outcome.message_ids))
    topics = (
        view_rows(store, "SELECT * FROM topics ORDER BY id")
        if "topics" in store.db.table_names()
        else []
    )
    return Result(
        messages=_columns(MESSAGE_COLUMNS, objects),
        insights=_columns(INSIGHT_COLUMNS, list(insight_rows(store, Filter()))),
        topics=_columns(TOPIC_COLUMNS, topics),
        failures=view_rows(store, "SELECT plugin, locator, error FROM failures ORDER BY id"),
        skipped=dict(outcome.reasons),
        objects=objects,
    )


def _columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in names}


__all__ = ["Engine", "Message", "Result", "Skipped"]
