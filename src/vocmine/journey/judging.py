"""When a level of the pyramid is met, and whether effort is spent at the top while the base fails.

Plain arithmetic without numpy, so that the sentence below a table costs nothing to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.journey.rows import Effort, LevelFigures
from vocmine.proportions import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 5
"""Opinions about a level, positive or negative, below which it gets no verdict."""
HALF = 0.5
"""A level is met when more opinions are positive than negative."""


def judged(level: str, stage: str, met: int, missed: int) -> LevelFigures:
    """The figures of a level from its counts.

    `met` and `missed` are verdicts of an interval that lies on one side of a half, `unclear` of one
    that spans it, `few` of fewer than `ENOUGH` opinions.
    """
    opinions = met + missed
    if not opinions:
        return LevelFigures(level, stage, met, missed, None, None, None, "few")
    low, high = wilson(met, opinions)
    if opinions < ENOUGH:
        verdict = "few"
    else:
        verdict = "met" if low > HALF else "missed" if high < HALF else "unclear"
    return LevelFigures(level, stage, met, missed, met / opinions, low, high, verdict)


def effort_at_the_top(levels: Sequence[LevelFigures], stage: str = "") -> Effort:
    """Whether a level is praised over one that fails: the base comes first.

    Args:
        levels: As `vocmine.journey.levels.pyramid_levels` gives them, base first.
        stage: Code of the stage to look at; empty for the whole journey.
    """
    own = [row for row in levels if row.stage == stage]
    enough = [row for row in own if row.verdict != "few"]
    if not enough:
        return Effort("few")
    failing = next((row for row in own if row.verdict == "missed"), None)
    if failing is None:
        stands = own[0].verdict == "met" and all(row.verdict == "met" for row in enough)
        return Effort("stands" if stands else "unclear")
    complaints = failing.missed / sum(row.missed for row in own)
    above = [row for row in own[own.index(failing) + 1 :] if row.verdict == "met"]
    if not above:
        return Effort("gap", failing, complaints=complaints)
    praise = above[-1].met / sum(row.met for row in own)
    return Effort("top_heavy", failing, above[-1], praise, complaints)
