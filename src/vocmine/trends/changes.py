"""What changed: spikes, changes that stay, points that are new or gone, praise that fades.

On data in which nothing changes, a run raises any alarm at all in at most 5 of 100 cases: three
fifths of that chance are spent on spikes (`spikes`), two on changes that stay (`levels`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vocmine.trends.events import Event, nearby
from vocmine.trends.levels import Level, levels
from vocmine.trends.limits import (
    FALSE_ALARMS,
    LEAST_PERIODS,
    LEVELS,
    OF_SPIKES,
    SIDE,
    SPIKES,
    is_absent,
)
from vocmine.trends.rows import Change
from vocmine.trends.series import Figure, complete, figures, grain_of
from vocmine.trends.spikes import Part, Spike, spikes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.frame import Frame


def changes(
    frame: Frame,
    periods: Sequence[str],
    events: Sequence[Event] = (),
    *,
    newest: bool = False,
) -> list[Change]:
    """Changes that are sure and big enough to matter, newest first.

    Periods at either end that the data cover in part are not looked at.

    Args:
        frame: Whose messages.
        periods: Weeks or months, as `timeline` gives them.
        events: Context; a change near one carries its name.
        newest: Look for spikes in the last whole period only, which finds smaller ones there.

    Returns:
        Nothing when there are fewer than `LEAST_PERIODS` whole periods.
    """
    whole = np.flatnonzero(complete(frame, periods))
    if len(whole) < LEAST_PERIODS:
        return []
    first, last = int(whole[0]), int(whole[-1]) + 1
    inside = periods[first:last]
    side = SIDE[grain_of(inside[0])]
    followed = [f.cut(first, last) for f in figures(frame, periods) if f.what in LEVELS]
    stays = levels(followed, side)
    tested = np.ones(len(inside), dtype=np.bool_)
    tested[: -1 if newest else 0] = False
    stands_out = spikes(_parts(followed, stays), tested)
    found = [
        *(_of_level(level, inside) for level in stays if _worth_telling(level)),
        *(_of_spike(spike, inside, side) for spike in stands_out),
    ]
    sure = [change for change in found if change.p_value <= FALSE_ALARMS]
    named = [nearby(change, periods, events) for change in sure]
    return sorted(named, key=lambda change: (change.period, -change.p_value), reverse=True)


def _parts(followed: Sequence[Figure], stays: Sequence[Level]) -> list[Part]:
    """Figures as spikes are looked for in them: a level is compared with itself only."""
    place = np.arange(len(followed[0].of))
    parts = []
    for figure in followed:
        if figure.what not in SPIKES:
            continue
        steps = tuple(level.place for level in stays if level.figure is figure)
        if figure.kind == "count":
            parts.append(Part(figure, place >= 0, steps))
            continue
        edges = [0, *steps, len(place)]
        parts += [Part(figure, (start <= place) & (place < end)) for start, end in pairwise(edges)]
    return parts


def _worth_telling(level: Level) -> bool:
    return level.figure.what != "praise" or level.value < level.expected


def _of_level(level: Level, periods: Sequence[str]) -> Change:
    figure = level.figure
    kind = "drift" if figure.what == "praise" else "level"
    if figure.what == "friction" and is_absent(level.expected, level.value):
        kind = "new"
    elif figure.what == "friction" and is_absent(level.value, level.expected):
        kind = "vanished"
    counted = figure.total if figure.kind == "share" else figure.of
    messages = counted[level.place : level.until].sum()
    p = level.p_value / (1 - OF_SPIKES)
    return _change(figure, kind, periods[level.place], level, int(messages), p)


def _of_spike(spike: Spike, periods: Sequence[str], side: int) -> Change:
    figure, at = spike.figure, spike.place
    counted = figure.total if figure.kind == "share" else figure.of
    # Too young for a change that stays: was it there before?
    is_new = (
        figure.what == "friction"
        and at >= len(periods) - side
        and is_absent(figure.total[:at].sum() / max(figure.of[:at].sum(), 1), spike.value)
    )
    kind = "new" if is_new else "spike"
    return _change(figure, kind, periods[at], spike, int(counted[at]), spike.p_value / OF_SPIKES)


def _change(
    figure: Figure, kind: str, period: str, found: Level | Spike, messages: int, p_value: float
) -> Change:
    return Change(
        kind=kind,
        what=figure.what,
        friction=figure.friction,
        stage=figure.stage,
        touchpoint=figure.touchpoint,
        period=period,
        value=found.value,
        expected=found.expected,
        messages=messages,
        p_value=min(p_value, 1.0),
    )
