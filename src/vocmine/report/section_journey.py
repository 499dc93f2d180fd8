"""Section: the map of the journey, its curves, the moments that matter and the hand-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.chapters.draft import Figure, address
from vocmine.report.charts import PLEASANT
from vocmine.report.section_charts import Line, curves
from vocmine.report.section_parts import Section, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.journey.rows import StageFigures, TouchpointUse
    from vocmine.report.chapters.draft import Find

PHASES = ("before", "during", "after")
TONES = ("negative", "neutral", "positive")
TOUCHPOINTS = 5
EMOTIONS = 4
LEAST = 5
"""Mentions under which a stage has no dot on the curve."""
_DASHES = ("solid", "dashed", "dotted", "solid")
_PAINFUL = ("#7d2f0a", "#c2662b", "#d79a1c", "#8d5f9e")
_PLEASANT = ("#1f6396", "#3d8f8a", "#6a8fb5", "#24445c")


def journey_section(sheet: Sheet) -> Section:
    """Before, during and after, stage by stage."""
    words, stages = sheet.words, sheet.decisions.stages
    known = [stage for stage in stages if stage.insights and stage.stage != "unknown"]
    if not known:
        return {"absent": words.text("nothing_found")}
    return {
        "absent": "",
        "moments": moments(sheet),
        "chart": _chart(sheet, known),
        "phases": [
            {
                "name": words.text(phase),
                "code": phase,
                "stages": [_stage(sheet, row) for row in stages if row.phase == phase],
            }
            for phase in PHASES
        ],
        "table": _table(sheet, stages),
        "handoffs": _handoffs(sheet, stages),
    }


def moments(sheet: Sheet) -> list[list[Any]]:
    """The moments that matter, each a sentence in pieces with the figures behind it."""
    return [_moment(sheet, stage) for stage in sheet.decisions.stages if stage.moment]


def _moment(sheet: Sheet, stage: StageFigures) -> list[Any]:
    words, find = sheet.words, _find(stage)
    shares = {
        tone: sheet.insight_share(getattr(stage, tone), stage.insights, find | {"tone": tone}, find)
        for tone in ("negative", "positive")
    }
    return words.pieces(
        f"moment_told_{stage.moment}",
        stage=words.label("stage", stage.stage, capital=False),
        mentions=_mentions(sheet, stage),
        why=words.listing([words.text(f"moment_why_{reason}") for reason in stage.why]),
        **shares,
    )


def _find(stage: StageFigures) -> Find:
    return {"stage": stage.stage}


def _mentions(sheet: Sheet, stage: StageFigures) -> list[Any]:
    n = sheet.insights(stage.insights, _find(stage))
    return sheet.words.pieces("mentions", stage.insights, n=n)


def _stage(sheet: Sheet, stage: StageFigures) -> dict[str, Any]:
    words = sheet.words
    few = 0 < stage.insights < LEAST
    return {
        "name": words.label("stage", stage.stage),
        "code": stage.stage,
        "mentions": _mentions(sheet, stage),
        "empty": not stage.insights,
        "net": "–" if few else _balance(sheet, stage),
        "tone": _tone(stage.net) if not few else "plain",
        "few": words.text("stage_few") if few else "",
        "bars": _bars(sheet, stage),
        "moment": words.named("moment", stage.moment) if stage.moment else "",
        "mark": stage.moment,
        "touchpoints": [
            {
                "name": words.label("touchpoint", use.touchpoint),
                "control": words.named("control", use.control),
                "code": use.control,
                "href": address({"stage": stage.stage, "touchpoint": use.touchpoint}),
                "use": _use(sheet, use, stage.stage),
            }
            for use in _shown(stage.touchpoints)
        ],
        "emotions": words.listing(
            [
                f"{words.label('emotion', code, capital=False)} {sheet.share(share)}"
                for code, share in _strongest(stage.emotions)
            ]
        ),
    }


def _use(sheet: Sheet, use: TouchpointUse, stage: str) -> list[Any]:
    find: Find = {"stage": stage, "touchpoint": use.touchpoint}
    bad = find | {"tone": "negative"}
    return sheet.words.pieces(
        "touchpoint_use",
        n=sheet.insights(use.insights, find),
        negative=sheet.insight_share(use.negative, use.insights, bad, find),
    )


def _balance(sheet: Sheet, row: StageFigures) -> Figure | str:
    if row.net is None:
        return "–"
    return Figure(sheet.words.signed(row.net), _find(row), "net")


def _bars(sheet: Sheet, stage: StageFigures) -> list[dict[str, str]]:
    """Parts of a bar in CSS: their width in percent of all the mentions of the stage."""
    return [
        {"tone": tone, "width": f"{100 * getattr(stage, tone) / stage.insights:.1f}"}
        for tone in TONES
        if stage.insights and getattr(stage, tone)
    ]


def _tone(net: float | None) -> str:
    if net is None or abs(net) < 0.1:
        return "plain"
    return "bad" if net < 0 else "good"


def _shown(touchpoints: Sequence[TouchpointUse]) -> list[TouchpointUse]:
    return [use for use in touchpoints if use.touchpoint != "unknown"][:TOUCHPOINTS]


def _strongest(emotions: dict[str, float], most: int = 2) -> list[tuple[str, float]]:
    found = [(code, share) for code, share in emotions.items() if share >= 0.01]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]


def _chart(sheet: Sheet, known: Sequence[StageFigures]) -> dict[str, str]:
    words = sheet.words
    names = [words.label("stage", row.stage) for row in known]
    worst = min(known, key=lambda row: (row.net or 0.0, row.stage))
    balance = Line(
        name=words.text("col_net"),
        colour="#1b2733",
        values=[_net(row) for row in known],
        labels=[words.signed(row.net or 0.0) for row in known],
        tips=[_tip(sheet, row) for row in known],
    )
    drawn = curves(
        names,
        names,
        balance,
        [_emotion(sheet, code, place, known) for place, code in enumerate(_leading(known))],
        [{"stage": row.stage} for row in known],
    )
    name = words.label("stage", worst.stage, capital=False)
    return sheet.chart("journey-curve", drawn, "curve_aria", name=name)


def _net(row: StageFigures) -> float | None:
    return None if row.net is None or row.insights < LEAST else 100 * row.net


def _tip(sheet: Sheet, row: StageFigures) -> str:
    words = sheet.words
    lines = [
        words.label("stage", row.stage),
        f"{words.text('col_net')}: {words.signed(row.net or 0.0)}",
        words.count("mentions", row.insights),
    ]
    if row.moment:
        lines.append(words.named("moment", row.moment))
    return "\n".join(lines)


def _leading(known: Sequence[StageFigures]) -> list[str]:
    """The emotions most expressed on the whole journey, by code."""
    total: dict[str, float] = {}
    for row in known:
        for code, share in row.emotions.items():
            total[code] = total.get(code, 0.0) + share * row.messages
    return sorted((code for code in total if total[code]), key=lambda code: (-total[code], code))[
        :EMOTIONS
    ]


def _emotion(sheet: Sheet, code: str, place: int, known: Sequence[StageFigures]) -> Line:
    words = sheet.words
    name = words.label("emotion", code)
    shares = [row.emotions.get(code, 0.0) for row in known]
    return Line(
        name=name,
        colour=(_PLEASANT if code in PLEASANT else _PAINFUL)[place],
        values=[
            100 * share if row.messages >= LEAST else None
            for row, share in zip(known, shares, strict=True)
        ],
        labels=(),
        tips=[
            f"{name} · {words.label('stage', row.stage)}\n{sheet.share(share)}"
            for row, share in zip(known, shares, strict=True)
        ],
        dash=_DASHES[place],
    )


def _table(sheet: Sheet, stages: Sequence[StageFigures]) -> dict[str, Any]:
    words = sheet.words
    heads = (
        "col_phase",
        "col_stage",
        "col_mentions",
        "col_negative",
        "col_neutral",
        "col_positive",
        "col_net",
        "col_load",
        "col_moment",
    )
    return sheet.table(
        heads,
        (
            [
                words.text(row.phase),
                words.label("stage", row.stage),
                sheet.insights(row.insights, _find(row)),
                *(
                    sheet.insights(getattr(row, tone), _find(row) | {"tone": tone})
                    for tone in TONES
                ),
                _balance(sheet, row),
                sheet.share(row.load),
                words.named("moment", row.moment) if row.moment else "–",
            ]
            for row in stages
        ),
        words_in=2,
    )


def _handoffs(sheet: Sheet, stages: Sequence[StageFigures]) -> dict[str, Any] | None:
    words = sheet.words
    passed = sorted((row for row in stages if row.handoffs), key=lambda row: -row.handoffs)
    if not passed:
        return None
    return sheet.table(
        ("col_stage", "col_messages", "col_share_stage"),
        (
            [
                words.label("stage", row.stage),
                words.number(row.handoffs),
                words.percent(row.handoffs, row.messages),
            ]
            for row in passed
        ),
    )
