"""Customers who write again while an earlier message of theirs is open."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from vocmine.clock.cues import cues
from vocmine.clock.rows import Repeater
from vocmine.duplicates import is_nobody
from vocmine.store.frame import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine.clock.rows import Due
    from vocmine.store.frame import Days, Frame, Ints, Names

OPEN = ("red", "amber", "green")
_FOREVER = 1 << 32
"""Days; what is open has no end, and one customer's days stay apart from the next one's."""


def earlier_open(author: Names, received: Days, closed: Days, timed: Ints) -> Ints:
    """For each message, how many earlier ones of its customer were open on the day it came.

    One that was answered on that very day counts as open; of the messages of one day, those that
    stand before it in the export are earlier.

    Args:
        author: Of each message; names that many share, such as `Anónimo`, are nobody's.
        received: datetime64[D] (n,).
        closed: datetime64[D] (n,); NaT while a message is open.
        timed: Rows of the messages with a term, int64 (t,); the others neither have nor are such.

    Returns:
        int64 (n,).
    """
    found = np.zeros(len(received), dtype=np.int64)
    nobody = np.array([is_nobody(name) for name in author.values] + [True])
    rows = timed[~nobody[author.code[timed]]]  # UNKNOWN is the last
    if not len(rows):
        return found
    code = author.code[rows] * (2 * _FOREVER)
    start = received[rows].astype(np.int64) + _FOREVER // 2
    end = np.maximum(closed[rows], received[rows]).astype(np.int64) + _FOREVER // 2
    end = np.where(np.isnat(closed[rows]), _FOREVER, end)
    order = np.lexsort((rows, start, code))
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows))
    first = np.searchsorted(np.sort(code), code)
    ends = np.sort(code + end)
    answered = np.searchsorted(ends, code + start) - np.searchsorted(ends, code)
    found[rows] = place - first - answered
    return found


def repeated_customers(frame: Frame, rows: Iterable[Due]) -> list[Repeater]:
    """Customers with a message that came while an earlier one was open; most open ones first.

    Args:
        frame: The messages that `rows` were made of.
        rows: As `due_rows` gives them, or some of those.
    """
    authors = frame.messages.author
    of_message = dict(zip(frame.messages.id.tolist(), authors.code.tolist(), strict=True))
    cases: dict[int, list[Due]] = defaultdict(list)
    for row in rows:
        if row.due and of_message[row.message] != UNKNOWN:
            cases[of_message[row.message]].append(row)
    found = [
        _repeater(authors.values[code], sorted(own, key=lambda row: (row.received, row.message)))
        for code, own in cases.items()
        if any(row.repeats for row in own)
    ]
    return sorted(found, key=lambda one: (-one.open, -one.repeats, one.first, one.author))


def _repeater(author: str, cases: list[Due]) -> Repeater:
    waiting = [case for case in cases if case.state in OPEN]
    said = {cue for case in waiting for cue in case.cues}
    return Repeater(
        author=author,
        messages=len(cases),
        open=len(waiting),
        overdue=sum(case.state == "red" for case in cases),
        repeats=sum(case.repeats > 0 for case in cases),
        first=waiting[0].received if waiting else "",
        last=cases[-1].received,
        cues=tuple(cue for cue in cues() if cue in said),
        files=tuple(case.external_id for case in waiting),
    )
