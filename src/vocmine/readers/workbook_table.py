"""A sheet of a workbook as a table: its header, a sample of its rows, and all of them in turn."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from vocmine.readers.header import column_names, trimmed
from vocmine.readers.surveys_header import read_header
from vocmine.readers.tabular import HEADER_ROWS, SAMPLE_ROWS, Row, Table, for_sample, require_header
from vocmine.readers.xlsx_reader import Workbook, open_workbook, row_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vocmine.plugin import ReadOptions

_EMPTY: Mapping[str, str] = {}


def open_sheet(path: Path, options: ReadOptions) -> Table:
    """Open the sheet asked for, or the first one with a table of words.

    Raises:
        EmptyFileError: No sheet has cells.
        SourceError: No header; or damaged, protected, beyond the limits.
        UsageError: There is no such sheet.
    """
    book = open_workbook(path)
    sheet = book.choose_sheet(options.sheet)
    rows = list(islice(book.rows(sheet), HEADER_ROWS))
    header = read_header(rows)
    require_header(path, header.cells, options)
    names = trimmed(header.cells)
    sample, width = _sample(book, sheet, header.last)
    columns = column_names(names, width)
    sample = [_fitted(row, len(columns)) for row in sample]
    warnings = [*header.warnings]
    others = [name for name in book.sheets if name != sheet]
    if others and not options.sheet:
        warnings.append(
            f"Only the sheet '{sheet}' is read; choose another with --sheet "
            f"({', '.join(others[:5])})."
        )
    details = {"sheet": sheet, **header.details()}
    reader = _WorkbookReader(book, sheet, header.last)
    kind = f"workbook, sheet '{sheet}'"
    return Table(path, kind, columns, details, sample, warnings, reader, header.named(columns))


def _sample(book: Workbook, sheet: str, header_position: int) -> tuple[list[list[str]], int]:
    """Rows from the start and evenly spaced ones from further on, and columns with a cell.

    The whole sheet is gone through, once for all sources, and only these rows are kept.
    """
    known = book.samples.get((sheet, header_position))
    if known:
        return known
    step = max(1, book.height(sheet) // SAMPLE_ROWS)
    sample: list[list[str]] = []
    width = 0
    for number, cells in enumerate(book.cells(sheet)):
        if len(cells) > width and any(cell != "" for cell in cells[width:]):
            width = max(width, len(trimmed(row_text(cells))))
        if number > header_position and (len(sample) < SAMPLE_ROWS or number % step == 0):
            row = row_text(cells)
            if any(map(str.strip, row)):
                sample.append(for_sample(row))
    book.samples[sheet, header_position] = sample, width
    return sample, width


def _fitted(row: list[str], width: int) -> list[str]:
    return row if len(row) == width else row[:width] + [""] * (width - len(row))


class _WorkbookReader:
    def __init__(self, book: Workbook, sheet: str, header_position: int) -> None:
        self._book = book
        self._sheet = sheet
        self._header_position = header_position

    def rows(self, columns: Sequence[str]) -> Iterator[Row]:
        width = len(columns)
        start = self._header_position + 1
        for number, cells in enumerate(
            islice(self._book.rows(self._sheet), start, None), start + 1
        ):
            if any(map(str.strip, cells)):
                yield Row(f"row {number}", _fitted(cells, width), _EMPTY, width)

    def warnings(self) -> list[str]:
        return []
