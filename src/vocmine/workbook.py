"""The XLSX export: a sheet for each content, streamed, with real dates, numbers and no formulas."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from vocmine.display import heading, heading_of_extra, name_of
from vocmine.errors import VocmineError
from vocmine.export import CONTENTS, EXTRA, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from vocmine.store import Store
    from vocmine.store.reading import Filter

SHEET_ROWS = 1_048_575
"""Rows of a sheet below its header; more go on in a second sheet."""
CELL_CHARACTERS = 32_767
"""Characters a cell can hold; xlsxwriter would drop a longer text silently."""

_DATES = frozenset({"created_at", "first_seen", "last_seen"})
_SHARES = frozenset({"share", "share_met", "confidence"})
_WIDE = {"text": 80, "quote": 60, "quotes": 80, "title": 30, "terms": 50, "label": 32}


def write_workbook(
    store: Store, path: Path, what: Sequence[str], lang: str, chosen: Filter
) -> dict[str, int]:
    """Write a workbook with one sheet per content; returns the rows of each.

    Args:
        what: Keys of `vocmine.export.CONTENTS`.
        lang: Language of sheet names, headings and labels.

    Raises:
        VocmineError: When the workbook cannot be made.
    """
    counts: dict[str, int] = {}
    with streamed_book(path) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "share": book.add_format({"num_format": "0.0%"}),
            "decimal": book.add_format({"num_format": "0.00"}),
        }
        for code in what:
            columns, rows = table_rows(store, code, chosen)
            counts[code] = _write_content(
                book, CONTENTS[code].titles[lang], columns, rows, lang, formats
            )
    return counts


@contextmanager
def streamed_book(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that keeps one row of the sheet being written in memory; whole when it is left.

    Strings stay strings: a customer's "=1+1" or URL is text, not a formula or a link.

    Args:
        path: Where; an older file is replaced.

    Raises:
        VocmineError: When the workbook cannot be made.
    """
    strings = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    options = {"constant_memory": True, "tmpdir": str(path.parent), **strings}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            yield book
    except XlsxWriterException as error:
        raise VocmineError(f"The workbook cannot be written: {error}.") from error


def check_rows(sheet: str, rows: int, hint: str) -> None:
    """Refuse more rows than a sheet can hold, which xlsxwriter would drop silently.

    Args:
        sheet: Name of the sheet.
        rows: Below its header.
        hint: What to do instead.

    Raises:
        VocmineError: There are too many.
    """
    if rows > SHEET_ROWS:
        raise VocmineError(
            f"The sheet '{sheet}' holds {SHEET_ROWS} rows, and there are {rows}.", hint
        )


def write_cell(
    sheet: Worksheet, row: int, place: int, value: Any, form: Format | None = None
) -> None:
    """Write a date as a date, a number as a number and anything else as text that fits a cell.

    None and an empty text leave the cell as it is.
    """
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, form)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_string(row, place, cell_text(str(value)), form)


def _write_content(
    book: xlsxwriter.Workbook,
    title: str,
    columns: Sequence[str],
    rows: Iterator[Mapping[str, Any]],
    lang: str,
    formats: Mapping[str, Format],
) -> int:
    written = 0
    for number in range(1, 1_000):
        sheet = book.add_worksheet(title if number == 1 else f"{title} ({number})")
        _write_head(sheet, columns, lang, formats)
        count = 0
        for row in islice(rows, SHEET_ROWS):
            count += 1
            for position, column in enumerate(columns):
                _write_cell(sheet, count, position, column, row.get(column), lang, formats)
        sheet.autofilter(0, 0, count, len(columns) - 1)
        written += count
        if count < SHEET_ROWS:
            break
    return written


def _write_head(
    sheet: Worksheet, columns: Sequence[str], lang: str, formats: Mapping[str, Format]
) -> None:
    sheet.freeze_panes(1, 0)
    for position, (column, title) in enumerate(zip(columns, headlines(columns, lang), strict=True)):
        sheet.set_column(position, position, _WIDE.get(column, 18))
        sheet.write_string(0, position, title, formats["head"])


def headlines(columns: Sequence[str], lang: str) -> list[str]:
    """A heading for each column, no two alike, which tells the original columns from vocmine's."""
    found: list[str] = []
    for column in columns:
        name = column.removeprefix(EXTRA)
        title = heading(column, lang) if name == column else heading_of_extra(name, lang)
        # An export may have the column "Para", and an e-mail its field of that name.
        found.append(title if title not in found else heading_of_extra(column, lang))
    return found


def _write_cell(
    sheet: Worksheet,
    row: int,
    position: int,
    column: str,
    value: Any,
    lang: str,
    formats: Mapping[str, Format],
) -> None:
    if value is None:
        return
    kind = ""
    if column in _DATES and (moment := _moment(value)) is not None:
        shown, kind = moment, "date"
    else:
        shown = value if column.startswith(EXTRA) else name_of(column, value, lang)
    if isinstance(shown, list | tuple):
        shown = "; ".join(map(str, shown))
    if isinstance(shown, int | float):
        kind = "share" if column in _SHARES else "decimal" if isinstance(shown, float) else ""
    write_cell(sheet, row, position, shown, formats.get(kind))


def cell_text(text: str) -> str:
    """A text that fits a cell; xlsxwriter would drop a longer one silently, and fail on half a
    surrogate pair."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


def _moment(value: str) -> datetime | None:
    """A date that a spreadsheet can hold: local to the customer and after 1900."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.year > 1900 else None
