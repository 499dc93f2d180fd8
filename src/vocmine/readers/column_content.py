"""What each column of a table is like, from a sample of its cells."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from vocmine.readers import wording
from vocmine.readers.content import (
    distinct,
    is_code,
    is_mangled,
    is_said,
    says_nothing,
    speaks,
    wordiness,
)
from vocmine.readers.dates import parse_date
from vocmine.readers.scores import ScoreReader, is_no_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

_REPEATED = re.compile(r" \(\d+\)$")


class Columns:
    """The columns of a table, and questions about what they hold.

    Args:
        columns: Their names.
        sample: Rows of the table, as text, each as long as `columns`.
    """

    def __init__(self, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
        self.columns = columns
        self.sample = sample
        self.cells = {
            column: [cell for row in sample if not says_nothing(cell := row[position].strip())]
            for position, column in enumerate(columns)
        }
        self.words = {column: wordiness(cells) for column, cells in self.cells.items()}
        self.repeating: list[str] = []

    def is_date(self, column: str) -> bool:
        """Whether a third of the cells or more are dates."""
        cells = self.cells[column][:50]
        return not cells or sum(parse_date(cell) is not None for cell in cells) * 3 >= len(cells)

    def is_dated(self, column: str) -> bool:
        """Whether nearly every cell is a date by its looks; bare numbers may be anything."""
        cells = self.cells[column][:50]
        found = sum(not cell.isdigit() and parse_date(cell) is not None for cell in cells)
        return bool(cells) and found * 10 >= len(cells) * 7

    def is_score(self, column: str) -> bool:
        """Whether most cells are ratings."""
        cells = [cell for cell in self.cells[column] if not is_no_answer(cell)][:200]
        reader = ScoreReader.for_column(column, cells)
        read = sum(reader.read(cell) is not None for cell in cells)
        return bool(cells) and read * 10 >= len(cells) * 7

    def is_small_score(self, column: str) -> bool:
        """Whether the cells are marks from 0 to 10, as a survey has them."""
        reader = ScoreReader.for_column(column, self.cells[column])
        marks = {cell for cell in self.cells[column] if reader.value(cell) is not None}
        return reader.top <= 10 and len(marks) <= 11 and self.is_score(column)

    def is_identifier(self, column: str) -> bool:
        """Whether the cells tell records apart: few repeats, but for rows repeated whole."""
        cells = self.cells[column]
        position = self.columns.index(column)
        if not cells or self.is_dated(column):
            return False
        if max(len(cell) for cell in cells) > 400:
            return False
        distinct_rows = {tuple(row) for row in self.sample if row[position].strip()}
        distinct_rows = {row for row in distinct_rows if not is_mangled(row[position])}
        repeats = Counter(row[position].strip() for row in distinct_rows)
        if len(distinct_rows) >= 4 and len(repeats) * 2 < len(distinct_rows):
            self.repeating.append(column)
            return False
        return True

    def is_number(self, column: str) -> bool:
        """Whether the cells are codes, each its own."""
        cells = [cell for cell in self.cells[column] if not is_mangled(cell)]
        if self.cells[column] and not cells:
            return True
        return distinct(cells) > 0.9 and all(map(is_code, cells)) and not self.is_dated(column)

    def family(self, column: str) -> list[str]:
        """The columns that a table repeats under one name: `X`, `X (2)`, `X (3)` in order.

        Nothing for a column that is not repeated, or of which `X` is no column.
        """
        base = _REPEATED.sub("", column)
        found = [name for name in self.columns if _REPEATED.sub("", name) == base]
        return found if len(found) > 1 and base in found else []

    def speaks(self, column: str) -> bool:
        """Whether words are the rule."""
        return speaks(self.cells[column])

    def is_said(self, column: str) -> bool:
        """Whether any cell could be a person's words."""
        return any(map(is_said, self.cells[column]))

    def is_wordy(self, column: str) -> bool:
        """Whether it is blank or has words."""
        return not self.cells[column] or self.is_said(column)

    def is_short(self, column: str) -> bool:
        """Whether it is blank or its cells are short."""
        cells = self.cells[column]
        return not cells or sum(map(len, cells)) / len(cells) <= 80

    def is_companys(self, column: str) -> bool:
        """Whether a column holds sentences of the company or its agents."""
        return self.words[column] >= 4 and wording.speaker(column) == "company"
