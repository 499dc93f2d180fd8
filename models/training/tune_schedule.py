"""Which examples each epoch shows: weak labels first, real messages to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heads_data import Example


@dataclass(frozen=True, slots=True)
class Plan:
    """Share of each source that an epoch shows; sources not named take those of `real`."""

    shares: Mapping[str, tuple[float, ...]]

    @property
    def epochs(self) -> int:
        """Number of epochs."""
        return len(self.shares["real"])


PUBLIC_SETS = (
    "brighter-es",
    "brighter-pt",
    "brighter-en",
    "goemotions-en",
    "xci-complaints-en",
    "bitext-support-en",
    "banking77-en",
)
TEACHER = Plan(
    {
        "real": (1.0,) * 8,
        "own": (0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        "corpus": (1.0, 0.75, 0.5, 0.3, 0.3, 0.3, 0.15, 0.15),
        "brighter-es": (1.0, 0.75, 0.75, 0.75, 0.75, 0.75, 0.5, 0.5),
        "brighter-pt": (1.0, 0.25, 0.25, 0.2, 0.2, 0.2, 0.1, 0.1),
        **{name: (1.0,) + (0.0,) * 7 for name in PUBLIC_SETS if name.endswith("-en")},
        "goemotions-en": (0.7,) + (0.0,) * 7,
    }
)
"""The corpus is flat on purpose, so its share falls; what is like real messages comes last."""
STUDENT = Plan(
    {
        "real": (1.0,) * 8,
        "own": (1.0,) * 8,
        "corpus": (1.0,) * 8,
        "brighter-es": (1.0,) * 8,
        "brighter-pt": (0.5,) * 8,
        **{name: (0.2,) * 8 for name in PUBLIC_SETS if name.endswith("-en")},
    }
)
"""A teacher answers for every message, so that what a set does not label counts too."""


class Schedule:
    """Examples of each epoch; those of a partial share are drawn anew each time."""

    def __init__(self, examples: Sequence[Example], seed: int, plan: Plan) -> None:
        self._seed, self._plan = seed, plan
        self.epochs = plan.epochs
        self._by_source: dict[str, list[int]] = {}
        for index, example in enumerate(examples):
            self._by_source.setdefault(example.source, []).append(index)
        self._sizes = [len(self.chosen(epoch)) for epoch in range(plan.epochs)]

    @property
    def messages(self) -> int:
        """Messages shown in all epochs."""
        return sum(self._sizes)

    def before(self, epoch: int) -> int:
        """Messages shown before an epoch."""
        return sum(self._sizes[:epoch])

    def chosen(self, epoch: int) -> list[int]:
        """Indices of the examples of one epoch."""
        rng = np.random.default_rng([self._seed, 1, epoch])
        made: list[int] = []
        for source, own in sorted(self._by_source.items()):
            shares = self._plan.shares
            folder, _, file = source.partition("/")
            named = folder if file else source
            share = shares.get(named, shares["real"])[epoch]
            size = round(share * len(own))
            made += own if size == len(own) else rng.choice(own, size, replace=False).tolist()
        return made
