"""Severity, trend and the order of friction points, on frames whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_frames import FRICTIONS, made_frame, names, nps_answers

from vocmine.catalogue import label_set
from vocmine.priorities.clusters import clusters
from vocmine.priorities.points import FEW, friction_points
from vocmine.priorities.rows import FrictionPoint, Trend
from vocmine.priorities.severity import INTENSITY, WEIGHTS, severities, severity_index
from vocmine.priorities.trend import LEAST_MESSAGES, LEAST_PERIODS, trends
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import UNKNOWN, Frame, code_of, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
EMOTIONS = label_set("emotion").codes

complaint = st.fixed_dictionaries(
    {
        "polarity": st.integers(-2, -1),
        "emotions": st.sets(st.sampled_from(EMOTIONS)),
        "effort": st.integers(0, 3),
        "churn": st.booleans(),
        "urgent": st.booleans(),
    }
)


def index(known: tuple[bool, ...] = (True,) * 5, **said: Any) -> float:
    felt = np.array([[code in said.get("emotions", ()) for code in EMOTIONS]])
    return float(
        severity_index(
            np.array([said.get("polarity", -1)], dtype=np.int8),
            felt,
            np.array([said.get("effort", 0)], dtype=np.int8),
            np.array([said.get("churn", False)]),
            np.array([said.get("urgent", False)]),
            np.array([known]),
        )[0]
    )


class TestSeverity:
    @given(complaint, st.tuples(st.just(True), *[st.booleans()] * 4))
    @settings(max_examples=60)
    def test_lies_between_0_and_100(self, said: dict[str, Any], known: tuple[bool, ...]) -> None:
        assert 0 <= index(known, **said) <= 100

    @given(complaint, st.tuples(st.just(True), *[st.booleans()] * 4), st.data())
    @settings(max_examples=100)
    def test_never_falls_when_a_part_grows(
        self, said: dict[str, Any], known: tuple[bool, ...], data: st.DataObject
    ) -> None:
        worse = data.draw(
            st.sampled_from(
                [
                    said | {"polarity": -2},
                    said | {"emotions": said["emotions"] | {data.draw(st.sampled_from(EMOTIONS))}},
                    said | {"effort": data.draw(st.integers(said["effort"], 3))},
                    said | {"churn": True},
                    said | {"urgent": True},
                ]
            )
        )
        assert index(known, **worse) >= index(known, **said)

    def test_parts_add_up_to_a_hundred(self) -> None:
        assert sum(WEIGHTS.values()) == 100
        assert index(polarity=-2, emotions=("anger",), effort=3, churn=True, urgent=True) == 100

    def test_the_worked_example_of_the_docs(self) -> None:
        # 30 x 1 + 20 x 0.75 + 20 x 2/3 + 15 + 0
        said = {"polarity": -2, "emotions": ("frustration", "confusion"), "effort": 2}
        assert index(**said, churn=True) == pytest.approx(73.3, abs=0.05)

    def test_what_was_not_judged_is_left_out_of_the_mean(self) -> None:
        known = (True, True, False, False, False)
        assert index(known, polarity=-2, emotions=("anger",), effort=-1) == 100
        assert index(known, polarity=-1, effort=-1) == pytest.approx(100 * 15 / 50)

    def test_joy_and_surprise_do_not_hurt(self) -> None:
        assert set(INTENSITY) < set(EMOTIONS)
        assert index(emotions=("joy", "surprise", "trust")) == index()

    def test_a_point_has_the_mean_of_its_messages_and_the_worst_of_each(self) -> None:
        frame = made_frame(np.ones((2, 1)), churn=np.array([True, False]))
        frame.insights.polarity[0] = -2
        frame.messages.emotions[1, EMOTIONS.index("sadness")] = True
        # 30 + 15 and 15 + 20 x 0.75
        assert severities(frame, clusters(frame)).tolist() == [pytest.approx((45 + 30) / 2)]

    def test_without_analyzers_it_is_made_of_polarity(self) -> None:
        unknown = np.full(2, UNKNOWN)
        frame = made_frame(np.ones((2, 1)), effort=unknown, pqrs=unknown)
        assert severities(frame, clusters(frame)).tolist() == [50.0]


def weeks(counts: Any, every: int = 40) -> tuple[Any, Any]:
    """Of a point: whether each message has it, and its week; `every` messages a week."""
    has = np.concatenate([np.arange(every) < count for count in counts])
    return has, np.repeat(np.arange(len(counts)), every)


def trend_of(*points: Any, every: int = 40) -> list[Trend]:
    columns = [weeks(counts, every) for counts in points]
    frame = made_frame(np.column_stack([has for has, _ in columns]))
    periods = [f"2026-01-{day:02d}" for day in range(1, len(points[0]) + 1)]
    return trends(clusters(frame), columns[0][1], periods)


class TestTrend:
    def test_a_share_that_grows_goes_up_and_one_that_shrinks_goes_down(self) -> None:
        up, down = trend_of([1, 2, 4, 6, 8, 10, 13, 15], [15, 13, 10, 8, 6, 4, 2, 1])
        assert (up.direction, down.direction) == ("up", "down")
        assert up.change == pytest.approx((46 - 13) / 160)
        assert down.change == -up.change
        assert up.series == (1, 2, 4, 6, 8, 10, 13, 15)
        assert up.p_value is not None
        assert up.p_value < 0.01

    def test_a_steady_share_is_flat_however_much_is_written(self) -> None:
        counts = [4, 8, 12, 16, 20, 24]
        has = np.concatenate([np.arange(10 * count) < count for count in counts])
        period = np.repeat(np.arange(6), [10 * count for count in counts])
        (found,) = trends(clusters(made_frame(has[:, None])), period, [str(i) for i in range(6)])
        assert (found.direction, found.change) == ("flat", pytest.approx(0))

    def test_one_wave_is_no_trend(self) -> None:
        (found,) = trend_of([2, 2, 2, 2, 2, 2, 38, 38, 2, 2])
        assert found.direction == "flat"
        assert found.change > 0.2

    def test_few_messages_or_periods_have_none(self) -> None:
        few = [1] * (LEAST_MESSAGES - 1)
        assert trend_of(few)[0] == Trend("unknown", 0.0, None, tuple(few))
        assert trend_of([10] * (LEAST_PERIODS - 1))[0].direction == "unknown"

    def test_without_dates_nothing_is_known(self) -> None:
        frame = made_frame(np.ones((50, 1)))
        (found,) = trends(clusters(frame), np.full(50, UNKNOWN), ())
        assert found == Trend("unknown", 0.0, None, ())

    def test_messages_without_a_date_do_not_count(self) -> None:
        frame = made_frame(np.ones((60, 1)))
        period = np.where(np.arange(60) < 20, UNKNOWN, np.arange(60) % 5)
        (found,) = trends(clusters(frame), period, list("abcde"))
        assert found.series == (8, 8, 8, 8, 8)

    def test_of_steady_points_few_are_said_to_move(self) -> None:
        rng = np.random.default_rng(4)
        period = np.repeat(np.arange(12), 60)
        moved = 0
        for _ in range(100):
            frame = made_frame(rng.random((720, 6)) < 0.15)
            found = trends(clusters(frame), period, [str(i) for i in range(12)])
            moved += any(one.direction != "flat" for one in found)
        assert moved <= 8


@pytest.fixture
def empty(build_store: Build) -> Store:
    """Frames made by hand have their words nowhere: their points have no quotes."""
    return build_store()


def ranked(store: Store, frame: Frame, **options: Any) -> list[FrictionPoint]:
    from vocmine.priorities import points

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(points, "representative", lambda *given: dict.fromkeys(given[3], ()))
        return friction_points(store, frame, **options)


class TestOrder:
    def scored(self, *, of: float = 1.0, count: int = 4000) -> Frame:
        rng = np.random.default_rng(21)
        has = rng.random((count, 3)) < [0.4, 0.04, 0.1]
        nps = nps_answers(60 + has @ [0.0, -90.0, -15.0], rng)
        nps[rng.random(count) > of] = np.nan
        return made_frame(has, nps=nps)

    def test_a_costly_rare_point_comes_before_a_frequent_harmless_one(self, empty: Store) -> None:
        points = ranked(empty, self.scored())
        assert [point.friction for point in points] == [FRICTIONS[i] for i in (1, 2, 0)]
        assert points[2].messages > 8 * points[0].messages
        assert {point.ranked_by for point in points} == {"impact"}
        assert points[0].weight == pytest.approx(points[0].impact.cost)  # type: ignore[union-attr]
        assert points[2].weight == 0, "no loss is shown"
        assert [point.rank for point in points] == [1, 2, 3]

    def test_without_a_score_severity_adds_up_over_messages(self, empty: Store) -> None:
        frame = self.scored()
        frame = replace(frame, messages=replace(frame.messages, nps=np.full(4000, np.nan)))
        points = ranked(empty, frame)
        assert [point.friction for point in points] == [FRICTIONS[i] for i in (0, 2, 1)]
        assert {point.ranked_by for point in points} == {"severity"}
        assert points[0].weight == pytest.approx(points[0].severity / 100 * points[0].messages)

    def test_a_score_of_a_small_part_does_not_rank_the_whole(self, empty: Store) -> None:
        points = ranked(empty, self.scored(of=0.15, count=8000))
        assert points[0].ranked_by == "severity"
        assert points[0].impact is not None

    def test_severity_ranks_where_no_loss_is_shown(self, empty: Store) -> None:
        rng = np.random.default_rng(2)
        frame = made_frame(rng.random((300, 2)) < 0.3, nps=nps_answers(np.zeros(300), rng))
        assert {point.ranked_by for point in ranked(empty, frame)} == {"severity"}

    def test_the_limit_cuts_and_the_figures_stay(self, empty: Store) -> None:
        frame = self.scored()
        assert ranked(empty, frame, limit=2) == ranked(empty, frame)[:2]

    def test_few_messages_carry_a_warning(self, empty: Store) -> None:
        has = np.column_stack([np.arange(100) < FEW, np.arange(100) < FEW - 1])
        assert [point.warning for point in ranked(empty, made_frame(has))] == ["", "few"]

    def test_nothing_to_rank_is_no_error(self, empty: Store) -> None:
        assert ranked(empty, made_frame(np.zeros((5, 1)))) == []
        assert ranked(empty, made_frame(np.zeros((0, 1)))) == []
        assert len(ranked(empty, made_frame(np.ones((1, 1))))) == 1

    def test_customers_are_counted_once_and_those_without_a_name_each(self, empty: Store) -> None:
        has = np.array([[1], [1], [1], [1], [0]])
        author = names(["a", "b"], [0, 0, UNKNOWN, UNKNOWN, 1])
        (point,) = ranked(empty, made_frame(has, author=author))
        assert (point.customers, point.customer_share) == (3, 3 / 4)
        (point,) = ranked(empty, made_frame(has))
        assert (point.customers, point.customer_share) == (None, None)


def test_figures_of_points_equal_those_of_the_view(bank: Store) -> None:
    points = friction_points(bank, read_frame(bank, Filter()))
    rows = bank.conn.execute(
        "SELECT friction, stage, touchpoint, insights, messages, mean_polarity, share "
        "FROM friction_points WHERE friction <> 'other'"
    )
    assert {
        (
            *(point.friction, point.stage, point.touchpoint, point.insights, point.messages),
            *(round(point.mean_polarity, 3), round(point.share, 4)),
        )
        for point in points
    } == set(rows)


def test_a_complaint_without_a_cause_is_not_ranked(build_store: Build, record: Record) -> None:
    text = "Pésimo servicio."
    vague = record(1, text=text, quotes=[(text, -2, "other", "unknown", "none", "unknown")])
    with build_store([vague, record(2)]) as store:
        frame = read_frame(store, Filter())
        (point,) = friction_points(store, frame)
    assert point.friction == "billing"
    assert (frame.insights.friction == code_of("friction", "other")).sum() == 1


class TestTopic:
    def topics(self, build_store: Build, record: Record, **labels: Any) -> list[str]:
        rows = [record(n, topic="Cuota de manejo") for n in range(12)]
        rows += [
            record(
                100 + n,
                text="La app se cae.",
                quotes=[("La app se cae", -2, "outage", "use", "utility", "app")],
                **labels,
            )
            for n in range(12)
        ]
        with build_store(rows) as store:
            points = friction_points(store, read_frame(store, Filter()))
        return sorted(point.topic for point in points)

    def test_tells_what_nearly_all_of_a_point_is_about(
        self, build_store: Build, record: Record
    ) -> None:
        assert self.topics(build_store, record, topic="Caídas") == ["Caídas", "Cuota de manejo"]

    def test_of_everything_tells_nothing(self, build_store: Build, record: Record) -> None:
        assert self.topics(build_store, record, topic="Cuota de manejo") == ["", ""]

    def test_is_empty_without_the_analyzer(self, build_store: Build, record: Record) -> None:
        rows = [record(n) for n in range(12)]
        with build_store(rows, analyzers=["sentiment", "friction"]) as store:
            (point,) = friction_points(store, read_frame(store, Filter()))
        assert (point.topic, point.severity) == ("", pytest.approx(100 * 30 / 65))
