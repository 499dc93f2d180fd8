"""What a score is explained by: columns of points, pools of rare ones, and what is held equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_frames import FRICTIONS, made_frame, names, nps_answers

from vocmine.catalogue import label_set
from vocmine.priorities.clusters import clusters
from vocmine.priorities.design import OWN, Design, design
from vocmine.priorities.impact import impacts
from vocmine.store.frame import UNKNOWN, Frame, code_of

COUNT = 200


def columns(frame: Frame, rows: Any = None) -> Design:
    chosen = np.arange(len(frame.messages)) if rows is None else np.asarray(rows)
    return design(frame, clusters(frame), chosen)


def matrix(frame: Frame, rows: Any = None) -> Any:
    return columns(frame, rows).matrix.toarray()


def calm(**given: Any) -> Any:
    """The columns beyond the intercept and the pool of the one rare point of a frame."""
    has = np.zeros((COUNT, 1))
    has[0] = 1
    return matrix(made_frame(has, **given))[:, 2:]


class TestPoints:
    def test_there_is_an_intercept_and_a_column_for_each_frequent_point(self) -> None:
        has = np.zeros((COUNT, 2))
        has[:OWN, 0] = has[50:150, 1] = 1
        found = columns(made_frame(has))
        assert found.own.tolist() == [True, True]
        dense = found.matrix.toarray()
        assert (dense[:, 0] == 1).all()
        assert (dense[:, found.column] == has).all()

    def test_rare_points_share_a_column_for_each_friction(self) -> None:
        has = np.zeros((COUNT, 3))
        has[: OWN - 1, 0] = has[40:45, 1] = has[42:47, 2] = 1
        frame = made_frame(has)
        # The first two are of one friction, at two stages.
        friction = np.where(
            frame.insights.friction == code_of("friction", FRICTIONS[1]),
            code_of("friction", FRICTIONS[0]),
            frame.insights.friction,
        ).astype(np.int16)
        stage = np.where(
            frame.insights.friction == code_of("friction", FRICTIONS[1]),
            code_of("stage", "support"),
            frame.insights.stage,
        ).astype(np.int16)
        frame = replace(frame, insights=replace(frame.insights, friction=friction, stage=stage))
        found = columns(frame)
        assert not found.own.any()
        assert found.column[0] == found.column[1] != found.column[2]
        pool = found.matrix.toarray()[:, found.column[0]]
        assert np.flatnonzero(pool).tolist() == [*range(OWN - 1), *range(40, 45)]

    def test_two_rare_points_of_a_friction_in_a_message_count_once(self) -> None:
        frame = made_frame(np.column_stack([np.arange(COUNT) < 5] * 2))
        same = np.full_like(frame.insights.friction, code_of("friction", "delay"))
        stage = np.tile([code_of("stage", "use"), code_of("stage", "support")], 5).astype(np.int16)
        frame = replace(frame, insights=replace(frame.insights, friction=same, stage=stage))
        assert matrix(frame).max() == 1

    def test_only_messages_with_a_score_make_a_point_frequent(self) -> None:
        has = np.zeros((COUNT, 1))
        has[: OWN + 5] = 1
        frame = made_frame(has)
        assert columns(frame).own.tolist() == [True]
        found = columns(frame, np.arange(10, COUNT))
        assert found.own.tolist() == [False]
        assert found.matrix.shape[0] == COUNT - 10
        assert found.message.tolist() == list(range(15))


class TestCovariates:
    def test_a_column_that_is_always_the_same_is_left_out(self) -> None:
        assert calm().shape == (COUNT, 0)

    @pytest.mark.parametrize("name", ["channel", "country", "lang", "source"])
    def test_values_have_a_column_but_the_most_frequent(self, name: str) -> None:
        code = np.repeat([0, 1, 2], [120, 50, 30])
        found = calm(**{name: names(["a", "b", "c"], code)})
        assert found.sum(axis=0).tolist() == [50, 30]

    def test_rare_values_have_none_and_missing_ones_may(self) -> None:
        code = np.repeat([0, 1, UNKNOWN], [140, OWN - 1, 60 - OWN + 1])
        found = calm(channel=names(["a", "b"], code))
        assert found.sum(axis=0).tolist() == [60 - OWN + 1]

    def test_months_are_held_equal_and_messages_without_a_date_are_one(self) -> None:
        days = np.repeat(
            np.array(["2026-01-31", "2026-02-01", "NaT"], dtype="datetime64[D]"), [100, 60, 40]
        )
        assert calm(day=days).sum(axis=0).tolist() == [60, 40]

    def test_the_length_of_the_text_is_on_a_scale_of_its_own(self) -> None:
        (found,) = calm(length=np.arange(COUNT) + 1).T
        assert found.mean() == pytest.approx(0, abs=1e-9)
        assert found.std() == pytest.approx(1)
        assert (np.diff(found) > 0).all()

    def test_things_praised_are_none_one_or_more(self) -> None:
        has = np.zeros((COUNT, 4))
        has[:30, 0] = has[:80, 1] = has[:20, 2] = 1
        has[100, 3] = 1
        frame = made_frame(has)
        praise = frame.insights.friction != code_of("friction", FRICTIONS[3])
        polarity = np.where(praise, 1, -1).astype(np.int8)
        friction = np.where(praise, code_of("friction", "none"), frame.insights.friction)
        frame = replace(
            frame,
            insights=replace(frame.insights, polarity=polarity, friction=friction.astype(np.int16)),
        )
        # 120 of none, 50 of one, 30 of two or three.
        assert matrix(frame)[:, 2:].sum(axis=0).tolist() == [50, 30]

    def test_a_verdict_beside_a_named_point_is_that_points(self) -> None:
        """It sums the point up; held equal, it would take its loss away."""
        has = (np.arange(COUNT) < 100)[:, None]
        other = (np.arange(COUNT) >= 60) & (np.arange(COUNT) < 140)
        found = matrix(made_frame(has, other=other))
        assert np.flatnonzero(found[:, -1]).tolist() == list(range(100, 140))

    def test_what_a_point_does_to_people_is_not_held_equal(self) -> None:
        """Emotion, effort, churn, urgency and tone are how it costs: they are no covariates."""
        rng = np.random.default_rng(1)
        few = rng.integers(0, 3, COUNT)
        emotions = rng.random((COUNT, len(label_set("emotion").codes))) < 0.5
        given = {
            "sentiment": -few.astype(np.int8),
            "effort": few.astype(np.int8),
            "churn": few > 0,
            "urgent": few > 1,
            "pqrs": few.astype(np.int16),
            "recommend": -(few > 0).astype(np.int8),
            "emotions": emotions,
        }
        assert calm(**given).shape == (COUNT, 0)

    def test_an_effect_that_works_through_anger_is_found_whole(self) -> None:
        rng = np.random.default_rng(2)
        has = rng.random((4000, 1)) < 0.3
        angry = has[:, 0] & (rng.random(4000) < 0.8)
        frame = made_frame(
            has,
            nps=nps_answers(60 - 75.0 * angry, rng),
            sentiment=np.where(angry, -2, 0).astype(np.int8),
            churn=angry,
        )
        (impact,) = impacts(frame, clusters(frame))
        assert impact is not None
        assert impact.effect == pytest.approx(-60, abs=8)


def test_months_that_are_bad_for_all_are_not_blamed_on_the_point_of_that_month() -> None:
    rng = np.random.default_rng(3)
    month = np.arange(3000) // 500
    day = (np.datetime64("2026-01") + month).astype("datetime64[D]")
    has = rng.random((3000, 1)) < np.where(month == 3, 0.6, 0.05)[:, None]
    nps = nps_answers(np.where(month == 3, -40.0, 40.0), rng)
    blamed, fair = (
        impacts(frame, clusters(frame))[0]
        for frame in (made_frame(has, nps=nps), made_frame(has, nps=nps, day=day))
    )
    assert blamed is not None
    assert fair is not None
    assert blamed.high < -20
    assert fair.effect == pytest.approx(0, abs=12)
