"""Which column of a table holds which field of a message."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.errors import UsageError
from vocmine.readers.aliases import (
    ALIASES,
    CONTEXT_NAMES,
    NOT_TEXT_WORDS,
    TEXT_STEMS,
    last_part,
    plain,
)
from vocmine.readers.dates import parse_date
from vocmine.readers.scores import ScoreReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FIELDS = tuple(ALIASES)
"""Fields of `Message` that a column can be mapped to."""
_RANKS = {
    field: {name: rank for rank, name in reversed(list(enumerate(names)))}
    for field, names in ALIASES.items()
}
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
_VALUE = re.compile(r"[\d\s.,:;/%$€+-]+|true|false|yes|no|si|sí|não|n/?a|null", re.IGNORECASE)
_MARKUP = re.compile(r"https?://|^[{\[<]|^\S+@\S+$")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field to column, the columns of the company's own words, and what to be careful about."""

    fields: Mapping[str, str]
    context: tuple[str, ...]
    warnings: tuple[str, ...]
    text_by: str
    """How the text was found: `user`, `header`, `content`, `title` (only a subject), or empty."""


def map_columns(
    columns: Sequence[str], sample: Sequence[Sequence[str]], overrides: Mapping[str, str]
) -> ColumnMapping:
    """Map columns by header, then by content, then by what the user says.

    Args:
        columns: Names of the table's columns.
        sample: Rows of the table, as text, each as long as `columns`.
        overrides: Field to column; an empty column leaves the field unmapped.

    Raises:
        UsageError: An override names a field or a column that does not exist.
    """
    chosen = resolve_overrides(columns, overrides)
    return _Mapper(columns, sample, chosen).run()


def resolve_overrides(columns: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    """Overrides with the columns spelt as in the table (case and accents do not matter).

    Raises:
        UsageError: Unknown field or column; the message lists those that exist.
    """
    chosen: dict[str, str] = {}
    for field, wanted in overrides.items():
        if field not in FIELDS:
            raise UsageError(
                f"There is no field '{field}' to map.", f"Use one of: {', '.join(FIELDS)}."
            )
        same = [column for column in columns if column == wanted] or [
            column for column in columns if plain(column) == plain(wanted)
        ]
        if wanted and not same:
            raise UsageError(
                f"There is no column '{wanted}' to take the {field} from.",
                f"The columns are: {', '.join(columns)}.",
            )
        chosen[field] = same[0] if wanted else ""
    return chosen


class _Mapper:
    def __init__(
        self, columns: Sequence[str], sample: Sequence[Sequence[str]], chosen: dict[str, str]
    ) -> None:
        self.columns = columns
        self.cells = {
            column: [cell for row in sample if (cell := row[position].strip())]
            for position, column in enumerate(columns)
        }
        self.sample = sample
        self.chosen = chosen
        self.taken = {column for column in chosen.values() if column}
        self.warnings: list[str] = []
        self.repeating: list[str] = []

    def run(self) -> ColumnMapping:
        context = tuple(
            column
            for column in self.columns
            if column not in self.taken and plain(column) in CONTEXT_NAMES
        )
        self.taken.update(context)
        text_by = "user" if self.chosen.get("text") else ""
        self._map("score", self._is_score)
        self._map("created_at", self._is_date)
        self._warn_about_date()
        self._map("external_id", self._is_identifier)
        self._warn_about_identifier()
        self._map("title", self._is_wordy)
        if "text" not in self.chosen:
            text_by = self._map_text()
        self._map("country", self._is_short)
        self._map("channel", self._is_short)
        self._map("author", self._is_short)
        fields = {field: self.chosen[field] for field in FIELDS if self.chosen.get(field)}
        return ColumnMapping(fields, context, tuple(self.warnings), text_by)

    def _map(self, field: str, fits: Callable[[str], bool]) -> None:
        """Take the column with the best known name whose content fits the field."""
        if field in self.chosen:
            return
        for column in self._named(field):
            if fits(column):
                self.chosen[field] = column
                self.taken.add(column)
                return

    def _named(self, field: str) -> list[str]:
        """Free columns with a known name of the field, best first."""
        ranks = _RANKS[field]
        found: list[tuple[int, int, int]] = []
        for position, column in enumerate(self.columns):
            if column in self.taken:
                continue
            # `author.name.label` of a feed is the author's name.
            rank, nested = ranks.get(plain(column.removesuffix(".label"))), 0
            if rank is None and "." in column:
                rank, nested = ranks.get(last_part(column)), column.count(".")
            if rank is not None:
                found.append((nested, rank, position))
        return [self.columns[position] for _, _, position in sorted(found)]

    def _map_text(self) -> str:
        named = self._without_catalogue(self._named("text"))
        stemmed = [column for column in self._stemmed() if _wordiness(self.cells[column]) > 1.2]
        for column in [*named, *stemmed]:
            if self._is_said(column):
                self._take_text(column)
                return "header"
        title = self.chosen.get("title", "")
        column = self._wordiest()
        if column and self._words(column) > 1.5 * self._words(title):
            self._take_text(column)
            self.warnings.append(
                f"No column is named like a text; '{column}' was taken for its content. "
                "If that is wrong, choose another with --map text=COLUMN."
            )
            return "content"
        blank = [column for column in named if not self.cells[column]]
        if title and self._words(title):
            self.warnings.append(
                f"There is no column with the body of the messages: only '{title}' is analysed."
            )
        if blank:
            self._take_text(blank[0])
            return "title" if title else "header"
        if title:
            self._take_text(title)
            del self.chosen["title"]
            return "title"
        return ""

    def _words(self, column: str) -> float:
        return _wordiness(self.cells[column]) if column else 0.0

    def _without_catalogue(self, named: list[str]) -> list[str]:
        """Named columns, those that repeat their cells last if another one does not.

        Beside a `Comentario`, a `Descripción` of few values describes the product.
        """
        own = [column for column in named if _distinct(self.cells[column]) > 0.8]
        repeated = [column for column in named if _distinct(self.cells[column]) < 0.5]
        return [column for column in named if column not in repeated] + repeated if own else named

    def _take_text(self, column: str) -> None:
        self.chosen["text"] = column
        self.taken.add(column)

    def _stemmed(self) -> list[str]:
        """Free columns whose longer header holds a word for text and none against it."""
        found = []
        for column in self.columns:
            words = plain(column).split()
            hit = any(stem in words for stem in TEXT_STEMS)
            asks = column.strip().endswith("?") and "por que" in plain(column)
            if column not in self.taken and (asks or (hit and not NOT_TEXT_WORDS & set(words))):
                found.append(column)
        return sorted(found, key=lambda column: -_wordiness(self.cells[column]))

    def _wordiest(self) -> str:
        """The free column that reads most like people writing, or nothing."""
        free = [column for column in self.columns if column not in self.taken]
        ranked = sorted(free, key=lambda column: -_wordiness(self.cells[column]))
        return ranked[0] if ranked and _wordiness(self.cells[ranked[0]]) >= 3 else ""

    def _is_date(self, column: str) -> bool:
        cells = self.cells[column][:50]
        return not cells or sum(parse_date(cell) is not None for cell in cells) * 3 >= len(cells)

    def _warn_about_date(self) -> None:
        unread = [
            column
            for column in self._named("created_at")
            if {"fecha", "date", "created", "timestamp"} & set(plain(column).split())
        ]
        if unread and "created_at" not in self.chosen:
            self.warnings.append(
                f"The cells of '{unread[0]}' do not read like dates, so messages have none."
            )

    def _is_score(self, column: str) -> bool:
        cells = self.cells[column][:200]
        reader = ScoreReader.for_column(column, cells)
        read = sum(reader.read(cell) is not None for cell in cells)
        return bool(cells) and read * 10 >= len(cells) * 7

    def _is_identifier(self, column: str) -> bool:
        """Whether the cells tell records apart: few repeats, but for rows repeated whole."""
        cells = self.cells[column]
        position = self.columns.index(column)
        if not cells:
            return False
        if max(len(cell) for cell in cells) > 400:
            return False
        distinct_rows = {tuple(row) for row in self.sample if row[position].strip()}
        repeats = Counter(row[position].strip() for row in distinct_rows)
        if len(distinct_rows) >= 4 and len(repeats) * 2 < len(distinct_rows):
            self.repeating.append(column)
            return False
        return True

    def _warn_about_identifier(self) -> None:
        if self.repeating and not self.chosen.get("external_id"):
            self.warnings.append(
                f"Column '{self.repeating[0]}' repeats its values, so it was not taken as the "
                "identifier. If it is, say --map external_id=COLUMN."
            )

    def _is_said(self, column: str) -> bool:
        """Whether some cell could be a person's words (or emoji), not a number or a yes or no."""
        return any(not _VALUE.fullmatch(cell) for cell in self.cells[column])

    def _is_wordy(self, column: str) -> bool:
        return not self.cells[column] or self._is_said(column)

    def _is_short(self, column: str) -> bool:
        cells = self.cells[column]
        return not cells or sum(map(len, cells)) / len(cells) <= 80


def _wordiness(cells: Sequence[str]) -> float:
    """Words per filled cell, 0 for ids, dates, links and one repeated value."""
    cells = cells[:300]
    if not cells:
        return 0.0
    words = [0 if _MARKUP.search(cell) else len(_WORD.findall(cell)) for cell in cells]
    if not any(words):
        return 0.0
    weight = 0.3 + 0.7 * _distinct(cells)
    return weight * sum(min(count, 60) for count in words) / len(cells)


def _distinct(cells: Sequence[str]) -> float:
    return len(set(cells)) / len(cells) if cells else 0.0
