"""Years in which nothing happens: growth, weekly rhythm and noise, and no truth to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set
from vocmine.store.frame import Frame, Names, code_of

from .points import CHANNELS, CITIES, POINTS, WEEKS
from .stores import frame_with
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
    message, about = _insights(rng, rng.random((len(week), len(POINTS))) < shares[week])
    tone = np.clip(np.bincount(message, about["polarity"], len(week)), -2, 2)
    columns = _messages(rng, len(week))
    return frame_with(len(week), message, about, day=day, sentiment=tone, **columns)


def _noise(rng: Generator, shape: int | tuple[int, ...], spread: float) -> npt.NDArray[np.float64]:
    return rng.gamma(spread**-2, spread**2, shape) if spread else np.ones(shape)


def _names(values: Sequence[str], drawn: npt.NDArray[np.int64]) -> Names:
    """The column of some values, of which `drawn` are the places; as `Names.of`, and faster."""
    count = np.bincount(drawn, minlength=len(values))
    order = np.argsort(-count, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Names(tuple(values[n] for n in order.tolist() if count[n]), place[drawn])


def _insights(
    rng: Generator, has: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], dict[str, Any]]:
    message, which = np.nonzero(has)
    codes = {
        name: np.array(
            [code_of(name, getattr(point, name)) for point in POINTS], dtype=np.int16
        )[which]
        for name in ("friction", "stage", "touchpoint", "pyramid")
    }  # fmt: skip
    polarity = np.zeros(len(which), dtype=np.int8)
    for place, point in enumerate(POINTS):
        values, weights = zip(*point.polarity, strict=True)
        mine = which == place
        polarity[mine] = rng.choice(values, size=int(mine.sum()), p=weights)
    columns = {
        **codes,
        "polarity": polarity,
        "confidence": rng.uniform(0.5, 0.98, len(which)),
        "length": rng.integers(20, 80, len(which)),
    }
    return message, columns


def _messages(rng: Generator, count: int) -> dict[str, Any]:
    def often(share: float) -> npt.NDArray[np.bool_]:
        return rng.random(count) < share

    return {
        "score": np.where(often(0.7), 1.0 + rng.binomial(4, 0.7, count), np.nan),
        "nps": np.where(often(0.65), rng.choice(11, size=count), np.nan),
        "effort": rng.choice(4, size=count, p=(0.4, 0.2, 0.25, 0.15)),
        "churn": often(0.08),
        "urgent": often(0.05),
        "recommend": rng.choice((-1, 0, 1), size=count, p=(0.05, 0.85, 0.1)),
        "pqrs": rng.choice(len(label_set("pqrs").codes), size=count),
        "emotions": rng.random((count, len(label_set("emotion").codes))) < 0.1,
        "length": rng.integers(40, 400, count),
        "channel": _names([*CHANNELS], rng.choice(len(CHANNELS), count, p=[*CHANNELS.values()])),
        "country": _names([*CITIES], rng.choice(len(CITIES), count, p=[*CITIES.values()])),
        "author": _names([f"C-{n}" for n in range(count)], rng.integers(0, count, count)),
    }
