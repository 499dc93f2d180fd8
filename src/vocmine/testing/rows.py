"""Results of an analyzer as rows by message or segment, and where two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isclose
from typing import Any

from vocmine.contract import Rows

TOLERANCE = 1e-4
"""Real values that differ by less are the same: sums depend on their order."""

Found = dict[str, dict[int, list[tuple[Any, ...]]]]
"""Table to message or segment to its rows, with values in the order of `outputs`."""


def of_rows(
    checked: Mapping[str, Rows], per: Mapping[str, str], places: Mapping[str, Sequence[int]]
) -> Found:
    """Rows by what they belong to.

    Args:
        checked: Table to its checked columns.
        per: Table to `message` or `segment`.
        places: `message` and `segment` to the place in the whole of each one of the batch.
    """
    found: Found = {}
    for name, rows in checked.items():
        mine = found.setdefault(name, {})
        values = zip(*rows.columns.values(), strict=True) if rows.columns else [()] * len(rows)
        for row, row_values in zip(rows.row.tolist(), values, strict=True):
            mine.setdefault(places[per[name]][row], []).append(tuple(row_values))
    return found


def together(parts: Iterable[Found]) -> Found:
    """The rows of several batches that have no message in common."""
    whole: Found = {}
    for part in parts:
        for name, rows in part.items():
            whole.setdefault(name, {}).update(rows)
    return whole


def difference(left: Found, right: Found) -> str:
    """The first place where two results differ, in words; empty when they are the same."""
    for name in sorted({*left, *right}):
        one, other = left.get(name, {}), right.get(name, {})
        for owner in sorted({*one, *other}):
            mine, its = one.get(owner, []), other.get(owner, [])
            if not _same(mine, its):
                return f"table '{name}', number {owner}: {mine!r:.150} and {its!r:.150}"
    return ""


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(left == right)
