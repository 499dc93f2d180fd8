"""Checking what plugins declare and return, with errors that say exactly what is off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vocmine.batch import SHARED_COLUMNS, Batch
from vocmine.catalogue import catalogue
from vocmine.errors import PluginError
from vocmine.intake import storable
from vocmine.options import declared_options
from vocmine.store.tables import INTEGER_SETS, analyzer_table_sql
from vocmine.tables import Column, Table, TableColumns

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "json": (str,),
    "integer": (int,),
    "boolean": (bool, int),
    "real": (float, int),
}
_KINDS = {"text": "UTO", "json": "UTO", "integer": "iu", "boolean": "biu", "real": "fiu"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Checked columns of one table: `row` is the index in the batch that each row belongs to."""

    row: np.ndarray[Any, np.dtype[np.intp]]
    columns: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, chosen: np.ndarray[Any, np.dtype[np.intp]]) -> Rows:
        """Some of the rows."""
        places = chosen.tolist()
        columns = {name: [values[i] for i in places] for name, values in self.columns.items()}
        return Rows(self.row[chosen], columns)


def check_declaration(who: str, analyzer: Any) -> None:
    """Check `version`, `requires`, `options`, `outputs`, `open` and `analyze` before the run.

    Args:
        who: Analyzer with plugin and version, for the message.
        analyzer: What the plugin made.

    Raises:
        PluginError: Names the analyzer and what is missing, and lists what exists.
    """
    missing = [
        attribute
        for attribute in ("version", "requires", "outputs", "open", "analyze")
        if not hasattr(analyzer, attribute)
    ]
    if missing:
        raise PluginError(f"{who} has no '{missing[0]}'.", "See vocmine.plugin.Analyzer.")
    unknown = [column for column in analyzer.requires if column not in SHARED_COLUMNS]
    if unknown:
        raise PluginError(
            f"{who} requires '{unknown[0]}', which no batch has.",
            f"Shared columns are: {', '.join(SHARED_COLUMNS)}.",
        )
    try:
        declared_options(analyzer)
    except ValueError as error:
        raise PluginError(f"{who}: {error}.", "See vocmine.plugin.Option.") from error
    if not analyzer.outputs:
        raise PluginError(f"{who} declares no output table.", "Fill 'outputs'.")
    corpus = frozenset(table.name for table in analyzer.outputs if table.per == "corpus")
    _check_remembering(who, analyzer, corpus)
    for table in analyzer.outputs:
        _check_table(who, analyzer, table)
        try:
            analyzer_table_sql(table, corpus)
        except PluginError as error:
            raise PluginError(f"{who}: {error.message}", error.hint) from error


def _check_remembering(who: str, analyzer: Any, corpus: frozenset[str]) -> None:
    has = [name for name in ("recall", "remember") if hasattr(analyzer, name)]
    if len(has) == 1:
        lacks = "remember" if has == ["recall"] else "recall"
        raise PluginError(
            f"{who} has '{has[0]}' but no '{lacks}'.", "See vocmine.plugin.Remembering."
        )
    if has and not corpus:
        raise PluginError(
            f"{who} has 'recall' and 'remember' but declares no table per corpus, so it would "
            "never be asked.",
            "See vocmine.plugin.Remembering.",
        )


def check_memory(place: str, values: Any) -> dict[str, bytes]:
    """Check what is to be kept for an analyzer: bytes by text.

    Args:
        place: Whose values they are, to begin a message with.
        values: What was given.

    Raises:
        PluginError: Names the place and the first key or value of another type.
    """
    if not isinstance(values, Mapping):
        got = type(values).__name__
        raise PluginError(f"{place} expects a mapping of text to bytes, got {got}.")
    for key, value in values.items():
        if not isinstance(key, str) or not key:
            raise PluginError(f"{place} expects keys of text, got {key!r:.40}.")
        if not isinstance(value, bytes):
            raise PluginError(f"{place} expects bytes for '{key}', got {type(value).__name__}.")
    return dict(values)


def _check_table(who: str, analyzer: Any, table: Table) -> None:
    if table.per == "corpus" and not hasattr(analyzer, "fit"):
        raise PluginError(
            f"{who} declares the corpus table '{table.name}' but has no 'fit'.",
            "See vocmine.plugin.CorpusAnalyzer.",
        )
    for column in table.columns:
        if column.labels and column.labels not in catalogue():
            raise PluginError(
                f"{who}: column '{table.name}.{column.name}' uses the unknown label "
                f"set '{column.labels}'.",
                f"Label sets are: {', '.join(catalogue())}.",
            )


def check_columns(who: str, analyzer: Any, batch: Batch, result: TableColumns) -> dict[str, Rows]:
    """Check what `analyze` returned for a batch.

    Args:
        who: Analyzer with plugin and version, for the message.
        analyzer: The analyzer; its `outputs` say what was promised.
        batch: What it was given.
        result: Table name to columns.

    Returns:
        Checked rows of each message and segment table.

    Raises:
        PluginError: Table, column, expected, got, plugin and version.
    """
    promised = {table.name: table for table in analyzer.outputs if table.per != "corpus"}
    if not isinstance(result, Mapping) or set(result) != set(promised):
        got = sorted(result) if isinstance(result, Mapping) else type(result).__name__
        raise PluginError(f"{who} promised the tables {sorted(promised)} and returned {got}.")
    counts = {"message": len(batch), "segment": len(batch.segment_message)}
    checked = {
        name: check_rows(who, table, result[name], counts[table.per])
        for name, table in promised.items()
    }
    for name, rows in checked.items():
        _check_spans(who, promised[name], rows, batch)
    return checked


def _check_spans(who: str, table: Table, rows: Rows, batch: Batch) -> None:
    """Integer columns `start` and `end` are characters of the message, and `quote` what is there.

    Raises:
        PluginError: Names the first row whose span lies outside its message, or is not the quote.
    """
    types = {column.name: column.type for column in table.columns}
    if not types.get("start") == types.get("end") == "integer":
        return
    owner = rows.row if table.per == "message" else batch.segment_message[rows.row]
    quotes = rows.columns.get("quote", [None] * len(rows))
    spans = zip(owner.tolist(), rows.columns["start"], rows.columns["end"], quotes, strict=True)
    for position, (message, start, end, quote) in enumerate(spans):
        if start is None or end is None:
            continue
        text = batch.texts[message]
        if not 0 <= start <= end <= len(text):
            raise PluginError(
                f"{who}: table '{table.name}', position {position}: the span {start} to {end} is "
                f"outside its message of {len(text)} characters."
            )
        if quote is not None and quote != text[start:end]:
            raise PluginError(
                f"{who}: table '{table.name}', position {position}: the quote {quote!r:.40} is "
                f"not what stands at {start} to {end}: {text[start:end]!r:.40}."
            )


def check_rows(who: str, table: Table, columns: Mapping[str, Any], count: int) -> Rows:
    """Check the columns of one table; `count` is the number of messages, segments or any (-1)."""
    if not isinstance(columns, Mapping):
        raise PluginError(
            f"{who}: table '{table.name}' expects a mapping of columns, "
            f"got {type(columns).__name__}."
        )
    expected = {column.name for column in table.columns} | ({"row"} if table.many else set())
    if set(columns) != expected:
        raise PluginError(
            f"{who}: table '{table.name}' expects the columns {sorted(expected)}, "
            f"got {sorted(columns)}."
        )
    for name, values in columns.items():
        if not isinstance(values, Sequence | np.ndarray) or isinstance(values, str):
            raise PluginError(
                f"{who}: column '{table.name}.{name}' expects a sequence of values, "
                f"got {type(values).__name__}."
            )
    lengths = {name: len(values) for name, values in columns.items()}
    length = next(iter(lengths.values()), 0)
    wanted = count if count >= 0 and not table.many else length
    for name, got in lengths.items():
        if got != wanted:
            raise PluginError(
                f"{who}: column '{table.name}.{name}' expects {wanted} values, got {got}."
            )
    row = np.arange(length, dtype=np.intp)
    if table.many:
        numbers = np.asarray(columns["row"])
        if length and numbers.dtype.kind not in "iu":
            raise PluginError(
                f"{who}: column '{table.name}.row' expects whole numbers, got {numbers.dtype}."
            )
        row = numbers.astype(np.intp)
        if length and (row.min() < 0 or row.max() >= count):
            raise PluginError(
                f"{who}: column '{table.name}.row' expects 0 to {count - 1}, "
                f"got {row.min()} to {row.max()}."
            )
    return Rows(
        row,
        {
            column.name: _check_values(who, table, column, columns[column.name])
            for column in table.columns
        },
    )


def _check_values(
    who: str, table: Table, column: Column, values: Sequence[Any] | np.ndarray[Any, Any]
) -> list[Any]:
    place = f"{who}: column '{table.name}.{column.name}'"
    if isinstance(values, np.ndarray):
        if values.ndim != 1 or values.dtype.kind not in _KINDS[column.type]:
            raise PluginError(
                f"{place} expects {column.type} in one dimension, got {values.dtype} "
                f"of shape {values.shape}."
            )
        items: list[Any] = values.tolist()
    else:
        items = [value.item() if isinstance(value, np.generic) else value for value in values]
    if column.type == "real":
        items = [None if value is not None and value != value else value for value in items]
    elif column.type in ("text", "json"):
        items = [storable(value) if isinstance(value, str) else value for value in items]
    _check_items(place, column, items)
    if column.labels:
        _check_labels(place, column.labels, items)
    return items


def _check_items(place: str, column: Column, items: list[Any]) -> None:
    kinds = _PYTHON_TYPES[column.type]
    low, high = (0, 1) if column.type == "boolean" else (-(2**63), 2**63 - 1)
    for index, value in enumerate(items):
        if value is None:
            if not column.nullable:
                raise PluginError(f"{place} expects {column.type}, got None at position {index}.")
        elif not isinstance(value, kinds):
            raise PluginError(
                f"{place} expects {column.type}, got {type(value).__name__} at position {index}."
            )
        elif isinstance(value, int) and not low <= value <= high:
            raise PluginError(f"{place} expects {low} to {high}, got {value} at position {index}.")


def _check_labels(place: str, labels: str, items: list[Any]) -> None:
    codes = catalogue()[labels].codes
    known = {int(code) for code in codes} if labels in INTEGER_SETS else set(codes)
    unknown = {value for value in items if value is not None} - known
    if unknown:
        raise PluginError(
            f"{place} expects codes of '{labels}' ({', '.join(codes)}), "
            f"got {sorted(map(str, unknown))[0]!r}."
        )
