"""Model folders, of the data package `vocmine_models` and of the user: find, list, verify, load.

A *model* is an encoder and the heads for its vectors: `voc` and `voc-fast` come with vocmine, and
`vocmine train` makes others, which stand on the encoder of one of these.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from vocmine import __version__
from vocmine.errors import ModelError, UsageError
from vocmine.folders import data_folder
from vocmine.heads import Code, Heads, ManyPrediction, Prediction
from vocmine.heads_file import read_heads
from vocmine.model_files import fingerprint_of, verify_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vocmine.plugin import Encoder

__all__ = [
    "Code",
    "Heads",
    "ManyPrediction",
    "Model",
    "ModelInfo",
    "Prediction",
    "list_models",
    "load_encoder",
    "load_heads",
    "load_heads_from",
    "load_model",
    "model_folder",
    "model_names",
]

ENCODER = "voc_encoder"
HEADS = "voc_heads"
DEFAULT = "voc"
SHIPPED = {DEFAULT: (ENCODER, HEADS), "voc-fast": ("voc_fast_encoder", "voc_fast_heads")}
"""Name of a model that comes with vocmine to the folders of its encoder and heads."""
OWN = "VOCMINE_MODELS"
"""Environment variable that names the folder of the user's own models."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What `vocmine models` prints about one model folder.

    Args:
        kind: `encoder` or `heads`.
        model: What `--model` takes; empty for a folder that belongs to no model.
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
    model: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder, and heads that were trained on its vectors.

    Args:
        name: As it was asked for.
        version: Of its heads.
    """

    name: str
    version: str
    encoder: Encoder
    heads: Heads


def models_root() -> Path:
    """Folder of the installed data package `vocmine_models`."""
    return Path(str(files("vocmine_models")))


def own_root() -> Path:
    """Folder of the user's own models: `VOCMINE_MODELS`, or where the system keeps such data."""
    if given := os.environ.get(OWN):
        return Path(given).expanduser()
    return data_folder() / "models"


def list_models(root: Path | None = None) -> list[ModelInfo]:
    """Every model folder, by name and version, then the user's own; files are not verified here.

    Args:
        root: List the folders of a package folder other than the installed one, and no own ones.

    Raises:
        ModelError: When a `meta.json` cannot be read.
    """
    shipped = [
        _info(folder)
        for name in sorted(p for p in (root or models_root()).iterdir() if p.is_dir())
        for folder in _versions(name)
    ]
    return shipped if root else [*shipped, *map(_own_info, _own_folders())]


def model_names(root: Path | None = None) -> list[str]:
    """What `--model` takes: the models that are installed whole, then the user's own."""
    parent = root or models_root()
    shipped = [
        name for name, parts in SHIPPED.items() if all(_versions(parent / part) for part in parts)
    ]
    return [*shipped, *(folder.name for folder in _own_folders())]


def load_model(name: str = DEFAULT, threads: int = 0, *, encoder: Encoder | None = None) -> Model:
    """Load a model: its encoder, and its heads, which must have been trained on its vectors.

    Args:
        name: `voc`, `voc-fast`, the name of an own model, or the path of its folder.
        threads: Of the encoder; 0 means one per core.
        encoder: Use this one in place of the model's; the heads must be for it.

    Raises:
        UsageError: There is no such model; the hint lists those there are.
        ModelError: Missing, altered, made for another version of vocmine or another encoder.
    """
    if name in SHIPPED:
        of_encoder, of_heads = SHIPPED[name]
        if name not in model_names():
            raise no_model(name)
        encoder = encoder or load_encoder(of_encoder, threads)
        folder = model_folder(of_heads)
        heads = load_heads_from(folder, encoder_fingerprint=encoder.fingerprint)
        return Model(name, folder.name, encoder, heads)
    folder = own_folder(name)
    meta = _read_own(folder)
    encoder = encoder or load_encoder(SHIPPED[base_of(folder, meta)][0], threads)
    if (wanted := meta.get("encoder", {}).get("fingerprint")) != encoder.fingerprint:
        raise ModelError(
            f"Model '{name}' was trained on {meta['base']['name']} {meta['base']['version']}, "
            f"whose encoder ('{str(wanted)[:12]}') is not the one in use "
            f"('{encoder.fingerprint[:12]}').",
            f"Train it again: {meta.get('training', {}).get('command', 'vocmine train')} --force",
        )
    try:
        heads = load_heads_from(folder, encoder_fingerprint=encoder.fingerprint)
    except ModelError as error:
        raise ModelError(error.message, "Train it again, or delete its folder.") from error
    return Model(name, str(meta.get("version", "")), encoder, heads)


def own_folder(name: str) -> Path:
    """Folder of a model that somebody trained, by its name or by its path.

    Raises:
        UsageError: There is none; the hint lists the models there are.
    """
    path = Path(name).expanduser()
    folder = own_root() / name if len(path.parts) == 1 else path
    for found in (folder, path):
        if name not in ("", ".", "..") and (found / "meta.json").is_file():
            return found
    raise no_model(name)


def no_model(name: str) -> UsageError:
    """What to say of a model that is not there."""
    return UsageError(
        f"There is no model '{name}'.",
        f"Use one of: {', '.join(model_names())}; or the path of its folder, or make it with "
        "'vocmine train'.",
    )


def base_of(folder: Path, meta: Mapping[str, Any]) -> str:
    """The shipped model that an own model stands on.

    Raises:
        ModelError: It names none.
    """
    base = meta.get("base", {})
    if not isinstance(base, dict) or base.get("name") not in SHIPPED or "version" not in base:
        raise ModelError(
            f"The model in {folder} does not say which model it stands on.", "Train it again."
        )
    return str(base["name"])


def _own_folders() -> list[Path]:
    root = own_root()
    if not root.is_dir():
        return []
    return sorted(folder for folder in root.iterdir() if (folder / "meta.json").is_file())


def _read_own(folder: Path) -> dict[str, Any]:
    try:
        return _read_json(folder / "meta.json")
    except ModelError as error:
        raise ModelError(error.message, "Train it again, or delete its folder.") from error


def _own_info(folder: Path) -> ModelInfo:
    meta = _read_own(folder)
    return replace(_info(folder), model=folder.name, kind=f"heads on {base_of(folder, meta)}")


def model_folder(name: str, root: Path | None = None) -> Path:
    """Folder of the newest version of a model.

    Raises:
        ModelError: When there is none; the message lists the models that exist.
    """
    parent = root or models_root()
    found = _versions(parent / name)
    if not found:
        known = sorted(folder.name for folder in parent.iterdir() if _versions(folder))
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
    try:
        return read_heads(folder, meta)
    except ModelError as error:
        raise ModelError(error.message, "Reinstall vocmine.") from error


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
    part = folder.parent.name
    return ModelInfo(
        model=next((name for name, parts in SHIPPED.items() if part in parts), ""),
        name=str(meta.get("name", folder.parent.name)),
        version=str(meta.get("version", folder.name)),
        kind=str(meta.get("kind", "")),
        size=sum(p.stat().st_size for p in folder.iterdir() if p.is_file()),
        licence=str(meta.get("licence", meta.get("license", ""))),
        folder=folder,
        metrics=meta.get("metrics", {}) or {},
    )
