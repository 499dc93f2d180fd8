"""What was planted in the synthetic year is found, by every part that decides.

The truths are those of `synthetic_year.Truths`; the labels are written, so that a failure here is
one of the decisions and not of the models.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from vocmine.clock.due import due_rows
from vocmine.clock.summary import clock_kinds
from vocmine.comparison.brands import brand_column
from vocmine.comparison.groups import compare
from vocmine.journey.levels import effort_at_the_top, pyramid_levels
from vocmine.journey.promise_list import Promise
from vocmine.journey.promises import promise_gaps
from vocmine.journey.stages import journey_map
from vocmine.priorities.points import friction_points
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame
from vocmine.trends.changes import changes
from vocmine.trends.events import event_effects, load_events
from vocmine.trends.series import series, timeline

sys.path[:0] = [str(Path(__file__).parent)]
from synthetic_year import TODAY, says, week_start, write_events  # noqa: E402


def name_of(row):
    return f"{row.friction}/{row.stage}/{row.touchpoint}"


@pytest.fixture(scope="module")
def frame(year_store):
    return read_frame(year_store, Filter())


@pytest.fixture(scope="module")
def truths(year):
    return year.truths


@pytest.fixture(scope="module")
def points(year_store, frame):
    found = friction_points(year_store, frame, by=("channel", "Ciudad", "Marca", "Segmento"))
    return {name_of(point): point for point in found}


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    path = tmp_path_factory.mktemp("events") / "eventos.csv"
    write_events(path)
    return load_events(path)


@pytest.fixture(scope="module")
def changed(frame, events):
    return changes(frame, timeline(frame, "week"), events)


@pytest.fixture(scope="module")
def due(year_store, frame):
    return due_rows(year_store, frame, country="CO", regime="general", today=TODAY)


class TestWhatToMendFirst:
    def test_the_costly_point_comes_first_though_another_is_more_frequent(self, points, truths):
        costly, harmless = points[truths.costly.name], points[truths.harmless.name]
        assert costly.rank == 1
        assert harmless.messages > costly.messages
        assert max(points.values(), key=lambda point: point.messages) is harmless
        assert {point.ranked_by for point in points.values()} == {"impact"}

    def test_the_interval_of_its_impact_holds_the_true_effect_and_not_the_naive_one(
        self, points, truths
    ):
        impact = points[truths.costly.name].impact
        assert impact.metric == "nps"
        assert impact.low <= truths.costly_effect <= impact.high
        assert not impact.low <= truths.naive_effect <= impact.high
        assert impact.high - impact.low < 20
        assert impact.enough

    def test_it_costs_twelve_points_of_nps(self, points, truths):
        cost = points[truths.costly.name].impact.cost
        assert cost == pytest.approx(truths.costly_cost, abs=1.2)
        assert round(truths.costly_cost) == 12

    def test_the_frequent_one_is_told_to_cost_nothing(self, points, truths):
        harmless = points[truths.harmless.name]
        assert harmless.impact.low <= 0 <= harmless.impact.high
        assert abs(harmless.impact.cost) < 1.5
        assert harmless.severity < points[truths.costly.name].severity

    def test_every_interval_but_one_in_twenty_holds_what_was_planted(self, year, points):
        from synthetic_year import POINTS

        planted = {point.name: point.nps for point in POINTS if point.friction != "none"}
        held = [
            point.impact.low <= planted[name] <= point.impact.high for name, point in points.items()
        ]
        assert len(held) == len(planted)
        assert sum(held) >= len(held) - 2

    def test_counts_are_those_of_the_records(self, year, points, truths):
        for planted in (truths.costly, truths.harmless, truths.new.point):
            count = sum(says(row, planted) for row in year.records)
            assert points[planted.name].messages == count

    def test_what_began_late_grows_what_ended_falls_and_the_rest_is_flat(self, points, truths):
        assert points[truths.new.point.name].trend.direction == "up"
        assert points[truths.gone.point.name].trend.direction == "down"
        for planted in (truths.costly, truths.harmless):
            assert points[planted.name].trend.direction == "flat"

    def test_the_group_that_is_hit_hardest_is_named(self, points, truths):
        for hit in truths.hits:
            worst = points[hit.point.name].segments[0]
            assert (worst.column, worst.value) == (hit.column, hit.value)
            assert worst.share > 2 * worst.rest

    def test_a_segment_that_nothing_depends_on_is_never_named(self, points):
        named = {s.column for point in points.values() for s in point.segments}
        assert "Segmento" not in named

    def test_three_different_quotes_prove_it_in_the_customers_exact_words(
        self, year, points, truths
    ):
        texts = {row["external_id"]: row["text"] for row in year.records}
        for planted in (truths.costly, truths.harmless, truths.spike.point):
            quotes = points[planted.name].quotes
            assert len(quotes) == len({quote.text for quote in quotes}) == 3
            assert all(quote.text in texts[quote.external_id] for quote in quotes)

    def test_the_area_that_can_mend_it_owns_a_point(self, points, truths):
        assert points[truths.spike.point.name].owner == truths.spike.point.area
        assert points[truths.hits[0].point.name].owner == truths.hits[0].point.area
        assert all(point.owner for point in points.values())


class TestTime:
    def of(self, changed, planted):
        return [row for row in changed if name_of(row) == planted.point.name]

    def test_the_spike_is_found_in_week_31_with_the_event_beside_it(self, changed, truths):
        rows = self.of(changed, truths.spike)
        (spike,) = [row for row in rows if row.kind == "spike"]
        assert spike.period == week_start(31)
        assert spike.value > 3 * spike.expected
        assert spike.p_value < 0.001
        assert spike.event == truths.event[0]

    def test_the_new_point_is_found_in_week_40(self, changed, truths):
        rows = self.of(changed, truths.new)
        (new,) = [row for row in rows if row.kind == "new"]
        assert new.period == week_start(40)

    def test_the_point_that_vanished_is_found_after_its_last_week(self, changed, truths):
        rows = self.of(changed, truths.gone)
        (gone,) = [row for row in rows if row.kind == "vanished"]
        assert week_start(truths.gone.week) <= gone.period <= week_start(truths.gone.week + 2)

    def test_praise_that_became_mere_mention_is_found(self, changed, truths):
        (drift,) = [row for row in changed if row.kind == "drift"]
        assert (drift.stage, drift.touchpoint) == (
            truths.drift.point.stage,
            truths.drift.point.touchpoint,
        )
        assert (
            week_start(truths.drift.week - 1) <= drift.period <= week_start(truths.drift.week + 3)
        )

    def test_no_point_that_did_not_change_is_said_to_have_changed(self, changed, truths):
        moved = {truths.spike.point.name, truths.new.point.name, truths.gone.point.name}
        told = {name_of(row) for row in changed if row.what == "friction" and row.friction}
        assert told <= moved

    def test_before_and_after_the_event_are_four_weeks_of_the_records(
        self, year, frame, events, truths
    ):
        """A week of them is the spike: too little for the interval to leave 0 out."""
        (effect,) = event_effects(frame, events)
        assert (effect.name, effect.day) == truths.event
        day = date.fromisoformat(effect.day)
        counted = []
        for first in (day - timedelta(days=28), day):
            last = first + timedelta(days=28)
            tones = [
                row["sentiment"] for row in year.records
                if first.isoformat() <= row["created_at"] < last.isoformat()
            ]  # fmt: skip
            negative = np.mean([tone.endswith("negative") for tone in tones])
            counted.append((len(tones), pytest.approx(negative)))
        assert (effect.messages_before, effect.before) == counted[0]
        assert (effect.messages_after, effect.after) == counted[1]
        assert effect.low < effect.after - effect.before < effect.high

    def test_the_series_of_a_point_adds_up_to_its_messages(self, year, frame, truths):
        weeks = timeline(frame, "week")
        assert (len(weeks), weeks[0]) == (52, week_start(1))
        found = {row.name: row for row in series(frame, weeks)}
        assert sum(found["messages"].counts) == len(year.records)
        planted = truths.spike.point
        in_week = sum(
            says(row, planted)
            for row in year.records
            if week_start(31) <= row["created_at"] < week_start(32)
        )
        row = found[planted.name]
        value = row.values[30]
        assert in_week in (value, pytest.approx(value * found["messages"].counts[30]))


class TestJourneyAndPyramid:
    def test_the_base_fails_under_a_delightful_top(self, frame, truths):
        levels = {row.level: row for row in pyramid_levels(frame) if not row.stage}
        assert levels[truths.missed_level].verdict == "missed"
        assert levels[truths.met_level].verdict == "met"
        assert levels[truths.missed_level].share_met < 0.3 < 0.8 < levels["enjoyable"].share_met

    def test_the_verdict_says_that_effort_is_spent_at_the_top(self, frame):
        effort = effort_at_the_top(pyramid_levels(frame))
        assert effort.case == "top_heavy"
        assert (effort.failing.level, effort.shining.level) == ("utility", "enjoyable")

    def test_the_worst_moment_is_where_the_costly_point_is_and_the_best_where_delight_is(
        self, year_store, frame, truths
    ):
        moments = {row.moment: row.stage for row in journey_map(year_store, frame) if row.moment}
        assert moments["pit"] == truths.costly.stage
        assert moments["peak"] == "purchase"

    def test_messages_that_are_passed_on_are_seen_at_support(self, year_store, frame):
        stages = {row.stage: row for row in journey_map(year_store, frame)}
        assert stages["support"].handoffs > 40
        assert stages["support"].handoffs == max(row.handoffs for row in stages.values())

    def test_a_promise_of_the_team_is_set_against_what_customers_say(
        self, year_store, frame, truths
    ):
        named, bare = truths.broken
        promises = (Promise(named, keywords=("24 horas",)), bare)
        gaps = {gap.promise: gap for gap in promise_gaps(year_store, frame, promises) if gap.given}
        assert gaps[named].broken == pytest.approx(truths.broken[named], rel=0.05)
        assert gaps[named].kept == pytest.approx(truths.kept[named], rel=0.05)
        assert 0.6 < gaps[named].share_broken < 0.9
        assert gaps[bare].broken >= 0.85 * truths.broken[bare]
        assert all(gap.quotes for gap in gaps.values())


class TestGroups:
    def test_the_channel_with_low_answers_is_surely_lower(self, year_store, frame, truths):
        rows = compare(year_store, frame, "channel")
        sure = {(row.value, row.figure): row for row in rows if row.sure}
        assert sure[truths.low_channel, "nps"].high < -40
        lowest = min((row for row in rows if row.figure == "nps"), key=lambda row: row.of_group)
        assert lowest.value == truths.low_channel

    def test_each_group_that_is_hit_harder_is_surely_different(self, year_store, frame, truths):
        for hit in truths.hits:
            rows = compare(year_store, frame, hit.column)
            (row,) = [r for r in rows if (r.value, r.figure) == (hit.value, hit.point.name)]
            assert row.sure
            assert row.low > 0
            others = [r for r in rows if r.figure == hit.point.name and r.value != hit.value]
            assert not any(r.sure and r.difference > 0 for r in others)

    def test_segments_that_do_not_differ_are_not_said_to(self, year_store, frame):
        assert not [row for row in compare(year_store, frame, "Segmento") if row.sure]

    def test_the_brands_are_found_in_their_column(self, year_store):
        assert brand_column(year_store) == "Marca"


class TestClock:
    def test_due_dates_are_those_counted_by_hand(self, due, truths):
        found = {row.external_id: row for row in due}
        assert {case.state for case in truths.cases} == {"red", "amber", "green"}
        for case in truths.cases:
            row = found[case.external_id]
            assert (row.received, row.due, row.state) == (case.received, case.due, case.state)

    def test_what_is_overdue_is_exactly_what_was_left_open(self, due, truths):
        assert truths.overdue
        red = {row.external_id for row in due if row.state == "red"}
        kinds = {row.external_id: row.kind for row in due}
        assert {key for key in red if kinds[key] in ("claim", "grievance")} == truths.overdue

    def test_days_taken_are_those_the_answer_took(self, due, truths):
        taken = {row.external_id: row.days_taken for row in due if row.state == "grey"}
        known = {key: days for key, days in taken.items() if key in truths.days_taken}
        assert len(known) > 4000
        wrong = {key: (days, truths.days_taken[key]) for key, days in known.items()
                 if days != truths.days_taken[key]}  # fmt: skip
        assert not wrong

    def test_the_share_in_time_is_that_of_the_answers(self, year, due, truths):
        (claims,) = [row for row in clock_kinds(due) if row.kind == "claim"]
        days = [
            truths.days_taken[row["external_id"]]
            for row in year.records
            if row["pqrs"] == "claim" and row["external_id"] in truths.days_taken
        ]
        assert claims.answered == len(days)
        assert 0.8 < claims.share_in_time < 1
        assert claims.share_in_time == pytest.approx(np.mean(np.array(days) <= 15))

    def test_who_complains_again_while_waiting_is_counted(self, due, truths):
        found = {row.external_id: row for row in due}
        assert truths.repeaters
        for claims in truths.repeaters.values():
            repeats = [found[key].repeats for key in claims]
            assert repeats == [0, 1, 2, 3]

    def test_the_same_day_gives_the_same_list_and_the_next_another(self, year_store, frame, due):
        def read_on(day):
            return due_rows(year_store, frame, country="CO", regime="general", today=day)

        assert read_on(TODAY) == due
        tomorrow = {row.external_id: row.state for row in read_on(TODAY + timedelta(days=1))}
        assert tomorrow["AA-CASO-6"] == "red", "its last day was today"
