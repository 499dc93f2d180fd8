"""The clock in figures, of each kind and of all."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING

from vocmine.catalogue import label_set
from vocmine.clock.rows import ClockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.clock.rows import Due


def clock_kinds(rows: Iterable[Due]) -> list[ClockKind]:
    """Figures of each kind under its name in the regime, and of all together.

    Args:
        rows: As `due_rows` gives them; those without a term do not count.

    Returns:
        Kinds in the catalogue's order, then the one of all, with an empty `kind`. Where the regime
        has one name for two kinds (`queja o reclamo`), `kind` is the one with most messages.
        Nothing when no message has a term.
    """
    groups: dict[str, list[Due]] = defaultdict(list)
    every = [row for row in rows if row.due]
    for row in every:
        groups[row.kind_name].append(row)
    order = {code: place for place, code in enumerate(label_set("pqrs").codes)}
    found = [
        _figures(Counter(row.kind for row in group).most_common(1)[0][0], name, group)
        for name, group in groups.items()
    ]
    found.sort(key=lambda figures: (order[figures.kind], figures.kind_name))
    return [*found, _figures("", "", every)] if every else []


def _figures(kind: str, name: str, rows: Sequence[Due]) -> ClockKind:
    states = Counter(row.state for row in rows)
    taken = [row.days_taken for row in rows if row.days_taken is not None]
    in_time = sum(row.days_taken is not None and not row.days_late for row in rows)
    return ClockKind(
        kind=kind,
        kind_name=name,
        messages=len(rows),
        open=states["green"] + states["amber"] + states["red"],
        green=states["green"],
        amber=states["amber"],
        red=states["red"],
        answered=states["grey"],
        in_time=in_time,
        share_in_time=in_time / len(taken) if taken else None,
        median_days=float(median(taken)) if taken else None,
        undated=states["grey"] - len(taken),
        extended=sum(row.extended for row in rows),
        transferred=sum(row.transferred for row in rows),
        silence=sum(row.silence == "positive" for row in rows),
    )
