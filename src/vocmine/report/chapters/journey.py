"""Chapter: how much is said of each stage of the journey, and in which tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.chapters.draft import Bar, Block, Content, Draft, Figure, Part, block

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row

TONES = ("negative", "neutral", "positive")
TONE_HEADS = tuple(f"col_{tone}" for tone in TONES)


def journey(draft: Draft) -> Content:
    """Balance of the stages."""
    if absent := draft.missing("sentiment", "segment_polarity"):
        return {"absent": absent}
    return {"absent": "", "note": draft.words.text("journey_intro"), "blocks": [_stages(draft)]}


def _stages(draft: Draft) -> Block:
    words, found = draft.words, draft.data["journey"]
    after = [words.count("journey_unknown", found["unknown"])] if found["unknown"] else []
    return block(
        title=words.text("journey_chart"),
        note=words.text("journey_note"),
        bars=draft.bars(
            [_balance(draft, row) for row in found["stages"]], "journey_aria", scale="facing"
        ),
        table=draft.table(
            ("col_phase", "col_stage", "col_mentions", *TONE_HEADS, "col_net"),
            (
                [
                    words.text(row["phase"]),
                    words.label("stage", row["stage"]),
                    *tone_figures(draft, row, {"stage": row["stage"]}),
                ]
                for row in found["stages"]
            ),
            words_in=2,
        ),
        after=after,
    )


def _balance(draft: Draft, row: Row) -> Bar:
    parts = []
    for tone in ("negative", "positive"):
        figure = draft.insights(row[tone], {"stage": row["stage"], "tone": tone})
        parts.append(Part(tone, draft.words.text(f"col_{tone}"), figure, row[tone]))
    return Bar(draft.words.label("stage", row["stage"]), tuple(parts))


def tone_figures(draft: Draft, row: Row, find: Find) -> list[str | Figure]:
    """Insights that meet `find`: all of them, those of each tone, and their balance."""
    return [
        draft.insights(row["insights"], find),
        *(draft.insights(row[tone], find | {"tone": tone}) for tone in TONES),
        draft.net(row, find),
    ]
