"""The brands a team knows, and how to find their names in a text."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vocmine.accents import without_accents
from vocmine.errors import UsageError
from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_HINT = "How such a list is written is told in docs/compare.md."
_NOT_WORD = re.compile(r"[\W_]+")
_HEADS = {
    "brand": ("marca", "brand", "empresa", "nombre", "name"),
    "names": ("nombres", "names", "nomes", "alias", "otros nombres"),
    "except": ("excepto", "except", "exceto"),
    "own": ("propia", "own", "propria"),
}
_YES = frozenset({"si", "sim", "yes", "x", "1", "true", "verdadero"})


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand.

    Args:
        name: As the team writes it; it is looked for too.
        own: Whether it is the team's own.
        names: Other spellings.
        without: Phrases that hold one of the names and are not about the brand: `claro que sí`.
    """

    name: str
    own: bool = False
    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class BrandNames:
    """Finds brands in texts: whole words, accents and case apart, the longest name first.

    Args:
        brands: Of the list.

    Raises:
        UsageError: Two brands share a name, or one has a name without a letter or digit.
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        self.brands = tuple(brands)
        self._owner: dict[str, int | None] = {}
        for number, brand in enumerate(self.brands):
            for name in (brand.name, *brand.names):
                for spelling in _spellings(name):
                    if self._owner.setdefault(spelling, number) != number:
                        other = self.brands[self._owner[spelling] or 0].name
                        raise UsageError(f"'{brand.name}' and '{other}' share a name.", _HINT)
        for phrase in (phrase for brand in self.brands for phrase in brand.without):
            self._owner.setdefault(folded(phrase), None)
        longest_first = sorted(self._owner, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")

    def found(self, text: str) -> set[int]:
        """Places in `brands` of those that a text names."""
        owners = (self._owner[match] for match in self._pattern.findall(folded(text)))
        return {owner for owner in owners if owner is not None}


def folded(text: str) -> str:
    """A text as words in lower case without accents, one blank between them."""
    return _NOT_WORD.sub(" ", without_accents(text).casefold()).strip()


def _spellings(name: str) -> set[str]:
    """`MercadoLibre` and `Mercado Libre` are both, as customers write either."""
    found = {folded(name), plain(name), folded(name).replace(" ", "")}
    if "" in found:
        raise UsageError(f"The brand name '{name}' has no letter or digit.", _HINT)
    return found


def load_brands(path: Path) -> tuple[Brand, ...]:
    """Read the list of a team, TOML or CSV; docs/compare.md tells how it is written.

    Raises:
        UsageError: No such file, not in that form, or without a brand.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"'{path}' cannot be read: {error.strerror}.", _HINT) from None
    brands = _of_csv(data, path.name) if path.suffix.lower() == ".csv" else _of_toml(data, path)
    if not brands:
        raise UsageError(f"{path.name} names no brand.", _HINT)
    return brands


def _of_toml(data: bytes, path: Path) -> tuple[Brand, ...]:
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}.", _HINT) from None
    own, listed = document.pop("own", ()), document.pop("brands", {})
    if document or not isinstance(listed, dict):
        raise UsageError(f"{path.name} may have 'own' and a table [brands] only.", _HINT)
    owns = _texts(own, "own", path.name)
    for name in owns:
        if name not in listed:
            raise UsageError(f"{path.name}: 'own' is '{name}', which is not in [brands].", _HINT)
    return tuple(_brand(name, value, name in owns, path.name) for name, value in listed.items())


def _brand(name: str, value: Any, own: bool, file: str) -> Brand:
    given: Mapping[str, Any] = value if isinstance(value, dict) else {"names": value}
    for key in given:
        if key not in ("names", "except"):
            raise UsageError(f"{file}: '{name}' has no key '{key}'; use names or except.", _HINT)
    names, without = (_texts(given.get(key, ()), name, file) for key in ("names", "except"))
    return Brand(name, own, names, without)


def _texts(value: Any, what: str, file: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise UsageError(f"{file}: '{what}' must be a text or a list of texts.", _HINT)
    return tuple(text.strip() for text in values)


def _of_csv(data: bytes, file: str) -> tuple[Brand, ...]:
    from vocmine.readers.encoding import find_encoding

    found = find_encoding(data)
    lines = data[found.bom :].decode(found.name, "replace").splitlines()
    delimiter = ";" if lines and ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=delimiter)
    columns = {key: _column(reader.fieldnames or (), heads) for key, heads in _HEADS.items()}
    if not columns["brand"]:
        raise UsageError(f"{file} has no column 'marca'.", _HINT)

    def cell(row: Mapping[str, str | None], key: str) -> str:
        return (row.get(columns[key]) or "").strip()

    def cells(row: Mapping[str, str | None], key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in cell(row, key).split("|") if part.strip())

    return tuple(
        Brand(
            cell(row, "brand"),
            plain(cell(row, "own")) in _YES,
            cells(row, "names"),
            cells(row, "except"),
        )
        for row in reader
        if cell(row, "brand")
    )


def _column(columns: Iterable[str], heads: Sequence[str]) -> str:
    return next((column for column in columns if plain(column) in heads), "")
