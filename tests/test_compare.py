"""Groups beside all the others: what differs is found, what is chance is not claimed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from made_frames import frame_with
from scipy import stats

from vocmine.comparison.groups import (
    FIGURES,
    LEAST,
    compare,
    compare_groups,
    compare_period,
)
from vocmine.comparison.intervals import adjusted, share_p_values, welch
from vocmine.comparison.rows import GroupFigure
from vocmine.errors import UsageError
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import Frame, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]


def made_frame(n: int, seed: int) -> Frame:
    """Messages whose labels, scores and friction points depend on nothing."""
    rng = np.random.default_rng(seed)
    tone = rng.choice([-2, -1, 0, 1, 2], n, p=[0.2, 0.25, 0.2, 0.2, 0.15])
    columns = {
        "day": np.datetime64("2026-01-01") + rng.integers(0, 180, n),
        "score": np.clip(3 + tone + rng.integers(-1, 2, n), 1, 5),
        "nps": np.clip(5 + 2 * tone + rng.integers(-2, 3, n), 0, 10),
        "sentiment": tone,
        "effort": rng.integers(0, 4, n),
        "churn": rng.random(n) < 0.05,
        "urgent": rng.random(n) < 0.08,
    }
    codes = {
        name: rng.integers(0, most, n)
        for name, most in (("friction", 3), ("stage", 2), ("touchpoint", 2))
    }
    message = rng.integers(0, n, n)
    about = {**codes, "polarity": rng.choice([-2, -1, 1], n)}
    return frame_with(n, np.sort(message), about, **columns)


def made_groups(n: int, groups: int, seed: int) -> np.ndarray[Any, Any]:
    """Who is in which group, some large and some small; of nothing but chance."""
    weight = 1 / np.arange(1, groups + 1) ** 1.2
    code = np.random.default_rng(10_000 + seed).choice(groups, n, p=weight / weight.sum())
    return code[:, None] == np.arange(groups)


def compared(frame: Frame, members: np.ndarray[Any, Any], **options: Any) -> list[GroupFigure]:
    names = [f"g{number}" for number in range(members.shape[1])]
    within = np.ones(len(frame.messages), dtype=np.bool_)
    return compare_groups(frame, "grupo", names, members, within=within, **options)


def found(rows: list[GroupFigure], value: str, figure: str) -> GroupFigure:
    (row,) = (row for row in rows if (row.value, row.figure) == (value, figure))
    return row


class TestPValues:
    def test_the_p_value_of_shares_lies_between_fisher_and_half_of_its_point(self) -> None:
        for a, n_a, b, n_b in ((3, 40, 2, 400), (12, 30, 90, 200), (0, 30, 9, 90)):
            p = float(share_p_values(*(np.array(float(v)) for v in (a, n_a, b, n_b))))
            tails = [
                stats.fisher_exact([[a, n_a - a], [b, n_b - b]], alternative=side).pvalue
                for side in ("less", "greater")
            ]
            here = float(stats.hypergeom.pmf(a, n_a + n_b, a + b, n_a))
            assert p == pytest.approx(min(1, 2 * (min(tails) - here / 2)))

    def test_welch_is_that_of_scipy(self) -> None:
        rng = np.random.default_rng(1)
        one, other = rng.normal(3.1, 1.0, 45), rng.normal(3.6, 2.0, 300)
        known = stats.ttest_ind(one, other, equal_var=False)
        given = [np.array(v) for v in (one.mean(), one.var(ddof=1), 45)]
        beside = [np.array(v) for v in (other.mean(), other.var(ddof=1), 300)]
        low, high, p = welch(*given, *beside)
        interval = known.confidence_interval()
        assert (float(low), float(high)) == pytest.approx((interval.low, interval.high))
        assert float(p) == pytest.approx(known.pvalue)

    def test_means_that_differ_by_rounding_only_are_alike(self) -> None:
        mean = np.array([0.1 + 0.2])
        none, many = np.zeros(1), np.array([50.0])
        assert welch(mean, none, many, np.array([0.3]), none, many)[2] == 1

    def test_what_is_not_tested_neither_counts_nor_is_claimed(self) -> None:
        p = np.array([0.01, 0.04, 1e-9])
        tested = np.array([True, True, False])
        assert adjusted(p, tested).tolist() == pytest.approx([0.02, 0.04, 1.0])
        assert adjusted(p, ~tested & tested).tolist() == [1.0] * 3


class TestChance:
    def test_of_200_frames_without_any_difference_few_claim_one(self) -> None:
        with_claim = 0
        for seed in range(200):
            rows = compared(made_frame(900, seed), made_groups(900, 5, seed))
            with_claim += any(row.sure for row in rows)
        # The rate that is promised is 5 %: more than 17 in 200 happen by chance in 1 of 100 runs.
        assert with_claim <= 17

    def test_a_difference_that_is_there_is_found(self) -> None:
        frame, members = made_frame(2_000, 1), made_groups(2_000, 5, 1)
        worse = members[:, 1] & (np.random.default_rng(2).random(2_000) < 0.4)
        frame.messages.sentiment[worse] = -2
        rows = compared(frame, members)
        row = found(rows, "g1", "negative")
        assert row.sure
        assert row.low < row.difference < row.high
        assert row.low > 0.1
        claims = {(row.value, row.figure) for row in rows if row.sure}
        assert {figure for _, figure in claims} <= {"negative", "positive"}

    def test_overlapping_groups_are_each_beside_those_outside(self) -> None:
        frame = made_frame(400, 3)
        members = np.ones((400, 2), dtype=np.bool_)
        members[:100, 0] = False
        members[300:, 1] = False
        rows = compared(frame, members, figures=["negative"])
        assert [row.messages for row in rows] == [300, 300]
        negative = frame.messages.sentiment < 0
        assert found(rows, "g0", "negative").of_rest == pytest.approx(negative[:100].mean())
        assert found(rows, "g1", "negative").of_rest == pytest.approx(negative[300:].mean())


class TestFigures:
    def test_shares_means_and_nps_are_those_of_the_messages(self) -> None:
        frame, members = made_frame(900, 4), made_groups(900, 3, 4)
        rows = compared(frame, members)
        m = frame.messages
        inside = members[:, 1]
        nps = 100.0 * ((m.nps >= 9).astype(float) - (m.nps <= 6))
        for figure, values in {
            "negative": m.sentiment < 0,
            "positive": m.sentiment > 0,
            "high_effort": m.effort == 3,
            "churn": m.churn,
            "urgent": m.urgent,
            "score": m.score,
            "nps": nps,
        }.items():
            row = found(rows, "g1", figure)
            assert row.of_group == pytest.approx(values[inside].mean()), figure
            assert row.of_rest == pytest.approx(values[~inside].mean()), figure
            assert row.difference == pytest.approx(row.of_group - row.of_rest)
            assert row.messages == inside.sum()

    def test_what_is_unknown_is_not_counted(self) -> None:
        frame, members = made_frame(400, 5), made_groups(400, 2, 5)
        frame.messages.judged[:200] = False
        frame.messages.score[50:] = math.nan
        rows = compared(frame, members)
        assert sum(row.messages for row in rows if row.figure == "negative") == 200
        assert sum(row.messages for row in rows if row.figure == "score") == 50
        assert "csat" not in {row.figure for row in rows}

    def test_the_larger_friction_points_are_compared_by_their_messages(self) -> None:
        frame, members = made_frame(900, 6), made_groups(900, 3, 6)
        rows = compared(frame, members)
        points = {row.figure for row in rows if "/" in row.figure}
        assert points
        i = frame.insights
        name = sorted(points)[0]
        from vocmine.store.frame import code_of

        friction, stage, touchpoint = name.split("/")
        of_point = (
            (i.polarity < 0)
            & (i.friction == code_of("friction", friction))
            & (i.stage == code_of("stage", stage))
            & (i.touchpoint == code_of("touchpoint", touchpoint))
        )
        with_point = frame.with_insight(of_point)
        assert with_point.sum() >= LEAST
        row = found(rows, "g0", name)
        assert row.of_group == pytest.approx(with_point[members[:, 0]].mean())

    def test_a_complaint_without_a_cause_is_no_friction_point(self) -> None:
        frame = made_frame(400, 7)
        from vocmine.store.frame import code_of

        frame.insights.friction[:] = code_of("friction", "other")
        rows = compared(frame, made_groups(400, 2, 7))
        assert not [row for row in rows if "/" in row.figure]

    def test_only_the_figures_asked_for_are_given(self) -> None:
        frame, members = made_frame(400, 8), made_groups(400, 2, 8)
        rows = compared(frame, members, figures=["churn", "nps"])
        assert {row.figure for row in rows} == {"churn", "nps"}

    def test_sides_of_few_messages_are_shown_and_not_tested(self) -> None:
        frame = made_frame(400, 9)
        members = np.zeros((400, 1), dtype=np.bool_)
        members[: LEAST - 1] = True
        frame.messages.sentiment[: LEAST - 1] = -2
        frame.messages.sentiment[LEAST - 1 :] = 2
        row = found(compared(frame, members), "g0", "negative")
        assert (row.of_group, row.of_rest) == (1.0, 0.0)
        assert (row.tested, row.sure, row.p_value) == (False, False, 1.0)
        members[: LEAST + 1] = True
        assert found(compared(frame, members), "g0", "negative").tested

    def test_a_group_without_others_is_left_out(self) -> None:
        assert compared(made_frame(50, 1), np.ones((50, 1), dtype=np.bool_)) == []

    def test_rows_hold_plain_values(self) -> None:
        for row in compared(made_frame(200, 2), made_groups(200, 2, 2)):
            assert type(row.p_value) is float
            assert type(row.sure) is bool
            assert type(row.messages) is int


class TestColumns:
    @pytest.fixture
    def store(self, build_store: Build, record: Record) -> Store:
        """Cali complains twice as often as Bogotá; Tunja is small; some have no city."""
        cities = ["Bogotá", "BOGOTA"] * 40 + ["Cali"] * 80 + ["Tunja"] * 5 + [""] * 40
        records = []
        for number, city in enumerate(cities):
            bad = number % 10 < (8 if city == "Cali" else 3)
            records.append(
                record(
                    number,
                    sentiment="negative" if bad else "positive",
                    score=1.0 if bad else 5.0,
                    created_at=f"2026-0{1 + number % 2}-05T10:00:00",
                    extra={"Ciudad": city} if city else {},
                )
            )
        return build_store(records)

    def test_spellings_are_one_group_and_small_ones_are_among_the_others(
        self, store: Store
    ) -> None:
        rows = compare(store, read_frame(store, Filter()), "ciudad")
        assert {row.column for row in rows} == {"Ciudad"}
        assert {row.value for row in rows} == {"Bogotá", "Cali"}
        cali = found(rows, "Cali", "negative")
        assert cali.sure
        assert cali.of_group == pytest.approx(0.8)
        # Tunja is among the others, who has no city is not.
        assert cali.of_rest == pytest.approx((24 + 3) / 85)

    def test_least_may_be_lower(self, store: Store) -> None:
        rows = compare(store, read_frame(store, Filter()), "Ciudad", least=5)
        assert "Tunja" in {row.value for row in rows}

    def test_the_surest_difference_of_a_group_comes_first(self, store: Store) -> None:
        rows = compare(store, read_frame(store, Filter()), "Ciudad")
        for city in ("Bogotá", "Cali"):
            p = [row.p_value for row in rows if row.value == city]
            assert p == sorted(p)

    def test_months_and_other_fields_are_columns_too(self, store: Store) -> None:
        rows = compare(store, read_frame(store, Filter()), "mes")
        assert {row.value for row in rows} == {"2026-01", "2026-02"}

    def test_scores_are_not_compared_by_the_score(self, store: Store) -> None:
        rows = compare(store, read_frame(store, Filter()), "score")
        assert {row.figure for row in rows}.isdisjoint({"score"})
        assert found(rows, "1", "negative").sure

    def test_only_the_messages_of_the_frame_count(self, store: Store) -> None:
        frame = read_frame(store, Filter(since="2026-02-01"))
        rows = compare(store, frame, "Ciudad")
        assert found(rows, "Cali", "negative").messages == 40

    @pytest.mark.parametrize("column", ["author", "Nombre del cliente", "nada"])
    def test_columns_of_persons_and_unknown_ones_are_refused(
        self, build_store: Build, record: Record, column: str
    ) -> None:
        records = [record(n, extra={"Nombre del cliente": f"Ana {n % 3}"}) for n in range(60)]
        with build_store(records) as store, pytest.raises(UsageError):
            compare(store, read_frame(store, Filter()), column)

    def test_a_period_is_beside_all_other_days(self, store: Store) -> None:
        frame = read_frame(store, Filter())
        rows = compare_period(frame, "2026-02-01", "2026-03-01", figures=["negative"])
        (row,) = rows
        assert (row.column, row.value) == ("period", "2026-02-01/2026-02-28")
        assert row.messages == (frame.messages.day >= np.datetime64("2026-02-01")).sum()

    def test_of_a_period_undated_messages_are_on_neither_side(
        self, build_store: Build, record: Record
    ) -> None:
        days = ["2026-01-05T10:00:00", "2026-02-05T10:00:00", None]
        records = [record(n, created_at=days[n % 3]) for n in range(120)]
        with build_store(records) as store:
            frame = read_frame(store, Filter())
        (row,) = compare_period(frame, "2026-02-01", "", figures=["negative"])
        assert (row.value, row.messages) == ("2026-02-01/", 40)
        assert row.of_rest == 1.0

    def test_nothing_is_said_of_an_empty_store(self, build_store: Build) -> None:
        with build_store() as store:
            frame = read_frame(store, Filter())
            assert compare(store, frame, "channel") == []
        assert compare_period(frame, "2026-02-01", "") == []

    def test_every_figure_has_a_name(self) -> None:
        from vocmine.comparison.wording import phrases

        for lang in ("es", "pt", "en"):
            assert {f"name_{figure}" for figure in FIGURES} <= set(phrases(lang))
