"""When two spans of a text are about the same: they share at least half of the shorter one."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]
"""First character, and one past the last."""


def shares_half(first: Span, second: Span) -> int:
    """Characters that two spans share, 0 when that is less than half of the shorter one."""
    shared = min(first[1], second[1]) - max(first[0], second[0])
    shorter = min(first[1] - first[0], second[1] - second[0])
    return shared if shared > 0 and 2 * shared >= shorter else 0


def closest(span: Span, others: Sequence[Span]) -> int:
    """Place of the span that shares most of another, the first of several; -1 for none."""
    shared = [shares_half(span, other) for other in others]
    most = max(shared, default=0)
    return shared.index(most) if most else -1
