"""Tests of differences, for many of them at a time; intervals of shares are in `proportions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from vocmine.store.frame import Flags, Floats

Numbers = npt.NDArray[Any]


def share_p_values(a: Numbers, n_a: Numbers, b: Numbers, n_b: Numbers) -> Floats:
    """Two-sided p-values of equal shares: Fisher's exact test with the mid-P correction.

    Exact for the rare (a friction point in three messages of a city) where the test on normal
    approximation claims too much; mid-P takes back most of its caution (Lancaster, 1961).
    """
    from scipy.stats import hypergeom

    drawn = n_a + n_b, a + b, n_a
    here = hypergeom.pmf(a, *drawn) / 2
    below, above = hypergeom.cdf(a - 1, *drawn), hypergeom.sf(a, *drawn)
    tail: Floats = np.minimum(below, above) + here
    return np.minimum(1.0, 2 * tail)


def welch(
    mean_a: Floats,
    variance_a: Floats,
    n_a: Numbers,
    mean_b: Floats,
    variance_b: Floats,
    n_b: Numbers,
) -> tuple[Floats, Floats, Floats]:
    """95 % interval and two-sided p-value of differences of means after Welch (1947).

    Args:
        mean_a: Of the groups.
        variance_a: Of their values, with `n - 1` below the line.
        n_a: Values of each, over 1.
        mean_b: Of the others.
        variance_b: As `variance_a`.
        n_b: Values of the others, over 1.

    Returns:
        Low end, high end, p-value; a difference without any variance has an interval of no width
        and the p-value 0, or 1 where it is none.
    """
    from scipy.stats import t

    of_a, of_b = variance_a / n_a, variance_b / n_b
    error = np.sqrt(of_a + of_b)
    some = np.maximum(of_a**2 / (n_a - 1) + of_b**2 / (n_b - 1), 1e-300)
    freedom = np.maximum((of_a + of_b) ** 2 / some, 1)
    difference = mean_a - mean_b
    # What rounding leaves of equal means is no difference.
    difference = np.where(np.abs(difference) < 1e-9, 0.0, difference)
    half = t.ppf(0.975, freedom) * error
    p_value = 2 * t.sf(np.abs(difference) / np.maximum(error, 1e-150), freedom)
    return difference - half, difference + half, p_value


def adjusted(p_values: Floats, tested: Flags) -> Floats:
    """P-values under the control of false discoveries after Benjamini and Hochberg (1995).

    Args:
        p_values: Any shape.
        tested: Which of them belong to the family; the others become 1.
    """
    from scipy.stats import false_discovery_control

    found = np.ones_like(p_values)
    if tested.any():
        found[tested] = false_discovery_control(p_values[tested])
    return found
