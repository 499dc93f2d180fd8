"""The experience pyramid as figures: each level in all and at each stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine.catalogue import label_set
from vocmine.journey.judging import effort_at_the_top, judged

if TYPE_CHECKING:
    from vocmine.journey.rows import LevelFigures
    from vocmine.store.frame import Frame

__all__ = ["effort_at_the_top", "pyramid_levels"]


def pyramid_levels(frame: Frame) -> list[LevelFigures]:
    """Every level of the pyramid, base first: in all, then at each stage in order.

    Opinions are insights: positive ones say that the level is met, negative ones that it is missed,
    neutral ones nothing. Insights of unknown stage count in all only.
    """
    insights = frame.insights
    stages, levels = label_set("stage").codes, label_set("pyramid").codes
    counts = {}
    for name, chosen in (("met", insights.polarity > 0), ("missed", insights.polarity < 0)):
        chosen = chosen & (insights.pyramid >= 0)
        table = np.zeros((len(stages) + 1, len(levels)), dtype=np.int64)
        # The row after the stages takes what has no stage.
        row = np.where(insights.stage >= 0, insights.stage, len(stages))[chosen]
        np.add.at(table, (row, insights.pyramid[chosen]), 1)
        counts[name] = table
    real = [level for level in levels if level != "none"]
    found = [
        judged(
            level,
            "",
            int(counts["met"][:, levels.index(level)].sum()),
            int(counts["missed"][:, levels.index(level)].sum()),
        )
        for level in real
    ]
    for place, stage in enumerate(stages):
        if stage != "unknown":
            found += [
                judged(
                    level,
                    stage,
                    int(counts["met"][place, levels.index(level)]),
                    int(counts["missed"][place, levels.index(level)]),
                )
                for level in real
            ]
    return found
