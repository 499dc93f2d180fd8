"""Topics as bytes for the store's memory: arrays in numpy's own format, the rest as JSON."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from vocmine_topic.features import Features
from vocmine_topic.model import Change, Settings, Topic, TopicModel
from vocmine_topic.vocabulary import Learnt

FORMAT = 1
"""Changes when older models can no longer be read; topics are then learnt anew."""
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,  # zipfile's word for what it does not know, encryption among it
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading bytes that were cut, altered or written by something else may raise."""


def to_bytes(model: TopicModel) -> bytes:
    """The model as bytes, the same for the same model."""
    head = {
        "format": FORMAT,
        "settings": {**model.settings._asdict(), "encoder": model.settings.encoder.hex()},
        "vocabulary": model.vocabulary._asdict(),
        "topics": [asdict(topic) for _, topic in sorted(model.topics.items())],
        "messages": model.messages,
        "covered": model.covered,
        "generation": model.generation,
        "changes": model.changes,
        "next_id": model.next_id,
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    out = io.BytesIO()
    np.savez_compressed(
        out,
        head=np.frombuffer(text, dtype=np.uint8),
        words=model.features.words.astype(np.float16),
        middle=model.features.middle,
        anchors=model.anchors,
        topic_of=model.topic_of,
        subtopic_of=model.subtopic_of,
    )
    return out.getvalue()


def from_bytes(value: bytes) -> TopicModel | None:
    """The model that was kept; None when there is none, or it cannot be read any more."""
    if not value:
        return None
    try:
        with np.load(io.BytesIO(value), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        head = json.loads(arrays["head"].tobytes().decode("utf-8", "surrogatepass"))
        return _model(head, arrays) if head["format"] == FORMAT else None
    except _UNREADABLE:
        return None


def _model(head: dict[str, Any], arrays: dict[str, Any]) -> TopicModel:
    settings = head["settings"] | {"encoder": bytes.fromhex(head["settings"]["encoder"])}
    topics = [
        Topic(**each | {"terms": tuple(each["terms"]), "phrases": tuple(each["phrases"])})
        for each in head["topics"]
    ]
    return TopicModel(
        settings=Settings(**settings),
        vocabulary=Learnt(**head["vocabulary"]),
        features=Features(arrays["words"].astype(np.float32), arrays["middle"]),
        anchors=arrays["anchors"],
        topic_of=arrays["topic_of"],
        subtopic_of=arrays["subtopic_of"],
        topics={topic.id: topic for topic in topics},
        messages=head["messages"],
        covered=head["covered"],
        generation=head["generation"],
        changes=[Change(*row)._replace(related=tuple(row[-1])) for row in head["changes"]],
        next_id=head["next_id"],
    )
