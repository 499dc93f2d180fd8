"""Finding the header of a table: banner rows above it, repeated names, or no header at all."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from vocmine.readers.aliases import is_known_header

if TYPE_CHECKING:
    from collections.abc import Sequence

_BANNER_LIMIT = 20
_DATA_CELL = re.compile(
    r"[-+$€]?\s?\d[\d.,:\s/-]*%?(?:\s?[ap]\.?\s?m\.?)?"  # a number, an amount, a date, a time
    r"|\d{4}-\d\d-\d\dT.*"
    r"|[^@\s]+@[^@\s]+\.\w+"  # an e-mail address
    r"|https?://\S+"
)
_LONG_HEADER = 120


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Position of the header among the first rows of a table (0 when there are none).

    Rows above it that fill a third of the table's columns or less (a report's title, its date,
    blank rows) are taken as a banner, and so is a row of merged cells that groups the columns.
    """
    widths = [sum(1 for cell in row if cell.strip()) for row in rows]
    filled = sorted(width for width in widths if width)
    if not filled:
        return 0
    # The widest of the ordinary rows: one stray wide row must not turn the header into a banner.
    usual = filled[(len(filled) * 3) // 4] if len(filled) > 3 else filled[-1]
    for position, width in enumerate(widths[:_BANNER_LIMIT]):
        if width == 0 or (usual >= 3 and width * 3 <= usual):
            continue
        if _known(rows[position]) or width * 2 >= usual:
            return position + _groups(rows[position : position + 2])
    return next(position for position, width in enumerate(widths) if width)


def _known(row: Sequence[str]) -> int:
    return sum(is_known_header(cell) for cell in row)


def _groups(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names groups of the columns that the second one names."""
    if len(rows) < 2:
        return False
    above, below = (sum(1 for cell in row if cell.strip()) for row in rows)
    return above * 2 <= below and _known(rows[0]) < _known(rows[1])


def looks_like_data(header: Sequence[str]) -> bool:
    """Whether the first row of a table is a record, not column names.

    One known column name is enough to trust it; otherwise a number, a date, an address or a
    long sentence among its cells gives it away.
    """
    cells = [cell.strip() for cell in header if cell.strip()]
    if any(is_known_header(cell) for cell in cells):
        return False
    return any(
        is_data_cell(cell)
        or len(cell) > _LONG_HEADER
        or (len(cells) <= 2 and len(cell.split()) > 6 and not cell.endswith(("?", ":")))
        for cell in cells
    )


def is_data_cell(cell: str) -> bool:
    """Whether a cell is a number, an amount, a date, an address: a value that names no column."""
    return _DATA_CELL.fullmatch(cell) is not None


def column_names(header: Sequence[str], width: int = 0) -> tuple[str, ...]:
    """Unique names for `max(len(header), width)` columns, in order.

    Blank headers become `column 3`; the second `Labels` becomes `Labels (2)`.
    """
    names: list[str] = []
    seen: Counter[str] = Counter()
    taken = {cell.strip() for cell in header}
    for position in range(max(len(header), width)):
        cell = header[position].strip() if position < len(header) else ""
        name = " ".join(cell.split()) or f"column {position + 1}"
        seen[name] += 1
        if seen[name] > 1:
            number = seen[name]
            while f"{name} ({number})" in taken:
                number += 1
            seen[name] = number
            name = f"{name} ({number})"
        names.append(name)
    return tuple(names)


def trimmed(row: Sequence[str]) -> Sequence[str]:
    """Cells of a row up to the last one with something in it."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
