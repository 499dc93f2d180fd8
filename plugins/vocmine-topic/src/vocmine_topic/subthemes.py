"""Sub-themes: what a large topic is made of, where its parts hold together."""

from __future__ import annotations

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
_HOLD_TOGETHER = 0.5
"""Score (see `choose`) from which the parts of a topic are worth telling apart."""


def find_subthemes(model: TopicModel, space: Space, believed: IdArray) -> None:
    """Look into every large topic; parts that are known go on with their identities.

    Args:
        model: Its `subtopic_of` and `topics` take what is found.
        space: Of the anchors.
        believed: Sub-theme of each anchor by what was known, `NONE` for none.
    """
    for topic in model.main():
        # Phrases of seeded topics stand behind the segments of the sample.
        rows = np.flatnonzero(model.topic_of[: len(believed)] == topic.id)
        if len(rows) < MIN_TOPIC:
            continue
        part = space.of(rows)
        number = choose(
            part,
            seed=model.settings.seed,
            fewest=2,
            most=MOST,
            splits=_SPLITS,
            least=_HOLD_TOGETHER,
        )
        if number < 2:
            continue
        groups = KMeansEngine().group(part, topics=number, seed=model.settings.seed)
        _name_parts(model, topic, rows, _large(groups), believed[rows])


def _large(groups: Labels) -> Labels:
    """Groups renumbered from the largest on, those that are too small as -1."""
    sizes = np.bincount(groups)
    enough = MIN_SHARE * len(groups)
    order = [at for at in np.argsort(-sizes, kind="stable") if sizes[at] >= enough]
    place = np.full(len(sizes), NONE, dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[groups]


def _name_parts(
    model: TopicModel, topic: Topic, rows: IdArray, groups: Labels, believed: IdArray
) -> None:
    count = int(groups.max(initial=-1)) + 1
    if count < 2:
        return
    known = sorted({int(each) for each in np.unique(believed)} - {NONE})
    heirs = lineage(groups, believed, known).heirs
    for group in range(count):
        own = heirs[group] if group in heirs else model.new_id()
        model.topics[own] = Topic(own, parent=topic.id)
        model.subtopic_of[rows[groups == group]] = own
