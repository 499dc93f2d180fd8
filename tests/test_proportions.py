"""Intervals of shares are those of the literature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from vocmine.proportions import newcombe, wilson

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


class TestWilson:
    @given(COUNTS)
    def test_is_that_of_scipy(self, counts: tuple[int, int]) -> None:
        hits, n = counts
        known = binomtest(hits, n).proportion_ci(method="wilson")
        low, high = wilson(hits, n)
        assert (low, high) == pytest.approx((known.low, known.high), abs=1e-9)
        assert 0 <= low <= hits / n <= high <= 1

    def test_an_empty_share_begins_at_nothing_and_a_whole_one_ends_at_all(self) -> None:
        assert wilson(0, 7)[0] == 0
        assert wilson(7, 7)[1] == 1

    @given(st.lists(COUNTS, min_size=1))
    def test_takes_arrays_as_it_takes_numbers(self, counts: list[tuple[int, int]]) -> None:
        low, high = wilson(*np.array(counts).T)
        each = [wilson(hits, n) for hits, n in counts]
        assert np.column_stack([low, high]) == pytest.approx(np.array(each))


class TestNewcombe:
    @pytest.mark.parametrize(
        ("counts", "ends"),
        # Table II of the paper, method 10.
        [
            ((56, 70, 48, 80), (0.0524, 0.3339)),
            ((9, 10, 3, 10), (0.1705, 0.8090)),
            ((5, 56, 0, 29), (-0.0381, 0.1926)),
            ((10, 10, 0, 10), (0.6075, 1.0)),
        ],
    )
    def test_is_that_of_the_paper(self, counts: tuple[int, ...], ends: tuple[float, float]) -> None:
        assert newcombe(*counts) == pytest.approx(ends, abs=5e-5)

    @given(COUNTS, COUNTS)
    def test_holds_the_difference(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        low, high = newcombe(*one, *other)
        difference = one[0] / one[1] - other[0] / other[1]
        assert -1 - 1e-9 <= low <= difference + 1e-9
        assert difference - 1e-9 <= high <= 1 + 1e-9
