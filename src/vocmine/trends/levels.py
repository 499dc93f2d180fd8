"""Changes that stay: from one period on, a figure is at another level than before.

Where the change is, is unknown, and whether it lasts to the end or goes back (a fault that took two
months to mend). So every span is tried, and the best one is judged against the best ones of the
same periods in random order (a permutation test): whatever the figures are like, and however
restless, such orders show how good a best span gets by chance. All figures are
permuted alike and the best of them counts, so that the p-values hold for all figures together
(Westfall and Young, 1993). Where neighbouring periods resemble each other, which random orders do
not, the evidence is weighed down by what that does to a mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from vocmine.trends.limits import FALSE_ALARMS, LEVELS, OF_SPIKES
from vocmine.trends.spikes import volume_trend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.store.frame import Floats, Ints
    from vocmine.trends.series import Figure

Span = tuple[int, int]

_ORDERS = 499
"""Random orders; the least p-value is one in so many and one."""
_SURE = 1.645
"""Standard errors that an autocorrelation must exceed to be more than chance, at 5 %."""
_LIKE = 40
"""Of them, those that tell how alike neighbours are by chance."""
_LONGER = 1.5
"""How much longer each length of span is than the one before."""
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
        side: Periods that a level must last.
    """
    found = []
    # On products this small, threads wait for one another longer than they work.
    with threadpool_limits(1, "blas"):
        for figure, best in zip(figures, _best_spans(figures, side), strict=True):
            end = len(figure.of)
            places = dict(sorted(_edges(figure, 0, end, side, best).items()))
            if places:
                found += _levels(figure, places)
    return found


def _edges(
    figure: Figure, first: int, last: int, side: int, best: tuple[Span, float] | None = None
) -> dict[int, float]:
    """Places between two periods where the level changes, and the p-value of each.

    Once a span is found, the parts that it leaves are searched like a figure of their own.
    """
    part = figure.cut(first, last)
    span, p = best or _best_spans([part], side)[0]
    if p > FALSE_ALARMS * (1 - OF_SPIKES):
        return {}
    span = _refined(part, span, side)
    edges = [first, *(first + at for at in span if 0 < at < last - first), last]
    found = dict.fromkeys(edges[1:-1], p)
    if not _levels(part, dict.fromkeys(at - first for at in found)):
        return {}
    for start, end in pairwise(edges):
        found |= _edges(figure, start, end, side)
    return found


def _levels(figure: Figure, places: Mapping[int, float | None]) -> list[Level]:
    """What changed at each place, in order, where it is enough to matter."""
    edges = [0, *places, len(figure.of)]
    parts = [figure.cut(start, end) for start, end in pairwise(edges)]
    if figure.kind == "count":
        means = [float(part.total.mean()) for part in parts]
        # What growth would have made of the level before.
        design = volume_trend(len(figure.of), edges[1:-1])
        steps = np.linalg.lstsq(design, _log(figure), rcond=None)[0][-len(places) :]
        expected = [mean / float(np.exp(step)) for mean, step in zip(means[1:], steps, strict=True)]
    else:
        means = [float(part.total.sum() / max(part.of.sum(), _SMALL)) for part in parts]
        expected = means[:-1]
    return [
        Level(figure, place, since, until, value, before, p or 0.0)
        for (place, p), since, until, value, before in zip(
            places.items(), edges, edges[2:], means[1:], expected, strict=False
        )
        if LEVELS[figure.what].left(value, before)
    ]


def _log(figure: Figure) -> Floats:
    found: Floats = np.log(np.maximum(figure.total, 0.5))
    return found


@dataclass(frozen=True, slots=True)
class _Scan:
    """A figure without its mean or trend, and what it would look like with a step in each span.

    Args:
        residual: float64 (T,).
        steps: float64 (spans, T); of length one, and without mean or trend as well.
    """

    residual: Floats
    steps: Floats

    @classmethod
    def of(cls, figure: Figure, spans: Sequence[Span]) -> _Scan:
        if figure.kind == "count":
            weight = np.ones(len(figure.of))
            basis, _ = np.linalg.qr(volume_trend(len(weight)))
            figures = _log(figure)
        else:
            # A period counts by the messages it rests on.
            weight = np.sqrt(figure.of)
            basis = weight[:, None] / max(float(np.linalg.norm(weight)), _SMALL)
            figures = figure.total / np.maximum(weight, _SMALL)
        place, ends = np.arange(len(weight)), np.array(spans)
        steps = ((place >= ends[:, :1]) & (place < ends[:, 1:])) * weight
        steps -= steps @ basis @ basis.T
        size = np.sqrt((steps**2).sum(1, keepdims=True))
        return cls(figures - basis @ (basis.T @ figures), steps / np.maximum(size, _SMALL))

    def evidence(self) -> tuple[int, float]:
        """The best span, as an index into them, and its evidence in standard errors."""
        along = np.abs(self.steps @ self.residual)
        span = int(along.argmax())
        return span, float(along[span]) / self._scale

    def by_chance(self, orders: Ints) -> Floats:
        """Evidence of the best span in each of some orders of the periods, float64 (orders,)."""
        found: Floats = np.abs(self.residual[orders] @ self.steps.T).max(1) / self._scale
        return found

    def likeness(self, orders: Ints) -> float:
        """How alike neighbouring periods are besides, and not by chance.

        First-order autocorrelation without the best step, as every step makes the periods on its
        sides look alike; less what is left of random orders, which taking out the best of many
        steps makes look unlike.
        """
        given = np.vstack([self.residual, self.residual[orders]])
        along = given @ self.steps.T
        best = np.abs(along).argmax(1)
        rest = given - self.steps[best] * np.take_along_axis(along, best[:, None], 1)
        alike = (rest[:, 1:] * rest[:, :-1]).sum(1) / np.maximum((rest**2).sum(1), _SMALL)
        return float(alike[0] - alike[1:].mean())

    @property
    def _scale(self) -> float:
        return max(float(np.sqrt((self.residual**2).mean())), _SMALL)


def _spans(periods: int, side: int) -> list[Span]:
    """First period of each span and the one after its last: to the end, or of some lengths."""
    spans = [(first, periods) for first in range(side, periods - side + 1)]
    length = float(side)
    while length <= periods - 2 * side:
        whole = round(length)
        starts = range(side, periods - side - whole + 1, max(whole // 4, 1))
        spans += [(first, first + whole) for first in starts]
        length *= _LONGER
    return spans


def _refined(figure: Figure, span: Span, side: int) -> Span:
    """The best span near one that was found, also where less than a whole level follows it."""
    periods = len(figure.of)
    firsts = range(max(span[0] - side + 1, 1), min(span[0] + side, periods))
    lasts = [periods]
    if span[1] < periods:
        lasts = [*range(span[1] - side + 1, min(span[1] + side, periods))]
    near = [(first, last) for first in firsts for last in lasts if first < last]
    return near[_Scan.of(figure, near).evidence()[0]]


def _best_spans(figures: Sequence[Figure], side: int) -> list[tuple[Span, float]]:
    """Best span of each figure for another level, and its p-value among all of them."""
    periods = len(figures[0].of) if figures else 0
    spans = _spans(periods, side)
    if not spans:
        return [((0, periods), 1.0)] * len(figures)
    # The same orders each time: a report made twice says the same.
    orders = np.random.default_rng(0).random((_ORDERS, periods)).argsort(1)
    scans = [_Scan.of(figure, spans) for figure in figures]
    by_chance = np.maximum.reduce([scan.by_chance(orders) for scan in scans])
    # One figure tells likeness badly: that of all of them, or more where it is surely more.
    alike = np.array([scan.likeness(orders[:_LIKE]) for scan in scans])
    alike = np.clip(np.maximum(alike.mean(), alike - _SURE / np.sqrt(periods)), 0.0, 0.9)
    found = []
    for scan, weight in zip(scans, np.sqrt((1 - alike) / (1 + alike)).tolist(), strict=True):
        best, evidence = scan.evidence()
        p = (1 + (by_chance >= evidence * weight).sum()) / (1 + _ORDERS)
        found.append((spans[best], float(p)))
    return found
