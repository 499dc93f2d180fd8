"""The synthetic year holds what it says it holds, and the null years hold nothing."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from vocmine.inputs import Inputs
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import code_of, read_frame

sys.path[:0] = [str(Path(__file__).parent)]
from synthetic_year import (  # noqa: E402
    FIRST_DAY,
    POINTS,
    TODAY,
    business_day,
    nps_of,
    null_frame,
    says,
    synthetic_year,
    write_csv,
    write_store,
)
from synthetic_year.__main__ import main  # noqa: E402
from synthetic_year.generate import answer_nps, expected_nps  # noqa: E402
from synthetic_year.writing import PHRASES  # noqa: E402


def week_of(row):
    return (date.fromisoformat(row["created_at"][:10]) - FIRST_DAY).days // 7 + 1


def shares(year, point):
    """Share of the messages of each week that speak of a point; index 0 is week 1."""
    all_of, with_it = Counter(), Counter()
    for row in year.records:
        all_of[week_of(row)] += 1
        with_it[week_of(row)] += says(row, point)
    return np.array([with_it[week] / all_of[week] for week in range(1, 53)])


class TestWhatIsPlanted:
    def test_the_costly_point_costs_about_twelve_points_of_nps(self, year):
        assert year.truths.costly_cost == pytest.approx(12, abs=0.6)

    def test_a_naive_difference_of_means_is_wrong_by_more_than_ten_points(self, year):
        assert year.truths.naive_effect < year.truths.costly_effect - 10

    def test_within_a_channel_the_costly_point_lowers_nps_by_its_effect(self, year):
        alone = [row for row in year.records if row["channel"] == year.truths.low_channel]
        answers = {True: [], False: []}
        for row in alone:
            if "nps" in row["extra"]:
                answers[says(row, year.truths.costly)].append(nps_of(int(row["extra"]["nps"])))
        difference = np.mean(answers[True]) - np.mean(answers[False])
        assert difference == pytest.approx(year.truths.costly_effect, abs=12)

    def test_the_harmless_point_is_the_most_frequent_friction(self, year):
        count = Counter(point.key for row in year.records for point in POINTS if says(row, point))
        harmless, costly = year.truths.harmless.key, year.truths.costly.key
        assert count.most_common(1)[0][0] == harmless
        assert count[harmless] > 1.4 * count[costly]

    def test_the_spike_is_in_its_week_only(self, year):
        found = shares(year, year.truths.spike.point)
        rest = np.delete(found, year.truths.spike.week - 1)
        assert found[year.truths.spike.week - 1] > 4 * rest.mean()
        assert found[year.truths.spike.week - 1] > 2 * rest.max()

    def test_the_new_point_begins_and_the_old_one_ends_when_they_should(self, year):
        new, gone = year.truths.new, year.truths.gone
        assert not shares(year, new.point)[: new.week - 1].any()
        assert shares(year, new.point)[new.week - 1 :].all()
        assert not shares(year, gone.point)[gone.week :].any()

    def test_every_hit_is_twice_as_frequent_in_its_group_as_elsewhere(self, year):
        for hit in year.truths.hits:
            counted = {True: [], False: []}
            for row in year.records:
                value = row["channel"] if hit.column == "channel" else row["extra"][hit.column]
                counted[value == hit.value].append(says(row, hit.point))
            assert np.mean(counted[True]) > 2 * np.mean(counted[False]), hit

    def test_no_planted_effect_leaves_the_scale_so_that_effects_add_up(self):
        others = sorted((point.nps for point in POINTS), reverse=False)[1:3]
        for channel in ("Línea telefónica", "App"):
            worst = expected_nps([POINTS[0]], channel) + sum(others)
            assert worst >= -100
        assert POINTS[0].nps == min(point.nps for point in POINTS)

    @pytest.mark.parametrize("mean", [-99, -80, -35, 0, 25, 70])
    def test_answers_have_the_nps_they_are_drawn_for(self, mean):
        import random

        rng = random.Random(3)
        drawn = [nps_of(answer_nps(mean, rng)) for _ in range(4000)]
        assert np.mean(drawn) == pytest.approx(mean, abs=4.5)

    def test_business_days_skip_weekends_and_moved_holidays(self):
        assert business_day(date(2025, 11, 14), 1) == date(2025, 11, 18)
        assert business_day(date(2025, 4, 16), 1) == date(2025, 4, 21)
        assert business_day(date(2025, 11, 15), 1) == date(2025, 11, 18)

    def test_dates_counted_by_hand_agree_with_the_calendar(self, year):
        for case in year.truths.cases:
            days = 30 if case.kind == "inquiry" else 15
            assert business_day(date.fromisoformat(case.received), days).isoformat() == case.due
            due = date.fromisoformat(case.due)
            assert (case.state == "red") == (due < TODAY)

    def test_quotes_are_exact_words_of_their_messages(self, year):
        for row in year.records:
            for insight in row["insights"]:
                assert row["text"][insight["start"] : insight["end"]] == insight["quote"]

    def test_there_are_twenty_five_ways_to_say_every_planted_obstacle(self, year):
        truths = year.truths
        planted = [truths.costly, truths.harmless, *(hit.point for hit in truths.hits)]
        planted += [truths.spike.point, truths.new.point, truths.gone.point]
        for point in planted:
            assert len(set(PHRASES[point.key])) >= 25, point.key

    def test_hardly_two_messages_are_the_same(self, year):
        texts = Counter(row["text"] for row in year.records)
        assert len(texts) > 0.95 * len(year.records)

    def test_the_same_seed_gives_the_same_year(self, year):
        assert synthetic_year() == year


class TestFiles:
    def test_the_export_is_read_back_as_the_store_has_it(self, year, tmp_path):
        rows = year.records[:200]
        write_csv(rows, tmp_path / "quejas.csv")
        with Inputs(load_plugins(), ReadOptions()) as inputs:
            (found,) = inputs.open([str(tmp_path / "quejas.csv")])
            read = list(found.records())
        assert [message.text for message in read] == [row["text"] for row in rows]
        for message, row in zip(read, rows, strict=True):
            assert message.external_id == row["external_id"]
            assert message.created_at.isoformat() == row["created_at"]
            assert (message.channel, message.author) == (row["channel"], row["author"])
            assert (message.score, message.country) == (row["score"], "CO")
            wanted = {name: message.extra.get(name) for name in row["extra"]}
            assert wanted == row["extra"]

    def test_the_command_writes_store_export_events_and_truths(self, tmp_path, monkeypatch, capsys):
        paths = {name: tmp_path / name for name in ("year.db", "quejas.csv", "eventos.csv")}
        names = ["--to", "--csv", "--events"]
        given = [part for pair in zip(names, paths.values(), strict=True) for part in pair]
        monkeypatch.setattr(sys, "argv", ["synthetic_year", *map(str, given), "--truths"])
        main()
        assert json.loads(capsys.readouterr().out)["costly"]["friction"] == "refund"
        with Store(paths["year.db"], create=False) as store:
            count = store.conn.execute("SELECT count(*) FROM messages").fetchone()[0]
        assert count == len(paths["quejas.csv"].read_text("utf-8").splitlines()) - 1

    def test_a_file_that_exists_is_not_replaced(self, year, tmp_path):
        (tmp_path / "year.db").write_text("mine")
        with pytest.raises(FileExistsError):
            write_store(year, tmp_path / "year.db")
        assert (tmp_path / "year.db").read_text() == "mine"


class TestNulls:
    def test_a_null_frame_has_the_columns_of_a_real_one(self, year_store):
        real, made = read_frame(year_store, Filter()), null_frame(1)
        for part in ("messages", "insights"):
            for name in getattr(real, part).__slots__:
                one, two = (getattr(getattr(frame, part), name) for frame in (real, made))
                one, two = getattr(one, "code", one), getattr(two, "code", two)
                assert one.dtype == two.dtype, name
                assert len(two) == len(getattr(made, part)), name
        assert np.all(np.diff(made.insights.message) >= 0)
        assert np.all(np.diff(made.messages.day) >= np.timedelta64(0))

    def test_it_grows_and_has_a_weekly_rhythm(self):
        frames = [null_frame(seed) for seed in range(5)]
        days = np.concatenate([frame.messages.day for frame in frames])
        week = (days - np.datetime64(FIRST_DAY)).astype(int) // 7
        volume = np.bincount(week)
        assert 1.2 < volume[-10:].mean() / volume[:10].mean() < 1.5
        weekday = np.bincount((days - np.datetime64(FIRST_DAY)).astype(int) % 7)
        assert weekday[0] > 2.5 * weekday[6]

    def test_shares_do_not_move_over_the_year(self):
        code = code_of("friction", "refund")
        early, late = [], []
        for seed in range(20):
            frame = null_frame(seed)
            has = frame.with_insight(frame.insights.friction == code)
            half = len(has) // 2
            early.append(has[:half].mean())
            late.append(has[half:].mean())
        assert np.mean(early) == pytest.approx(np.mean(late), abs=0.005)
