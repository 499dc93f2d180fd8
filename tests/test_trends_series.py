"""Figures by week and month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_frames import frame_of

from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame
from vocmine.trends.rows import Series
from vocmine.trends.series import (
    POINT_MESSAGES,
    POINTS,
    complete,
    figures,
    grain_of,
    places,
    series,
    starts_of,
    timeline,
)
from vocmine.trends.wording import BLOCKS, LINE, amount, line, period_name, series_name

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]


def days(first: str, last: str) -> Any:
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


class TestTimeline:
    def test_weeks_are_their_mondays_without_gaps(self) -> None:
        frame = frame_of(["2026-03-04", "2026-03-29"])
        assert timeline(frame) == ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")

    def test_more_than_two_years_are_months(self) -> None:
        weeks = timeline(frame_of(["2024-01-01", "2025-12-31"]))
        months = timeline(frame_of(["2024-01-01", "2026-01-02"]))
        assert (grain_of(weeks[0]), grain_of(months[0])) == ("week", "month")
        assert (months[0], months[-1], len(months)) == ("2024-01", "2026-01", 25)

    def test_the_grain_can_be_chosen(self) -> None:
        assert timeline(frame_of(["2026-03-04", "2026-04-29"]), "month") == ("2026-03", "2026-04")

    def test_dates_that_lie_apart_from_all_others_are_left_outside(self) -> None:
        usual = days("2026-01-05", "2026-06-28")
        odd = np.array(["1999-01-01", "2062-01-01"], dtype="datetime64[D]")
        frame = frame_of(np.concatenate([np.repeat(usual, 2), odd]))
        weeks = timeline(frame, "week")
        assert (weeks[0], weeks[-1]) == ("2026-01-05", "2026-06-22")
        assert places(frame, weeks)[-2:].tolist() == [-1, -1]

    def test_a_long_quiet_stretch_inside_the_data_is_kept(self) -> None:
        first, second = days("2025-01-06", "2025-03-30"), days("2025-10-06", "2025-12-28")
        weeks = timeline(frame_of(np.concatenate([first, second])), "week")
        assert (weeks[0], weeks[-1]) == ("2025-01-06", "2025-12-22")

    def test_the_newest_week_of_years_of_data_is_not_taken_for_an_outlier(self) -> None:
        weeks = timeline(frame_of(np.repeat(days("2024-01-01", "2025-12-28"), 3)), "week")
        assert weeks[-1] == "2025-12-22"

    def test_without_dates_there_is_none(self) -> None:
        assert timeline(frame_of(["NaT", "NaT"])) == ()
        assert timeline(frame_of([])) == ()
        assert series(frame_of(["NaT"]), ()) == []

    @settings(deadline=None)
    @given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1, max_size=90))
    def test_every_date_of_few_falls_in_its_period(self, dates: list[date]) -> None:
        frame = frame_of(np.array(dates, dtype="datetime64[D]"))
        for grain in ("week", "month"):
            periods = timeline(frame, grain)
            at = places(frame, periods)
            starts = starts_of(periods)
            assert (at >= 0).all()
            assert (starts[at] <= frame.messages.day).all()
            assert (frame.messages.day < starts[at + 1]).all()


class TestComplete:
    def ends(self, first: str, last: str, grain: Any = "week", weekdays: bool = False) -> Any:
        every = days(first, last)
        if weekdays:
            every = every[np.is_busday(every)]
        frame = frame_of(np.repeat(every, 4))
        whole = complete(frame, timeline(frame, grain))
        assert whole[1:-1].all()
        return [bool(whole[0]), bool(whole[-1])]

    def test_weeks_with_messages_to_their_ends_are_whole(self) -> None:
        assert self.ends("2026-01-05", "2026-03-29") == [True, True]

    def test_data_that_begin_on_thursday_or_end_on_wednesday_make_partial_weeks(self) -> None:
        assert self.ends("2026-01-08", "2026-03-25") == [False, False]

    def test_one_day_without_messages_at_the_end_is_no_partial_week(self) -> None:
        assert self.ends("2026-01-06", "2026-03-28") == [True, True]

    def test_an_office_that_rests_on_weekends_has_whole_weeks(self) -> None:
        assert self.ends("2026-01-05", "2026-03-27", weekdays=True) == [True, True]
        assert self.ends("2026-01-05", "2026-03-25", weekdays=True) == [True, False]

    def test_a_month_may_lack_a_tenth_of_its_days(self) -> None:
        assert self.ends("2026-01-03", "2026-06-28", "month") == [True, True]
        assert self.ends("2026-01-10", "2026-06-20", "month") == [False, False]

    def test_the_only_week_is_whole_when_both_ends_are_there(self) -> None:
        for last, whole in (("2026-01-11", True), ("2026-01-07", False)):
            frame = frame_of(np.repeat(days("2026-01-05", last), 4))
            assert complete(frame, timeline(frame, "week")).tolist() == [whole]


class TestSeries:
    def test_shares_means_and_nps_of_each_period(self) -> None:
        day = ["2026-03-02"] * 4 + ["2026-03-16"] * 2
        frame = frame_of(
            day,
            {"delay/delivery/delivery": np.array([1, 1, 0, 0, 0, 0], bool)},
            sentiment=[-2, -1, 0, 1, 2, 1],
            score=[1, 2, np.nan, 3, np.nan, np.nan],
            nps=[10, 9, 7, 6, np.nan, 0],
        )
        found = {row.name: row for row in series(frame, timeline(frame))}
        weeks = ("2026-03-02", "2026-03-09", "2026-03-16")
        assert {row.periods for row in found.values()} == {weeks}
        assert found["messages"].values == (4.0, 0.0, 2.0)
        assert found["negative"].values == (0.5, None, 0.0)
        assert found["neutral"].values == (0.25, None, 0.0)
        assert found["positive"].values == (0.25, None, 1.0)
        assert found["score"].values == (2.0, None, None)
        assert found["score"].counts == (3, 0, 0)
        assert found["nps"].values == (25.0, None, -100.0)
        assert list(found)[:6] == ["messages", "negative", "neutral", "positive", "score", "nps"]

    def test_what_no_message_has_is_left_out(self) -> None:
        names = [row.name for row in series(frame_of(["2026-03-02"]), ("2026-03-02",))]
        assert names == ["messages", "negative", "neutral", "positive"]

    def test_a_point_counts_messages_once_and_only_complaints(
        self, build_store: Build, record: Record
    ) -> None:
        twice = record(
            1,
            text="Me cobraron dos veces. Me cobraron de más. La factura llegó clara.",
            quotes=[
                ("Me cobraron dos veces", -2, "billing", "use", "utility", "billing"),
                ("Me cobraron de más", -1, "billing", "use", "utility", "billing"),
                ("La factura llegó clara", 1, "none", "use", "utility", "billing"),
            ],
        )
        records = [twice] * POINT_MESSAGES + [record(2, quotes=[])]
        with build_store(
            {**row, "external_id": str(n), "text": f"{row['text']} {n}"}
            for n, row in enumerate(records)
        ) as store:
            frame = read_frame(store, Filter())
        found = {row.name: row for row in series(frame, timeline(frame))}
        assert found["billing/use/billing"].values == (POINT_MESSAGES / (POINT_MESSAGES + 1),)
        assert [name for name in found if "/" in name] == ["billing/use/billing"]

    def test_the_points_of_most_messages_are_followed_and_rare_ones_are_not(self) -> None:
        from vocmine.catalogue import label_set

        frictions = label_set("friction").codes[:-1]
        points = [
            f"{friction}/{stage}/app" for friction in frictions for stage in ("use", "support")
        ]
        at = np.arange(200)
        said = {point: at < POINT_MESSAGES - 3 + n for n, point in enumerate(points)}
        frame = frame_of(np.datetime64("2026-03-02") + at % 7, said)
        followed = [row.name for row in figures(frame, ("2026-03-02",)) if row.what == "friction"]
        assert followed == points[::-1][:POINTS]
        few = frame_of(np.datetime64("2026-03-02") + at % 7, {points[0]: at < POINT_MESSAGES - 1})
        assert not [row for row in figures(few, ("2026-03-02",)) if row.what == "friction"]

    def test_a_series_adds_up_to_the_messages_of_the_store(self, bank: Store) -> None:
        frame = read_frame(bank, Filter())
        for grain in ("week", "month"):
            found = {row.name: row for row in series(frame, timeline(frame, grain))}
            assert sum(found["messages"].values) == len(frame.messages) == 300
            of_tone = [found[tone] for tone in ("negative", "neutral", "positive")]
            for shares in zip(*(row.values for row in of_tone), strict=True):
                assert None in shares or sum(shares) == pytest.approx(1)
            bad = sum(v * n for v, n in zip(of_tone[0].values, of_tone[0].counts, strict=True) if n)
            sql = "SELECT count(*) FROM sentiment WHERE sentiment LIKE '%negative'"
            assert bad == pytest.approx(bank.conn.execute(sql).fetchone()[0])


class TestWording:
    def test_a_line_goes_from_zero_to_its_highest_figure(self) -> None:
        drawn = line(_row("negative", [0.0, 0.1, 0.2, 0.4]))
        assert drawn == "▁▃▅█"

    def test_a_score_goes_from_its_lowest_figure(self) -> None:
        assert line(_row("score", [4.0, 4.5, 5.0])) == "▁▅█"

    def test_what_was_not_measured_is_a_gap_and_no_floor(self) -> None:
        assert line(_row("score", [4.0, None, 5.0])) == "▁ █"

    def test_all_alike_is_no_error(self) -> None:
        assert line(_row("negative", [0.0, 0.0])) == "▁▁"
        assert set(line(_row("messages", [3.0] * 80))) == {"█"}

    def test_long_series_share_characters_by_their_messages(self) -> None:
        values = [0.1] * 104
        values[50] = 0.9
        drawn = line(_row("negative", values))
        assert len(drawn) == LINE
        assert [n for n, block in enumerate(drawn) if block == "█"] == [11]

    @settings(deadline=None)
    @given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=130))
    def test_any_series_can_be_drawn(self, values: list[float | None]) -> None:
        if any(value is not None for value in values):
            drawn = line(_row("negative", values))
            assert len(drawn) == min(len(values), LINE)
            assert set(drawn) <= {*BLOCKS, " "}

    def test_names_are_those_of_people(self) -> None:
        assert series_name("negative", "es") == "Mensajes negativos"
        assert series_name("delay/delivery/delivery", "en").startswith("Delay (delivery · ")
        assert period_name("2026-03-02", "es") == "Semana del 2 mar 2026"
        assert period_name("2026-03", "pt") == "Mar 2026"

    @pytest.mark.parametrize(
        ("what", "value", "shown"),
        [
            ("negative", 0.34, "34 %"),
            ("friction", 0.034, "3,4 %"),
            ("friction", 0.0, "0,0 %"),
            ("score", 4.126, "4,13"),
            ("nps", -20.4, "−20"),
            ("messages", 1204.0, "1.204"),
            ("score", None, "–"),
        ],
    )
    def test_figures_are_written_as_in_colombia(
        self, what: str, value: float | None, shown: str
    ) -> None:
        assert amount(what, value, "es").replace("\N{NO-BREAK SPACE}", " ") == shown


def _row(name: str, values: list[float | None]) -> Series:
    periods = tuple(str(n) for n in range(len(values)))
    return Series(name, periods, tuple(values), tuple(int(v is not None) * 10 for v in values))
