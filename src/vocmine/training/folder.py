"""The folder of a model that a team trained: written whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.errors import ModelError, UsageError
from vocmine.heads_file import ARRAYS, SPECS, write_heads
from vocmine.model_files import fingerprint_of, sha256_of, verify_folder
from vocmine.models import SHIPPED, model_folder, model_names
from vocmine.training.adapt import summary
from vocmine.training.card import card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.training.adapt import Adapted

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z", re.IGNORECASE)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """What a model's `meta.json` says of its making.

    Args:
        base: Shipped model that it stands on.
        command: That makes it again.
        data: Name and SHA-256 of each file of labels.
        messages: Labelled messages.
        categories: Own category to its number of quotes.
    """

    base: str
    command: str
    data: Sequence[Mapping[str, str]]
    messages: int
    categories: Mapping[str, int]
    seed: int


def check_name(name: str, root: Path, *, force: bool) -> Path:
    """The folder that a model of this name goes to.

    Raises:
        UsageError: The name could leave the folder of models, is that of a shipped model, or is
            taken and `force` is not set.
    """
    if not _NAME.match(name) or _DEVICES.match(name):
        raise UsageError(
            f"'{name}' cannot be the name of a model.",
            "Use up to 64 letters, digits, - and _, as in --name mi-banco.",
        )
    if name.lower() in SHIPPED:
        raise UsageError(f"'{name}' is a model of vocmine's own.", "Give yours another name.")
    folder = root / name
    if folder.exists() and not force:
        raise UsageError(
            f"There is a model '{name}' in {root} already.",
            "Replace it with --force, or give another --name.",
        )
    if folder.exists() and not (folder / "meta.json").is_file():
        raise UsageError(f"{folder} exists and is no model.", "Give another --name.")
    return folder


def check_base(name: str) -> str:
    """The name of a shipped model, which an own one may stand on.

    Raises:
        UsageError: It is none, or it is not installed.
    """
    known = [model for model in model_names() if model in SHIPPED]
    if name not in known:
        raise UsageError(
            f"'{name}' is no model of vocmine's own that is installed.",
            f"Start from one of: {', '.join(known)}.",
        )
    return name


def save_model(adapted: Adapted, folder: Path, about: About) -> dict[str, Any]:
    """Write heads, `meta.json` and card; a model that was there is replaced. Returns the meta.

    Raises:
        ModelError: The folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
            part = Path(made) / "model"
            part.mkdir()
            write_heads(part, adapted.heads)
            meta = _meta(adapted, part, folder.name, about)
            text = json.dumps(meta, ensure_ascii=False, indent=1) + "\n"
            (part / "meta.json").write_text(text, "utf-8")
            (part / "README.md").write_text(card(meta), "utf-8")
            if folder.exists():
                folder.replace(Path(made) / "before")
            shutil.move(part, folder)
    except OSError as error:
        raise ModelError(
            f"The model cannot be written to {folder}: {error.strerror or error}.",
            "Choose another folder with --models, or check the space on the disk.",
        ) from error
    return meta


def _meta(adapted: Adapted, part: Path, name: str, about: About) -> dict[str, Any]:
    base = verify_folder(model_folder(SHIPPED[about.base][1]))
    taxonomy = adapted.heads.taxonomy
    return {
        "name": name,
        "version": "1",
        "kind": "heads",
        "licence": str(base.get("licence", "")),
        "vocmine": base["vocmine"],
        "base": {
            "name": about.base,
            "version": base["version"],
            "fingerprint": fingerprint_of(base),
        },
        "encoder": base["encoder"],
        "taxonomy": taxonomy.to_spec() if taxonomy else [],
        "training": {
            "date": datetime.now(UTC).date().isoformat(),
            "command": about.command,
            "seed": about.seed,
            "messages": about.messages,
            "data": list(about.data),
            "categories": dict(about.categories),
        },
        "metrics": {"held_out": summary(adapted.reports)},
        "files": {
            file: {"sha256": sha256_of(part / file), "bytes": (part / file).stat().st_size}
            for file in (SPECS, ARRAYS)
        },
    }
