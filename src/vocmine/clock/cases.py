"""From a selection of messages to its cases: under whose law, and copies as one case.

A request that was received twice is one request. Its case stands as the worst of its copies does:
open while one of them is, and due when the first of those is, so that counting copies once hides
nothing that is due.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vocmine.clock.cues import cues
from vocmine.clock.due import due_rows
from vocmine.clock.listing import urgency
from vocmine.clock.rules import DEFAULT_COUNTRY, regimes
from vocmine.store.frame import read_frame
from vocmine.store.reading import count_copies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vocmine.clock.rows import Due
    from vocmine.store.database import Store
    from vocmine.store.filters import Filter
    from vocmine.store.frame import Frame


def usual_country(frame: Frame) -> str:
    """The country of most messages of those that have terms; Colombia when there is none."""
    known = {regime.country for regime in regimes()}
    return next((c for c in frame.messages.country.values if c in known), DEFAULT_COUNTRY)


def case_rows(
    store: Store, chosen: Filter, frame: Frame, *, country: str, regime: str, today: date
) -> list[Due]:
    """The clock of each message that figures count, in the order of the frame.

    Args:
        store: Where their texts, columns and copies are.
        chosen: Which messages; with `keep_duplicates` every copy is a case of its own.
        frame: The messages of `chosen`, as `read_frame` gives them.
        country: ISO 3166-1 alpha-2.
        regime: Code of a regime of that country; empty means its default.
        today: The day the clock stands at.

    Returns:
        As `due_rows`. A message with copies among those chosen has the row of the one that is most
        urgent, with the priority cues of all and the most `repeats`; `copies` names the others.

    Raises:
        UsageError: The country or the regime is not known.
    """
    if not count_copies(store, chosen):
        return due_rows(store, frame, country=country, regime=regime, today=today)
    every = read_frame(store, replace(chosen, keep_duplicates=True))
    first = dict(store.conn.execute("SELECT message_id, first_id FROM duplicates"))
    keys = frame.messages.id.tolist()
    counted = {first.get(key, key): key for key in keys}
    groups: dict[int, list[Due]] = {key: [] for key in keys}
    for row in due_rows(store, every, country=country, regime=regime, today=today):
        groups[counted[first.get(row.message, row.message)]].append(row)
    return [_one_case(key, copies) for key, copies in groups.items()]


def _one_case(message: int, copies: Sequence[Due]) -> Due:
    worst = min(copies, key=urgency)
    return replace(
        worst,
        message=message,
        cues=tuple(cue for cue in cues() if any(cue in row.cues for row in copies)),
        repeats=max(row.repeats for row in copies),
        copies=tuple(row.external_id for row in copies if row is not worst),
    )
