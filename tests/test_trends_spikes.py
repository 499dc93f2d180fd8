"""The tests behind a spike agree with the distributions that they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, linregress, t

from vocmine.trends.series import Figure
from vocmine.trends.spikes import Part, _alike, _Others, _upper_tails, _volume_tests, spikes

EVERY = np.ones(40, dtype=np.bool_)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 400),
    st.floats(0.001, 0.9),
    st.floats(1e-6, 0.3),
    st.floats(0, 1),
    st.integers(0, 450),
)
def test_tails_are_those_of_the_beta_binomial(
    of: int, share: float, alike: float, part: float, least: int
) -> None:
    count = round(part * of)
    a, b = share * (1 / alike - 1), (1 - share) * (1 / alike - 1)
    known = betabinom(of, a, b)
    p, reach = _upper_tails(
        np.array([count]), np.array([least]), np.array([float(of)]), np.array([share]),
        np.array([alike]),
    )  # fmt: skip
    expected = known.sf(count) + known.pmf(count) / 2
    assert p[0] == pytest.approx(expected, rel=1e-4, abs=1e-8)
    assert reach[0] == pytest.approx(known.sf(least - 1) if least <= of else 0, rel=1e-4, abs=1e-8)


def test_what_the_others_say_leaves_the_period_itself_out() -> None:
    total, of = np.array([[1.0, 2.0, 9.0]]), np.array([[10.0, 20.0, 30.0]])
    others = _Others.than(total, of, 0.0)
    assert others.mean[0].tolist() == pytest.approx([11 / 50, 10 / 40, 3 / 30])
    assert others.periods[0].tolist() == [2, 2, 2]
    mean = 11 / 50
    squares = 20 * (2 / 20 - mean) ** 2 + 30 * (9 / 30 - mean) ** 2
    assert others.squares[0, 0] == pytest.approx(squares)


def test_periods_outside_are_not_among_the_others() -> None:
    others = _Others.than(np.array([[1.0, 2.0, 0.0]]), np.array([[10.0, 20.0, 0.0]]), 0.0)
    assert others.periods[0, :2].tolist() == [1, 1]
    assert others.mean[0, 0] == pytest.approx(0.1)


@pytest.mark.parametrize("true", [0.0, 0.005, 0.03])
def test_how_alike_messages_of_a_week_are_is_found(true: float) -> None:
    rng = np.random.default_rng(0)
    of = np.full((12, 52), 150.0)
    chance = np.full(of.shape, 0.05)
    if true:
        chance = rng.beta(0.05 * (1 / true - 1), 0.95 * (1 / true - 1), of.shape)
    others = _Others.than(rng.binomial(150, chance).astype(float), of, 0.5)
    found, freedom = _alike(others)
    assert found.mean() == pytest.approx(true, abs=0.0015 + 0.15 * true)
    # Twelve points tell more together than one of 51 weeks.
    assert freedom.min() > 50


def test_volume_is_judged_as_an_outlier_of_a_regression_without_it() -> None:
    rng = np.random.default_rng(1)
    volume = rng.poisson(np.linspace(200, 260, 40) * rng.gamma(80, 1 / 80, 40)).astype(float)
    volume[25] = 420
    (p,), _, (far,), (expected,) = _volume_tests(Part(_volume(volume), EVERY))
    rest = np.arange(40) != 25
    place = np.linspace(-1, 1, 40)
    design = np.stack([place**0, place, place**2], axis=1)
    fitted, squares, *_ = np.linalg.lstsq(design[rest], np.log(volume[rest]), rcond=None)
    variance = squares[0] / (39 - 3)
    known = design[25] @ fitted
    spread = design[25] @ np.linalg.inv(design[rest].T @ design[rest]) @ design[25]
    error = np.sqrt(variance * (1 + spread))
    assert expected[25] == pytest.approx(np.exp(known))
    assert p[25] == pytest.approx(t.sf((np.log(420) - known) / error, 36), rel=1e-6)
    assert np.flatnonzero(far).tolist() == [25]


def test_growth_alone_is_expected() -> None:
    volume = np.round(100 * 1.02 ** np.arange(40))
    assert spikes([Part(_volume(volume), EVERY)], EVERY) == []
    slope = linregress(np.arange(40), np.log(volume)).slope
    assert slope == pytest.approx(np.log(1.02), abs=0.001)


def test_adding_points_that_cannot_alarm_costs_next_to_nothing() -> None:
    rng = np.random.default_rng(2)
    loud = _point(rng.binomial(120, 0.03, 40), 120)
    loud.total[20] = 18
    rare = [_point(rng.binomial(120, 0.004, 40), 120) for _ in range(15)]
    frequent = [_point(rng.binomial(120, 0.03, 40), 120) for _ in range(15)]

    def p_value(*others: Figure) -> float:
        found = spikes([Part(one, EVERY) for one in (loud, *others)], EVERY)
        return next(spike.p_value for spike in found if spike.figure is loud)

    with_rare, with_frequent = p_value(*rare), p_value(*frequent)
    assert with_rare < with_frequent / 2


def test_a_huge_week_needs_no_huge_memory() -> None:
    rng = np.random.default_rng(3)
    points = [_point(rng.binomial(30_000, 0.2, 40), 30_000) for _ in range(20)]
    import tracemalloc

    tracemalloc.start()
    assert spikes([Part(one, EVERY) for one in points], EVERY) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6


def _volume(volume: Any) -> Figure:
    return Figure("volume", "count", volume, volume)


def _point(count: Any, of: int) -> Figure:
    return Figure("friction", "share", count.astype(np.float64), np.full(len(count), float(of)))
