"""The columns that the user names for fields, with `--map FIELD=COLUMN`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.errors import UsageError
from vocmine.readers.aliases import ALIASES, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def resolve_overrides(columns: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    """Overrides with the columns spelt as in the table (case and accents do not matter).

    Raises:
        UsageError: Unknown field or column; the message lists those that exist. Or one column
            for two fields.
    """
    chosen: dict[str, str] = {}
    for field, wanted in overrides.items():
        if field not in ALIASES:
            raise UsageError(
                f"There is no field '{field}' to map.", f"Use one of: {', '.join(ALIASES)}."
            )
        same = [column for column in columns if column == wanted] or [
            column for column in columns if plain(column) == plain(wanted)
        ]
        if wanted and not same:
            raise UsageError(
                f"There is no column '{wanted}' to take the {field} from.",
                f"The columns are: {', '.join(columns)}.",
            )
        column = same[0] if wanted else ""
        other = next((name for name, taken in chosen.items() if column and taken == column), "")
        if other:
            raise UsageError(
                f"The column '{column}' cannot be both the {other} and the {field}.",
                f"Leave out one --map, or name another column: {', '.join(columns)}.",
            )
        chosen[field] = column
    return chosen
