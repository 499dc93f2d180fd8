"""The source `tickets`: tables of PQRS, help-desk cases, posts, or any text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.errors import SourceError
from vocmine.plugin import Detection, ReadOptions
from vocmine.readers import (
    ColumnMapping,
    ForeignFileError,
    MessageReader,
    Table,
    map_columns,
    open_table,
    order_of_dates,
    require_text,
    score_details,
)
from vocmine.readers.evidence import case_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vocmine.message import Record

TABLE_SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".jsonl",
     ".ndjson"}
)  # fmt: skip
"""File names that promise a table: when such a file cannot be read, that is worth an error."""


class TicketSource:
    """Reads any table with a column of text, and complaint tables best.

    Scores of `detect`:

    | score | when |
    |---|---|
    | 0.9 | a known help desk or regulator, or two or more columns that only cases have |
    | 0.6 | a column is named like a text (`Descripción`, `comment`), or the user named it |
    | 0.5 | only a subject |
    | 0.4 | the text was recognised by content alone |
    | 0.1 | a table without text: `read` then says which columns there are |
    | 0.0 | not a table |
    """

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        """Look at the content; see the class for the scale.

        Raises:
            SourceError: The file is named like a table and is empty, binary, damaged or without
                header; or it does not exist.
            UsageError: `options` name a field, column, sheet or encoding that does not exist.
        """
        try:
            table = open_table(path, options)
        except ForeignFileError as error:
            if error.binary and path.suffix.lower() in TABLE_SUFFIXES:
                raise
            return Detection(0.0, reason=str(error))
        except SourceError as error:
            if path.suffix.lower() in TABLE_SUFFIXES or not path.exists():
                raise
            return Detection(0.0, reason=str(error))
        mapping = map_columns(table.columns, table.sample, options.mapping)
        score, reason = _score(table, mapping)
        dates = order_of_dates(table, mapping, options)
        return Detection(
            score=score,
            format=table.format,
            reason=reason,
            mapping=mapping.fields,
            columns=table.columns,
            details={
                **table.details,
                **mapping.details(),
                **dates.details,
                **score_details(table, mapping),
            },
            warnings=(
                *table.warnings,
                *mapping.warnings,
                *dates.warnings,
                *_absences(table, mapping),
            ),
        )

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """Stream every record of the table, in file order.

        Raises:
            SourceError: The file cannot be read, or none of its columns holds text.
            UsageError: As in `detect`.
        """
        table = open_table(path, options)
        mapping = map_columns(table.columns, table.sample, options.mapping)
        require_text(table, mapping)
        yield from MessageReader(table, mapping, options).records()


def _score(table: Table, mapping: ColumnMapping) -> tuple[float, str]:
    if "text" not in mapping.fields:
        return 0.1, "It is a table, but no column holds text."
    text = mapping.fields["text"]
    if mapping.layout and mapping.layout.kind == "tickets":
        return 0.9, f"Its columns are those of {mapping.layout.vendor}."
    cases = case_columns(table.columns)
    if len(cases) >= 2:
        return 0.9, f"Columns such as '{cases[0]}' and '{cases[1]}' belong to cases."
    if mapping.text_by == "title":
        return 0.5, f"It only has a subject, '{text}'."
    if mapping.text_by == "content":
        return 0.4, f"The cells of '{text}' read like text."
    return 0.6, f"It is a table and '{text}' holds text."


def _absences(table: Table, mapping: ColumnMapping) -> Iterator[str]:
    if "text" not in mapping.fields:
        yield "No column holds the customers' words: say which one does with --map text=COLUMN."
    elif not table.sample:
        yield f"{table.path.name} has a header and no rows."
