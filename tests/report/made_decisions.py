"""Decisions made by hand: a bank with one costly point, one frequent one, and cases overdue."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from vocmine.clock.rows import ClockKind, Due
from vocmine.comparison.rows import GroupFigure
from vocmine.journey.rows import LevelFigures, PromiseGap, StageFigures, TouchpointUse
from vocmine.priorities.rows import FrictionPoint, Impact, Quote, Segment, Trend
from vocmine.report.decisions import Decisions, Options, Totals
from vocmine.trends.rows import Change, EventEffect, Series

PERIODS = tuple(f"2026-{month:02d}" for month in range(1, 13))
HOSTILE = "<script>alert('x')</script> & \"comillas\""


def point(rank: int = 1, **given: Any) -> FrictionPoint:
    """A friction point with an impact on NPS."""
    made = FrictionPoint(
        friction="billing",
        stage="use",
        touchpoint="billing",
        topic="",
        rank=rank,
        insights=230,
        messages=210,
        share=0.105,
        customers=190,
        customer_share=0.11,
        mean_polarity=-1.7,
        severity=64.0,
        impact=Impact("nps", -24.3, -31.0, -17.6, 180, True, 2.4, 0.0001, 1800),
        weight=5103.0,
        ranked_by="impact",
        trend=Trend("up", 0.032, 0.003, (9, 11, 10, 12, 14, 13, 18, 20, 22, 25, 27, 29)),
        segments=(
            Segment("channel", "App", 0.19, 0.08, 90),
            Segment("Ciudad", "Cali", 0.16, 0.09, 44),
        ),
        quotes=(
            Quote(1, 1, "PQR-00001", "me cobraron dos veces la cuota de manejo"),
            Quote(2, 2, "PQR-00002", "el extracto trae un seguro que nunca pedí"),
            Quote(3, 3, "PQR-00003", HOSTILE),
        ),
        owner="Facturación",
        warning="",
    )
    return replace(made, **given)


def points() -> tuple[FrictionPoint, ...]:
    """Three points: one costly, one frequent and harmless, one of few messages."""
    return (
        point(),
        point(
            2,
            friction="delay",
            stage="support",
            touchpoint="phone",
            topic="línea 018000",
            messages=640,
            share=0.32,
            impact=Impact("nps", -3.1, -7.2, 1.0, 600, True, 0.9, 0.2, 1800),
            trend=Trend("flat", 0.001, 0.7, (50,) * 12),
            segments=(),
            owner="Servicio al cliente",
        ),
        point(
            3,
            friction="security",
            touchpoint="app",
            messages=7,
            share=0.0035,
            customers=None,
            customer_share=None,
            impact=Impact("nps", -60.0, -96.0, -22.0, 6, False, 0.2),
            trend=Trend("unknown", 0.0, None),
            segments=(),
            owner="Seguridad",
            warning="few",
        ),
    )


def due(number: int = 1, **given: Any) -> Due:
    """An overdue claim."""
    made = Due(
        message=number,
        external_id=f"RAD-{number:04d}",
        title="Me cobraron dos veces",
        kind="claim",
        kind_name="reclamo",
        received="2026-10-01",
        due="2026-10-23",
        answered="",
        state="red",
        days_left=-number,
        days_taken=None,
        days_late=number,
        area="Facturación",
        extended=False,
        transferred=False,
        silence="",
        cues=(),
        repeats=0,
        rule="co-general",
        verified=True,
    )
    return replace(made, **given)


def dues(late: int = 23) -> tuple[Due, ...]:
    """Overdue cases, one nearly due, one in time, one answered, one without a term."""
    return (
        *(due(number) for number in range(1, late + 1)),
        due(91, state="amber", days_left=2, days_late=0, due="2026-11-24", cues=("tutela",)),
        due(92, state="green", days_left=9, days_late=0, due="2026-12-03", kind="petition"),
        due(
            93,
            state="grey",
            days_left=None,
            days_late=0,
            days_taken=8,
            answered="2026-10-14",
            verified=False,
            rule="co-finance",
        ),
        due(94, state="none", due="", days_left=None, days_late=0, kind="compliment"),
        due(95, days_late=80, area="", silence="positive", repeats=2, cues=("tutela", "elder")),
    )


def kinds() -> tuple[ClockKind, ...]:
    """The clock of claims, petitions and all."""
    return (
        ClockKind("claim", "reclamo", 26, 25, 0, 1, 24, 1, 1, 1.0, 8.0),
        ClockKind("petition", "petición", 1, 1, 1, 0, 0, 0, 0, None, None),
        ClockKind("", "", 27, 26, 1, 1, 24, 1, 1, 1.0, 8.0),
    )


def stage(phase: str, code: str, negative: int, neutral: int, positive: int, **given: Any):
    """A stage with its figures."""
    insights = negative + neutral + positive
    made = StageFigures(
        phase=phase,
        stage=code,
        insights=insights,
        messages=insights,
        negative=negative,
        neutral=neutral,
        positive=positive,
        net=(positive - negative) / insights if insights else None,
        mean_polarity=1.5 * (positive - negative) / insights if insights else None,
        emotions={"frustration": 0.4, "anger": 0.2, "joy": 0.1} if insights else {},
        load=0.5 if insights else None,
        touchpoints=(
            TouchpointUse("phone", "brand", insights // 2, negative // 2, positive // 2),
            TouchpointUse("delivery", "partner", insights // 3, negative // 3, 0),
        )
        if insights
        else (),
        moment="",
        why=(),
        handoffs=0,
    )
    return replace(made, **given)


def stages() -> tuple[StageFigures, ...]:
    """A journey that shines at the purchase and breaks at support."""
    return (
        stage("before", "discovery", 0, 0, 0),
        stage("before", "consideration", 5, 20, 10),
        stage("during", "purchase", 30, 10, 90, moment="peak", why=("load",)),
        stage("during", "delivery", 80, 10, 20),
        stage("after", "use", 300, 40, 120),
        stage("after", "support", 500, 30, 20, moment="pit", why=("load", "volume"), handoffs=66),
        stage("after", "loyalty", 2, 0, 1),
    )


def levels() -> tuple[LevelFigures, ...]:
    """A failing base under a delightful top."""
    return (
        LevelFigures("utility", "", 210, 700, 0.2308, 0.206, 0.259, "missed"),
        LevelFigures("usability", "", 100, 104, 0.49, 0.42, 0.56, "unclear"),
        LevelFigures("enjoyable", "", 90, 20, 0.818, 0.74, 0.88, "met"),
        LevelFigures("utility", "use", 100, 300, 0.25, 0.21, 0.29, "missed"),
        LevelFigures("usability", "use", 2, 1, 0.667, 0.2, 0.94, "few"),
        LevelFigures("utility", "support", 0, 0, None, None, None, "few"),
        LevelFigures("enjoyable", "support", 60, 5, 0.92, 0.83, 0.97, "met"),
    )


def series() -> tuple[Series, ...]:
    """Volume, negative share, NPS and one friction point over a year."""
    volume = (150.0, 160, 155, 170, 162, 158, 410, 166, 171, 169, 175, 160)
    counts = tuple(int(value) for value in volume)
    return (
        Series("messages", PERIODS, volume, counts),
        Series("negative", PERIODS, tuple(0.4 + 0.02 * n for n in range(12)), counts),
        Series("nps", PERIODS, (None, *(20.0 - n for n in range(11))), counts),
        Series("billing/use/billing", PERIODS,
               tuple(n / of for n, of in zip(points()[0].trend.series, volume, strict=True)),
               counts),
    )  # fmt: skip


def changes() -> tuple[Change, ...]:
    """One change of each kind."""
    empty = {"friction": "", "stage": "", "touchpoint": ""}
    at = {"friction": "billing", "stage": "use", "touchpoint": "billing"}
    return (
        Change("spike", "volume", **empty, period="2026-07", value=410.0, expected=161.0,
               messages=410, p_value=0.00001, event="Paro de transporte"),
        Change("level", "negative", **empty, period="2026-08", value=0.56, expected=0.44,
               messages=830, p_value=0.004),
        Change("new", "friction", **at, period="2026-10", value=0.15, expected=0.002,
               messages=25, p_value=0.012),
        Change("vanished", "friction", **at, period="2026-11", value=0.001, expected=0.125,
               messages=2, p_value=0.02),
        Change("drift", "praise", friction="", stage="use", touchpoint="app", period="2026-09",
               value=0.3, expected=0.62, messages=90, p_value=0.03),
    )  # fmt: skip


def events() -> tuple[EventEffect, ...]:
    """An event that came with worse messages, and one that cannot be judged."""
    return (
        EventEffect("Paro de transporte", "2026-07-06", "2026-07-10", 0.41, 0.63, 0.12, 0.32,
                    160, 240),
        EventEffect("Alza de tarifas", "2026-12-15", "2026-12-15", 0.55, None, None, None, 80, 0),
    )  # fmt: skip


def differences() -> tuple[GroupFigure, ...]:
    """Two sure differences by city and one that may be chance."""
    return (
        GroupFigure("Ciudad", "Cali", "negative", 300, 0.7, 0.5, 0.2, 0.12, 0.28, 0.0004, True),
        GroupFigure("Ciudad", "Pasto", "nps", 90, 31.0, 12.0, 19.0, 8.0, 30.0, 0.01, True),
        GroupFigure("Ciudad", "Bogotá", "billing/use/billing", 800, 0.11, 0.1, 0.01, -0.02, 0.04,
                    0.6, False),
    )  # fmt: skip


def promises() -> tuple[PromiseGap, ...]:
    """One broken promise of the team, one nobody speaks of, one found in the text."""
    return (
        PromiseGap("Respuesta en 24 horas", True, 4, 36, 0.9, (1, 2)),
        PromiseGap("Sin cuota de manejo", True, 0, 0, None, ()),
        PromiseGap("me dijeron que era gratis", False, 0, 3, 1.0, (3,)),
    )


def decisions(**given: Any) -> Decisions:
    """Everything above as one."""
    made = Decisions(
        options=Options(today=date(2026, 11, 22), by=("Ciudad",)),
        totals=Totals(
            messages=2000, insights=2600, first_day="2026-01-02", last_day="2026-12-30",
            dated=2000, customers=1700, negative=0.52, positive=0.3, high_effort=0.1, churn=0.04,
            urgent=0.05, score=None, nps=14.0, csat=None, scored=1800,
        ),
        points=points(),
        due=dues(),
        kinds=kinds(),
        periods=PERIODS,
        series=series(),
        changes=changes(),
        events=events(),
        stages=stages(),
        levels=levels(),
        promises=promises(),
        differences=differences(),
        proof={quote.insight: quote for quote in point().quotes},
    )  # fmt: skip
    return replace(made, **given)


def lookups(html: str) -> list[dict[str, str]]:
    """What each link of a page looks up among the messages, in order."""
    found = re.findall(r'href="#messages\?([^"]*)"', html)
    return [dict(parse_qsl(unescape(query))) for query in found]


def shown(cell: Any) -> str:
    """Text of a cell, or of a sentence in pieces, as a reader sees it, with plain spaces."""
    if isinstance(cell, list):
        return "".join(map(shown, cell))
    return str(getattr(cell, "text", cell)).replace("\u00a0", " ")
