"""The report as a workbook: a sheet for each question, ready to filter and to sort."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from vocmine.report.brief import figures, headlines, method, missing, period_line
from vocmine.report.sheets import (
    Said,
    Sheet,
    Value,
    areas_sheet,
    journey_sheet,
    points_sheet,
    promises_sheet,
    pyramid_sheet,
    quotes_sheet,
    touchpoints_sheet,
    with_rows,
)
from vocmine.report.sheets_time import (
    changes_sheet,
    comparison_sheet,
    due_sheet,
    events_sheet,
    kinds_sheet,
    series_sheet,
)
from vocmine.workbook import cell_text, check_rows, streamed_book, write_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from vocmine.report.decisions import Decisions
    from vocmine.report.wording import Wording

MOST_AREAS = 30
NAME_CHARACTERS = 31
"""Of the name of a sheet, as Excel has it."""
_WIDTHS = {"long": 48, "text": 20, "date": 13}
_FORMATS = {
    "text": "@",
    "long": "@",
    "int": "#,##0",
    "decimal": "#,##0.00",
    "signed": "+#,##0.0;-#,##0.0;0.0",
    "share": "0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "date": "yyyy-mm-dd",
    "p": "0.0000",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


def write_report_workbook(
    path: Path, decisions: Decisions, words: Wording, title: str = "", selection: str = ""
) -> None:
    """Write the workbook of a report.

    Args:
        path: Where; an older file is replaced.
        decisions: What it says.
        words: Of its language.
        title: At the head of the first sheet; empty means a standing one.
        selection: What the report was filtered by, in words; may be empty.

    Raises:
        VocmineError: When the workbook cannot be made.
    """
    said = Said(words)
    sheets = sheets_of(decisions, said)
    names = sheet_names([said("sheet_summary"), *(sheet.name for sheet in sheets)], said)
    with streamed_book(path) as book:
        heads = (title or words.text("title_default"), selection)
        book.set_properties({"title": heads[0]})
        writer = _Writer(book, said)
        # Every page is added before any is written, as the first one links to the others.
        pages = [book.add_worksheet(name) for name in names]
        writer.summary(pages[0], decisions, heads, list(zip(sheets, names[1:], strict=True)))
        for page, sheet in zip(pages[1:], sheets, strict=True):
            writer.table(page, sheet)


def sheets_of(d: Decisions, said: Said) -> list[Sheet]:
    """The tables of a report, in the order of the workbook, those of the areas after their list."""
    return with_rows(
        [
            points_sheet(d, said),
            *_areas(d, said),
            due_sheet(d, said),
            kinds_sheet(d, said),
            journey_sheet(d, said),
            touchpoints_sheet(d, said),
            pyramid_sheet(d, said),
            promises_sheet(d, said),
            series_sheet(d, said),
            changes_sheet(d, said),
            events_sheet(d, said),
            comparison_sheet(d, said),
            quotes_sheet(d, said),
            _method_sheet(d, said),
        ]
    )


def _areas(d: Decisions, said: Said) -> list[Sheet]:
    own = [points_sheet(d, said, owner=owner) for owner in d.owners[:MOST_AREAS]]
    return [areas_sheet(d, said), *own]


def _method_sheet(d: Decisions, said: Said) -> Sheet:
    lines = method(d, said)
    head = said.columns(("note", "long"))
    return Sheet(said("sheet_method"), said("ask_method"), head, [[line] for line in lines])


def sheet_names(wanted: Sequence[str], said: Said) -> list[str]:
    """Names that Excel takes: short, without its signs, no two alike whatever their case."""
    found: list[str] = []
    for text in wanted:
        clean = " ".join(_FORBIDDEN.sub(" ", text).split())
        bare = clean.strip(" '")[:NAME_CHARACTERS].strip(" '")
        # Excel keeps this name for itself, in any case.
        bare = bare if bare and bare.casefold() != "history" else f"{said('owner')} {bare}".strip()
        name, number = bare, 2
        while name.casefold() in (other.casefold() for other in found):
            end = f" ({number})"
            name, number = bare[: NAME_CHARACTERS - len(end)] + end, number + 1
        found.append(name)
    return found


class _Writer:
    """Writes pages of one workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook, said: Said) -> None:
        from vocmine.clock.workbook import LIGHTS

        self.said = said
        wrap = {"valign": "top", "text_wrap": True}
        self.cells: Mapping[str, Format] = {
            kind: book.add_format(
                {"num_format": form, **(wrap if kind == "long" else {"valign": "top"})}
            )
            for kind, form in _FORMATS.items()
        }
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E9EEF3"}
        )
        self.prose = book.add_format(wrap)
        self.link = book.get_default_url_format()
        self.lights = {
            state: book.add_format({"bg_color": colour}) for state, colour in LIGHTS.items()
        }

    def summary(
        self,
        page: Worksheet,
        d: Decisions,
        heads: tuple[str, str],
        index: Sequence[tuple[Sheet, str]],
    ) -> None:
        """The first page: sentences, figures, and what each other page answers."""
        said = self.said
        page.set_column(0, 0, 60)
        page.set_column(1, 1, 34)
        page.write_string(0, 0, cell_text(heads[0]), self.title)
        page.write_string(
            1, 0, cell_text(" · ".join(filter(None, (period_line(d, said), heads[1]))))
        )
        row = 3
        for line in [*headlines(d, said), *missing(d, said)]:
            page.merge_range(row, 0, row, 1, "", self.prose)
            page.write_string(row, 0, cell_text(line), self.prose)
            # Merged cells do not grow by themselves.
            page.set_row(row, 15 * (1 + len(line) // 95))
            row += 1
        row += 1
        page.write_row(row, 0, [said("figure"), said("value")], self.head)
        for name, value in figures(d, said):
            row += 1
            page.write_string(row, 0, name)
            self._cell(page, row, 1, value.value, value.kind)
        row += 2
        page.write_row(row, 0, [said("question"), said("sheet")], self.head)
        for sheet, name in index:
            row += 1
            page.write_string(row, 0, sheet.question)
            page.write_url(row, 1, f"internal:{_quoted(name)}!A1", self.link, name)

    def table(self, page: Worksheet, sheet: Sheet) -> None:
        """A page: a table under a header that stays in sight, on paper too."""
        if not sheet.rows:
            page.set_column(0, 0, 100)
            page.write_string(0, 0, sheet.none, self.prose)
            return
        hint = "Report on a part of the messages: --since, --until, --channel."
        check_rows(sheet.name, len(sheet.rows), hint)
        for position, (heading, kind) in enumerate(sheet.columns):
            width = _WIDTHS.get(kind, 14)
            page.set_column(position, position, 100 if len(sheet.columns) == 1 else width)
            page.write_string(0, position, cell_text(heading), self.head)
        last, right = len(sheet.rows), len(sheet.columns) - 1
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, right)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        if sheet.state >= 0:
            self._colour(page, sheet.state, last)
        for number, cells in enumerate(sheet.rows, 1):
            for position, (cell, (_, kind)) in enumerate(zip(cells, sheet.columns, strict=True)):
                self._cell(page, number, position, cell, kind)

    def _colour(self, page: Worksheet, column: int, last: int) -> None:
        from vocmine.clock.words import words

        names = words(self.said.words.lang)
        for state, colour in self.lights.items():
            text = names[f"state_{state}"]
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": colour}
            page.conditional_format(1, column, last, column, rule)

    def _cell(self, page: Worksheet, row: int, position: int, cell: Any, kind: str) -> None:
        if isinstance(cell, Value):
            cell, kind = cell.value, cell.kind
        if cell and kind == "date":
            cell = date.fromisoformat(cell)
        write_cell(page, row, position, cell, self.cells[kind])


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"
