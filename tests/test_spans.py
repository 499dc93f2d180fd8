"""Two quotes are one point when they share at least half of the shorter one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vocmine.spans import closest, shares_half

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1]))


def test_half_of_the_shorter_is_enough_and_less_is_not() -> None:
    assert shares_half((0, 10), (5, 30)) == 5
    assert shares_half((0, 10), (6, 30)) == 0


def test_spans_that_only_touch_share_nothing() -> None:
    assert shares_half((0, 10), (10, 20)) == 0


def test_an_empty_span_shares_nothing() -> None:
    assert shares_half((5, 5), (0, 10)) == 0


@given(SPANS, SPANS)
def test_it_does_not_matter_which_is_named_first(first, second) -> None:
    assert shares_half(first, second) == shares_half(second, first)


def test_the_closest_shares_most_and_is_the_first_of_equals() -> None:
    assert closest((0, 10), [(8, 30), (4, 10), (0, 10)]) == 2
    assert closest((0, 10), [(20, 30), (0, 5), (5, 10)]) == 1


def test_nothing_is_close_to_what_shares_too_little() -> None:
    assert closest((0, 10), []) == -1
    assert closest((0, 10), [(9, 30)]) == -1
