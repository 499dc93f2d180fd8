"""Years in which nothing happens: growth, weekly rhythm and noise, and no truth to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set
from vocmine.store.frame import Frame, InsightColumns, MessageColumns, Names, code_of

from .points import CHANNELS, CITIES, POINTS, WEEKS
from .truths import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

Generator = np.random.Generator
_DAYS = np.array((1.25, 1.15, 1.1, 1.05, 1.0, 0.6, 0.35)) / 6.5
_SHARES = np.array([point.share for point in POINTS])


def null_frame(
    seed: int,
    *,
    weeks: int = WEEKS,
    weekly: float = 100.0,
    growth: float = 0.4,
    spread: float = 0.1,
) -> Frame:
    """A frame without any truth: what is said, and how people answer, is the same all year.

    Channel, country (cities stand in for it), answers and points are independent of each other,
    so that an impact or a difference between groups that is found is false too.

    Args:
        seed: The same gives the same frame.
        weeks: How many, from `FIRST_DAY` on.
        weekly: Messages of the first week, in the mean.
        growth: By how much of that the last week has more.
        spread: Coefficient of variation of the weekly volume and, beyond chance, of the weekly
            share of each point: in one week people write more of everything than in another.
    """
    rng = np.random.default_rng(seed)
    mean = weekly * (1 + growth * np.arange(weeks) / max(weeks - 1, 1))
    week = np.repeat(np.arange(weeks), rng.poisson(mean * _noise(rng, weeks, spread)))
    weekday = rng.choice(7, size=len(week), p=_DAYS)
    day = np.sort(np.datetime64(FIRST_DAY, "D") + week * 7 + weekday)
    shares = np.minimum(_SHARES * _noise(rng, (weeks, len(POINTS)), spread), 0.9)
    insights = _insights(rng, rng.random((len(week), len(POINTS))) < shares[week])
    tone = np.bincount(insights.message, insights.polarity, len(week))
    return Frame(_messages(rng, day, np.clip(tone, -2, 2).astype(np.int8)), insights)


def _noise(rng: Generator, shape: int | tuple[int, ...], spread: float) -> npt.NDArray[np.float64]:
    return rng.gamma(spread**-2, spread**2, shape) if spread else np.ones(shape)


def _names(values: Sequence[str], drawn: npt.NDArray[np.int64]) -> Names:
    """The column of some values, of which `drawn` are the places; as `Names.of`, and faster."""
    count = np.bincount(drawn, minlength=len(values))
    order = np.argsort(-count, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Names(tuple(values[n] for n in order.tolist() if count[n]), place[drawn])


def _insights(rng: Generator, has: npt.NDArray[np.bool_]) -> InsightColumns:
    message, which = np.nonzero(has)
    codes = {
        name: np.array(
            [code_of(name, getattr(point, name)) for point in POINTS], dtype=np.int16
        )[which]
        for name in ("friction", "stage", "touchpoint", "pyramid")
    }  # fmt: skip
    phases = [label.parent for label in label_set("stage").labels]
    phase_of = np.array(
        [code_of("phase", phase) if phase else -1 for phase in phases], dtype=np.int16
    )
    polarity = np.zeros(len(which), dtype=np.int8)
    for place, point in enumerate(POINTS):
        values, weights = zip(*point.polarity, strict=True)
        mine = which == place
        polarity[mine] = rng.choice(values, size=int(mine.sum()), p=weights)
    return InsightColumns(
        id=np.arange(1, len(which) + 1),
        message=message.astype(np.int64),
        phase=phase_of[codes["stage"]],
        polarity=polarity,
        judged=np.ones(len(which), dtype=np.bool_),
        confidence=rng.uniform(0.5, 0.98, len(which)),
        length=rng.integers(20, 80, len(which)),
        **codes,
    )


def _messages(
    rng: Generator, day: npt.NDArray[np.datetime64], sentiment: npt.NDArray[np.int8]
) -> MessageColumns:
    count = len(day)

    def often(share: float) -> npt.NDArray[np.bool_]:
        return rng.random(count) < share

    nothing = np.full(count, np.nan)
    return MessageColumns(
        id=np.arange(1, count + 1),
        day=day,
        score=np.where(often(0.7), 1.0 + rng.binomial(4, 0.7, count), np.nan),
        nps=np.where(often(0.65), rng.choice(11, size=count), np.nan),
        csat=nothing,
        sentiment=sentiment,
        judged=np.ones(count, dtype=np.bool_),
        effort=rng.choice(4, size=count, p=(0.4, 0.2, 0.25, 0.15)).astype(np.int8),
        churn=often(0.08),
        urgent=often(0.05),
        recommend=rng.choice((-1, 0, 1), size=count, p=(0.05, 0.85, 0.1)).astype(np.int8),
        pqrs=rng.choice(len(label_set("pqrs").codes), size=count).astype(np.int16),
        emotions=rng.random((count, len(label_set("emotion").codes))) < 0.1,
        length=rng.integers(40, 400, count),
        lang=_names(["es"], np.zeros(count, dtype=np.int64)),
        channel=_names([*CHANNELS], rng.choice(len(CHANNELS), count, p=[*CHANNELS.values()])),
        country=_names([*CITIES], rng.choice(len(CITIES), count, p=[*CITIES.values()])),
        author=_names([f"C-{n}" for n in range(count)], rng.integers(0, count, count)),
        source=_names(["quejas.csv"], np.zeros(count, dtype=np.int64)),
    )
