"""Model folders of the data package `vocmine_models`: find, list, verify, load."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from vocmine import __version__
from vocmine.errors import ModelError
from vocmine.heads import Code, Head, Heads, ManyPrediction, Prediction
from vocmine.model_files import fingerprint_of, verify_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vocmine.batch import FloatArray
    from vocmine.plugin import Encoder

__all__ = [
    "Code",
    "Heads",
    "ManyPrediction",
    "ModelInfo",
    "Prediction",
    "list_models",
    "load_encoder",
    "load_heads",
    "load_heads_from",
    "model_folder",
]

ENCODER = "voc_encoder"
HEADS = "voc_heads"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What `vocmine models` prints about one model folder.

    Args:
        kind: `encoder` or `heads`.
        size: Bytes of all its files.
        metrics: As its `meta.json` says; each has a data set and a date.
    """

    name: str
    version: str
    kind: str
    size: int
    licence: str
    folder: Path
    metrics: Mapping[str, Any] = field(default_factory=dict)


def models_root() -> Path:
    """Folder of the installed data package `vocmine_models`."""
    return Path(str(files("vocmine_models")))


def list_models(root: Path | None = None) -> list[ModelInfo]:
    """Every model folder, by name and version; files are not verified here.

    Raises:
        ModelError: When a `meta.json` cannot be read.
    """
    return [
        _info(folder)
        for name in sorted(p for p in (root or models_root()).iterdir() if p.is_dir())
        for folder in _versions(name)
    ]


def model_folder(name: str, root: Path | None = None) -> Path:
    """Folder of the newest version of a model.

    Raises:
        ModelError: When there is none; the message lists the models that exist.
    """
    parent = root or models_root()
    found = _versions(parent / name)
    if not found:
        known = sorted({info.name for info in list_models(parent)})
        raise ModelError(
            f"There is no model '{name}' in {parent}.",
            f"Models here: {', '.join(known) or 'none'}; reinstall vocmine to get its models.",
        )
    return found[-1]


def load_encoder(name: str = ENCODER, threads: int = 0) -> Encoder:
    """Load the newest version of an encoder; `threads` 0 means one per core.

    Raises:
        ModelError: Missing, altered, or made for another version of vocmine.
    """
    from vocmine.encoder import OnnxEncoder

    folder = model_folder(name)
    _check_range(folder, _read_json(folder / "meta.json"))
    return OnnxEncoder(folder, threads=threads)


def load_heads(name: str = HEADS, *, encoder_fingerprint: str = "") -> Heads:
    """Load the newest version of a heads model.

    Args:
        encoder_fingerprint: Of the encoder in use; empty means the shipped `voc_encoder`.

    Raises:
        ModelError: Missing, altered, made for another version of vocmine or another encoder.
    """
    expected = encoder_fingerprint or fingerprint_of(
        _read_json(model_folder(ENCODER) / "meta.json")
    )
    return load_heads_from(model_folder(name), encoder_fingerprint=expected)


def load_heads_from(folder: Path, *, encoder_fingerprint: str) -> Heads:
    """Load heads from a model folder, for vectors of the encoder with this fingerprint.

    Raises:
        ModelError: As `load_heads`.
    """
    meta = verify_folder(folder)
    _check_range(folder, meta)
    made_for = str(meta.get("encoder", {}).get("fingerprint", ""))
    if not made_for or made_for != encoder_fingerprint:
        raise ModelError(
            f"The heads in {folder} were trained on vectors of encoder "
            f"'{made_for[:12] or 'unknown'}', not of '{encoder_fingerprint[:12] or 'unknown'}'.",
            "Reinstall vocmine so that both match, or train heads for this encoder "
            "with models/training/train_heads.py.",
        )
    return _read_heads(folder, meta)


def _read_heads(folder: Path, meta: Mapping[str, Any]) -> Heads:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from vocmine.lexical import Vocabulary

    try:
        tensors = load_file(folder / "heads.safetensors")
        specs = _read_json(folder / "heads.json")
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
        raise ModelError(
            f"The heads in {folder} cannot be read: {error}.", "Reinstall vocmine."
        ) from error


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


def _check_range(folder: Path, meta: Mapping[str, Any]) -> None:
    """Refuse a model that was made for other versions of vocmine."""
    wanted = str(meta.get("vocmine", ""))
    try:
        fits = SpecifierSet(wanted).contains(__version__, prereleases=True)
    except InvalidSpecifier:
        fits = False
    if not wanted or not fits:
        raise ModelError(
            f"The model in {folder} is for vocmine {wanted or 'of no stated version'}, "
            f"and this is {__version__}.",
            "Install a version of vocmine in that range.",
        )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", "Reinstall vocmine.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} does not hold an object.", "Reinstall vocmine.")
    return content


def _versions(name: Path) -> list[Path]:
    """Version folders of a model, oldest first."""
    if not name.is_dir():
        return []
    found = []
    for folder in name.iterdir():
        try:
            version = Version(folder.name)
        except InvalidVersion:
            continue
        if (folder / "meta.json").is_file():
            found.append((version, folder))
    return [folder for _, folder in sorted(found)]


def _info(folder: Path) -> ModelInfo:
    meta = _read_json(folder / "meta.json")
    return ModelInfo(
        name=str(meta.get("name", folder.parent.name)),
        version=str(meta.get("version", folder.name)),
        kind=str(meta.get("kind", "")),
        size=sum(p.stat().st_size for p in folder.iterdir() if p.is_file()),
        licence=str(meta.get("licence", meta.get("license", ""))),
        folder=folder,
        metrics=meta.get("metrics", {}) or {},
    )
