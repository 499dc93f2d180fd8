"""Business days: which there are, and the arithmetic on them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.clock.calendar import Calendar, public_holidays

COUNTRIES = ("CO", "PE", "MX", "CL", "EC", "DO", "ES")
FIRST, LAST = date(2018, 1, 1), date(2030, 12, 31)

days = st.dates(FIRST, LAST)
lengths = st.integers(1, 70)
countries = st.sampled_from(COUNTRIES)


def made(country: str) -> Calendar:
    return Calendar(country, np.datetime64(FIRST), np.datetime64(LAST))


def column(*values: date) -> np.ndarray:
    return np.array(values, dtype="datetime64[D]")


def due(calendar: Calendar, day: date, length: int, *, business: bool = True) -> date:
    found = calendar.due(column(day), np.array([length]), np.array([business]))
    return found[0].item()


def is_business(calendar: Calendar, day: date) -> bool:
    return bool(calendar.is_business(column(day))[0])


def walked(calendar: Calendar, start: date, end: date) -> int:
    """Business days after `start` up to `end`, one step at a time."""
    steps = (start + timedelta(n) for n in range(1, (end - start).days + 1))
    return sum(is_business(calendar, day) for day in steps)


class TestWhichDaysCount:
    @pytest.mark.parametrize(
        ("day", "why"),
        [
            ("2026-12-24", "Christmas Eve is worked"),
            ("2026-12-31", "and so is the last day of the year"),
            ("2026-04-01", "and Holy Wednesday"),
            ("2026-01-06", "Reyes is on the Monday after"),
            ("2026-06-11", "Corpus Christi too"),
            ("2025-07-14", "there was no feast of Chiquinquirá yet"),
            ("2026-07-09", "which is kept on a Monday"),
        ],
    )
    def test_days_that_look_like_holidays_in_colombia_and_are_none(
        self, day: str, why: str
    ) -> None:
        assert is_business(made("CO"), date.fromisoformat(day)), why

    @pytest.mark.parametrize(
        "day",
        [
            *("2026-01-12", "2025-01-06", "2027-01-11"),
            *("2026-03-23", "2026-04-02", "2026-04-03", "2025-04-17"),
            *("2026-05-01", "2026-06-08", "2026-07-13", "2026-07-20", "2027-07-12"),
            *("2026-12-08", "2026-12-25", "2026-03-07", "2026-03-08"),
        ],
    )
    def test_days_off_in_colombia(self, day: str) -> None:
        assert not is_business(made("CO"), date.fromisoformat(day))

    def test_moved_holidays_fall_on_mondays(self) -> None:
        fixed = {"01-01", "05-01", "07-20", "08-07", "12-08", "12-25"}
        for year in range(2015, 2031):
            moved = [day for day in public_holidays("CO", year) if day[5:] not in fixed]
            weekdays = [date.fromisoformat(day).weekday() for day in moved]
            assert sorted(weekdays)[-2:] == [3, 4], "Holy Thursday and Good Friday"
            assert set(sorted(weekdays)[:-2]) == {0}

    def test_the_twenty_eighth_of_july_is_a_holiday_in_peru_only(self) -> None:
        day = date(2026, 7, 28)
        assert [country for country in COUNTRIES if not is_business(made(country), day)] == ["PE"]

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_every_country_of_the_rules_has_holidays(self, country: str) -> None:
        assert 7 <= len(public_holidays(country, 2026)) <= 25


class TestTerms:
    @given(countries, days, lengths)
    def test_a_term_of_business_days_ends_on_a_business_day(
        self, country: str, day: date, length: int
    ) -> None:
        calendar = made(country)
        assert is_business(calendar, due(calendar, day, length))

    @given(countries, days, lengths)
    def test_counting_the_days_of_a_term_gives_its_length(
        self, country: str, day: date, length: int
    ) -> None:
        calendar = made(country)
        end = due(calendar, day, length)
        assert calendar.between(column(day), column(end)).tolist() == [length]

    @given(days, lengths)
    @settings(max_examples=30)
    def test_it_is_what_walking_day_by_day_gives(self, day: date, length: int) -> None:
        calendar = made("CO")
        assert walked(calendar, day, due(calendar, day, length)) == length

    @given(countries, days, lengths)
    def test_a_day_more_is_due_later(self, country: str, day: date, length: int) -> None:
        calendar = made(country)
        assert due(calendar, day, length) < due(calendar, day, length + 1)

    @given(countries, days, st.integers(0, 20), lengths)
    def test_what_comes_later_is_never_due_earlier(
        self, country: str, day: date, wait: int, length: int
    ) -> None:
        calendar = made(country)
        later = due(calendar, day + timedelta(wait), length)
        assert due(calendar, day, length) <= later

    @given(countries, days, lengths)
    def test_what_comes_on_a_day_off_is_due_with_what_came_on_the_business_day_before(
        self, country: str, day: date, length: int
    ) -> None:
        calendar = made(country)
        before = day
        while not is_business(calendar, before):
            before -= timedelta(1)
        assert due(calendar, day, length) == due(calendar, before, length)

    @given(countries, days, lengths)
    def test_calendar_days_are_just_added(self, country: str, day: date, length: int) -> None:
        end = due(made(country), day, length, business=False)
        assert end == day + timedelta(length)

    def test_a_column_may_hold_both_kinds_of_days(self) -> None:
        found = made("CO").due(
            column(date(2026, 2, 6), date(2026, 2, 6)),
            np.array([15, 15]),
            np.array([True, False]),
        )
        assert found.astype(str).tolist() == ["2026-02-27", "2026-02-21"]


class TestCounting:
    @given(countries, days, days, days)
    def test_spans_add_up(self, country: str, one: date, two: date, three: date) -> None:
        calendar = made(country)
        a, b, c = (column(day) for day in sorted((one, two, three)))
        whole = calendar.between(a, c)
        assert (calendar.between(a, b) + calendar.between(b, c) == whole).all()

    @given(countries, days, days)
    def test_nothing_lies_between_a_day_and_an_earlier_one(
        self, country: str, one: date, two: date
    ) -> None:
        early, late = sorted((one, two))
        assert made(country).between(column(late), column(early)).tolist() == [0]

    @given(countries, days, st.integers(-30, 30))
    def test_only_what_is_after_the_due_date_is_late_and_then_by_a_day_at_least(
        self, country: str, day: date, distance: int
    ) -> None:
        found = made(country).late(column(day), column(day + timedelta(distance)))[0]
        assert (found > 0) == (distance > 0)

    @given(countries, days, st.integers(0, 30), st.integers(0, 30))
    def test_lateness_never_shrinks(self, country: str, day: date, wait: int, more: int) -> None:
        calendar = made(country)
        first = calendar.late(column(day), column(day + timedelta(wait)))
        assert first <= calendar.late(column(day), column(day + timedelta(wait + more)))

    def test_a_saturday_after_a_friday_is_late_by_the_monday(self) -> None:
        calendar = made("CO")
        friday = column(date(2026, 2, 27))
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)):
            assert calendar.late(friday, column(day)).tolist() == [1]
        assert calendar.late(friday, column(date(2026, 3, 3))).tolist() == [2]
