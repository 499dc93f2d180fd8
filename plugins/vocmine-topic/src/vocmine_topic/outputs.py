"""The tables of the topic analyzer, and a model's topics as their columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from vocmine.plugin import Column, Table

if TYPE_CHECKING:
    from collections import Counter

    from vocmine.plugin import Columns, TableColumns
    from vocmine_topic.model import Assigned, Topic, TopicModel

_COUNTED = (
    Column("name"),
    Column("terms", "json"),
    Column("segments", "integer"),
    Column("messages", "integer"),
)
TABLES = (
    Table("topics", "corpus", (Column("topic", "integer"), *_COUNTED)),
    Table(
        "subtopics",
        "corpus",
        (Column("subtopic", "integer"), Column("topic", "integer"), *_COUNTED),
    ),
    Table(
        "topic_changes",
        "corpus",
        (
            Column("generation", "integer"),
            Column("topic", "integer"),
            Column("name"),
            Column("change"),
            Column("related", "json"),
        ),
    ),
    Table(
        "segment_topics",
        "segment",
        (
            Column("topics_row", "integer"),
            Column("subtopic", "integer", nullable=True),
            Column("weight", "real"),
            Column("fit", "real"),
        ),
        many=True,
    ),
)


def shown_topics(model: TopicModel, messages: Counter[int]) -> list[Topic]:
    """The topics that have rows, those of most messages first, ties by name.

    Topics that the user hid have none, nor those that no message has, unless they are held.
    """
    shown = [t for t in model.main() if not t.hidden and (t.held or messages[t.id])]
    return sorted(shown, key=lambda topic: (-messages[topic.id], topic.name, topic.id))


def corpus_columns(
    model: TopicModel, shown: list[Topic], segments: Counter[int], messages: Counter[int]
) -> TableColumns:
    """Columns of the tables that are per corpus.

    Args:
        model: Topics.
        shown: In order of their rows.
        segments: How many segments have each topic and sub-theme.
        messages: The same of messages.
    """
    parts = [
        part
        for topic in shown
        for part in sorted(model.subtopics(topic.id), key=lambda part: -messages[part.id])
        if messages[part.id]
    ]
    return {
        "topics": {
            "topic": [topic.id for topic in shown],
            **_counted(shown, segments, messages),
        },
        "subtopics": {
            "subtopic": [part.id for part in parts],
            "topic": [part.parent for part in parts],
            **_counted(parts, segments, messages),
        },
        "topic_changes": {
            "generation": [change.generation for change in model.changes],
            "topic": [change.topic for change in model.changes],
            "name": [change.name for change in model.changes],
            "change": [change.change for change in model.changes],
            "related": [json.dumps(change.related) for change in model.changes],
        },
    }


def segment_columns(found: Assigned, places: dict[int, int]) -> TableColumns:
    """Columns of `segment_topics`.

    Args:
        found: Topics of the segments of a batch.
        places: Identity to position in `topics`, for those that have a row.
    """
    kept = np.isin(found.topic, list(places))
    rows = np.array([places[topic] for topic in found.topic[kept].tolist()], dtype=np.int64)
    return {
        "segment_topics": {
            "row": found.row[kept],
            "topics_row": rows,
            "subtopic": [None if part < 0 else part for part in found.subtopic[kept].tolist()],
            "weight": found.weight[kept],
            "fit": found.fit[kept],
        }
    }


def _counted(topics: list[Topic], segments: Counter[int], messages: Counter[int]) -> Columns:
    return {
        "name": [topic.name for topic in topics],
        "terms": [json.dumps(topic.terms, ensure_ascii=False) for topic in topics],
        "segments": [segments[topic.id] for topic in topics],
        "messages": [messages[topic.id] for topic in topics],
    }
