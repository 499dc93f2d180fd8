"""What is known of stages, levels and promises; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TouchpointUse:
    """A touchpoint at a stage.

    Args:
        touchpoint: Code.
        control: Who controls it: `brand`, `partner`, `customer` or `social`.
        insights: …
        negative: …
        positive: …
    """

    touchpoint: str
    control: str
    insights: int
    negative: int
    positive: int


@dataclass(frozen=True, slots=True)
class StageFigures:
    """One stage of the journey, in order.

    Args:
        phase: `before`, `during` or `after`.
        stage: Code.
        insights: …
        messages: …
        negative: Insights.
        neutral: Insights.
        positive: Insights.
        net: Positive minus negative over all, -1 to 1; None without insights.
        mean_polarity: -2 to 2; None without insights.
        emotions: Share of its messages that express each emotion, by code.
        load: Share of its messages that express any emotion.
        touchpoints: Most used first.
        moment: Whether it is a moment that matters: `peak` (best), `pit` (worst) or empty.
        why: Figures behind `moment`: `load`, `impact`, `volume`; empty elsewhere.
        handoffs: Messages that tell of being passed on here.
    """

    phase: str
    stage: str
    insights: int
    messages: int
    negative: int
    neutral: int
    positive: int
    net: float | None
    mean_polarity: float | None
    emotions: dict[str, float]
    load: float | None
    touchpoints: tuple[TouchpointUse, ...]
    moment: str
    why: tuple[str, ...]
    handoffs: int


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One level of the pyramid, in all (`stage` empty) or at one stage; base first.

    Args:
        level: `utility`, `usability` or `enjoyable`.
        stage: Code, or empty.
        met: Positive insights.
        missed: Negative insights.
        share_met: Of both; None without any.
        low: Lower end of its 95 % interval.
        high: Upper end.
        verdict: `met`, `missed`, `unclear` or `few`.
    """

    level: str
    stage: str
    met: int
    missed: int
    share_met: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class PromiseGap:
    """A promise, and how often customers say it was kept or broken.

    Args:
        promise: As the team wrote it, or words of customers.
        given: True when the team gave it, False when it was found in the text.
        kept: Messages that praise it.
        broken: Messages that say it was not kept.
        share_broken: Of both; None without any.
        quotes: Keys of up to three insights that prove it.
    """

    promise: str
    given: bool
    kept: int
    broken: int
    share_broken: float | None
    quotes: tuple[int, ...]
