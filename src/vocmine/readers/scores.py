"""Ratings of any scale, normalised to 1 to 5."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {
    word: value
    for value, words in (
        (1.0, "one|uno|una|um|uma|pesimo|pesima|terrible|muy malo|muy mala|muito ruim|pessimo"
              "|very bad|very dissatisfied|muy insatisfecho|muito insatisfeito|bad"),
        (2.0, "two|dos|dois|duas|malo|mala|ruim|poor|dissatisfied|insatisfecho|insatisfeito"),
        (3.0, "three|tres|regular|neutral|neutro|average|ok|indiferente|aceptable"),
        (4.0, "four|cuatro|quatro|bueno|buena|bom|boa|satisfied|satisfecho|satisfeito"),
        (5.0, "five|cinco|excelente|excellent|muy bueno|muy buena|muito bom|otimo|great|good"
              "|very satisfied|muy satisfecho|muito satisfeito"),
    )
    for word in words.split("|")
}  # fmt: skip
_UNITS = re.compile(r"(estrellas?|estrelas?|stars?|puntos?|points?|rating|de calificacion)", re.I)
_NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d+)?)")
_OUT_OF = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:/|out of|de un total de|sobre|de|of)\s*(\d{1,3})\b", re.IGNORECASE
)
_RANGE = re.compile(r"\b[01] (?:(?:a|al|to|hasta|ate) )?(5|7|10|100)\b")
_LEADING = re.compile(r"(\d{1,3}(?:[.,]\d+)?)(?:\s*%|\s*-\s*\D+|\s*\(.*\))?")


@dataclass(slots=True)
class ScoreReader:
    """Reads the ratings of one column.

    Args:
        top: The scale's highest value: 5, 7, 10 or 100.
    """

    top: float = 5.0
    failed: int = field(default=0, init=False)
    first_failure: str = field(default="", init=False)

    @classmethod
    def for_column(cls, header: str, sample: Iterable[str]) -> ScoreReader:
        """A reader for the scale that the header (`NPS`, `de 1 a 10`) or the values show."""
        values = [value for cell in sample if (value := _plain_number(cell)) is not None]
        highest = max(values, default=0.0)
        if "nps" in plain(header).split():
            return cls(10.0)
        told = _RANGE.search(plain(header))
        if told and highest <= float(told[1]):
            return cls(float(told[1]))
        return cls(5.0 if highest <= 5 else 10.0 if highest <= 10 else 100.0)

    def read(self, cell: str) -> float | None:
        """The rating as 1.0 to 5.0, or None when the cell is blank or not a rating (counted)."""
        cell = cell.strip()
        if not cell:
            return None
        found = self.value(cell)
        if found is None:
            self.failed += 1
            self.first_failure = self.first_failure or cell[:40]
        return found

    def value(self, cell: str) -> float | None:
        """As `read`, without counting what is not a rating."""
        number = _plain_number(cell)
        if number is not None:
            return _scaled(number, self.top)
        out_of = _OUT_OF.search(cell)
        if out_of and float(out_of[2]) > 0:
            return _scaled(_float(out_of[1]), float(out_of[2]))
        stars = cell.count("★") + cell.count("⭐")
        if stars:
            return float(min(stars, 5))
        word = plain(_UNITS.sub(" ", plain(cell)))
        return _WORDS.get(word)


def _plain_number(cell: str) -> float | None:
    match = _LEADING.fullmatch(_UNITS.sub("", cell).strip())
    return _float(match[1]) if match else None


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _scaled(value: float, top: float) -> float | None:
    if not 0 <= value <= top:
        return None
    if top <= 5:
        return max(1.0, value * 5 / top)
    return round(1 + 4 * value / top, 4)
