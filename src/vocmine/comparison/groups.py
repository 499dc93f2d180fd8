"""Groups of messages, each beside all the others: which figures differ by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.comparison.intervals import adjusted, share_p_values, welch
from vocmine.comparison.rows import GroupFigure
from vocmine.proportions import newcombe
from vocmine.store.frame import UNKNOWN, code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.database import Store
    from vocmine.store.frame import Flags, Floats, Frame

LEAST = 30
"""Messages that a group and the others must have for a figure to be compared."""
SURE = 0.05
MOST_GROUPS, MOST_POINTS = 50, 15
SHARES = ("negative", "positive", "high_effort", "churn", "urgent")
MEANS = ("score", "nps", "csat")
FIGURES = (*SHARES, *MEANS)
"""Figures that are always compared where they are known; friction points come after them."""
PERIOD = "period"
"""Name of the column that `compare_period` makes."""
_HIGH_EFFORT = 3


@dataclass(frozen=True, slots=True)
class _Share:
    """A figure that a message has or has not: both bool (n,)."""

    name: str
    hit: Flags
    known: Flags


@dataclass(frozen=True, slots=True)
class _Compared:
    """One figure of every group; arrays of float64 (groups,)."""

    name: str
    messages: npt.NDArray[np.float64]
    others: npt.NDArray[np.float64]
    of_group: Floats
    of_rest: Floats
    low: Floats
    high: Floats
    p_value: Floats


def compare(
    store: Store,
    frame: Frame,
    column: str,
    *,
    figures: Sequence[str] = (),
    least: int = LEAST,
) -> list[GroupFigure]:
    """Each value of a column beside all the others that have one.

    Spellings and columns are those of `vocmine.store.parts`. Messages without a value are left
    out; values with fewer than `least` messages, and those after the `MOST_GROUPS` largest, are
    among the others only.

    Args:
        store: Where the column is.
        frame: Whose messages.
        column: `channel`, `month`, `Ciudad`, …; case and accents do not matter.
        figures: Names of figures; empty means all.
        least: Messages that either side must have.

    Returns:
        The largest group first, the surest difference of each first; of two groups both are there.

    Raises:
        UsageError: No such column, or one that tells persons apart.
    """
    from vocmine.store.filters import Filter
    from vocmine.store.parts import NONE, OTHER, grouped

    # Copies are out of the frame already; those that are in it count.
    chosen = Filter(messages=frame.messages.id.tolist(), keep_duplicates=True)
    name, groups = grouped(store, chosen, column, top=MOST_GROUPS)
    code = np.full(len(frame.messages), UNKNOWN, dtype=np.int64)
    for number, (value, ids) in enumerate(groups):
        if value != NONE:
            code[np.searchsorted(frame.messages.id, np.array(ids, dtype=np.int64))] = number
    own = [n for n, (value, ids) in enumerate(groups) if value not in (OTHER, NONE)]
    own = [n for n in own if len(groups[n][1]) >= least]
    members = code[:, None] == np.array(own, dtype=np.int64)
    return compare_groups(
        frame,
        name,
        [groups[number][0] for number in own],
        members,
        within=code != UNKNOWN,
        figures=figures,
        least=least,
    )


def compare_period(
    frame: Frame, since: str, until: str, *, figures: Sequence[str] = (), least: int = LEAST
) -> list[GroupFigure]:
    """The messages of a period beside all the others that have a date.

    Args:
        frame: Whose messages.
        since: First day, ISO; empty means from the start.
        until: First day after it, ISO; empty means to the end.
        figures: Names of figures; empty means all.
        least: Messages that either side must have.
    """
    day = frame.messages.day
    dated = ~np.isnat(day)
    inside = dated.copy()
    if since:
        inside &= day >= np.datetime64(since)
    if until:
        inside &= day < np.datetime64(until)
    last = str(np.datetime64(until) - 1) if until else ""
    name = "/".join((since, last))
    return compare_groups(
        frame, PERIOD, [name], inside[:, None], within=dated, figures=figures, least=least
    )


def compare_groups(
    frame: Frame,
    column: str,
    values: Sequence[str],
    members: Flags,
    *,
    within: Flags,
    figures: Sequence[str] = (),
    least: int = LEAST,
) -> list[GroupFigure]:
    """Each of some groups beside the messages that are not in it.

    Args:
        frame: Whose messages, n of them.
        column: What makes the groups.
        values: Their names, g of them.
        members: bool (n, g); a message may be in several groups.
        within: bool (n,): messages that are compared at all.
        figures: Names of figures, a friction point as `friction/stage/touchpoint`; empty means
            all, with the `MOST_POINTS` most frequent friction points.
        least: Messages that either side must have; figures of fewer are given but not tested.

    Returns:
        Groups as they came, the surest difference of each first.
    """
    if not len(values) or not within.any():
        return []
    counted = members & within[:, None]
    found = [
        _shares(share, counted, within)
        for share in (*_label_shares(frame), *_point_shares(frame, within, least, figures))
        if not figures or share.name in figures
    ]
    found += [
        _means(name, value, counted, within)
        for name, value in _values(frame, column).items()
        if not figures or name in figures
    ]
    return _rows(column, values, found, least)


def _label_shares(frame: Frame) -> list[_Share]:
    m = frame.messages
    with_effort, with_pqrs = m.effort != UNKNOWN, m.pqrs != UNKNOWN
    return [
        _Share("negative", m.sentiment < 0, m.judged),
        _Share("positive", m.sentiment > 0, m.judged),
        _Share("high_effort", m.effort == _HIGH_EFFORT, with_effort),
        _Share("churn", m.churn, with_effort),
        _Share("urgent", m.urgent, with_pqrs),
    ]


def _point_shares(frame: Frame, within: Flags, least: int, figures: Sequence[str]) -> list[_Share]:
    """Messages with each of the most frequent friction points, or of those that are asked for."""
    from vocmine.catalogue import label_set

    i = frame.insights
    real = (i.friction != code_of("friction", "none")) & (
        i.friction != code_of("friction", "other")
    )
    chosen = i.judged & (i.polarity < 0) & (i.friction != UNKNOWN) & real & within[i.message]
    sets = [label_set(name).codes for name in ("friction", "stage", "touchpoint")]
    shape = tuple(len(codes) for codes in sets)
    places = np.stack([i.friction, i.stage, i.touchpoint])[:, chosen].astype(np.int64)
    # A point and a message as one number, so that a message counts once.
    n = len(frame.messages)
    pairs = np.unique(np.ravel_multi_index(tuple(places), shape) * n + i.message[chosen])
    points, first, count = np.unique(pairs // n, return_index=True, return_counts=True)
    shares: list[_Share] = []
    everyone = np.ones(n, dtype=np.bool_)
    for place in np.argsort(-count, kind="stable").tolist():
        where = np.unravel_index(points[place], shape)
        name = "/".join(codes[int(at)] for codes, at in zip(sets, where, strict=True))
        if name in figures or (not figures and count[place] >= least and len(shares) < MOST_POINTS):
            hit = np.zeros(n, dtype=np.bool_)
            hit[pairs[first[place] : first[place] + count[place]] % n] = True
            shares.append(_Share(name, hit, everyone))
    return shares


def _values(frame: Frame, column: str) -> dict[str, Floats]:
    """What means are compared of; the score not by the score itself."""
    m = frame.messages
    nps = np.where(np.isnan(m.nps), np.nan, 100.0 * (m.nps >= 9) - 100.0 * (m.nps <= 6))
    every = {"score": m.score, "nps": nps, "csat": m.csat}
    return {name: value for name, value in every.items() if name != column}


def _shares(share: _Share, members: Flags, within: Flags) -> _Compared:
    known = share.known & within
    n_a = np.count_nonzero(members[known], axis=0).astype(np.float64)
    a = np.count_nonzero(members[known & share.hit], axis=0).astype(np.float64)
    n_b, b = known.sum() - n_a, (known & share.hit).sum() - a
    safe_a, safe_b = np.maximum(n_a, 1), np.maximum(n_b, 1)
    low, high = newcombe(a, safe_a, b, safe_b)
    p_value = share_p_values(a, n_a, b, n_b)
    return _Compared(share.name, n_a, n_b, a / safe_a, b / safe_b, low, high, p_value)


def _means(name: str, value: Floats, members: Flags, within: Flags) -> _Compared:
    known = within & ~np.isnan(value)
    inside = members[known].astype(np.float64)
    # Around the mean of all, so that the squares do not drown in rounding.
    middle = float(value[known].mean()) if known.any() else 0.0
    values = value[known] - middle
    n_a = inside.sum(axis=0)
    sums, squares = inside.T @ values, inside.T @ values**2
    n_b = len(values) - n_a
    mean_a, variance_a = _moments(n_a, sums, squares)
    mean_b, variance_b = _moments(n_b, values.sum() - sums, (values**2).sum() - squares)
    low, high, p_value = welch(
        mean_a, variance_a, np.maximum(n_a, 2), mean_b, variance_b, np.maximum(n_b, 2)
    )
    return _Compared(name, n_a, n_b, mean_a + middle, mean_b + middle, low, high, p_value)


def _moments(n: Floats, sums: Floats, squares: Floats) -> tuple[Floats, Floats]:
    mean = sums / np.maximum(n, 1)
    variance = (squares - n * mean**2) / np.maximum(n - 1, 1)
    return mean, np.maximum(variance, 0)


def _rows(
    column: str, values: Sequence[str], found: Sequence[_Compared], least: int
) -> list[GroupFigure]:
    if not found:
        return []
    messages = np.stack([one.messages for one in found])
    others = np.stack([one.others for one in found])
    tested = (messages >= least) & (others >= least)
    p_value = adjusted(np.stack([one.p_value for one in found]), tested)
    rows = []
    for group, value in enumerate(values):
        of_group = []
        for number, one in enumerate(found):
            if not messages[number, group] or not others[number, group]:
                continue
            low, high = float(one.low[group]), float(one.high[group])
            p = float(p_value[number, group])
            of_group.append(
                GroupFigure(
                    column=column,
                    value=value,
                    figure=one.name,
                    messages=int(messages[number, group]),
                    of_group=float(one.of_group[group]),
                    of_rest=float(one.of_rest[group]),
                    difference=float(one.of_group[group] - one.of_rest[group]),
                    low=low,
                    high=high,
                    p_value=p,
                    sure=p < SURE and not low <= 0 <= high,
                    tested=bool(tested[number, group]),
                )
            )
        rows += sorted(of_group, key=lambda row: row.p_value)
    return rows
