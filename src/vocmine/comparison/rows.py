"""What is known of a difference between groups; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One figure of one group beside all the others.

    Args:
        column: That makes the groups: `channel`, `Ciudad`, `brand`, `month`, …
        value: The group.
        figure: `negative`, `positive`, `high_effort`, `churn`, `urgent`, `score`, `nps`, or a
            friction point as `friction/stage/touchpoint`.
        messages: Messages of the group that have the figure.
        of_group: The figure in the group: a share, or a mean of the score.
        of_rest: The same in all the others.
        difference: The first minus the second.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        p_value: Adjusted for all that was compared.
        sure: Whether it is under 0.05, on enough messages.
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
