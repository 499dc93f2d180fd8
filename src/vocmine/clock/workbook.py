"""The due list as a workbook: a sheet to work through, figures, who insists, and the rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from vocmine.clock.customers import repeated_customers
from vocmine.clock.listing import shown_case, shown_kind, shown_repeater, shown_rule
from vocmine.clock.summary import clock_kinds
from vocmine.clock.words import words
from vocmine.workbook import check_rows, streamed_book, write_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import xlsxwriter

    from vocmine.clock.rows import Due
    from vocmine.clock.rules import Regime
    from vocmine.store.frame import Frame

CASE = (
    *("external_id", "title", "kind_name", "status", "due", "business_days_left", "days_late"),
    *("received", "answered_on", "days_taken", "area", "cues", "repeats", "copies"),
    *("extended", "transferred", "silence", "rule", "verified"),
)
KIND = (
    *("kind_name", "messages", "open", "red", "amber", "green", "answered", "in_time"),
    *("share_in_time", "median_days", "undated", "extended", "transferred", "silence"),
)
REPEATER = ("author", "messages", "open", "overdue", "insisted", "first", "last", "cues", "files")
RULE = (
    *("rule", "country", "regime", "kinds", "days", "extension", "silence_rule", "valid"),
    *("verified", "source", "note"),
)
LIGHTS = {"red": "#F8D0C8", "amber": "#FCE8B2", "green": "#D5EBD8", "grey": "#E6E8EB"}

_DATES = frozenset({"due", "received", "answered_on", "first", "last"})
_WIDTHS = {"title": 44, "cues": 30, "files": 40, "source": 40, "note": 70, "kinds": 34}


def write_due_workbook(
    path: Path, frame: Frame, rows: Sequence[Due], regime: Regime, title: str, lang: str
) -> None:
    """Write the due list.

    Args:
        path: Where; it must not exist, or may be replaced.
        frame: The messages that `rows` were made of.
        rows: Cases, in the order of the sheet.
        regime: Under whose rules they stand.
        title: What the figures are of, as `vocmine.clock.listing.stand` has it.
        lang: Of headings and names.

    Raises:
        VocmineError: The workbook cannot be made.
    """
    said = words(lang)
    hint = "Choose some with --state or --area, or use --format csv."
    check_rows(said["sheet_due"], len(rows), hint)
    with streamed_book(path) as book:
        pen = _Pen(book, lang)
        cases = [shown_case(row, lang) for row in rows]
        pen.table("sheet_due", CASE, cases, [row.state for row in rows])
        kinds = [_kind(row, lang) for row in clock_kinds(rows)]
        pen.table("sheet_summary", KIND, kinds, foot=[title])
        insisting = repeated_customers(frame, rows)
        pen.table("sheet_repeated", REPEATER, [shown_repeater(r, lang) for r in insisting])
        rules = [shown_rule(rule, regime, lang) for rule in regime.rules]
        pen.table("sheet_rules", RULE, rules, foot=[title, said["no_advice"]])


def _kind(row: Any, lang: str) -> dict[str, Any]:
    """Figures of a kind with the share as a number, which the sheet shows as a percentage."""
    return shown_kind(row, lang) | {"share_in_time": row.share_in_time}


class _Pen:
    """Writes tables into sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self.book = book
        self.said = words(lang)
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.lights = {s: book.add_format({"bg_color": colour}) for s, colour in LIGHTS.items()}

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        states: Sequence[str] = (),
        foot: Sequence[str] = (),
    ) -> None:
        """A sheet with a frozen header and filters; `states` colour the cells of `status`."""
        sheet = self.book.add_worksheet(self.said[title])
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS.get(column, 16))
            sheet.write_string(0, place, self.said[column], self.head)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                value, form = row[column], None
                if column == "status":
                    form = self.lights.get(states[number - 1])
                elif column in _DATES and value:
                    value, form = date.fromisoformat(value), self.date
                elif "share" in column:
                    form = self.share
                write_cell(sheet, number, place, value, form)
        for number, line in enumerate(foot, len(rows) + 2):
            sheet.write_string(number, 0, line)
