"""Changes that stay: from one period on, a figure is at another level than before.

Where the change is, is unknown, so every place is tried and the best one is judged against the
best ones of the same periods in random order (a permutation test): whatever the figures are like,
and however restless, such orders show how good a best place gets by chance. All figures are
permuted alike and the best of them counts, so that the p-values hold for all figures together
(Westfall and Young, 1993). Where neighbouring periods resemble each other, which random orders do
not, the evidence is weighed down by what that does to a mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.trends.limits import FALSE_ALARMS, LEVELS, OF_SPIKES
from vocmine.trends.spikes import volume_trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.frame import Floats, Ints
    from vocmine.trends.series import Figure

_ORDERS = 499
"""Random orders; the least p-value is one in so many and one."""
_SURE = 1.645
"""Standard errors that an autocorrelation must exceed to be more than chance, at 5 %."""
_SMALL = 1e-12


@dataclass(frozen=True, slots=True)
class Level:
    """A change that stays.

    Args:
        figure: Which.
        place: First period of the new level.
        since: First period of the level before.
        until: First period after the new level ends; the number of periods when it lasts.
        value: The figure from `place` on.
        expected: Before it.
        p_value: Adjusted for every figure and place.
    """

    figure: Figure
    place: int
    since: int
    until: int
    value: float
    expected: float
    p_value: float


def levels(figures: Sequence[Figure], side: int) -> list[Level]:
    """Changes that stay, figure by figure and in order of time.

    Args:
        figures: Of the same T periods, all of them whole.
        side: Periods that a level must last, on either side of a change.
    """
    found = []
    for figure, (place, p) in zip(figures, _best_places(figures, side), strict=True):
        if not _counts(figure, place, p):
            continue
        end = len(figure.of)
        places = {
            **_splits(figure, 0, place, side),
            place: p,
            **_splits(figure, place, end, side),
        }
        edges = [0, *places, end]
        found += [
            _level(figure, since, at, until, places[at])
            for since, at, until in zip(edges, edges[1:], edges[2:], strict=False)
        ]
    return found


def _splits(figure: Figure, first: int, last: int, side: int) -> dict[int, float]:
    """Places of the changes between two periods, in order, and the p-value of each."""
    part = figure.cut(first, last)
    ((place, p),) = _best_places([part], side)
    if not _counts(part, place, p):
        return {}
    at = first + place
    return {
        **_splits(figure, first, at, side),
        at: p,
        **_splits(figure, at, last, side),
    }


def _counts(figure: Figure, place: int, p: float) -> bool:
    """Whether a change is sure enough, and big enough to matter."""
    if p > FALSE_ALARMS * (1 - OF_SPIKES):
        return False
    level = _level(figure, 0, place, len(figure.of), p)
    return LEVELS[figure.what].left(level.value, level.expected)


def _level(figure: Figure, since: int, place: int, until: int, p: float) -> Level:
    value, expected = (
        float(part.total.sum() / max(part.of.sum(), _SMALL))
        for part in (figure.cut(place, until), figure.cut(since, place))
    )
    if figure.kind == "count":
        # What growth would have made of the level before.
        value = float(figure.total[place:until].mean())
        scan = _Scan.of(figure.cut(since, until), np.array([place - since]))
        expected = value / float(np.exp(scan.residual @ scan.steps[0] / scan.size[0]))
    return Level(figure, place, since, until, value, expected, p)


@dataclass(frozen=True, slots=True)
class _Scan:
    """A figure without its mean or trend, and what it would look like with a step at each place.

    Args:
        residual: float64 (T,).
        steps: float64 (places, T); of length one, and without mean or trend as well.
        size: Length of each before that, float64 (places,).
    """

    residual: Floats
    steps: Floats
    size: Floats

    @classmethod
    def of(cls, figure: Figure, places: Ints) -> _Scan:
        if figure.kind == "count":
            weight = np.ones(len(figure.of))
            basis, _ = np.linalg.qr(volume_trend(len(weight)))
            figures = np.log(np.maximum(figure.total, 0.5))
        else:
            # A period counts by the messages it rests on.
            weight = np.sqrt(figure.of)
            basis = weight[:, None] / max(float(np.linalg.norm(weight)), _SMALL)
            figures = figure.total / np.maximum(weight, _SMALL)
        steps = (np.arange(len(weight)) >= places[:, None]) * weight
        steps -= steps @ basis @ basis.T
        size = np.maximum(np.sqrt((steps**2).sum(1)), _SMALL)
        return cls(figures - basis @ (basis.T @ figures), steps / size[:, None], size)

    def evidence(self) -> tuple[int, float, float]:
        """The best place, its evidence in standard errors, and how alike neighbours are besides.

        Returns:
            Index into the places; at least 0; first-order autocorrelation of what the step leaves.
        """
        along = self.steps @ self.residual
        place = int(np.abs(along).argmax())
        rest = self.residual - self.steps[place] * along[place]
        alike = float(rest[1:] @ rest[:-1]) / max(float(rest @ rest), _SMALL)
        return place, float(np.abs(along[place])) / self._scale, alike

    def by_chance(self, orders: Ints) -> Floats:
        """Evidence at the best place in each of some orders of the periods, float64 (orders,)."""
        found: Floats = np.abs(self.residual[orders] @ self.steps.T).max(1) / self._scale
        return found

    @property
    def _scale(self) -> float:
        return max(float(np.sqrt((self.residual**2).mean())), _SMALL)


def _best_places(figures: Sequence[Figure], side: int) -> list[tuple[int, float]]:
    """Best place of each figure to change its level, and its p-value among all of them."""
    periods = len(figures[0].of) if figures else 0
    places = np.arange(side, periods - side + 1)
    if not len(places):
        return [(0, 1.0)] * len(figures)
    # The same orders each time: a report made twice says the same.
    orders = np.random.default_rng(0).random((_ORDERS, periods)).argsort(1)
    scans = [_Scan.of(figure, places) for figure in figures]
    by_chance = np.maximum.reduce([scan.by_chance(orders) for scan in scans])
    found = [scan.evidence() for scan in scans]
    # One figure tells likeness badly: that of all of them, or more where it is surely more.
    alike = np.array([one for _, _, one in found])
    alike = np.clip(np.maximum(alike.mean(), alike - _SURE / np.sqrt(periods)), 0.0, 0.9)
    weighed = [one for _, one, _ in found] * np.sqrt((1 - alike) / (1 + alike))
    return [
        (int(places[place]), float((1 + (by_chance >= one).sum()) / (1 + _ORDERS)))
        for (place, _, _), one in zip(found, weighed.tolist(), strict=True)
    ]
