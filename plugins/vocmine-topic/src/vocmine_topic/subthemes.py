"""Sub-themes: what a large topic is made of, where its parts hold together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vocmine_topic.engines import Space
from vocmine_topic.engines.kmeans import KMeansEngine, choose
from vocmine_topic.lineage import lineage
from vocmine_topic.model import NONE, Topic

if TYPE_CHECKING:
    from vocmine_topic.engines import Labels
    from vocmine_topic.model import IdArray, TopicModel

MIN_TOPIC = 80
"""Segments of the sample that a topic must have to be looked into."""
MIN_SHARE = 0.1
"""Share of a topic's segments that a sub-theme must have; less belongs to the topic alone."""
MOST = 5
"""Sub-themes of one topic."""
_SPLITS = 4
_HOLD_TOGETHER = 0.6
"""Stability (see `choose`) from which the parts of a topic are worth telling apart."""


def find_subthemes(
    model: TopicModel, space: Space, believed: IdArray, former: TopicModel | None = None
) -> None:
    """Look into every large topic; parts that are known go on with their identities.

    Args:
        model: Its `subtopic_of` and `topics` take what is found.
        space: Of the anchors.
        believed: Sub-theme of each anchor by what was known, `NONE` for none.
        former: What was known; parts that go on are called what they were.
    """
    groups = np.full(len(believed), NONE, dtype=np.int64)
    parents: list[int] = []
    for topic in model.main():
        # Phrases of seeded topics stand behind the segments of the sample.
        rows = np.flatnonzero(model.topic_of[: len(believed)] == topic.id)
        parts = _parts(space.of(rows), model.settings.seed)
        groups[rows] = np.where(parts == NONE, NONE, parts + len(parents))
        parents += [topic.id] * (int(parts.max(initial=NONE)) + 1)
    ids = sorted(set(np.unique(believed).tolist()) - {NONE})
    heirs = lineage(groups, believed, ids).heirs
    known = former.topics if former else {}
    for group, parent in enumerate(parents):
        own = heirs[group] if group in heirs else model.new_id()
        model.topics[own] = replace(known.get(own, Topic(own)), parent=parent)
        model.subtopic_of[: len(believed)][groups == group] = own


def _parts(space: Space, seed: int) -> Labels:
    """Part of each of a topic's segments, from 0, -1 for none; all -1 where it has no parts."""
    none = np.full(len(space.features), NONE, dtype=np.int64)
    if len(none) < MIN_TOPIC:
        return none
    number = choose(space, seed=seed, fewest=2, most=2 * MOST, splits=_SPLITS, least=_HOLD_TOGETHER)
    if number < 2:
        return none
    groups = _large(KMeansEngine().group(space, topics=number, seed=seed))
    return groups if groups.max() > 0 else none


def _large(groups: Labels) -> Labels:
    """Groups renumbered from the largest on; those that are too small or too many as -1."""
    sizes = np.bincount(groups)
    enough = MIN_SHARE * len(groups)
    order = [at for at in np.argsort(-sizes, kind="stable")[:MOST] if sizes[at] >= enough]
    place = np.full(len(sizes), NONE, dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[groups]
