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
    from vocmine.taxonomy import Taxonomy

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
            taxonomy=Taxonomy.from_spec(specs.get("taxonomy", [])),
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
        told_as=tuple(spec.get("told_as", ())),
    )


def _float(array: Any) -> FloatArray:
    made: FloatArray = array.astype("float32")
    return made


def write_heads(folder: Path, heads: Heads) -> None:
    """Write heads so that `read_heads` gives them back; weights in half precision."""
    import numpy as np
    from safetensors.numpy import save_file

    tensors: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    for per, vocabulary in heads.vocabularies.items():
        tensors[f"{per}.keys"] = vocabulary.keys
        tensors[f"{per}.idf"] = vocabulary.idf.astype(np.float32)
    for task in heads.tasks:
        head = heads.head(task)
        for number, (weights, bias) in enumerate(head.layers):
            tensors[f"{task}.{number}.weight"] = weights.astype(np.float16)
            tensors[f"{task}.{number}.bias"] = bias.astype(np.float32)
        if head.words is not None:
            tensors[f"{task}.words"] = head.words.astype(np.float16)
        specs[task] = _spec(head)
    content: dict[str, Any] = {"vocabularies": list(heads.vocabularies), "tasks": specs}
    if heads.taxonomy is not None:
        content["taxonomy"] = heads.taxonomy.to_spec()
    save_file(
        {name: np.ascontiguousarray(array) for name, array in tensors.items()}, folder / ARRAYS
    )
    (folder / ARRAYS).chmod(0o644)  # the library writes files that only their owner reads
    (folder / SPECS).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _spec(head: Head) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "per": head.per,
        "many": head.many,
        "inputs": list(head.inputs),
        "layers": len(head.layers),
        "words": head.words is not None,
        "labels": list(head.labels),
        "temperature": head.temperature,
        "bias": [round(float(value), 4) for value in head.bias],
    }
    return {**spec, "told_as": list(head.told_as)} if head.told_as else spec
