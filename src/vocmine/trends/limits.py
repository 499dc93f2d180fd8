"""How big a change must be before it is worth anybody's time, and how sure.

A difference that is certain and tiny is no alarm, and neither is one of a handful of messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vocmine.store.frame import Floats

FALSE_ALARMS = 0.05
"""Chance at most that data in which nothing changes raise any alarm at all."""
OF_SPIKES = 0.6
"""Part of it that is spent on spikes; changes that stay show in many periods and need less."""
LEAST_PERIODS = 8
"""Whole periods below which nothing is tested."""
SPIKE_MESSAGES = 10
"""Messages of a period, with the friction point where it is one, below which it is no spike."""
SIDE = {"week": 4, "month": 3}
"""Periods on each side of a change that stays."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure must be `ratio` times what was expected, and `step` away from it.

    Args:
        ratio: 2.0 is twice or half; 1.0 asks for nothing.
        step: In the figure's own unit (a share of 0 to 1, stars, NPS points).
    """

    ratio: float
    step: float

    def above(self, expected: Floats) -> Floats:
        """Least figure that is worth an alarm."""
        found: Floats = np.maximum(expected * self.ratio, expected + self.step)
        return found

    def left(self, value: float, expected: float) -> bool:
        """Whether a figure is far enough above or below what was expected."""
        more, less = max(value, expected), min(value, expected)
        return more >= max(less * self.ratio, less + self.step)


SPIKES = {
    "volume": Limit(1.5, 0),
    "negative": Limit(1.0, 0.10),
    "score": Limit(1.0, 0.3),
    "nps": Limit(1.0, 15),
    "friction": Limit(2.0, 0.02),
}
"""Of one period against the others; only for the worse, volume only upwards."""
LEVELS = {
    "volume": Limit(1.33, 0),
    "negative": Limit(1.0, 0.05),
    "score": Limit(1.0, 0.2),
    "nps": Limit(1.0, 10),
    "friction": Limit(1.5, 0.01),
    "praise": Limit(1.0, 0.10),
}
"""Of all periods from one on against those before."""
ABSENT = 0.1
"""A friction point is absent where it is a tenth of what it is elsewhere, and …"""
ABSENT_SHARE = 0.005
"""… no more than this share of the messages: what a few in a hundred say is not absent."""


def is_absent(share: float, elsewhere: float) -> bool:
    """Whether a friction point is as good as not there."""
    return share <= min(elsewhere * ABSENT, ABSENT_SHARE)
