"""Intervals of shares and of their differences.

Operators only, so that they take plain numbers as well as numpy arrays and cost nothing to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy.typing as npt

Number = TypeVar("Number", float, "npt.NDArray[Any]")

_Z2 = 1.959963984540054**2
"""Of the 97.5 % quantile of the normal distribution, its square."""


def wilson(hits: Number, of: Number) -> tuple[Number, Number]:
    """Ends of the 95 % interval of shares after Wilson (1927), 0 to 1.

    Args:
        hits: Counts, any shape; not whole where they rest on fewer messages than they look.
        of: Of how many each, over 0, broadcastable.
    """
    return _low(hits, of), 1 - _low(of - hits, of)


def newcombe(a: Number, of_a: Number, b: Number, of_b: Number) -> tuple[Number, Number]:
    """Ends of the 95 % interval of `a / of_a - b / of_b`, -1 to 1.

    The hybrid score interval, method 10 of Newcombe (1998), "Interval estimation for the difference
    between independent proportions", Statistics in Medicine 17; it holds near 0 and 1.

    Args:
        a: Counts in the groups, as `wilson` takes them.
        of_a: Sizes of the groups, over 0.
        b: Counts in the others.
        of_b: Sizes of the others, over 0.
    """
    share_a, share_b = a / of_a, b / of_b
    (low_a, high_a), (low_b, high_b) = wilson(a, of_a), wilson(b, of_b)
    difference = share_a - share_b
    low = difference - ((share_a - low_a) ** 2 + (high_b - share_b) ** 2) ** 0.5
    high = difference + ((high_a - share_a) ** 2 + (share_b - low_b) ** 2) ** 0.5
    return low, high


def _low(hits: Number, of: Number) -> Number:
    """The low end, in a form that gives exactly 0 for no hits."""
    drawn = 1 - (1 + 4 * hits * (1 - hits / of) / _Z2) ** 0.5
    low: Number = (hits + _Z2 / 2 * drawn) / (of + _Z2)
    return low
