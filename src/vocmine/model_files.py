"""Check a model folder against its ``meta.json`` before anything in it is loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from vocmine.errors import ModelError

_REINSTALL = "Install vocmine again: pip install --force-reinstall --no-deps vocmine"
_REQUIRED = ("name", "version", "kind", "files", "vocmine")


def verify_folder(folder: Path) -> dict[str, Any]:
    """Return the contents of ``folder/meta.json`` once every file it lists has been checked.

    ``meta["files"]`` maps a file name to ``{"sha256": hex digest, "bytes": size}``.

    Raises:
        ModelError: ``meta.json`` is missing, unreadable or lacks a field; a listed file is
            missing; or a file differs from its recorded sha256.
    """
    meta = _read_meta(folder)
    for name, expected in meta["files"].items():
        # A name with a separator could point outside the folder that is being verified.
        if Path(name).name != name or not isinstance(expected, dict):
            raise ModelError(f"meta.json in {folder} lists a bad file entry {name!r}.", _REINSTALL)
        path = folder / name
        if not path.is_file():
            raise ModelError(f"Model file {path} is missing.", _REINSTALL)
        if sha256_of(path) != expected.get("sha256"):
            raise ModelError(f"Model file {path} differs from its recorded sha256.", _REINSTALL)
    return meta


def sha256_of(path: Path) -> str:
    """Return the sha256 of the file at ``path`` as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fingerprint_of(meta: dict[str, Any]) -> str:
    """Return a sha256 (hex) over the name, version and file hashes of a verified ``meta``."""
    hashes = {name: entry["sha256"] for name, entry in meta["files"].items()}
    text = json.dumps([meta["name"], meta["version"], hashes], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read_meta(folder: Path) -> dict[str, Any]:
    path = folder / "meta.json"
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"Model description {path} cannot be read ({error}).", _REINSTALL
        ) from error
    missing = [key for key in _REQUIRED if not isinstance(meta, dict) or not meta.get(key)]
    if missing or not isinstance(meta["files"], dict):
        raise ModelError(
            f"Model description {path} lacks {', '.join(missing) or 'a table of files'}.",
            _REINSTALL,
        )
    return dict(meta)
