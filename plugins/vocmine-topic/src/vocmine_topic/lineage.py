"""Which groups found anew are topics that were known: kept, split, merged or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from vocmine_topic.model import NONE, Change, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from vocmine_topic.engines import Labels
    from vocmine_topic.model import IdArray, TopicModel

MOSTLY = 0.5
"""Share of a group, or of a topic, from which on it is mostly the other's."""
_ALIKE = 0.15
"""Least share that a group and the topic it goes on as have in common of both together."""


class Lineage(NamedTuple):
    """How groups come from topics that were known.

    Args:
        heirs: Group to the identity that it goes on as.
        splits: Group without one to the topic that it was mostly part of.
        ends: Identity that no group goes on as to the group that most of it is in, -1 where it is
            scattered or not found again.
    """

    heirs: dict[int, int]
    splits: dict[int, int]
    ends: dict[int, int]


def lineage(groups: Labels, believed: IdArray, ids: list[int]) -> Lineage:
    """Match groups with the topics that their members had.

    Every identity goes on as at most one group: those that share most of both (Jaccard), over all
    of them together (assignment of least cost; Kuhn, 1955).

    Args:
        groups: Group of each segment, -1 for none.
        believed: Identity of the topic that each had by what was known, `NONE` for none.
        ids: Identities that may go on.
    """
    count = int(groups.max(initial=-1)) + 1
    meet = np.zeros((count, len(ids)))
    for place, topic in enumerate(ids):
        own = groups[(believed == topic) & (groups >= 0)]
        meet[:, place] = np.bincount(own, minlength=count)
    size = np.bincount(groups[groups >= 0], minlength=count)
    known = np.array([np.count_nonzero(believed == topic) for topic in ids])
    together = size[:, None] + known[None, :] - meet
    shared = np.round(meet / np.where(together > 0, together, 1), 9)
    heirs = {
        int(group): ids[place]
        for group, place in zip(*linear_sum_assignment(-shared), strict=True)
        if shared[group, place] >= _ALIKE
    }
    splits = {
        group: ids[int(meet[group].argmax())]
        for group in range(count)
        if group not in heirs and len(ids) and meet[group].max() >= MOSTLY * size[group]
    }
    ends = {
        topic: _end(meet[:, place], known[place])
        for place, topic in enumerate(ids)
        if topic not in heirs.values()
    }
    return Lineage(heirs, splits, ends)


def _end(meet: npt.NDArray[np.float64], known: int) -> int:
    if not len(meet) or not known or meet.max() < MOSTLY * known:
        return NONE
    return int(meet.argmax())


def carry_on(
    model: TopicModel, groups: Labels, former: TopicModel | None, believed: IdArray
) -> None:
    """Give the groups of the anchors their identities, and say what became of former topics.

    Topics that are held keep the anchors that `model.topic_of` already gives them.

    Args:
        model: Takes the identities; its `topics`, `changes`, `generation` and `next_id` are set.
        groups: Group of each anchor, -1 for none.
        former: Topics that were known; none the first time.
        believed: Topic of each anchor by them.
    """
    old = former.topics if former else {}
    held = {key: topic for key, topic in old.items() if topic.held and topic.parent == NONE}
    if former:
        model.generation = former.generation + 1
        model.next_id = former.next_id
    free = [t.id for t in former.main() if t.id not in held] if former else []
    found = lineage(groups, believed, free)
    identity = _identities(model, groups, found.heirs)
    for group, topic in identity.items():
        model.topic_of[groups == group] = topic
    model.topics = held | {topic: old.get(topic, Topic(topic)) for topic in identity.values()}
    changes = _changes(model.generation, old, held, identity, found)
    model.changes = [*(former.changes if former else ()), *changes]


def _identities(model: TopicModel, groups: Labels, heirs: Mapping[int, int]) -> dict[int, int]:
    """Identity of each group; new ones are counted from the largest group on."""
    sizes = np.bincount(groups[groups >= 0])
    order = sorted(range(len(sizes)), key=lambda group: (-sizes[group], group))
    return {
        group: heirs[group] if group in heirs else model.new_id() for group in order if sizes[group]
    }


def _changes(
    generation: int,
    old: Mapping[int, Topic],
    held: Mapping[int, Topic],
    identity: Mapping[int, int],
    found: Lineage,
) -> list[Change]:
    into: dict[int, list[int]] = {}
    changes = [Change(generation, topic, each.name, "kept") for topic, each in held.items()]
    for topic, group in found.ends.items():
        end = identity.get(group, NONE)
        related = () if end == NONE else (end,)
        changes.append(Change(generation, topic, old[topic].name, "gone", related))
        into.setdefault(end, []).append(topic)
    for group, topic in identity.items():
        name = old[topic].name if topic in old else ""
        if group in found.splits:
            changes.append(Change(generation, topic, name, "split", (found.splits[group],)))
        elif group not in found.heirs:
            changes.append(Change(generation, topic, name, "new"))
        elif topic in into:
            changes.append(Change(generation, topic, name, "merged", tuple(into[topic])))
        else:
            changes.append(Change(generation, topic, name, "kept"))
    return sorted(changes, key=lambda change: change.topic)
