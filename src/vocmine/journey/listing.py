"""Rows of the journey and of the pyramid as commands print them and exports hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.journey.judging import judged
from vocmine.store import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.journey.control import Control
    from vocmine.journey.rows import Handoff, LevelFigures, StageFigures
    from vocmine.store.database import Store
    from vocmine.store.filters import Filter

Row = dict[str, Any]


def stage_rows(store: Store, chosen: Filter) -> list[Row]:
    """One row per stage: what is said, how well it goes, what is felt, whether it matters."""
    return [stage_row(figures) for figures in stages_of(store, chosen)]


def stages_of(store: Store, chosen: Filter, control: Control | None = None) -> list[StageFigures]:
    """The journey map of a filter."""
    from vocmine.journey.stages import journey_map
    from vocmine.store.frame import read_frame

    return journey_map(store, read_frame(store, chosen), control=control)


def stage_row(figures: StageFigures) -> Row:
    """A stage as a row: `sentiment` is praise minus complaints over all, -1 to 1."""
    return {
        "phase": figures.phase,
        "stage": figures.stage,
        "insights": figures.insights,
        "messages": figures.messages,
        "negative": figures.negative,
        "neutral": figures.neutral,
        "positive": figures.positive,
        "mean_polarity": _rounded(figures.mean_polarity, 3),
        "sentiment": _rounded(figures.net),
        "load": _rounded(figures.load),
        "emotions": {
            code: round(share, 4)
            for code, share in sorted(figures.emotions.items(), key=lambda pair: -pair[1])
        },
        "moment": figures.moment,
        "why": list(figures.why),
        "handoffs": figures.handoffs,
    }


def touchpoint_rows(stages: Iterable[StageFigures]) -> list[Row]:
    """One row per touchpoint of each stage, most used first, with who controls it."""
    return [
        {
            "phase": stage.phase,
            "stage": stage.stage,
            "touchpoint": use.touchpoint,
            "control": use.control,
            "insights": use.insights,
            "negative": use.negative,
            "positive": use.positive,
        }
        for stage in stages
        for use in stage.touchpoints
    ]


def handoff_rows(found: Iterable[Handoff]) -> list[Row]:
    """One row per pair of areas between which customers are passed on."""
    return [
        {
            "from_area": row.from_area,
            "to_area": row.to_area,
            "messages": row.messages,
            "quotes": [quote.text for quote in row.quotes],
        }
        for row in found
    ]


def level_rows(store: Store, chosen: Filter) -> list[Row]:
    """One row per level of the pyramid, base first, with an interval and a verdict."""
    return [
        {**row, **_judgement(judged(row["level"], "", row["met"], row["missed"]))}
        for row in listing.level_rows(store, chosen)
    ]


def levels_by_stage(levels: Sequence[LevelFigures]) -> list[Row]:
    """One row per stage and level on which there is any opinion."""
    return [
        {
            "stage": row.stage,
            "level": row.level,
            "met": row.met,
            "missed": row.missed,
            "share_met": _rounded(row.share_met),
            **_judgement(row),
        }
        for row in levels
        if row.stage and row.share_met is not None
    ]


def _judgement(row: LevelFigures) -> Row:
    return {"low": _rounded(row.low), "high": _rounded(row.high), "verdict": row.verdict}


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
