"""One judged task in a few figures: what a table and a model's `meta.json` hold of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vocmine.evaluation import Score
    from vocmine.evaluation.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the quality table.

    Args:
        f1: Macro-F1 over the labels that occur in the gold data, with its interval (`low`, `high`).
        accuracy: Share of rows that are right, with its interval; of messages whose whole set is
            right when several labels are allowed.
        micro_f1: With its interval, where several labels are allowed.
        ece: Expected calibration error; None for what gives no confidence.
        n: Rows judged (messages, quotes, clauses).
        worst: Label with the lowest F1, `worst_f1` its F1 and `worst_n` its gold rows.
    """

    f1: float
    low: float
    high: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    n: int
    worst: str
    worst_f1: float
    worst_n: int
    micro_f1: float | None = None
    micro_low: float | None = None
    micro_high: float | None = None
    ece: float | None = None


def figures(score: Score, calibration: Calibration | None = None) -> Figures:
    """The figures of a score."""
    micro, worst = score.micro_f1, score.worst
    return Figures(
        f1=score.macro_f1.value,
        low=score.macro_f1.low,
        high=score.macro_f1.high,
        accuracy=score.accuracy.value,
        accuracy_low=score.accuracy.low,
        accuracy_high=score.accuracy.high,
        n=score.n,
        worst=str(worst.label),
        worst_f1=worst.f1,
        worst_n=worst.n,
        micro_f1=micro.value if micro else None,
        micro_low=micro.low if micro else None,
        micro_high=micro.high if micro else None,
        ece=calibration.ece if calibration else None,
    )
