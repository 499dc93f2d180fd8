"""What an analyzer promises: typed tables, checked when its columns come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Per = Literal["message", "segment", "corpus"]
ColumnType = Literal["text", "integer", "real", "boolean", "json"]
Values = Sequence[object] | npt.NDArray[np.generic]
Columns = Mapping[str, Values]
"""Parallel columns of one table: name to values, all of the same length."""
TableColumns = Mapping[str, Columns]
"""What `analyze` returns: table name to its columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table.

    Args:
        name: Lower-case identifier.
        type: Storage type; `boolean` is stored as 0 or 1, `json` as text.
        labels: Name of a label set of the catalogue; values must be its codes.
        nullable: Whether None (or NaN) is allowed: "not said" is a real answer.
    """

    name: str
    type: ColumnType = "text"
    labels: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One output table of an analyzer.

    Args:
        name: Table name in the store, unique among analyzers.
        per: What a row belongs to. The host adds the key column: `message_id`, `segment_id`,
            or `id` for a corpus table.
        columns: The columns the analyzer fills.
        many: False: exactly one row for each message or segment, in batch order. True: zero or
            more; the analyzer then also returns a column `row` (int, ascending index in the batch).
    """

    name: str
    per: Per
    columns: tuple[Column, ...]
    many: bool = False
