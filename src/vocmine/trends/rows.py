"""What is known of a series and of its changes; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over time.

    Args:
        name: `messages`, `negative`, `nps`, `score`, a tone, or `friction/stage/touchpoint`.
        periods: Keys of the periods, as of `vocmine.report.periods`.
        values: Of each; None where there is nothing to measure.
        counts: Messages that each value rests on.
    """

    name: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed, with a test that holds the rate of false alarms.

    Args:
        kind: `spike`, `level` (a change that stays), `new`, `vanished`, `drift` (praise that
            becomes mere mention).
        what: `volume`, `negative`, `score`, `nps`, `friction`, or `praise` (of `drift`).
        friction: Codes where it is of a friction point, empty elsewhere.
        stage: …
        touchpoint: …
        period: Where it is, or from which on.
        value: The figure there.
        expected: What the other periods led to expect.
        messages: Messages in it: with the point, negative ones, or those that were measured.
        p_value: Adjusted for everything that was tested.
        event: Name of a context event nearby; empty without one.
    """

    kind: str
    what: str
    friction: str
    stage: str
    touchpoint: str
    period: str
    value: float
    expected: float
    messages: int
    p_value: float
    event: str = ""


@dataclass(frozen=True, slots=True)
class EventEffect:
    """A context event, and what was said before and after it.

    Args:
        name: As the team wrote it.
        day: ISO.
        end: Last day, ISO; the same for one day.
        before: Share of negative messages in the window before.
        after: In the window after.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        messages_before: …
        messages_after: …
    """

    name: str
    day: str
    end: str
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    messages_before: int
    messages_after: int
