"""How badly a friction point hurts the customers who tell of it: an index from 0 to 100."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine.catalogue import label_set
from vocmine.store.frame import UNKNOWN

if TYPE_CHECKING:
    from vocmine.priorities.clusters import Clusters
    from vocmine.store.frame import Bytes, Flags, Floats, Frame

WEIGHTS = {"polarity": 30, "emotion": 20, "effort": 20, "churn": 15, "urgent": 15}
"""What each part adds at most."""
INTENSITY = {
    "anger": 1.0,
    "fear": 1.0,
    "disgust": 1.0,
    "frustration": 0.75,
    "sadness": 0.75,
    "disappointment": 0.5,
    "confusion": 0.5,
}
"""Of the negative emotions; of several in a message the strongest counts."""
_MOST = 2
_HIGHEST_EFFORT = 3


def severity_index(
    polarity: Bytes, emotions: Flags, effort: Bytes, churn: Flags, urgent: Flags, known: Flags
) -> Floats:
    """The index of complaints: the weighted mean of the parts that are known.

    Args:
        polarity: Of the complaint itself, int8 (k,), -2 to 0.
        emotions: Of its message, bool (k, emotions), in the order of the label set.
        effort: Of its message, int8 (k,), 0 to 3; any value where it is not known.
        churn: bool (k,).
        urgent: bool (k,).
        known: Whether each part was judged, bool (k, 5), in the order of `WEIGHTS`.

    Returns:
        float64 (k,), 0 to 100; it never falls when a part grows.
    """
    intensity = np.array([INTENSITY.get(code, 0.0) for code in label_set("emotion").codes])
    parts = np.stack(
        [
            -polarity / _MOST,
            (emotions * intensity).max(axis=1, initial=0.0),
            effort / _HIGHEST_EFFORT,
            churn,
            urgent,
        ],
        axis=1,
    )
    weights = known * np.array(list(WEIGHTS.values()), dtype=np.float64)
    index: Floats = 100 * (np.clip(parts, 0, 1) * weights).sum(axis=1) / weights.sum(axis=1)
    return index


def severities(frame: Frame, points: Clusters) -> Floats:
    """Severity of each friction point: the mean of its messages, float64 (p,), 0 to 100."""
    messages, row = frame.messages, points.message
    worst = np.zeros(len(row), dtype=np.int8)
    np.minimum.at(worst, points.pair_of_insight, frame.insights.polarity[points.insight])
    known = np.ones((len(row), len(WEIGHTS)), dtype=np.bool_)
    # Without the analyzer there is no emotion anywhere; effort and churn have one analyzer, and
    # so have PQRS and urgency.
    known[:, 1] = bool(messages.emotions.any())
    known[:, 2] = known[:, 3] = messages.effort[row] != UNKNOWN
    known[:, 4] = messages.pqrs[row] != UNKNOWN
    index = severity_index(
        worst,
        messages.emotions[row],
        messages.effort[row],
        messages.churn[row],
        messages.urgent[row],
        known,
    )
    return points.mean(index)
