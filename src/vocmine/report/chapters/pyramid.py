"""Chapter: whether the base of the pyramid holds, and at which stage it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.catalogue import label_set
from vocmine.report.chapters.draft import (
    LEAST,
    Bar,
    Block,
    Cell,
    Content,
    Draft,
    Figure,
    Part,
    block,
)
from vocmine.report.chapters.journey import TONE_HEADS, tone_figures
from vocmine.report.data import LEVELS, STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row

_TONE = {"missed": "negative", "met": "positive"}


def pyramid(draft: Draft) -> Content:
    """Met and missed of each level, and the stage x pyramid matrix."""
    if absent := draft.missing("sentiment", "segment_polarity"):
        return {"absent": absent}
    return {"absent": "", "note": "", "blocks": [_levels(draft), _matrix(draft)]}


def _levels(draft: Draft) -> Block:
    words, levels = draft.words, draft.data["pyramid"]

    def row(level: Row) -> list[str | Figure]:
        find: Find = {"pyramid": level["level"]}
        met = find | {"tone": _TONE["met"]}
        share = words.percent(level["met"], level["judged"])
        judged = find | {"tone": tuple(_TONE.values())}
        return [
            words.label("pyramid", level["level"]),
            draft.insights(level["missed"], find | {"tone": _TONE["missed"]}),
            draft.insights(level["met"], met),
            Figure(share, met, "insight_share", judged) if level["judged"] else "–",
        ]

    return block(
        note=words.text("pyramid_note"),
        bars=draft.bars(
            [_level(draft, level) for level in reversed(levels)], "pyramid_aria", scale="full"
        ),
        table=draft.table(
            ("col_level", "missed", "met", "col_share"), (row(level) for level in reversed(levels))
        ),
    )


def _level(draft: Draft, level: Row) -> Bar:
    find: Find = {"pyramid": level["level"]}
    parts = []
    for key, tone in _TONE.items():
        figure = Figure(
            draft.words.percent(level[key], level["judged"]),
            find | {"tone": tone},
            "insight_share",
            find | {"tone": tuple(_TONE.values())},
        )
        parts.append(Part(tone, draft.words.text(key), figure, level[key]))
    return Bar(draft.words.label("pyramid", level["level"]), tuple(parts))


def _matrix(draft: Draft) -> Block:
    words, found = draft.words, draft.data["matrix"]
    after = [words.count("matrix_outside", found["outside"])] if found["outside"] else []
    return block(
        title=words.text("matrix_title"),
        note=words.text("matrix_note", least=LEAST),
        heat=_heat(draft, found["cells"]),
        table=draft.table(
            ("col_stage", "col_level", "col_mentions", *TONE_HEADS, "col_net"),
            (
                [
                    words.label("stage", cell["stage"]),
                    words.label("pyramid", cell["pyramid"]),
                    *tone_figures(
                        draft, cell, {"stage": cell["stage"], "pyramid": cell["pyramid"]}
                    ),
                ]
                for cell in found["cells"]
                if cell["insights"]
            ),
            words_in=2,
        ),
        after=after,
    )


def _heat(draft: Draft, cells: Sequence[Row]) -> Row:
    words = draft.words
    rows = {(cell["stage"], cell["pyramid"]): cell for cell in cells}

    def cell(stage: str, level: str) -> Cell:
        row, find = rows[stage, level], {"stage": stage, "pyramid": level}
        count = draft.insights(row["insights"], dict(find))
        return Cell(draft.net(row, dict(find)), row["net"] or 0.0, count, row["insights"])

    return {
        "columns": stage_heads(draft),
        # The base stands at the bottom.
        "rows": [
            (words.label("pyramid", level), [cell(stage, level) for stage in STAGES])
            for level in reversed(LEVELS)
        ],
        "peak": 1.0,
        "ends": (words.text("scale_negative"), words.text("scale_positive")),
        "aria": words.text("matrix_aria"),
    }


def stage_heads(draft: Draft) -> list[tuple[str, str]]:
    """The stages as columns: the phase and the name of each, in order."""
    words = draft.words
    phases = {label.code: label.parent for label in label_set("stage").labels}
    return [(words.text(phases[stage]), words.label("stage", stage)) for stage in STAGES]
