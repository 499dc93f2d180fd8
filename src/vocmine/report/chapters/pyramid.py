"""Chapter: whether the base of the pyramid holds, and at which stage it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report import charts
from vocmine.report.chapters.draft import Block, Content, Draft, Figure, block
from vocmine.report.chapters.journey import TONE_HEADS, tone_figures

if TYPE_CHECKING:
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
        chart=draft.chart("pyramid", charts.pyramid(levels, words), "pyramid_aria"),
        table=draft.table(
            ("col_level", "missed", "met", "col_share"), (row(level) for level in reversed(levels))
        ),
    )


def _matrix(draft: Draft) -> Block:
    words, found = draft.words, draft.data["matrix"]
    after = [words.count("matrix_outside", found["outside"])] if found["outside"] else []
    return block(
        wide=True,
        title=words.text("matrix_title"),
        note=words.text("matrix_note", least=charts.LEAST_MENTIONS),
        chart=draft.chart("matrix", charts.matrix(found["cells"], words), "matrix_aria"),
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
