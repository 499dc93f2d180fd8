"""How many circles there are, told without a single group: against circles of a known number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vocmine_topic.engines import circles as module
from vocmine_topic.engines.circles import circles

WIDTH = 64


def said(problems, *, per=40, loose=0.1, seed=0):
    """Segments of some problems, each with an owner of its own, in no order.

    A segment is its problem's direction and as much noise, of a share `loose` of its length in
    each of the dimensions.
    """
    rng = np.random.default_rng(seed)
    middles = np.linalg.qr(rng.standard_normal((WIDTH, WIDTH)))[0][:problems]
    truth = rng.permutation(np.repeat(np.arange(problems), per))
    rows = middles[truth] + rng.normal(0, loose, size=(len(truth), WIDTH))
    return np.clip(rows * 90, -127, 127).round().astype(np.int8), np.arange(len(truth))


class TestCircles:
    @pytest.mark.parametrize("problems", [4, 8, 16, 32])
    def test_of_circles_wholly_apart_it_is_a_third_to_all_of_the_number(self, problems):
        assert problems / 3 < circles(*said(problems)) <= problems

    @pytest.mark.parametrize("loose", [0.06, 0.1, 0.14])
    def test_more_problems_are_more_circles_however_loosely_they_are_worded(self, loose):
        found = [circles(*said(problems, loose=loose)) for problems in (5, 10, 20, 40)]
        assert found == sorted(found)
        assert found[-1] > 4 * found[0]

    def test_so_many_messages_tell_as_well_as_more(self):
        some, all_of_them = (circles(*said(10, per=per)) for per in (30, 120))
        assert some == pytest.approx(all_of_them, rel=0.35)

    def test_how_large_the_features_are_does_not_matter(self):
        rows, owner = said(8)
        assert circles(rows // 2, owner) == pytest.approx(circles(rows, owner), rel=0.1)

    def test_segments_of_one_message_are_no_pair(self):
        rows, owner = said(8)
        twice = np.repeat(rows, 2, axis=0), np.repeat(owner, 2)
        assert circles(*twice) == pytest.approx(circles(rows, owner), rel=0.1)

    def test_segments_beyond_those_looked_at_change_nothing(self, monkeypatch):
        rows, owner = said(8)
        monkeypatch.setattr(module, "MOST", 100)
        other = np.concatenate([rows[:100], np.roll(rows[100:], 1, axis=1)])
        assert circles(other, owner) == circles(rows, owner) == circles(rows[:100], owner[:100])

    @given(
        arrays.arrays(np.int8, st.tuples(st.integers(0, 30), st.just(4))),
        st.integers(1, 5),
    )
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_segments_are_it_is_at_least_one_or_cannot_be_told(self, rows, together):
        found = circles(rows, np.arange(len(rows)) // together)
        assert found is None or 1.0 <= found <= len(rows)

    def test_segments_that_have_nothing_in_common_are_in_no_circle(self):
        rows = np.random.default_rng(0).integers(-90, 90, (400, WIDTH)).astype(np.int8)
        assert circles(rows, np.arange(400)) is None

    def test_a_dozen_segments_are_too_few(self):
        rows, owner = said(4, per=5)
        assert circles(rows, owner) is None
