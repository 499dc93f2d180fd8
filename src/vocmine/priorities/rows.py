"""What is known of a friction point; every field is a plain value, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Impact:
    """The fall of a score that goes with a friction point, other things equal.

    Args:
        metric: `nps`, `csat` or `score`.
        effect: Points of the metric's mean that the messages with this point lie below others
            like them; negative is a loss. For `nps`, points of NPS (-200 to 200).
        low: Lower end of the 95 % interval.
        high: Upper end.
        messages: Messages with this point that have the metric.
        enough: False when they are too few to trust the figure.
        cost: Points that the metric's mean of all messages would gain without it.
        p_value: Of no effect, adjusted for the number of points; 1 when there is not enough.
        scored: Messages, with the point or without it, that have the metric.
    """

    metric: str
    effect: float
    low: float
    high: float
    messages: int
    enough: bool
    cost: float
    p_value: float = 1.0
    scored: int = 0


@dataclass(frozen=True, slots=True)
class Trend:
    """Whether a share of messages grows.

    Args:
        direction: `up`, `down`, `flat`, or `unknown` when dates are missing or too few.
        change: Share of the second half of the periods minus that of the first.
        p_value: Of no change, after control for the number of points; None when unknown.
        series: Messages in each period of the frame's timeline.
    """

    direction: str
    change: float
    p_value: float | None
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of customers that a point hits harder than the others.

    Args:
        column: `channel`, `country`, or a column of the export.
        value: The group.
        share: Share of its messages with the point.
        rest: Share of the other messages with it.
        messages: Messages of the group with the point.
    """

    column: str
    value: str
    share: float
    rest: float
    messages: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of a customer.

    Args:
        insight: Its key in the store.
        message: Key of its message.
        external_id: Of the message, as the export has it.
        text: The words.
    """

    insight: int
    message: int
    external_id: str
    text: str


@dataclass(frozen=True, slots=True)
class FrictionPoint:
    """A recurring obstacle: friction x stage x touchpoint, and a topic where that tells more.

    Args:
        friction: Code.
        stage: Code.
        touchpoint: Code.
        topic: Name of the topic that nearly all of it is about; empty when it adds nothing.
        rank: From 1; by `weight`.
        insights: Negative insights.
        messages: Messages that hold one.
        share: Of all messages.
        customers: Different authors, messages without one counted as one each; None without any.
        customer_share: Of all customers.
        mean_polarity: Of its insights, -2 to -1.
        severity: Index of docs/priorities.md, 0 to 100.
        impact: On the score; None where no score exists.
        weight: What it is ranked by: the total loss of the score, or the total severity.
        ranked_by: `impact` or `severity`.
        trend: Of its share.
        segments: Groups hit hardest, worst first.
        quotes: Up to three, short, telling and unlike.
        owner: Area that must act.
        warning: `few` when the figure rests on few messages, else empty.
    """

    friction: str
    stage: str
    touchpoint: str
    topic: str
    rank: int
    insights: int
    messages: int
    share: float
    customers: int | None
    customer_share: float | None
    mean_polarity: float
    severity: float
    impact: Impact | None
    weight: float
    ranked_by: str
    trend: Trend
    segments: tuple[Segment, ...]
    quotes: tuple[Quote, ...]
    owner: str
    warning: str
