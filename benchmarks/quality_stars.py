"""Sentiment against the stars of reviews: in two ways, without three stars, and in three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine.evaluation import score_labels
from vocmine.evaluation.judge import four_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import Batch
    from vocmine.evaluation import Score
    from vocmine.heads import Heads


def stars_sentiment(stars: int) -> str:
    """Three-way reading of a rating, to compare with three-way sentiment."""
    return "negative" if stars <= 2 else "positive" if stars >= 4 else "neutral"


def score_stars(heads: Heads, batch: Batch, stars: Sequence[int]) -> dict[str, Score]:
    """Sentiment of rated reviews.

    Returns:
        `sentiment, 2-way`: 1-2 against 4-5 stars, by which side is likelier (the probabilities of
        the positive labels together against those of the negative ones); `sentiment, 2-way as told`
        : the same, where a review called neutral or mixed is an error; `sentiment, 3-way`: `mixed`
        counts as neutral, and so do three stars.
    """
    found = heads.predict("sentiment", batch)
    told = ["neutral" if code == "mixed" else four_way(code) for code in found.codes]
    sides = [four_way(code) for code in heads.labels("sentiment")]
    positive, negative = (
        found.probabilities[:, [side == wanted for side in sides]].sum(axis=1)
        for wanted in ("positive", "negative")
    )
    likelier = np.where(positive > negative, "positive", "negative").tolist()
    wanted = [stars_sentiment(count) for count in stars]
    two = [row for row, side in enumerate(wanted) if side != "neutral"]
    return {
        "sentiment, 2-way": _score(wanted, likelier, two),
        "sentiment, 2-way as told": _score(wanted, told, two),
        "sentiment, 3-way": _score(wanted, told, range(len(wanted))),
    }


def _score(wanted: Sequence[str], got: Sequence[str], rows: Sequence[int]) -> Score:
    return score_labels([wanted[i] for i in rows], [got[i] for i in rows], rows)
