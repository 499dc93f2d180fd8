"""Chapter: which emotions the messages express, and at which stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.catalogue import label_set
from vocmine.report import charts
from vocmine.report.chapters.draft import Content, Draft, Figure, block

if TYPE_CHECKING:
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
        chart=draft.chart("emotions", charts.emotions(rows, words), "emotions_aria", name=top),
        table={"heads": heads, "rows": [_emotion(draft, row) for row in rows], "words_in": 1},
    )
    return {"absent": "", "note": note, "blocks": [heat]}


def _emotion(draft: Draft, row: Row) -> list[str | Figure]:
    code = row["emotion"]
    return [
        draft.words.label("emotion", code),
        draft.messages(row["messages"], {"emotion": code}),
        *(
            draft.share(
                cell["messages"],
                cell["of"],
                {"emotion": code, "stage": cell["stage"]},
                {"stage": cell["stage"]},
            )
            for cell in row["stages"]
        ),
    ]


def _position(code: str) -> tuple[int, str]:
    # Canonical order of the catalogue; codes it does not know come last, by name.
    codes = label_set("emotion").codes
    return (codes.index(code) if code in codes else len(codes), code)
