"""What is known of stages, levels and promises; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TouchpointUse:
    """A touchpoint at a stage.

    Args:
        touchpoint: Code.
        control: Who controls it: `brand`, `partner`, `customer` or `social`; empty for the
            touchpoint `unknown`.
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
        load: Share of its messages that express any emotion; None where none was looked for.
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
class Passage:
    """Exact words of a message: `text` is what stands from `start` to before `end`.

    Args:
        message: Key of the message in the store.
        external_id: Of the message, as the export has it.
        start: First character.
        end: One past the last.
        text: The words.
    """

    message: int
    external_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """Being passed on from one area to another, as customers name them.

    Args:
        from_area: Words of customers; empty where they do not name it.
        to_area: As `from_area`.
        messages: That tell of it.
        quotes: Up to three, the shortest that tell most.
    """

    from_area: str
    to_area: str
    messages: int
    quotes: tuple[Passage, ...]


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
class Effort:
    """Whether effort is spent at the top of the pyramid while something below fails.

    Args:
        case: `top_heavy` (a level is surely missed under one that is surely met), `gap` (a level
            is surely missed and none above it is surely met), `stands` (every level with enough
            opinions is surely met, the base among them), `few` (no level has enough opinions), or
            `unclear`.
        failing: The lowest level that is surely missed; None in the other cases.
        shining: The highest level above it that is surely met; None unless `top_heavy`.
        praise: Share of all praise that goes to `shining`; None without it.
        complaints: Share of all complaints that go to `failing`; None without it.
    """

    case: str
    failing: LevelFigures | None = None
    shining: LevelFigures | None = None
    praise: float | None = None
    complaints: float | None = None


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
