"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) through calamine, cells as the text a person sees."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from vocmine.errors import SourceError, UsageError
from vocmine.readers.header import find_header
from vocmine.readers.sniff import EmptyFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Workbook:
    """An open workbook.

    Args:
        path: The file.

    Raises:
        SourceError: Damaged, or protected with a password.
    """

    def __init__(self, path: Path) -> None:
        import python_calamine

        self.path = path
        try:
            self._book = python_calamine.CalamineWorkbook.from_path(str(path))
        except python_calamine.PasswordError:
            raise SourceError(
                f"{path.name} is protected with a password.", "Save a copy without it."
            ) from None
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise SourceError(
                f"{path.name} cannot be read as a workbook: {error}.",
                "Open it in a spreadsheet and save it again as XLSX or CSV UTF-8.",
            ) from None
        self.sheets: list[str] = list(self._book.sheet_names)
        self._open: tuple[str, python_calamine.CalamineSheet] | None = None

    def choose_sheet(self, wanted: str = "") -> str:
        """The sheet asked for, else the first one that holds a table with words in it.

        Raises:
            EmptyFileError: No sheet has cells.
            UsageError: There is no sheet of that name; the message lists those that exist.
        """
        if wanted:
            for name in self.sheets:
                if name == wanted or name.strip().lower() == wanted.strip().lower():
                    return name
            raise UsageError(
                f"{self.path.name} has no sheet '{wanted}'.",
                f"Its sheets are: {', '.join(self.sheets)}.",
            )
        first = ""
        for name in self.sheets:
            rows = [row for row in self._sample(name) if any(row)]
            first = first or (name if rows else "")
            if _is_table(rows):
                return name
        if not first:
            raise EmptyFileError(
                f"{self.path} is empty: no sheet has cells.", "Export it again with its rows."
            )
        return first

    def rows(self, sheet: str, limit: int | None = None) -> Iterator[list[str]]:
        """Every row of a sheet from its first one, blank rows included, cells as text."""
        # Parsing a sheet is most of the work, and the one sampled last is the one read.
        if self._open is None or self._open[0] != sheet:
            self._open = (sheet, self._book.get_sheet_by_name(sheet))
        table = self._open[1]
        if table.start is None:
            return
        blank: list[str] = []
        for _ in range(table.start[0]):
            yield list(blank)
        for cells in table.to_python(skip_empty_area=True, nrows=limit):
            yield [""] * table.start[1] + [cell_text(cell) for cell in cells]

    def _sample(self, sheet: str) -> list[list[str]]:
        return list(self.rows(sheet, 40))


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows have a header over at least one row with words in it."""
    if len(rows) < 2:
        return False
    position = find_header(rows)
    header = [cell for cell in rows[position] if cell.strip()]
    body = rows[position + 1 :]
    wordy = any(sum(map(str.isalpha, cell)) > 8 for row in body for cell in row)
    return len(header) >= 1 and wordy and len(body) >= 1


def cell_text(cell: Any) -> str:
    """A cell as text: dates in ISO 8601, whole numbers without `.0`, booleans as `true`."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Long file numbers are floats in a workbook; beyond 1e21 nobody typed every digit.
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
