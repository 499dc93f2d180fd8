"""SQL of the tables made from data: label sets of the catalogue and what analyzers declare."""

from __future__ import annotations

import re

from vocmine.catalogue import LabelSet
from vocmine.errors import PluginError
from vocmine.tables import Column, Table

INTEGER_SETS = frozenset({"effort", "recommend", "polarity"})
"""Label sets whose codes are numbers, so that they can be averaged."""

_TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "INTEGER",
    "json": "TEXT",
}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


def label_table_sql(labels: LabelSet) -> str:
    """CREATE TABLE of one label set: code, name, position, parent."""
    kind = "INTEGER" if labels.code in INTEGER_SETS else "TEXT"
    return (
        f"CREATE TABLE labels_{labels.code} (code {kind} PRIMARY KEY, name TEXT NOT NULL, "
        "position INTEGER NOT NULL, parent TEXT NOT NULL DEFAULT '') STRICT"
    )


def key_column(table: Table) -> str:
    """Name of the column that says what a row belongs to; empty for a corpus table."""
    return "" if table.per == "corpus" else f"{table.per}_id"


def stored_name(column: str) -> str:
    """`topics_row` (position in a batch or fit) is stored as `topics_id` (a real key)."""
    return column.removesuffix("_row") + "_id" if column.endswith("_row") else column


def analyzer_table_sql(table: Table, corpus_tables: frozenset[str]) -> str:
    """CREATE TABLE of one declared output.

    Args:
        table: The declaration.
        corpus_tables: Names of the same analyzer's corpus tables, which `<name>_row` refers to.

    Raises:
        PluginError: When a name cannot be an SQL identifier or a reference has no target.
    """
    names = [table.name, *(column.name for column in table.columns)]
    wrong = [name for name in names if not _IDENTIFIER.match(name)]
    if wrong:
        raise PluginError(
            f"Table '{table.name}' uses the name '{wrong[0]}'.",
            "Use lower-case letters, digits and underscores, starting with a letter.",
        )
    parts = _key_sql(table)
    parts += [_column_sql(table, column, corpus_tables) for column in table.columns]
    return f"CREATE TABLE {table.name} ({', '.join(parts)}) STRICT"


def _key_sql(table: Table) -> list[str]:
    key = key_column(table)
    if not key:
        return ["id INTEGER PRIMARY KEY"]
    reference = f"REFERENCES {table.per}s(id) ON DELETE CASCADE"
    if table.many:
        return ["id INTEGER PRIMARY KEY", f"{key} INTEGER NOT NULL {reference}"]
    return [f"{key} INTEGER PRIMARY KEY {reference}"]


def _column_sql(table: Table, column: Column, corpus_tables: frozenset[str]) -> str:
    null = "" if column.nullable else " NOT NULL"
    if column.name.endswith("_row"):
        target = column.name.removesuffix("_row")
        if target not in corpus_tables:
            raise PluginError(
                f"Column '{column.name}' of table '{table.name}' refers to no corpus table.",
                f"Declare a table '{target}' with per='corpus'.",
            )
        return f"{target}_id INTEGER{null} REFERENCES {target}(id) ON DELETE CASCADE"
    check = f" CHECK ({column.name} IN (0, 1))" if column.type == "boolean" else ""
    labels = f" REFERENCES labels_{column.labels}(code)" if column.labels else ""
    return f"{column.name} {_TYPES[column.type]}{null}{check}{labels}"
