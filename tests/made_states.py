"""Made-up states of two layers, with what meanings are learnt from hidden among other things."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "training"))

from meaning_fit import Examples

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYERS = 2
WIDE = 48
"""Numbers per layer of made-up states."""


def made(
    *, seed: int = 0, problems: int = 40, langs: Sequence[str] = ("es", "pt"), hidden: int = WIDE
) -> Examples:
    """States of two layers: problems lie along four directions, and other things weigh more.

    Those are a direction in which all segments differ at random, what all have in common, and an
    offset of each language. Every problem is told in every language.
    """
    fixed, rng = np.random.default_rng(99), np.random.default_rng(seed)
    size, each = LAYERS * hidden, 12
    basis = np.linalg.qr(fixed.normal(size=(size, 8)))[0].T
    problem = np.repeat(np.arange(problems), each)
    place = np.tile(np.arange(each) % len(langs), problems)
    states = rng.normal(size=(problems, 4))[problem] @ basis[:4]
    states += 0.1 * rng.normal(size=(len(problem), size))
    states += 6.0 * rng.normal(size=(len(problem), 1)) * basis[4]
    states += 8.0 * basis[5] + 5.0 * place[:, None] * basis[6] + 3.0 * (place[:, None] > 1)
    rows = states.astype(np.float32)
    words = np.array([f"{seed} {number}" for number in range(len(rows))])
    return Examples(
        rows, rows[:, :3], problem.astype(np.str_), np.array(langs)[place].astype(np.str_), words
    )
