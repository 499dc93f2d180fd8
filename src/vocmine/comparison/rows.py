"""What is known of a difference between groups; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vocmine.priorities.rows import Quote


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One figure of one group beside all the others.

    Args:
        column: That makes the groups: `channel`, `Ciudad`, `brand`, `month`, …
        value: The group.
        figure: `negative`, `positive`, `high_effort`, `churn`, `urgent`, `score`, `nps`,
            `csat`, or a friction point as `friction/stage/touchpoint`.
        messages: Messages of the group that have the figure.
        of_group: The figure in the group: a share, or a mean of the score.
        of_rest: The same in all the others.
        difference: The first minus the second.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        p_value: Adjusted for all that was compared; 1 where messages are too few to test.
        sure: Whether it is under 0.05, on enough messages, and the interval leaves 0 out.
        tested: Whether both sides have enough messages.
    """

    column: str
    value: str
    figure: str
    messages: int
    of_group: float
    of_rest: float
    difference: float
    low: float
    high: float
    p_value: float
    sure: bool
    tested: bool = True


@dataclass(frozen=True, slots=True)
class BrandFigure:
    """What is said of a brand where the text names it.

    Args:
        brand: As the team writes it.
        own: Whether it is the team's own.
        messages: That name it.
        share: Of all messages.
        insights: That name it and no other brand, with a polarity.
        negative: Of them.
        positive: Of them.
        share_negative: Of both; None without any.
        low: Lower end of its 95 % interval.
        high: Upper end.
        leaving: Messages that name it and announce leaving: of a competitor, a switch.
        quotes: Up to three insights that name it alone, the sharpest first.
    """

    brand: str
    own: bool
    messages: int
    share: float
    insights: int
    negative: int
    positive: int
    share_negative: float | None
    low: float | None
    high: float | None
    leaving: int
    quotes: tuple[Quote, ...]
