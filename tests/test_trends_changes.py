"""What changed is found, and where nothing did nothing is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_frames import frame_of
from made_years import MONDAY, POINTS, SHARES, made_year

from vocmine.trends.changes import changes
from vocmine.trends.events import Event
from vocmine.trends.limits import LEAST_PERIODS, LEVELS, SPIKES, Limit
from vocmine.trends.series import timeline

OUTAGE = "outage/use/app"
LAST = POINTS[-1]


def week(number: int) -> str:
    """Monday of a week, the first being number 1."""
    return str(np.datetime64(MONDAY) + 7 * (number - 1))


def found(frame: Any, **options: Any) -> list[Any]:
    return changes(frame, timeline(frame, "week"), **options)


def about(rows: list[Any], point: str) -> list[Any]:
    return [row for row in rows if f"{row.friction}/{row.stage}/{row.touchpoint}" == point]


def counted(
    weeks: int = 52, messages: int = 120, *, of: dict[int, int] | None = None, usual: int = 4
) -> Any:
    """Weeks of equally many messages; in those named exactly so many complain of the outage."""
    at = np.repeat(np.arange(weeks), messages)
    place = np.tile(np.arange(messages), weeks)
    wanted = np.random.default_rng(8).binomial(messages, usual / messages, weeks)
    for number, count in (of or {}).items():
        wanted[number - 1] = count
    day = np.datetime64(MONDAY) + 7 * at + place % 7
    return frame_of(day, {OUTAGE: place < wanted[at]})


class TestFalseAlarms:
    def test_two_hundred_years_without_change_alarm_in_at_most_five_of_a_hundred(self) -> None:
        alarmed = [seed for seed in range(200) if found(made_year(seed))]
        assert len(alarmed) <= 10, alarmed

    @pytest.mark.parametrize(
        "how",
        [
            {"alike": 0.01},
            {"alike": 1e-6, "restless": 0.01},
            {"start": 10, "end": 15},
            {"start": 40, "end": 200},
            {"remembers": 0.4},
            {"weeks": 12},
        ],
        ids=["restless", "pure chance", "few messages", "fast growth", "slow waves", "a quarter"],
    )
    def test_whatever_the_year_is_like(self, how: dict[str, Any]) -> None:
        """Thirty each: were the rate one in twenty, five alarms or more would come 6 % of times."""
        assert sum(bool(found(made_year(seed, **how))) for seed in range(500, 530)) <= 4

    def test_months_alarm_no_more_than_weeks(self) -> None:
        frames = (made_year(seed) for seed in range(600, 630))
        assert sum(bool(changes(one, timeline(one, "month"))) for one in frames) <= 4

    def test_looking_at_the_newest_week_only_alarms_no_more(self) -> None:
        frames = (made_year(seed) for seed in range(700, 740))
        assert sum(bool(found(one, newest=True)) for one in frames) <= 5

    def test_a_volume_that_grows_in_a_straight_line_is_no_change_of_level(self) -> None:
        rng = np.random.default_rng(5)
        for _ in range(10):
            count = rng.poisson(np.linspace(40, 200, 52))
            day = np.datetime64(MONDAY) + 7 * np.repeat(np.arange(52), count)
            spread = np.concatenate([np.arange(k) % 7 for k in count])
            assert found(frame_of(day + spread)) == []


class TestSpikes:
    def test_a_point_that_goes_from_three_to_twelve_in_a_hundred_in_week_31_is_found(self) -> None:
        (spike,) = found(counted(messages=150, of={31: 18}, usual=4))
        assert (spike.kind, spike.what, spike.period) == ("spike", "friction", week(31))
        assert (spike.friction, spike.stage, spike.touchpoint) == ("outage", "use", "app")
        assert spike.value == pytest.approx(0.12)
        assert spike.expected == pytest.approx(0.027, abs=0.002)
        assert spike.messages == 18
        assert spike.p_value < 0.001

    def test_among_fifteen_restless_points_a_fifth_of_a_week_is_found_nearly_always(self) -> None:
        share = float(SHARES[4])
        hits = 0
        for seed in range(20):
            planted = {OUTAGE: [(30, 0.20), (31, share)]}
            rows = about(found(made_year(seed, start=110, end=150, shares=planted)), OUTAGE)
            hits += [(row.kind, row.period) for row in rows] == [("spike", week(31))]
        assert hits >= 18

    def test_the_same_rise_in_a_point_that_always_jumps_is_no_alarm(self) -> None:
        jumpy = dict.fromkeys(range(3, 52, 6), 16)
        assert found(counted(messages=150, of=jumpy | {31: 18})) == []

    def test_a_handful_of_messages_is_no_spike_however_rare_the_point(self) -> None:
        never = dict.fromkeys(range(1, 53), 0)
        at_ten = found(counted(messages=100, of=never | {5: 2, 31: 10}))
        at_nine = found(counted(messages=100, of=never | {5: 2, 31: 9}))
        assert [row.period for row in at_ten] == [week(31)]
        assert at_nine == []

    def test_a_sure_rise_that_is_small_is_no_spike(self) -> None:
        assert found(counted(messages=4000, of={31: 680}, usual=400)) == []
        assert found(counted(messages=4000, of={31: 820}, usual=400))

    def test_the_newest_week_is_found_at_less_when_only_it_is_looked_at(self) -> None:
        planted = {OUTAGE: [(51, 0.12)]}
        frames = [made_year(seed, start=110, end=140, shares=planted) for seed in range(12)]
        among_all, alone = (
            sum(bool(about(found(frame, newest=only), OUTAGE)) for frame in frames)
            for only in (False, True)
        )
        assert alone >= among_all + 2

    def test_only_the_newest_week_is_looked_at_then(self) -> None:
        assert found(counted(messages=150, of={31: 18}), newest=True) == []

    def test_more_negative_messages_fewer_stars_a_lower_nps_and_more_messages_are_told(
        self,
    ) -> None:
        rng = np.random.default_rng(1)
        count = np.full(52, 100)
        count[20] = 210
        at = np.repeat(np.arange(52), count)
        n = len(at)
        bad = at == 35
        frame = frame_of(
            np.datetime64(MONDAY) + 7 * at + np.arange(n) % 7,
            sentiment=-(rng.random(n) < np.where(bad, 0.8, 0.4)).astype(int),
            score=np.clip(rng.normal(np.where(bad, 2.2, 3.6), 1), 1, 5),
            nps=np.where(bad, rng.choice(6, n), rng.choice(11, n)),
        )
        rows = {(row.kind, row.what): row for row in found(frame)}
        assert {key: row.period for key, row in rows.items()} == {
            ("spike", "negative"): week(36),
            ("spike", "score"): week(36),
            ("spike", "nps"): week(36),
            ("spike", "volume"): week(21),
        }
        assert rows["spike", "nps"].value == -100
        assert rows["spike", "volume"].messages == 210
        assert rows["spike", "volume"].expected == pytest.approx(100, abs=5)

    def test_a_good_week_needs_nobody(self) -> None:
        rng = np.random.default_rng(1)
        at = np.repeat(np.arange(52), 100)
        good = at == 35
        frame = frame_of(
            np.datetime64(MONDAY) + 7 * at + np.arange(len(at)) % 7,
            sentiment=-(rng.random(len(at)) < np.where(good, 0.1, 0.5)).astype(int),
            score=np.where(good, 5, 3),
        )
        assert found(frame) == []


class TestChangesThatStay:
    def test_a_point_that_starts_in_week_40_is_new_from_then_on(self) -> None:
        starts = {LAST: [(0, 0.0), (39, 0.05)]}
        hits = 0
        for seed in range(10):
            rows = about(found(made_year(seed, shares=starts)), LAST)
            hits += [(row.kind, row.period) for row in rows] == [("new", week(40))]
        assert hits >= 9

    def test_a_point_that_ends_has_vanished(self) -> None:
        (gone,) = found(counted(of=dict.fromkeys(range(25, 53), 0)))
        assert (gone.kind, gone.period, gone.value) == ("vanished", week(25), 0.0)
        assert gone.messages == 0

    def test_a_point_that_is_new_this_week_is_new_and_no_spike(self) -> None:
        (new,) = found(counted(of=dict.fromkeys(range(1, 52), 0) | {52: 14}))
        assert (new.kind, new.period, new.messages) == ("new", week(52), 14)

    def test_a_rise_that_stays_is_told_once_and_its_weeks_are_no_spikes(self) -> None:
        (level,) = found(counted(usual=5, of=dict.fromkeys(range(27, 53), 15)))
        assert (level.kind, level.period) == ("level", week(27))
        assert level.expected == pytest.approx(5 / 120, abs=0.01)
        assert level.value == pytest.approx(15 / 120)
        assert level.messages == 26 * 15

    def test_up_and_down_again_are_two_changes(self) -> None:
        rows = found(counted(usual=5, of=dict.fromkeys(range(20, 33), 20)))
        assert [(row.kind, row.period) for row in rows] == [
            ("level", week(33)),
            ("level", week(20)),
        ]
        assert rows[1].messages == 13 * 20

    def test_a_spike_on_top_of_a_new_level_is_found_too(self) -> None:
        rows = found(counted(usual=4, of=dict.fromkeys(range(27, 53), 12) | {45: 45}))
        assert [(row.kind, row.period) for row in rows] == [
            ("spike", week(45)),
            ("level", week(27)),
        ]
        assert rows[0].expected == pytest.approx(0.1, abs=0.005)

    def test_one_wild_week_is_no_change_of_level(self) -> None:
        kinds = {row.kind for row in found(counted(of={30: 60}))}
        assert kinds == {"spike"}

    @pytest.mark.parametrize(("what", "direction"), [("negative", 1), ("score", -1), ("nps", -1)])
    def test_levels_of_tone_and_answers(self, what: str, direction: int) -> None:
        rng = np.random.default_rng(2)
        at = np.repeat(np.arange(52), 100)
        n, later = len(at), at >= 26
        given = {
            "negative": {"sentiment": -(rng.random(n) < np.where(later, 0.6, 0.4)).astype(int)},
            "score": {"score": np.clip(rng.normal(np.where(later, 3.0, 3.6), 1), 1, 5)},
            "nps": {"nps": rng.integers(0, np.where(later, 8, 11))},
        }[what]
        (level,) = found(frame_of(np.datetime64(MONDAY) + 7 * at + np.arange(n) % 7, **given))
        assert (level.kind, level.what) == ("level", what)
        assert week(26) <= level.period <= week(28)
        assert (level.value - level.expected) * direction > 0

    def test_a_step_in_volume_is_told_apart_from_its_growth(self) -> None:
        rng = np.random.default_rng(3)
        mean = 100 * 1.005 ** np.arange(52) * np.where(np.arange(52) >= 30, 1.8, 1)
        count = rng.poisson(mean)
        day = np.datetime64(MONDAY) + 7 * np.repeat(np.arange(52), count)
        (level,) = found(frame_of(day + np.arange(len(day)) % 7))
        assert (level.kind, level.what, level.period) == ("level", "volume", week(31))
        assert level.value / level.expected == pytest.approx(1.8, abs=0.25)

    def test_praise_that_becomes_mere_mention_drifts(self) -> None:
        rng = np.random.default_rng(4)
        at = np.repeat(np.arange(52), 100)
        n = len(at)
        speaks = rng.random(n) < 0.1
        praises = rng.random(n) < np.where(at >= 28, 0.2, 0.8)
        day = np.datetime64(MONDAY) + 7 * at + np.arange(n) % 7
        (drift,) = found(frame_of(day, praise=[("delivery/delivery", speaks, praises)]))
        assert (drift.kind, drift.what, drift.friction) == ("drift", "praise", "")
        assert (drift.stage, drift.touchpoint) == ("delivery", "delivery")
        assert week(28) <= drift.period <= week(30)
        assert drift.value < 0.3 < 0.7 < drift.expected

    def test_mention_that_becomes_praise_is_no_drift(self) -> None:
        rng = np.random.default_rng(4)
        at = np.repeat(np.arange(52), 100)
        n = len(at)
        praises = rng.random(n) < np.where(at >= 28, 0.8, 0.2)
        day = np.datetime64(MONDAY) + 7 * at + np.arange(n) % 7
        speaks = rng.random(n) < 0.1
        assert found(frame_of(day, praise=[("delivery/delivery", speaks, praises)])) == []


class TestWhatIsNotTested:
    def test_a_week_that_the_data_reach_into_raises_no_alarm(self) -> None:
        whole = counted(messages=150, of={52: 40})
        assert [row.period for row in found(whole)] == [week(52)]
        early = whole.messages.day < np.datetime64(week(52)) + 3
        rows = found(_only(whole, early))
        assert rows == []

    def test_few_periods_are_not_tested(self) -> None:
        assert found(counted(LEAST_PERIODS - 1, messages=150, of={5: 60})) == []
        assert found(counted(LEAST_PERIODS, messages=150, of={5: 60}))

    @pytest.mark.parametrize("count", [0, 1, 20])
    def test_next_to_no_messages_are_no_error(self, count: int) -> None:
        day = np.datetime64(MONDAY) + np.arange(count) * 9
        assert found(frame_of(day, {OUTAGE: np.ones(count, bool)}, score=np.full(count, 3))) == []

    def test_a_year_of_one_score_one_tone_and_one_point_is_no_error(self) -> None:
        at = np.repeat(np.arange(52), 20)
        n = len(at)
        frame = frame_of(
            np.datetime64(MONDAY) + 7 * at + np.arange(n) % 7,
            {OUTAGE: np.ones(n, bool)},
            sentiment=np.full(n, -1),
            score=np.full(n, 1.0),
            nps=np.zeros(n),
        )
        assert found(frame) == []

    def test_messages_without_a_date_change_nothing(self) -> None:
        frame = counted(messages=150, of={31: 18})
        day = frame.messages.day.copy()
        day[::10] = np.datetime64("NaT")
        dated = _only(frame, ~np.isnat(day))
        assert len(found(dated)) == len(found(_with_days(frame, day)))


class TestEvents:
    STRIKE = Event(
        "Paro de transporte", np.datetime64(week(31)).item(), np.datetime64(week(31)).item()
    )

    def test_a_change_beside_an_event_carries_its_name(self) -> None:
        frame = counted(messages=150, of={31: 18})
        assert [row.event for row in found(frame, events=[self.STRIKE])] == ["Paro de transporte"]

    def test_one_elsewhere_does_not(self) -> None:
        frame = counted(messages=150, of={34: 18})
        assert [row.event for row in found(frame, events=[self.STRIKE])] == [""]

    def test_of_two_both_are_named(self) -> None:
        rain = Event("Lluvias", np.datetime64(week(30)).item(), np.datetime64(week(32)).item())
        (row,) = found(counted(messages=150, of={31: 18}), events=[rain, self.STRIKE])
        assert row.event == "Lluvias; Paro de transporte"

    def test_an_event_changes_no_figure(self) -> None:
        frame = counted(messages=150, of={31: 18})
        (with_one,), (without,) = found(frame, events=[self.STRIKE]), found(frame)
        assert with_one.p_value == without.p_value


def test_newest_changes_come_first_and_a_run_repeats_itself() -> None:
    planted = {OUTAGE: [(30, 0.3), (31, 0.03)], LAST: [(0, 0.0), (39, 0.08)]}
    rows = found(made_year(1, shares=planted))
    assert [row.period for row in rows] == sorted((row.period for row in rows), reverse=True)
    assert rows == found(made_year(1, shares=planted))


def test_limits_ask_for_both_a_ratio_and_a_step() -> None:
    limit = Limit(2.0, 0.02)
    assert limit.above(np.array([0.001, 0.1])).tolist() == [pytest.approx(0.021), 0.2]
    assert limit.left(0.2, 0.1)
    assert limit.left(0.1, 0.2)
    assert not limit.left(0.19, 0.1)
    assert not limit.left(0.002, 0.001)
    assert set(SPIKES) <= set(LEVELS)


def _only(frame: Any, chosen: Any) -> Any:
    """The frame of some of the messages."""
    from dataclasses import fields, replace

    new = np.cumsum(chosen) - 1
    inside = chosen[frame.insights.message]
    messages = replace(
        frame.messages,
        **{
            f.name: column[chosen]
            for f in fields(frame.messages)
            if isinstance(column := getattr(frame.messages, f.name), np.ndarray)
        },
    )
    insights = replace(
        frame.insights,
        **{f.name: getattr(frame.insights, f.name)[inside] for f in fields(frame.insights)},
    )
    return replace(
        frame, messages=messages, insights=replace(insights, message=new[insights.message])
    )


def _with_days(frame: Any, day: Any) -> Any:
    from dataclasses import replace

    return replace(frame, messages=replace(frame.messages, day=day))
