"""Section: what sets a group apart from the others, where that is no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.comparison.wording import column_name, figure_name, finding, group_name
from vocmine.report.chapters.draft import address
from vocmine.report.chart_parts import NEGATIVE, POSITIVE
from vocmine.report.section_charts import Whisker, whiskers
from vocmine.report.section_parts import Section, Sheet, anchor, find_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.comparison.rows import GroupFigure
    from vocmine.report.chapters.draft import Find

SHOWN = 12
GOOD = frozenset({"positive", "score", "nps", "csat"})
"""Figures of which more is better."""
MEANS = frozenset({"score", "nps", "csat"})


def comparison_section(sheet: Sheet) -> Section:
    """For each compared column: the sure differences, drawn and told; empty without `--by`."""
    if not sheet.decisions.options.by:
        return {}
    columns = dict.fromkeys(row.column for row in sheet.decisions.differences)
    if not columns:
        return {"absent": sheet.words.text("by_nothing")}
    return {"absent": "", "columns": [_column(sheet, column) for column in columns]}


def _column(sheet: Sheet, column: str) -> dict[str, Any]:
    words, name = sheet.words, column_name(column, sheet.words)
    rows = [row for row in sheet.decisions.differences if row.column == column]
    sure = sorted((row for row in rows if row.sure), key=_strength)
    shares = [row for row in sure if row.figure not in MEANS][:SHOWN]
    more = len(sure) - SHOWN
    return {
        "title": words.text("by_title", column=name),
        "none": "" if sure else words.text("by_none", column=name),
        "chart": _chart(sheet, column, shares) if shares else None,
        "findings": [
            {"group": group_name(row, words), "text": finding(row, words), "href": _href(row)}
            for row in sure[:SHOWN]
        ],
        "more": words.count("by_more", more) if more > 0 else "",
        "table": _table(sheet, sure or rows[:SHOWN]),
        "note": words.count("by_note", len(rows)),
    }


def _strength(row: GroupFigure) -> tuple[float, float, str, str]:
    return (row.p_value, -abs(row.difference), row.value, row.figure)


def _find(row: GroupFigure) -> Find | None:
    return find_of(row.figure) if "/" in row.figure else None


def _href(row: GroupFigure) -> str:
    found = _find(row)
    return address(found) if found else ""


def is_bad(row: GroupFigure) -> bool:
    """Whether the group does worse than the others."""
    return (row.difference < 0) == (row.figure in GOOD)


def _chart(sheet: Sheet, column: str, rows: Sequence[GroupFigure]) -> dict[str, str]:
    chart = whiskers([_whisker(sheet, row) for row in rows])
    name = column_name(column, sheet.words)
    return sheet.chart(anchor("by", column), chart, "by_aria", column=name)


def _whisker(sheet: Sheet, row: GroupFigure) -> Whisker:
    name = f"{group_name(row, sheet.words)}: {figure_name(row.figure, sheet.words)}"
    return Whisker(
        name=name,
        short=name.partition(" (")[0],
        value=round(100 * row.difference, 2),
        low=round(100 * row.low, 2),
        high=round(100 * row.high, 2),
        label=sheet.points(row.difference),
        tip=f"{name}\n{finding(row, sheet.words)}",
        colour=NEGATIVE if is_bad(row) else POSITIVE,
        chosen=_find(row),
    )


def _table(sheet: Sheet, rows: Sequence[GroupFigure]) -> dict[str, Any]:
    words = sheet.words

    def signed(row: GroupFigure, value: float) -> str:
        return sheet.figure(row.figure, value, signed=True)

    heads = ("col_group", "col_figure", "col_messages", "col_of_group", "col_of_rest")
    return sheet.table(
        (*heads, "col_difference", "col_interval"),
        (
            [
                group_name(row, words),
                figure_name(row.figure, words),
                words.number(row.messages),
                sheet.figure(row.figure, row.of_group),
                sheet.figure(row.figure, row.of_rest),
                signed(row, row.difference),
                words.text("interval", low=signed(row, row.low), high=signed(row, row.high)),
            ]
            for row in rows
        ),
        words_in=2,
    )
