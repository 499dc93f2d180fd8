"""Heads as files: names and rules in `heads.json`, arrays in `heads.safetensors`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vocmine.errors import ModelError
from vocmine.heads import Head, Heads
from vocmine.model_files import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vocmine.batch import FloatArray

SPECS = "heads.json"
ARRAYS = "heads.safetensors"


def read_heads(folder: Path, meta: Mapping[str, Any]) -> Heads:
    """The heads in a folder whose files were verified.

    Raises:
        ModelError: A file cannot be read, or lacks something.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from vocmine.lexical import Vocabulary

    try:
        tensors = load_file(folder / ARRAYS)
        specs = json.loads((folder / SPECS).read_text("utf-8"))
        return Heads(
            {task: _head(task, spec, tensors) for task, spec in specs["tasks"].items()},
            fingerprint=fingerprint_of(dict(meta)),
            encoder_fingerprint=str(meta["encoder"]["fingerprint"]),
            dim=int(meta["encoder"]["dim"]),
            vocabularies={
                per: Vocabulary(tensors[f"{per}.keys"], _float(tensors[f"{per}.idf"]))
                for per in specs["vocabularies"]
            },
        )
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelError(f"The heads in {folder} cannot be read: {error}.") from error


def _head(task: str, spec: Mapping[str, Any], tensors: Mapping[str, Any]) -> Head:
    import numpy as np

    return Head(
        per=str(spec["per"]),
        inputs=tuple(spec["inputs"]),
        layers=tuple(
            (_float(tensors[f"{task}.{i}.weight"]), _float(tensors[f"{task}.{i}.bias"]))
            for i in range(int(spec["layers"]))
        ),
        labels=tuple(spec["labels"]),
        temperature=float(spec["temperature"]),
        bias=np.asarray(spec["bias"], dtype=np.float32),
        many=bool(spec["many"]),
        words=_float(tensors[f"{task}.words"]) if spec["words"] else None,
    )


def _float(array: Any) -> FloatArray:
    made: FloatArray = array.astype("float32")
    return made
