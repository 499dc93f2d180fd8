"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) through calamine, cells as the text a person sees."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from vocmine.errors import SourceError, UsageError
from vocmine.readers.aliases import is_known_header
from vocmine.readers.header import find_header
from vocmine.readers.sniff import EmptyFileError
from vocmine.readers.workbook_limits import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SAMPLE_ROWS = 40
_kept: dict[tuple[str, int, int], Workbook] = {}


def open_workbook(path: Path) -> Workbook:
    """The workbook at a path; the one opened last is kept until `forget_workbook`.

    Each source looks at an export before one of them reads it, and parsing is most of the work.

    Raises:
        SourceError: See `Workbook`.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(
            f"{path} cannot be opened: {error.strerror}.",
            "See that the file is still there and that you may read it.",
        ) from None
    key = (str(path.resolve()), status.st_size, status.st_mtime_ns)
    if key not in _kept:
        forget_workbook()
        _kept[key] = Workbook(path)
    return _kept[key]


def forget_workbook() -> None:
    """Free the memory of the workbook that `open_workbook` keeps."""
    _kept.clear()


class Workbook:
    """An open workbook.

    Args:
        path: The file.

    Raises:
        SourceError: Damaged, protected with a password, or beyond the limits.
    """

    def __init__(self, path: Path) -> None:
        import python_calamine

        self.path = path
        with self._told():
            check(path)
            self._book = python_calamine.CalamineWorkbook.from_path(str(path))
            kinds = python_calamine.SheetTypeEnum
            self.sheets: list[str] = [
                sheet.name for sheet in self._book.sheets_metadata if sheet.typ == kinds.WorkSheet
            ]
        self.samples: dict[tuple[str, int], tuple[list[list[str]], int]] = {}
        """Rows looked at and columns found, by sheet and position of its header."""
        self._open: tuple[str, python_calamine.CalamineSheet] | None = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What calamine raises, in words that name the file."""
        import python_calamine

        try:
            yield
        except python_calamine.PasswordError:
            raise SourceError(
                f"{self.path.name} is protected with a password.", "Save a copy without it."
            ) from None
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise self._unreadable(str(error)) from None
        except BaseException as error:
            # What Rust panics of is no Exception, so that programs end; a broken file is no cause.
            if type(error).__name__ != "PanicException":
                raise
            raise self._unreadable("its parts contradict each other") from None

    def _unreadable(self, reason: str) -> SourceError:
        return SourceError(
            f"{self.path.name} cannot be read as a workbook: {reason.rstrip('.')}.",
            "Open it in a spreadsheet and save it again as XLSX or CSV UTF-8.",
        )

    def choose_sheet(self, wanted: str = "") -> str:
        """The sheet asked for, else the first table of words, one with known columns before others.

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
        first = table = ""
        for name in self.sheets:
            rows = [row for row in self.rows(name, _SAMPLE_ROWS) if any(row)]
            first = first or (name if rows else "")
            if _is_table(rows):
                if any(map(is_known_header, rows[find_header(rows)])):
                    return name
                table = table or name  # a cover may look like a table, too
        first = table or first
        if not first:
            raise EmptyFileError(
                f"{self.path} is empty: no sheet has cells.", "Export it again with its rows."
            )
        return first

    def height(self, sheet: str) -> int:
        """Rows of a sheet from its first one to the last one with a cell."""
        return int(self._sheet(sheet).total_height)

    def rows(self, sheet: str, limit: int | None = None) -> Iterator[list[str]]:
        """Every row of a sheet from its first one, blank rows included, cells as text."""
        return map(row_text, self.cells(sheet, limit))

    def cells(self, sheet: str, limit: int | None = None) -> Iterator[list[Any]]:
        """As `rows`, with the cells as calamine has them, one row in memory at a time.

        Args:
            sheet: Its name.
            limit: Rows to give, from the first one with a cell; blank ones above it come first.
        """
        table = self._sheet(sheet)
        if table.start is None:
            return
        above, left = table.start
        blank: list[Any] = [""] * left
        if limit is not None:
            yield from ([] for _ in range(above))
            for row in table.to_python(skip_empty_area=True, nrows=limit):
                yield blank + row
        elif left:
            for row in table.iter_rows():
                yield blank + row
        else:
            yield from table.iter_rows()

    def _sheet(self, name: str) -> Any:
        # Parsing a sheet is most of the work, and the one sampled last is the one read.
        if self._open is None or self._open[0] != name:
            self._open = None
            with self._told():
                self._open = (name, self._book.get_sheet_by_name(name))
        return self._open[1]


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows have a header over at least one row with words in it."""
    if len(rows) < 2:
        return False
    position = find_header(rows)
    header = [cell for cell in rows[position] if cell.strip()]
    body = rows[position + 1 :]
    wordy = any(sum(map(str.isalpha, cell)) > 8 for row in body for cell in row)
    return len(header) >= 1 and wordy and len(body) >= 1


def row_text(cells: Sequence[Any]) -> list[str]:
    """A row as text."""
    return [cell if cell.__class__ is str else cell_text(cell) for cell in cells]


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
