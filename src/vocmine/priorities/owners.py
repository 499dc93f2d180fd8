"""Which area must act on a friction point: a TOML file of friction x touchpoint.

A section is a friction and a line in it a touchpoint; `"*"` stands for all of them:

    ["*"]
    "*" = "Servicio al cliente"
    app = "Canales digitales"

    [billing]
    "*" = "Facturación"
    app = "Canales digitales"

The most specific rule wins: friction and touchpoint, friction, touchpoint, `"*"` of `["*"]`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import every_name, label_set
from vocmine.errors import UsageError
from vocmine.readers.aliases import plain
from vocmine.toml_files import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY = "*"
_START = "Start from the default file: vocmine friction --print-owners > areas.toml."
_EXAMPLE = 'Write a rule as: [billing], and below it: app = "Canales digitales".'


@dataclass(frozen=True, slots=True)
class Owners:
    """Rules of who owns what.

    Args:
        rules: Pair of friction and touchpoint, each a code or `EVERY`, to the name of an area.
    """

    rules: Mapping[tuple[str, str], str]

    def area(self, friction: str, touchpoint: str) -> str:
        """The area that owns a friction point; empty when no rule covers it."""
        for rule in (
            (friction, touchpoint),
            (friction, EVERY),
            (EVERY, touchpoint),
            (EVERY, EVERY),
        ):
            if rule in self.rules:
                return self.rules[rule]
        return ""

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas in the order of their first rule."""
        return tuple(dict.fromkeys(self.rules.values()))

    def named(self, wanted: str) -> str:
        """The area that is meant; case and accents do not matter.

        Raises:
            UsageError: There is none; names the nearest and all of them.
        """
        known = {plain(area): area for area in self.areas}
        if plain(wanted) in known:
            return known[plain(wanted)]
        raise UsageError(
            f"No rule names the area '{wanted}'{_nearest(plain(wanted), known)}.",
            f"There are: {', '.join(self.areas)}.",
        )


def default_text() -> str:
    """The file of the default areas, to start from."""
    return files("vocmine.priorities").joinpath("owners.toml").read_text("utf-8")


def load_owners(path: str | Path | None = None) -> Owners:
    """Read the rules of a file; without one, the default areas of a Colombian company.

    Raises:
        UsageError: The file is missing or no TOML, or a friction, touchpoint or area in it is none;
            names the file, the place and the nearest name that exists.
    """
    if path is None:
        return _owners("owners.toml", tomllib.loads(default_text()))
    return _owners(str(path), read_toml(Path(path), _EXAMPLE, _START))


def _owners(file: str, content: Mapping[str, Any]) -> Owners:
    rules: dict[tuple[str, str], str] = {}
    for section, lines in content.items():
        friction = _code(file, "friction", section)
        if not isinstance(lines, dict):
            raise UsageError(f"'{file}': '{section}' stands outside a section.", _EXAMPLE)
        for name, area in lines.items():
            where = f"'{file}', [{section}], '{name}'"
            if not isinstance(area, str) or not area.strip():
                raise UsageError(f"{where} names no area.", _EXAMPLE)
            rule = friction, _code(file, "touchpoint", name)
            if rule in rules:
                raise UsageError(f"{where} is there twice, under two names.", "Delete one of them.")
            rules[rule] = " ".join(area.split())
    if not rules:
        raise UsageError(f"'{file}' holds no rule.", _START)
    return Owners(rules)


def _code(file: str, labels: str, name: str) -> str:
    """The code that a name in the file means: a code, or a name in any language."""
    if name == EVERY:
        return name
    codes = [code for code in label_set(labels).codes if code != "none"]
    known = {plain(each): code for each, code in every_name(labels).items() if code in codes}
    known |= {plain(code): code for code in codes}
    if plain(name) in known:
        return known[plain(name)]
    raise UsageError(
        f"'{file}': there is no {labels} '{name}'{_nearest(plain(name), known)}.",
        f'Use one of: {", ".join(codes)}, or "*" for all.',
    )


def _nearest(wanted: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(wanted, known, n=1)
    return f" (nearest: '{known[near[0]]}')" if near else ""
