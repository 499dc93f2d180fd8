"""Who controls each touchpoint, as data that a company can put right for itself."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import label_set
from vocmine.errors import UsageError
from vocmine.toml_files import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNERS = ("brand", "partner", "customer", "social")
_EXAMPLE = 'Write for example: [touchpoint] and, below it, delivery = "brand".'


@dataclass(frozen=True, slots=True)
class Control:
    """Who controls a touchpoint, at any stage or at one.

    Args:
        anywhere: Touchpoint to owner.
        at_stage: Stage and touchpoint to owner, where it differs from `anywhere`.
    """

    anywhere: Mapping[str, str]
    at_stage: Mapping[tuple[str, str], str]

    def of(self, stage: str, touchpoint: str) -> str:
        """The owner of a touchpoint at a stage; empty for the touchpoint `unknown`."""
        general = self.anywhere.get(touchpoint, "")
        return self.at_stage.get((stage, touchpoint), general)


def load_control(path: Path | None = None) -> Control:
    """The usual owners, with the lines of a TOML file in their place where one is given.

    Raises:
        UsageError: The file is missing, no TOML, or names a stage, touchpoint or owner that does
            not exist; the message names it and lists those there are.
    """
    usual = Path(str(files("vocmine.journey").joinpath("control.toml")))
    known = _read(usual)
    if path is None:
        return known
    own = _read(path)
    # What a company says of a touchpoint holds at every stage, unless it says more.
    exceptions = {key: who for key, who in known.at_stage.items() if key[1] not in own.anywhere}
    return Control({**known.anywhere, **own.anywhere}, {**exceptions, **own.at_stage})


def _read(path: Path) -> Control:
    content = read_toml(path, _EXAMPLE)
    if others := sorted(set(content) - {"touchpoint", "stage"}):
        raise UsageError(f"'{path}' holds '{others[0]}', which it cannot.", _EXAMPLE)
    anywhere = _owners(path, content.get("touchpoint", {}))
    at_stage = {}
    for stage, table in _table(path, "stage", content.get("stage", {})).items():
        _check(path, "stage", stage, label_set("stage").codes)
        for touchpoint, owner in _owners(path, table).items():
            at_stage[stage, touchpoint] = owner
    return Control(anywhere, at_stage)


def _owners(path: Path, table: Any) -> dict[str, str]:
    for touchpoint, owner in _table(path, "touchpoint", table).items():
        _check(path, "touchpoint", touchpoint, label_set("touchpoint").codes)
        _check(path, "owner", owner, OWNERS)
    return dict(table)


def _table(path: Path, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"'{path}': '{name}' is no table.", _EXAMPLE)
    return value


def _check(path: Path, name: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(
            f"'{path}' names the {name} '{value}', which there is not.",
            f"Use one of: {', '.join(known)}.",
        )
