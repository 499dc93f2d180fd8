"""What users change about topics: named, joined, divided, pinned, hidden, seeded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vocmine.errors import UsageError
from vocmine_topic.engines import Space
from vocmine_topic.engines.kmeans import KMeansEngine
from vocmine_topic.model import NONE, Assigner, Change, Topic
from vocmine_topic.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine.batch import SketchArray
    from vocmine_topic.features import FeatureArray
    from vocmine_topic.model import TopicModel

    Sketcher = Callable[[Sequence[str]], SketchArray]
    from vocmine_topic.text import Reader

ACTIONS = ("rename", "merge", "split", "pin", "unpin", "hide", "show", "seed")
MOST_PARTS = 10
SEED_LIKENESS = 0.45
"""Cosine with one of a topic's phrases from which on a segment of the sample is seeded by it."""


class Edit(NamedTuple):
    """One change that a user made.

    Args:
        action: One of `ACTIONS`.
        topics: Identities: the one that is changed; in a merger the one that stays comes first.
        names: What these topics were called, for a reader and for another store.
        name: New name of a renamed or seeded topic.
        parts: Into how many a topic is split.
        phrases: What a topic is seeded with.
    """

    action: str
    topics: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    name: str = ""
    parts: int = 0
    phrases: tuple[str, ...] = ()


class Edits(NamedTuple):
    """All changes of a store.

    Args:
        done: Those that are part of the topics, in order.
        waiting: Those that come into force when topics are given out next.
    """

    done: tuple[Edit, ...] = ()
    waiting: tuple[Edit, ...] = ()

    def to_bytes(self) -> bytes:
        """As JSON, for the store's memory."""
        kept = {name: [edit._asdict() for edit in own] for name, own in self._asdict().items()}
        return json.dumps(kept, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, value: bytes) -> Edits:
        """What `to_bytes` gave; empty bytes are no edits."""
        if not value:
            return cls()
        kept = json.loads(value)
        return cls(*(tuple(map(_edit, kept[name])) for name in cls._fields))


def _edit(row: dict[str, Any]) -> Edit:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Edit(**values)


def check(edit: Edit, model: TopicModel) -> None:
    """Refuse a change that cannot be made.

    Raises:
        UsageError: A topic is not there, or is not one that can be changed so.
    """
    for topic in edit.topics:
        if topic not in model.topics:
            raise UsageError(
                f"There is no topic {topic}.", "Run: vocmine topics to see the topics and numbers."
            )
        if model.topics[topic].parent != NONE and edit.action != "rename":
            raise UsageError(
                f"{topic} is a sub-theme, which can only be renamed.",
                f"Use its topic, {model.topics[topic].parent}.",
            )
    if edit.action == "merge" and len(set(edit.topics)) < 2:
        raise UsageError("Two different topics are needed to merge.", "Give two numbers or more.")
    if edit.action == "split" and not 2 <= edit.parts <= MOST_PARTS:
        raise UsageError(
            f"A topic cannot be split into {edit.parts}.", f"Give a number from 2 to {MOST_PARTS}."
        )


def apply(edit: Edit, model: TopicModel, reader: Reader, sketch: Sketcher | None) -> None:
    """Make one change to a model.

    Topics that are new or divided are left without a name.

    Args:
        edit: It is checked first.
        model: Is changed.
        reader: Turns phrases into words.
        sketch: Gives the sketches of phrases; None where no encoder is known.

    Raises:
        UsageError: See `check`; or a topic has too few segments to be split.
    """
    check(edit, model)
    if edit.action == "rename":
        model.change(edit.topics[0], name=edit.name, called=True)
    elif edit.action in ("pin", "unpin"):
        model.change(edit.topics[0], held=edit.action == "pin")
    elif edit.action in ("hide", "show"):
        hidden = edit.action == "hide"
        model.change(
            edit.topics[0], hidden=hidden, held=model.topics[edit.topics[0]].held or hidden
        )
    elif edit.action == "merge":
        _merge(model, edit.topics[0], edit.topics[1:])
    elif edit.action == "split":
        _split(model, edit.topics[0], edit.parts)
    else:
        topic = model.new_id()
        model.topics[topic] = Topic(
            topic, edit.name, called=bool(edit.name), held=True, phrases=edit.phrases
        )
        model.changes.append(Change(model.generation, topic, edit.name, "new"))
        plant(model, topic, reader, sketch)


def _merge(model: TopicModel, kept: int, others: Sequence[int]) -> None:
    others = [other for other in dict.fromkeys(others) if other != kept]
    for other in others:
        model.topic_of[model.topic_of == other] = kept
        for part in model.subtopics(other):
            model.change(part.id, parent=kept)
        gone = model.topics.pop(other)
        model.change(kept, phrases=model.topics[kept].phrases + gone.phrases)
        model.changes.append(Change(model.generation, other, gone.name, "gone", (kept,)))
    model.change(kept, held=True)
    merged = Change(model.generation, kept, model.topics[kept].name, "merged", tuple(others))
    model.changes.append(merged)


def _split(model: TopicModel, topic: int, parts: int) -> None:
    rows = np.flatnonzero(model.topic_of == topic)
    distinct = len(np.unique(model.anchors[rows], axis=0))
    if distinct < 2 * parts:
        raise UsageError(
            f"Topic {topic} has {distinct} different segments, too few to split into {parts}.",
            "Give a smaller number of parts.",
        )
    features = model.anchors[rows]
    none = np.zeros((len(rows), 0))
    groups = KMeansEngine().group(
        Space(features, none, none.astype(np.int8), np.arange(len(rows)), ()),
        topics=parts,
        seed=model.settings.seed,
    )
    found = np.unique(groups)
    if len(found) < parts:
        raise UsageError(
            f"Topic {topic} does not come apart into {parts}.", "Give a smaller number of parts."
        )
    for part in model.subtopics(topic):
        del model.topics[part.id]
    model.subtopic_of[rows] = NONE
    former = model.topics[topic]
    order = np.argsort(-np.bincount(groups), kind="stable").tolist()
    for group in order[1:]:
        own = model.new_id()
        model.topics[own] = Topic(own, held=True)
        model.topic_of[rows[groups == group]] = own
        model.changes.append(Change(model.generation, own, "", "split", (topic,)))
    model.change(topic, held=True, name=former.name if former.called else "")


def plant(model: TopicModel, topic: int, reader: Reader, sketch: Sketcher | None) -> None:
    """Make a topic of its phrases and of the segments of the sample that are like one of them."""
    phrases = model.topics[topic].phrases
    width = len(model.features.middle)
    sketches = sketch(phrases) if sketch and width else np.zeros((len(phrases), width), np.int8)
    rows: FeatureArray = Assigner(model, reader).features(phrases, ["es"] * len(phrases), sketches)
    rows = rows[rows.any(axis=1)]
    if not len(rows):
        return
    if len(model.anchors):
        likeness = np.concatenate([b.alike.max(axis=1) for b in nearest(model.anchors, rows, 1)])
        model.topic_of[likeness >= SEED_LIKENESS] = topic
        model.subtopic_of[likeness >= SEED_LIKENESS] = NONE
    model.anchors = np.concatenate([model.anchors, rows])
    model.topic_of = np.append(model.topic_of, np.full(len(rows), topic))
    model.subtopic_of = np.append(model.subtopic_of, np.full(len(rows), NONE))
