"""Years of made-up messages, whose weeks differ by chance and by what is planted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from made_frames import frame_of

from vocmine.store.frame import Frame

MONDAY = "2025-01-06"
POINTS = (
    "usability/use/app", "delay/delivery/delivery", "billing/use/billing", "refund/support/phone",
    "outage/use/app", "price/consideration/product", "product_quality/use/product",
    "no_response/support/chat", "information/consideration/web", "access/purchase/web",
    "staff_attitude/purchase/store", "promise/purchase/advertising", "process/support/email",
    "availability/purchase/store", "cancellation/loyalty/contract",
)  # fmt: skip
"""Friction points of falling share."""
SHARES = 0.10 / np.arange(1, len(POINTS) + 1) ** 0.8
_WEEKDAYS = (0.20, 0.18, 0.17, 0.16, 0.15, 0.09, 0.05)


def made_year(
    seed: int,
    *,
    weeks: int = 52,
    start: float = 80,
    end: float = 150,
    alike: float = 0.004,
    restless: float = 0.12,
    remembers: float = 0.0,
    shares: Mapping[str, Sequence[tuple[int, float]]] = {},
) -> Frame:
    """Weeks in which nothing changes but what `shares` says.

    Volume grows steadily with a coefficient of variation, weekends are quiet, the share of each
    point and of negative messages varies from week to week more than by chance.

    Args:
        seed: The same gives the same frame.
        weeks: From `MONDAY` on.
        start: Messages of the first week, in the mean.
        end: Of the last.
        alike: Intraclass correlation of the messages of a week; 0.004 makes the variance of a
            share of 100 messages 1.4 times that of chance.
        restless: Coefficient of variation of the volume.
        remembers: Correlation of a week's share with that of the week before.
        shares: Point to its share from a week on, exactly that.
    """
    from scipy.stats import beta, norm

    rng = np.random.default_rng(seed)

    def drawn(share: float, likeness: float) -> Any:
        shocks = rng.normal(size=weeks)
        for week in range(1, weeks):
            shocks[week] *= np.sqrt(1 - remembers**2)
            shocks[week] += remembers * shocks[week - 1]
        rest = 1 / likeness - 1
        return beta.ppf(norm.cdf(shocks), share * rest, (1 - share) * rest)

    mean = np.exp(np.linspace(np.log(start), np.log(end), weeks))
    count = rng.poisson(mean * rng.gamma(restless**-2, restless**2, weeks))
    week = np.repeat(np.arange(weeks), count)
    n = len(week)
    day = np.datetime64(MONDAY) + week * 7 + rng.choice(7, n, p=_WEEKDAYS)
    said = {}
    for point, share in zip(POINTS, SHARES, strict=True):
        chance = drawn(share, alike)
        for since, exact in shares.get(point, ()):
            chance[since:] = exact
        said[point] = rng.random(n) < chance[week]
    negative = rng.random(n) < drawn(0.5, alike)[week]
    score = np.clip(np.round(3 + rng.normal(0, 1.2, n) + rng.normal(0, 0.05, weeks)[week]), 1, 5)
    praise = [
        (place, rng.random(n) < 0.08, rng.random(n) < 0.6)
        for place in ("delivery/delivery", "purchase/store", "use/app")
    ]
    return frame_of(
        day,
        said,
        sentiment=np.where(negative, -1, rng.choice(2, n)),
        score=np.where(rng.random(n) < 0.6, score, np.nan),
        nps=np.where(rng.random(n) < 0.4, rng.choice(11, n), np.nan),
        praise=praise,
    )
