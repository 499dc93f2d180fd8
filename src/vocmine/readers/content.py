"""What the cells of a column are like: words, codes, values, or nothing at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine.language import declines_to_comment
from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
_VALUE = re.compile(r"[\d\s.,:;/%$€+-]+|true|false|yes|no|si|sí|não", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)[\w.#/-]+")
_MARKUP = re.compile(r"https?://|^[{\[<]|^\S+@\S+$")
_FILLING = re.compile(r"[\s.,:;_*/\\\"'–—-]+")
_BLANK = re.compile(
    r"null|nil|nan|nat|na|n a|n d|none|undefined|vacio|vazio|(?:en|em) blanco?|blank"
    r"|(?:sin|sem|no|without) (?:datos?|dados|data|informacion|asunto|assunto|subject|texto"
    r"|descripcion|description|registra|reporta|aplica)"
    r"|nao (?:se )?aplica|not applicable"
)
_LONGEST_BLANK = 40
_MANGLED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)


def is_blank(cell: str) -> bool:
    """Whether a cell is blank, or holds what systems put in one that is: `N/A`, `null`, `---`."""
    cell = cell.strip()
    if not cell or len(cell) > _LONGEST_BLANK:
        return not cell
    return bool(_FILLING.fullmatch(cell) or _BLANK.fullmatch(plain(cell.lower())))


def says_nothing(cell: str) -> bool:
    """Whether a cell is blank, or its writer says that there is nothing to say: `ninguno`."""
    return is_blank(cell) or declines_to_comment(cell)


def is_code(cell: str) -> bool:
    """Whether a cell is one word with digits in it: `SOL-00001`, `20261100012`."""
    return bool(_CODE.fullmatch(cell))


def is_mangled(cell: str) -> bool:
    """Whether a spreadsheet made a rounded number of a long one: `1,20E+15`."""
    return bool(_MANGLED.fullmatch(cell.strip()))


def identifier_of(cell: str) -> str:
    """The identifier in a cell; nothing when a spreadsheet mangled it."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]  # how exports keep Excel from eating leading zeros
    return "" if is_mangled(cell) else cell


def is_said(cell: str) -> bool:
    """Whether a cell could be a person's words (or emoji), not a number, a code or a yes or no."""
    return not (_VALUE.fullmatch(cell) or is_code(cell))


def speaks(cells: Sequence[str]) -> bool:
    """Whether words are the rule: a third of the cells has them."""
    return bool(cells) and sum(map(bool, map(_words, cells))) * 3 >= len(cells)


def wordiness(cells: Sequence[str]) -> float:
    """Words per filled cell, 0 for ids, dates, links; less the more the cells repeat."""
    cells = cells[:300]
    words = [_words(cell) for cell in cells]
    if not any(words):
        return 0.0
    weight = 0.3 + 0.7 * distinct(cells)
    return weight * sum(min(count, 60) for count in words) / len(cells)


def distinct(cells: Sequence[str]) -> float:
    """Share of the cells that are different from each other."""
    return len(set(cells)) / len(cells) if cells else 0.0


def _words(cell: str) -> int:
    if _MARKUP.search(cell):
        return 0
    count = len(_WORD.findall(cell))
    # `PQR 00123` and `SOL-00001` are numbers with a name.
    return 0 if count == 1 and any(map(str.isdigit, cell)) else count
