"""Section: what sets a group apart from the others, where that is no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.chart_parts import NEGATIVE, POSITIVE
from vocmine.report.section_charts import Whisker, whiskers
from vocmine.report.section_parts import Section, Sheet, anchor, point_codes
from vocmine.report.section_points import column_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.comparison.rows import GroupFigure

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
        return {"absent": sheet.words.text("nothing_found")}
    return {"absent": "", "columns": [_column(sheet, column) for column in columns]}


def _column(sheet: Sheet, column: str) -> dict[str, Any]:
    words = sheet.words
    rows = [row for row in sheet.decisions.differences if row.column == column]
    sure = sorted((row for row in rows if row.sure), key=_strength)
    title = words.text("by_title", column=column_name(sheet, column))
    shares = [row for row in sure if row.figure not in MEANS][:SHOWN]
    more = len(sure) - SHOWN
    return {
        "title": title,
        "none": "" if sure else words.text("by_none", column=column_name(sheet, column)),
        "chart": _chart(sheet, column, shares) if shares else None,
        "sentences": [sentence(sheet, row) for row in sure[:SHOWN]],
        "more": words.count("by_more", more) if more > 0 else "",
        "table": _table(sheet, sure or rows[:SHOWN]),
        "note": words.text("by_note", n=words.number(len(rows))),
    }


def _strength(row: GroupFigure) -> tuple[float, float, str, str]:
    return (row.p_value, -abs(row.difference), row.value, row.figure)


def is_bad(row: GroupFigure) -> bool:
    """Whether the group does worse than the others."""
    return (row.difference < 0) == (row.figure in GOOD)


def sentence(sheet: Sheet, row: GroupFigure) -> str:
    """A difference in words: both figures and the interval of what is between them."""
    named = sheet.named(row.figure)
    unit = sheet.words.text("unit_points") if row.figure not in MEANS else ""
    return sheet.words.text(
        "by_sentence",
        group=row.value,
        figure=named,
        of_group=sheet.figure(row.figure, row.of_group),
        of_rest=sheet.figure(row.figure, row.of_rest),
        difference=sheet.figure(row.figure, row.difference, signed=True) + unit,
        low=sheet.figure(row.figure, row.low, signed=True),
        high=sheet.figure(row.figure, row.high, signed=True),
    )


def _chart(sheet: Sheet, column: str, rows: Sequence[GroupFigure]) -> dict[str, str]:
    chart = whiskers([_whisker(sheet, row) for row in rows])
    return sheet.chart(anchor("by", column), chart, "by_aria", column=column_name(sheet, column))


def _whisker(sheet: Sheet, row: GroupFigure) -> Whisker:
    figure = sheet.named(row.figure)
    return Whisker(
        name=f"{row.value}: {figure}",
        value=round(100 * row.difference, 2),
        low=round(100 * row.low, 2),
        high=round(100 * row.high, 2),
        label=sheet.points(row.difference),
        tip=sentence(sheet, row),
        colour=NEGATIVE if is_bad(row) else POSITIVE,
        chosen=point_codes(*row.figure.split("/")[:3]) if "/" in row.figure else None,
    )


def _table(sheet: Sheet, rows: Sequence[GroupFigure]) -> dict[str, Any]:
    words = sheet.words
    heads = ("col_group", "col_figure", "col_messages", "col_of_group", "col_of_rest")
    return sheet.table(
        (*heads, "col_difference", "col_interval"),
        (
            [
                row.value,
                sheet.named(row.figure),
                words.number(row.messages),
                sheet.figure(row.figure, row.of_group),
                sheet.figure(row.figure, row.of_rest),
                sheet.figure(row.figure, row.difference, signed=True),
                words.text(
                    "interval",
                    low=sheet.figure(row.figure, row.low, signed=True),
                    high=sheet.figure(row.figure, row.high, signed=True),
                ),
            ]
            for row in rows
        ),
        words_in=2,
    )
