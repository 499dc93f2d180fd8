"""How well the model that gave the labels was measured to read, as its own description says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vocmine.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection

    from vocmine.models import ModelInfo
    from vocmine.report.data import Row

TASKS = (
    "insight",
    "polarity_sign",
    "friction",
    "stage",
    "touchpoint",
    "pyramid",
    "pqrs",
    "sentiment",
    "emotions",
    "effort",
    "churn",
    "urgent",
)
"""Labels that the report shows, in the order of the table."""
_HAND_MADE = "gold"


def measured_quality(fingerprints: Collection[str]) -> Row | None:
    """What the installed model with one of these fingerprints says of itself.

    Args:
        fingerprints: Of the heads that gave the labels of a store.

    Returns:
        `name`, `version`, `model` (what `--model` takes), `date`, `seed`, `messages` and `insights`
        (how many it was measured on) and `tasks`: rows with `task`, `f1`, `low`, `high`, `accuracy`
        and `n`; None when no such model is installed, or none can be read.
    """
    from vocmine.model_files import fingerprint_of
    from vocmine.models import list_models

    try:
        for info in list_models():
            if info.kind == "encoder":
                continue
            meta = json.loads((info.folder / "meta.json").read_text("utf-8"))
            if fingerprint_of(meta) in fingerprints:
                return _told(info, meta)
    except (ModelError, OSError, ValueError, KeyError, TypeError):
        return None  # a folder that somebody spoilt must not cost the report
    return None


def _told(info: ModelInfo, meta: dict[str, Any]) -> Row:
    metrics, training = meta.get("metrics", {}), meta.get("training", {})
    facts = metrics.get("facts", {})
    scores = {
        row["task"]: row["score"]
        for row in metrics.get("heads", ())
        if row.get("data") == _HAND_MADE
    }
    keys = ("f1", "low", "high", "accuracy", "n")
    return {
        "name": info.name,
        "version": info.version,
        "model": info.model,
        "date": facts.get("date", ""),
        "seed": training.get("seed"),
        "messages": facts.get("messages"),
        "insights": facts.get("insights"),
        "tasks": [
            {"task": task} | {key: scores[task][key] for key in keys}
            for task in TASKS
            if task in scores
        ],
    }
