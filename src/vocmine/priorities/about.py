"""The topic that a friction point is about, where that tells more than its codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vocmine.priorities.clusters import Clusters
    from vocmine.store.database import Store
    from vocmine.store.frame import Frame

LEAST_INSIGHTS = 10
"""Insights of a point under which it has no topic."""
NEARLY_ALL = 0.8
"""Share of a point's insights that must have the topic."""
ELSEWHERE = 0.4
"""Share of the other points' insights up to which the topic is the point's own."""


def topics_of(store: Store, frame: Frame, points: Clusters) -> list[str]:
    """Name of the topic of each point, empty where none tells more.

    A topic does when nearly all of the point's insights have it (`NEARLY_ALL`) and it is not what
    the other points are about as well (`ELSEWHERE`).
    """
    names = [""] * len(points)
    if not len(points) or not {"topics", "segment_topics"} <= set(store.db.table_names()):
        return names
    topics = store.conn.execute("SELECT id, name FROM topics ORDER BY id").fetchall()
    rows = store.conn.execute(
        "SELECT i.id, t.topics_id FROM segment_topics AS t "
        "JOIN insights AS i ON i.segment_id = t.segment_id WHERE i.polarity < 0"
    ).fetchall()
    if not topics or not rows:
        return names
    insight, topic = np.array(rows, dtype=np.int64).T
    topic = np.searchsorted([key for key, _ in topics], topic)
    keys = frame.insights.id[points.insight]
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, insight, sorter=order), len(keys) - 1)]
    mine = keys[at] == insight
    shape = len(points), len(topics)
    pair = np.ravel_multi_index((points.of_insight[at[mine]], topic[mine]), shape)
    held = np.bincount(pair, minlength=shape[0] * shape[1]).reshape(shape)
    own, every = points.insights[:, None], len(keys)
    inside = held / own
    outside = (held.sum(axis=0) - held) / np.maximum(every - own, 1)
    tells = (inside >= NEARLY_ALL) & (outside <= ELSEWHERE) & (own >= LEAST_INSIGHTS)
    for point in np.flatnonzero(tells.any(axis=1)).tolist():
        names[point] = topics[int(np.argmax(inside[point] * tells[point]))][1]
    return names
