"""Reading tables: what source plugins use to turn CSV, workbooks and JSON into messages.

`open_table` opens any of them, `map_columns` says which column holds which field, and
`MessageReader` yields messages. Encodings, dates, ratings and countries have a module each.
"""

from __future__ import annotations

from vocmine.readers.dates import order_of_dates
from vocmine.readers.mapping import ColumnMapping, map_columns
from vocmine.readers.records import MessageReader, require_text, score_details
from vocmine.readers.sniff import EmptyFileError, ForeignFileError
from vocmine.readers.tabular import Row, Table, open_table

__all__ = [
    "ColumnMapping",
    "EmptyFileError",
    "ForeignFileError",
    "MessageReader",
    "Row",
    "Table",
    "map_columns",
    "open_table",
    "order_of_dates",
    "require_text",
    "score_details",
]
