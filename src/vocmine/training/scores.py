"""Accuracy and macro-F1 of decided labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Score:
    """Of held-out rows.

    Args:
        accuracy: Share of rows whose label, or with several labels every label, is right.
        macro_f1: Mean F1 of the labels that occur.
        n: Rows.
    """

    accuracy: float
    macro_f1: float
    n: int

    @property
    def mean(self) -> float:
        """What two heads are compared by: rare labels count, and so does every row."""
        return (self.accuracy + self.macro_f1) / 2

    def as_dict(self) -> dict[str, float | int]:
        """Rounded, for `meta.json`."""
        return {
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "n": self.n,
        }


def score(target: npt.NDArray[Any], said: npt.NDArray[Any], labels: int, *, many: bool) -> Score:
    """Score of index arrays (rows,), or with `many` of bool arrays (rows, labels)."""
    right = (target == said).all(axis=1) if many else target == said
    wanted = target if many else np.eye(labels, dtype=bool)[target]
    given = said if many else np.eye(labels, dtype=bool)[said]
    hit = (wanted & given).sum(axis=0)
    total = wanted.sum(axis=0) + given.sum(axis=0)
    there = wanted.any(axis=0)
    f1 = float((2 * hit[there] / total[there]).mean()) if there.any() else 0.0
    return Score(float(right.mean()) if len(right) else 0.0, f1, len(target))
