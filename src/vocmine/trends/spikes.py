"""One period that stands out from the others, tested so that restless figures raise no alarm.

Real shares vary more from week to week than a coin would (a fault hits many at once). How much more
is measured on the other periods of the same figure, and a period is judged against that: shares by
a beta-binomial, means and volume by their variance between periods. As that measure is uncertain
itself, tails are those of Student's t.

All tests of a run are one family. The chance that data in which nothing changes raise an alarm as
strong as one found is at most the sum, over all tests, of the chance of each to do so. For a test
that is the lesser of the alarm's own tail probability and of the chance that its figure moves far
enough to matter: a point of one message a week cannot alarm by chance, so it weakens no alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine.trends.limits import SPIKE_MESSAGES, SPIKES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.frame import Flags, Floats, Ints
    from vocmine.trends.limits import Limit
    from vocmine.trends.series import Figure

_SMALL = 1e-9
_FEW = 5
"""Points below which each is judged by itself."""
_LEAST_WEIGHT = 0.5
"""Of a point's own restlessness, beside that of all points."""


@dataclass(frozen=True, slots=True)
class Part:
    """Periods of a figure that are compared with one another.

    Args:
        figure: Of T periods.
        inside: All of them, or those between two changes that stay, bool (T,).
        steps: Places at which the level changes; for `volume`, which is not cut in parts.
    """

    figure: Figure
    inside: Flags
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spike:
    """A period of a figure that stands out.

    Args:
        figure: Which.
        place: Of the period.
        value: The figure there.
        expected: What the other periods lead to expect.
        p_value: Adjusted for every test of the family.
    """

    figure: Figure
    place: int
    value: float
    expected: float
    p_value: float


class _Tests(NamedTuple):
    """One-sided tests of each period of some figures; float64 or bool (rows, T).

    Args:
        p: Tail probability of the figure, were it like the others; nan where it is not tested.
        reach: Chance of a figure like the others to move far enough to matter.
        far: Where it has.
        expected: From the others.
    """

    p: Floats
    reach: Floats
    far: Flags
    expected: Floats


def spikes(parts: Sequence[Part], tested: Flags) -> list[Spike]:
    """Periods that stand out, with p-values that hold for all of them together.

    Args:
        parts: What is compared.
        tested: Periods that can be spikes, bool (T,); the others only serve to compare with.
    """
    rows: list[Figure] = []
    tests: list[_Tests] = []
    for what in SPIKES:
        chosen = [part for part in parts if part.figure.what == what]
        if chosen:
            rows += [part.figure for part in chosen]
            tests.append(_tests(chosen))
    if not tests:
        return []
    p, reach, far, expected = (np.concatenate(columns) for columns in zip(*tests, strict=True))
    p = np.where(tested, p, np.nan)
    reached = reach[~np.isnan(p)]
    found = []
    for row, place in np.argwhere(far & ~np.isnan(p)).tolist():
        chance = float(np.minimum(p[row, place], reached).sum())
        value = float(rows[row].values()[place])
        found.append(Spike(rows[row], place, value, float(expected[row, place]), min(chance, 1.0)))
    return found


def _tests(parts: Sequence[Part]) -> _Tests:
    figure = parts[0].figure
    if figure.kind == "count":
        return _volume_tests(parts[0])
    inside = np.stack([part.inside for part in parts])
    of = np.where(inside, np.stack([part.figure.of for part in parts]), 0.0)
    total = np.where(inside, np.stack([part.figure.total for part in parts]), 0.0)
    if figure.kind == "share":
        return _share_tests(SPIKES[figure.what], total, of)
    return _mean_tests(SPIKES[figure.what], total, of, figure.spread)


@dataclass(frozen=True, slots=True)
class _Others:
    """For each period, what the other periods say; float64 (rows, T)."""

    mean: Floats
    of: Floats
    periods: Floats
    squares: Floats
    """Sum over the others of `of * (value - mean)**2`."""

    @classmethod
    def than(cls, total: Floats, of: Floats, prior: float) -> _Others:
        """Sums of all periods, less each.

        Args:
            total: Of each period.
            of: What it rests on; 0 where the period is not compared.
            prior: Added to the sum, and twice to what it rests on, so that no share is 0.
        """
        square = np.where(of > 0, total**2 / np.maximum(of, _SMALL), 0.0)
        rest = [column.sum(1, keepdims=True) - column for column in (total, of, square)]
        periods = (of > 0).sum(1, keepdims=True) - (of > 0) * 1.0
        mean = (rest[0] + prior) / np.maximum(rest[1] + 2 * prior, _SMALL)
        squares = rest[2] - 2 * mean * rest[0] + mean**2 * rest[1]
        return cls(mean, rest[1], periods, np.maximum(squares, 0.0))


def _share_tests(limit: Limit, total: Floats, of: Floats) -> _Tests:
    others = _Others.than(total, of, 0.5)
    share = others.mean
    alike, freedom = _alike(others)
    # The share of the others is itself known from so many messages only.
    variance = (1 + np.maximum(of - 1, 0) * alike) * (1 + of / np.maximum(others.of, 1))
    alike = np.clip((variance - 1) / np.maximum(of - 1, 1), 1e-7, 0.5)
    least = np.ceil(np.maximum(limit.above(share) * of - _SMALL, SPIKE_MESSAGES))
    counts = total.astype(np.int64), least.astype(np.int64)
    # Row by row: the table of a row has as many columns as a period has messages.
    rows = zip(*counts, of, share, alike, strict=True)
    tails = zip(*(_upper_tails(*row) for row in rows), strict=True)
    empty = (of < SPIKE_MESSAGES) | (others.periods < 2)
    p, reach = (np.where(empty, np.nan, _as_t(np.stack(tail), freedom)) for tail in tails)
    return _Tests(p, reach, total >= least, share)


def _alike(others: _Others) -> tuple[Floats, Floats]:
    """How alike the messages of a period are, and degrees of freedom of that estimate.

    The intraclass correlation of a beta-binomial: how much more shares vary than by chance, by
    Pearson's statistic. A point's own few messages tell it badly, so it is drawn towards the mean
    of all points as far as its error explains how much they differ (James and Stein).
    """
    mean_of = np.maximum(others.of / np.maximum(others.periods, 1) - 1, 1)
    freedom = np.maximum(others.periods - 1, 1)
    share = others.mean
    restless = others.squares / freedom / (share * (1 - share))
    own = (restless - 1) / mean_of
    if len(own) < _FEW:
        return np.maximum(own, 0.0), freedom
    error = 2 * np.maximum(restless, 1) ** 2 / freedom / mean_of**2
    mean = own.mean(0)
    between = np.maximum(((own - mean) ** 2 - error).mean(0), 0.0)
    weight = np.maximum(between / (between + error), _LEAST_WEIGHT)
    return np.maximum(weight * own + (1 - weight) * mean, 0.0), freedom / weight


def _upper_tails(
    count: Ints, least: Ints, of: Floats, share: Floats, alike: Floats
) -> tuple[Floats, Floats]:
    """Tails of beta-binomials from the count on (the mid-p), and from the least that matters.

    Args:
        count: int64 (T,).
        least: int64 (T,).
        of: Messages, float64 (T,).
        share: float64 (T,).
        alike: Intraclass correlation, float64 (T,).

    Returns:
        Two tails, float64 (T,); the second is 0 where the least is more than there are messages.
    """
    from scipy.special import betaln, gammaln

    possible = least <= of
    most = int(max(count.max(), least[possible].max(initial=0)))
    k = np.arange(most + 1)
    n, a, b = (x[..., None] for x in (of, share * (1 / alike - 1), (1 - share) * (1 / alike - 1)))
    others = np.maximum(n - k, 0)
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(others + 1)
    log = choose + betaln(k + a, others + b) - betaln(a, b)
    chance = np.where(k <= n, np.exp(log), 0.0)
    fewer = np.concatenate([np.zeros((*count.shape, 1)), chance.cumsum(-1)], -1)
    of_count, with_count, of_least = (
        np.take_along_axis(fewer, np.minimum(at, most + 1)[..., None], -1)[..., 0]
        for at in (count, count + 1, least)
    )
    p = np.clip(1 - (of_count + with_count) / 2, 1e-15, 1.0)
    return p, np.where(possible, np.clip(1 - of_least, 0.0, 1.0), 0.0)


def _as_t(p: Floats, freedom: Floats) -> Floats:
    """A normal tail as one of Student's t: the variance is estimated from few periods."""
    from scipy.special import ndtri, stdtr

    found: Floats = stdtr(np.maximum(freedom, 1), ndtri(p))
    return found


def _mean_tests(limit: Limit, total: Floats, of: Floats, spread: float) -> _Tests:
    """Falls of a mean: a score or an NPS that rises needs nobody."""
    from scipy.special import stdtr

    others = _Others.than(total, of, 0.0)
    freedom = np.maximum(others.periods - 1, 1)
    variance = np.maximum(others.squares / freedom, max(spread**2, _SMALL))
    error = np.sqrt(variance * (1 / np.maximum(of, 1) + 1 / np.maximum(others.of, 1)))
    away = (total / np.maximum(of, 1) - others.mean) / error
    empty = (of < SPIKE_MESSAGES) | (others.periods < 2)
    p, reach = (
        np.where(empty, np.nan, stdtr(freedom, distance))
        for distance in (away, -limit.step / error)
    )
    return _Tests(p, reach, away * error <= -limit.step, others.mean)


def _volume_tests(part: Part) -> _Tests:
    """Deleted residuals of the logarithm of the volume on its trend, as outliers are tested."""
    from scipy.special import stdtr

    volume = part.figure.total
    log = np.log(np.maximum(volume, 0.5))
    basis, _ = np.linalg.qr(volume_trend(len(log), part.steps))
    residual = log - basis @ (basis.T @ log)
    free = np.maximum(1 - (basis**2).sum(1), _SMALL)
    freedom = max(len(log) - basis.shape[1] - 1, 1)
    others = np.maximum((residual**2).sum() - residual**2 / free, 0.0) / freedom
    # Counts vary at least as chance has it.
    error = np.sqrt(np.maximum(others, 1 / max(volume.mean(), 0.5)) / free)
    away, limit = residual / free, float(np.log(SPIKES["volume"].ratio))
    tests = (
        stdtr(freedom, -away / error),
        stdtr(freedom, -limit / error),
        away >= limit,
        np.exp(log - away),
    )
    return _Tests(*(column[None] for column in tests))


def volume_trend(periods: int, steps: Sequence[int] = ()) -> Floats:
    """What the logarithm of the volume is explained by: growth, steady or not, and steps.

    Returns:
        float64 (periods, 3 + steps).
    """
    place = np.linspace(-1, 1, periods)
    columns = [place**0, place, place**2, *(np.arange(periods) >= step for step in steps)]
    return np.stack(columns, axis=1).astype(np.float64)
