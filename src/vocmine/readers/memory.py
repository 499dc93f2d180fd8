"""Records held in memory (dicts, strings, a DataFrame), read with the same rules as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.errors import UsageError
from vocmine.readers.mapping import ColumnMapping, map_columns
from vocmine.readers.records import MessageReader
from vocmine.readers.tabular import Row, Table

if TYPE_CHECKING:
    from vocmine.message import Record
    from vocmine.plugin import ReadOptions

SAMPLE_ROWS = 200
TEXT = "text"


def read_records(records: Any, options: ReadOptions) -> Iterator[Record]:
    """Turn records in memory into messages.

    Args:
        records: An iterable of dicts or of strings, or a DataFrame. A missing one (None, NaN) is
            an empty text.
        options: Column overrides and country.

    Raises:
        UsageError: When a record is neither, or no column holds text.
    """
    rows = _dicts(records)
    if not rows:
        return iter(())
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    mapping = _mapping(columns, cells[:SAMPLE_ROWS], options.mapping)
    if "text" not in mapping.fields:
        raise UsageError(
            f"No column of the records holds text; the columns are: {', '.join(columns)}.",
            "Say which one does: analyze(records, mapping={'text': 'COLUMN'}).",
        )
    reader = _Given(cells)
    table = Table(Path("records"), "records", columns, {}, cells[:SAMPLE_ROWS], [], reader)
    return MessageReader(table, mapping, options).records()


def _mapping(
    columns: Sequence[str], sample: Sequence[Sequence[str]], overrides: Mapping[str, str]
) -> ColumnMapping:
    """As in files, but a key `text` holds the text even where none reads like one ("No", "5")."""
    mapping = map_columns(columns, sample, overrides)
    if TEXT in columns and TEXT not in overrides and mapping.text_by != "header":
        return map_columns(columns, sample, {**overrides, TEXT: TEXT})
    return mapping


def _dicts(records: Any) -> list[Mapping[str, Any]]:
    if isinstance(records, str | bytes | Mapping):
        raise UsageError(
            f"analyze() takes several records, got one {type(records).__name__}.",
            "Put it in a list.",
        )
    if hasattr(records, "to_dict") and hasattr(records, "columns"):
        found: list[Mapping[str, Any]] = records.to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in found]
    rows: list[Mapping[str, Any]] = []
    for number, record in enumerate(_iterable(records), 1):
        if isinstance(record, str) or _missing(record):
            rows.append({TEXT: record})
        elif isinstance(record, Mapping):
            rows.append({str(name): value for name, value in record.items()})
        else:
            raise UsageError(
                f"Record {number} is a {type(record).__name__}, not a dict or a string.",
                "Give dicts with a 'text', plain strings or a DataFrame.",
            )
    return rows


def _iterable(records: Any) -> Iterable[Any]:
    if not hasattr(records, "__iter__"):
        raise UsageError(
            f"analyze() takes an iterable of records, got {type(records).__name__}.",
            "Give dicts with a 'text', plain strings or a DataFrame.",
        )
    every: Iterable[Any] = records
    return every


def _missing(value: Any) -> bool:
    """Whether it is None, NaN, NaT or pandas' NA, which do not equal themselves."""
    if value is None:
        return True
    differs = value != value
    if isinstance(differs, bool | np.bool_):
        return bool(differs)
    return differs is value  # NA compared with itself is NA


def _cell(value: Any) -> str:
    """A value as a file would hold it; a missing one is an empty cell."""
    if _missing(value):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(slots=True)
class _Given:
    cells: list[list[str]]

    def rows(self, columns: Sequence[str]) -> Iterator[Row]:
        for number, row in enumerate(self.cells, 1):
            yield Row(f"record {number}", row, {}, len(row))

    def warnings(self) -> list[str]:
        return []
