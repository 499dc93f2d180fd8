"""A team's own categories: finer frictions with names of their own, each mapped to one of ours.

They are written in a TOML file:

    [[category]]
    code = "cobro_doble"
    friction = "billing"
    es = "Cobro doble"
    pt = "Cobrança dupla"
    en = "Double charge"

`pt` and `en` may be left out; the Spanish name then stands for them.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import INTERFACE_LANGS, label_set
from vocmine.errors import UsageError
from vocmine.toml_files import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NONE = "none"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_KEYS = ("code", "friction", *INTERFACE_LANGS)
_EXAMPLE = (
    'Write one as: [[category]], code = "cobro_doble", friction = "billing", es = "Cobro doble".'
)


@dataclass(frozen=True, slots=True)
class Category:
    """An own category.

    Args:
        code: Stable lower-case identifier.
        friction: The friction of the catalogue that it is a kind of.
        es: Name in Spanish; `pt` and `en` likewise.
    """

    code: str
    friction: str
    es: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Own categories in the order of their file."""

    categories: tuple[Category, ...]

    def friction_of(self, code: str) -> str:
        """The friction that a label stands for: its own mapping, or itself when it is ours."""
        return next((c.friction for c in self.categories if c.code == code), code)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in order."""
        return tuple(category.code for category in self.categories)

    @property
    def names(self) -> dict[str, str]:
        """Code and every name of each category, to its code."""
        return {
            name: own.code
            for own in self.categories
            for name in (own.code, *(getattr(own, lang) for lang in INTERFACE_LANGS))
        }

    def to_spec(self) -> list[dict[str, str]]:
        """As it is kept in a model's `heads.json`."""
        return [asdict(category) for category in self.categories]

    @classmethod
    def from_spec(cls, spec: Sequence[Mapping[str, str]]) -> Taxonomy | None:
        """What `to_spec` gave; None when there are no categories."""
        return cls(tuple(Category(**row) for row in spec)) if spec else None


def read_taxonomy(path: Path) -> Taxonomy:
    """Read and check a TOML file of own categories.

    Raises:
        UsageError: It is missing, no TOML, or a category lacks something, is not mapped to one of
            our frictions, or has a code or name that is taken; names the file and the category.
    """
    content = read_toml(path, _EXAMPLE)
    tables = content.get("category")
    others = sorted(set(content) - {"category"})
    if others:
        raise UsageError(f"'{path}' holds '{others[0]}', which no taxonomy has.", _EXAMPLE)
    if not isinstance(tables, list) or not tables:
        raise UsageError(f"'{path}' holds no [[category]].", _EXAMPLE)
    taxonomy = Taxonomy(
        tuple(_category(path, number, table) for number, table in enumerate(tables, 1))
    )
    _check_unique(path, taxonomy)
    return taxonomy


def _category(path: Path, number: int, table: Any) -> Category:
    where = f"'{path}', category {number}"
    if not isinstance(table, dict):
        raise UsageError(f"{where} is no table.", _EXAMPLE)
    if unknown := sorted(set(table) - set(_KEYS)):
        raise UsageError(f"{where} has '{unknown[0]}'.", f"It takes: {', '.join(_KEYS)}.")
    for key in ("code", "friction", "es"):
        if key not in table:
            raise UsageError(f"{where} lacks '{key}'.", _EXAMPLE)
    if wrong := [k for k, v in table.items() if not isinstance(v, str) or not v.strip()]:
        raise UsageError(f"{where}: '{wrong[0]}' is no text.", _EXAMPLE)
    code, friction, spanish = table["code"], table["friction"], table["es"].strip()
    if not _CODE.match(code):
        raise UsageError(
            f"{where}: '{code}' cannot be a code.",
            "Use up to 40 lower-case letters, digits and underscores, starting with a letter.",
        )
    ours = label_set("friction").codes
    if code in ours:
        raise UsageError(
            f"{where}: '{code}' is a friction of the catalogue.", "Give it another code."
        )
    if friction not in ours or friction == NONE:
        raise UsageError(
            f"{where}: '{friction}' is no friction to map '{code}' to.",
            f"Use one of: {', '.join(c for c in ours if c != NONE)}.",
        )
    names = {lang: str(table.get(lang, spanish)).strip() for lang in INTERFACE_LANGS}
    return Category(code, friction, **names)


def _check_unique(path: Path, taxonomy: Taxonomy) -> None:
    from vocmine.readers.aliases import plain

    for key in ("code", *INTERFACE_LANGS):
        seen: dict[str, str] = {}
        for category in taxonomy.categories:
            value = plain(getattr(category, key))
            if value in seen:
                raise UsageError(
                    f"'{path}': the categories '{seen[value]}' and '{category.code}' have the "
                    f"same {'code' if key == 'code' else f'name ({key})'}.",
                    "Tell them apart, so that labels can be read by name.",
                )
            seen[value] = category.code
