"""Section: whether each level of the pyramid is met, in all and at each stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.chapters.draft import address
from vocmine.report.chart_parts import NEGATIVE, POSITIVE
from vocmine.report.data import LEVELS, STAGES
from vocmine.report.section_charts import GREY, Whisker, whiskers
from vocmine.report.section_parts import Section, Sheet
from vocmine.verdict import pyramid_verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.journey.rows import LevelFigures
    from vocmine.report.chapters.draft import Find

_COLOURS = {"met": POSITIVE, "missed": NEGATIVE}


def pyramid_section(sheet: Sheet) -> Section:
    """The verdict, the levels with their intervals, and the levels at each stage."""
    words = sheet.words
    whole = [row for row in sheet.decisions.levels if not row.stage]
    judged = [row for row in whole if row.share_met is not None]
    if not judged:
        return {"absent": words.text("nothing_found")}
    rows = [{"level": row.level, "met": row.met, "missed": row.missed} for row in whole]
    return {
        "absent": "",
        "verdict": pyramid_verdict(rows, words.lang),
        "chart": _chart(sheet, judged),
        "table": _table(sheet, whole),
        "grid": _grid(sheet),
    }


def _chart(sheet: Sheet, judged: Sequence[LevelFigures]) -> dict[str, str]:
    # The base stands at the bottom.
    drawn = whiskers([_whisker(sheet, row) for row in reversed(judged)], zero=50.0, ends=(0, 100))
    return sheet.chart("levels", drawn, "levels_aria")


def _whisker(sheet: Sheet, row: LevelFigures) -> Whisker:
    words = sheet.words
    name, share = words.label("pyramid", row.level), row.share_met or 0.0
    low, high = (share if end is None else end for end in (row.low, row.high))
    return Whisker(
        name=name,
        short=name,
        value=round(100 * share, 1),
        low=round(100 * low, 1),
        high=round(100 * high, 1),
        label=f"{sheet.share(share)} · {words.named('verdict', row.verdict)}",
        tip="\n".join([name, _interval(sheet, row), words.named("verdict", row.verdict)]),
        colour=_COLOURS.get(row.verdict, GREY),
        chosen={"pyramid": row.level},
    )


def _interval(sheet: Sheet, row: LevelFigures) -> str:
    if row.share_met is None:
        return "–"
    if row.low is None or row.high is None:
        return sheet.share(row.share_met)
    ends = {"low": sheet.share(row.low), "high": sheet.share(row.high)}
    return f"{sheet.share(row.share_met)} {sheet.words.text('impact_interval', **ends)}"


def _table(sheet: Sheet, whole: Sequence[LevelFigures]) -> dict[str, Any]:
    words = sheet.words
    return sheet.table(
        ("col_level", "missed", "met", "col_share_met", "col_verdict"),
        (
            [
                words.label("pyramid", row.level),
                sheet.insights(row.missed, {"pyramid": row.level, "tone": "negative"}),
                sheet.insights(row.met, {"pyramid": row.level, "tone": "positive"}),
                _interval(sheet, row),
                words.named("verdict", row.verdict),
            ]
            for row in reversed(whole)
        ),
    )


def _grid(sheet: Sheet) -> dict[str, Any]:
    """Stages as columns, levels as rows with the base last; each cell with its verdict."""
    words = sheet.words
    found = {(row.level, row.stage): row for row in sheet.decisions.levels if row.stage}
    stages = [stage for stage in STAGES if any((level, stage) in found for level in LEVELS)]
    return {
        "stages": [words.label("stage", stage) for stage in stages],
        "levels": [
            {
                "name": words.label("pyramid", level),
                "cells": [_cell(sheet, found.get((level, stage))) for stage in stages],
            }
            for level in reversed(LEVELS)
        ],
    }


def _cell(sheet: Sheet, row: LevelFigures | None) -> dict[str, Any]:
    if row is None or row.share_met is None:
        return {"verdict": "none", "share": "–", "text": "", "n": [], "href": ""}
    words, n = sheet.words, row.met + row.missed
    find: Find = {"stage": row.stage, "pyramid": row.level, "tone": ("negative", "positive")}
    return {
        "verdict": row.verdict,
        "share": sheet.share(row.share_met),
        "text": words.named("verdict", row.verdict),
        "n": words.pieces("opinions", n, n=sheet.insights(n, find)),
        "href": address(find),
    }
