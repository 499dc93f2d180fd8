"""Chapter: which emotions the messages express, and at which stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.catalogue import label_set
from vocmine.report.chapters.draft import LEAST, Cell, Content, Draft, Figure, block
from vocmine.report.chapters.pyramid import stage_heads
from vocmine.report.charts import PLEASANT, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row


def emotions(draft: Draft) -> Content:
    """Share of the messages of each stage that express each emotion."""
    words, found = draft.words, draft.data["emotions"]
    if absent := draft.missing("emotion", "emotions"):
        return {"absent": absent}
    if not found["emotions"]:
        return {}
    rows = sorted(found["emotions"], key=lambda row: _position(row["emotion"]))
    top = words.label("emotion", found["emotions"][0]["emotion"])
    heads = [words.text("col_emotion"), words.text("col_messages")]
    heads += [words.label("stage", cell["stage"]) for cell in rows[0]["stages"]]
    note = words.text(
        "emotions_intro",
        n=words.number(found["with_any"]),
        total=words.count("messages", draft.total),
    )
    heat = block(
        heat=_heat(draft, rows, top),
        table={"heads": heads, "rows": [_emotion(draft, row) for row in rows], "words_in": 1},
    )
    return {"absent": "", "note": note, "blocks": [heat]}


def _emotion(draft: Draft, row: Row) -> list[str | Figure]:
    code = row["emotion"]
    return [
        draft.words.label("emotion", code),
        draft.messages(row["messages"], {"emotion": code}),
        *(_share(draft, code, cell) for cell in row["stages"]),
    ]


def _heat(draft: Draft, rows: Sequence[Row], top: str) -> Row:
    words = draft.words
    cells = [cell for row in rows for cell in row["stages"] if cell["of"] >= LEAST]
    peak = max([0.01, *(cell["messages"] / cell["of"] for cell in cells)])
    return {
        "columns": stage_heads(draft),
        "rows": [
            (
                words.label("emotion", row["emotion"]),
                [_cell(draft, row["emotion"], cell, peak) for cell in row["stages"]],
            )
            for row in rows
        ],
        "peak": peak,
        "ends": (words.text("scale_painful"), words.text("scale_pleasant")),
        "aria": words.text("emotions_aria", name=top),
    }


def _cell(draft: Draft, code: str, cell: Row, peak: float) -> Cell:
    sign = 0 if code in UNDECIDED else 1 if code in PLEASANT else -1
    value = sign * cell["messages"] / cell["of"] / peak if cell["of"] else 0.0
    return Cell(_share(draft, code, cell), value, None, cell["of"], sign)


def _share(draft: Draft, code: str, cell: Row) -> Figure | str:
    stage: Find = {"stage": cell["stage"]}
    return draft.share(cell["messages"], cell["of"], stage | {"emotion": code}, stage)


def _position(code: str) -> tuple[int, str]:
    # Canonical order of the catalogue; codes it does not know come last, by name.
    codes = label_set("emotion").codes
    return (codes.index(code) if code in codes else len(codes), code)
