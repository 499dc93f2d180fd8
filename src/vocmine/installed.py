"""What is installed as a plugin, and what became of it; found out without importing it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

State = Literal["active", "disabled", "not allowed", "incompatible", "failed"]


@dataclass(slots=True)
class Installed:
    """A plugin that is installed, in use or not.

    Args:
        plugin: Name of its entry point.
        distribution: Who ships it.
        version: Of the distribution.
        module: What the entry point names.
        state: `active`, `disabled`, `not allowed`, `incompatible` or `failed`.
        why: Reason of any state but `active`, in words.
        hooks: Hooks that it has; unknown, and empty, while it is not imported.
    """

    plugin: str
    distribution: str
    version: str
    module: str
    state: State = "active"
    why: str = ""
    hooks: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Distribution and version, for messages."""
        return f"{self.distribution} {self.version}".strip()

    @property
    def refused(self) -> str:
        """Why settings do not let it be used, in a sentence; empty where they do."""
        if self.state not in ("disabled", "not allowed"):
            return ""
        return f"Plugin '{self.plugin}' ({self.origin}) is {self.state}: {self.why}."

    @property
    def file(self) -> Path | None:
        """The file of its module; None where there is none, or it cannot be told."""
        return source_file(self.module)


def of_entry(entry: EntryPoint) -> Installed:
    """What an entry point tells about its plugin."""
    name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "")
    return Installed(entry.name, name, version, entry.module)


def source_file(module: str) -> Path | None:
    """The file of a module that is not imported for it, nor anything it is in.

    Python imports `a` to find `a.b`; only `a` is asked for here, and the rest is looked for in its
    folder.
    """
    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if not inner:
        return Path(spec.origin) if spec.origin and spec.has_location else None
    for folder in spec.submodule_search_locations or ():
        base = Path(folder, *inner)
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                return path
    return None
